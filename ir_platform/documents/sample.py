"""Contents in which every field says something, or nothing: what a template of an office is tried with."""

from typing import Final

from ir_platform.documents.content import DocumentContent, EvidenceLine, FindingLine, StepLine
from ir_platform.documents.naskah import (
    DerajatKecepatan,
    Harap,
    KlasifikasiKeamanan,
    KronologiLine,
    LaporanInsiden,
    LembarDisposisi,
    Naskah,
    Penanda,
)

_AT: Final = "21 November 2026 pukul 09.00 WITA"
_OFFICIAL: Final = Penanda(
    nama="Nama Pejabat Contoh",
    jabatan="Kepala Bidang Contoh",
    kedudukan="Plt.",
    mandat="Surat Perintah Nomor 800/1/2026 tanggal 2 Januari 2026",
    pelaksana="Pejabat Administrator",
)
_STEP: Final = StepLine(
    no=2,
    uraian="Uraian langkah contoh",
    pelaksana="Pelaksana contoh",
    oleh="Nama Pejabat Contoh",
    jabatan="Kepala Bidang Contoh",
    pada=_AT,
    putaran=1,
    keputusan="Tuntas",
    alasan="Alasan contoh",
    catatan="Catatan contoh.\nBaris kedua.",
    kelengkapan=("Dokumen contoh: tersedia",),
)

FULL: Final = DocumentContent(
    judul_dokumen="Dokumen Contoh",
    instansi="Pemerintah Daerah Contoh",
    kantor="Dinas Contoh",
    nomor_register="INS/2026/0001",
    judul="Gangguan contoh <&> {{ bukan templat }}",
    uraian="Uraian contoh.\nBaris kedua.",
    tingkat="Tinggi",
    pelapor="Pelapor Contoh",
    dibuka_pada=_AT,
    ditutup_pada=_AT,
    hasil="Tuntas",
    sop="SOP Contoh",
    langkah_no=2,
    putaran=1,
    dibuat_pada=_AT,
    pembuat="Nama Pejabat Contoh",
    jabatan_pembuat="Kepala Bidang Contoh",
    langkah=(_STEP, _STEP),
    bukti=(
        EvidenceLine(
            nama="bukti.log",
            sha256="0" * 64,
            ukuran=1_536,
            kelengkapan="NOC",
            langkah="2",
            putaran="1",
            oleh="Nama Petugas Contoh",
            pada=_AT,
        ),
    )
    * 2,
    temuan=(
        FindingLine(
            judul="Temuan contoh",
            level="Tinggi",
            pertama=_AT,
            terakhir=_AT,
            jumlah=3,
            tentang="source.ip 203.0.113.9",
            tags=("attack.t1110",),
            contoh=("baris asli contoh",),
            periksa=("Saran contoh.",),
        ),
    )
    * 2,
    catatan_kaki=("Catatan kaki contoh.",),
    naskah=Naskah(
        nomor_dokumen="LGK/2026/0001",
        revisi=2,
        nomor_naskah="000.5/1/2026",
        tanggal_naskah="21 November 2026",
        klasifikasi_keamanan=KlasifikasiKeamanan.TERBATAS,
        derajat_kecepatan=DerajatKecepatan.SEGERA,
        lampiran="1 (satu) berkas",
        kode_klasifikasi="000.5",
        kepada=("Kepala Dinas Contoh",),
        tembusan=("Tembusan contoh",),
        alamat="Jalan Contoh Nomor 1",
        kontak="Telepon 000",
        tempat="Kota Contoh",
        atas_nama="Kepala Dinas Contoh",
        untuk_beliau="Sekretaris Contoh",
        penanda=_OFFICIAL,
        paraf=("Sekretaris Contoh",),
        mengetahui=(_OFFICIAL,),
        pihak=(_OFFICIAL, _OFFICIAL),
    ),
    disposisi=LembarDisposisi(
        surat_dari="Dinas Lain",
        nomor_surat="1/2026",
        tanggal_surat="20 November 2026",
        diterima_pada=_AT,
        nomor_agenda="12",
        sifat="Segera",
        hal="Hal contoh",
        diteruskan_kepada=("Kepala Seksi Contoh",),
        harap=(Harap.PROSES,),
        catatan="Catatan disposisi contoh.",
        oleh="Nama Pejabat Contoh",
        jabatan="Kepala Bidang Contoh",
        pada=_AT,
    ),
    laporan_insiden=LaporanInsiden(
        kontak="Kontak contoh", dampak="Dampak contoh", kronologi=(KronologiLine(pada=_AT, kejadian="Kejadian contoh"),)
    ),
)
BARE: Final = DocumentContent(
    judul_dokumen="",
    instansi="Pemerintah Daerah Contoh",
    kantor="Dinas Contoh",
    nomor_register="INS/2026/0001",
    judul="Gangguan contoh",
    uraian="",
    tingkat="Rendah",
    pelapor="",
    dibuka_pada=_AT,
    sop="SOP Contoh",
    langkah_no=0,
    putaran=1,
    dibuat_pada=_AT,
    pembuat="Sistem",
)
SAMPLES: Final = (FULL, BARE)
DOT: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148"
    "afa4710000000049454e44ae426082"
)
"""The smallest PNG, where an emblem would be."""

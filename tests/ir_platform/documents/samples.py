"""A content as the runner would freeze it, with hostile text where attackers write."""

from typing import Any

from ir_platform.documents.content import DocumentContent, EvidenceLine, FindingLine, StepLine
from ir_platform.documents.naskah import KronologiLine, LaporanInsiden, LembarDisposisi, Naskah, Penanda
from ir_platform.documents.qr import Verification

HOSTILE_LINE = (
    "Nov 20 12:00:01 web-1 sshd[811]: Failed password for invalid user "
    "{{ 7*7 }}{% for x in y %}<w:p>&amp;</w:t> #panic() \\ $x$ {_{ from 203.0.113.9"
)


def a_step(**changes: Any) -> StepLine:
    given: dict[str, Any] = {
        "no": 9,
        "uraian": "Melakukan pengecekan terhadap hasil pekerjaan Tim Teknis",
        "pelaksana": "Pejabat Pengawas/Kasi Keamanan Jaringan",
        "oleh": "Rina Wulandari",
        "jabatan": "Kasi Keamanan Jaringan",
        "pada": "20 November 2026 pukul 15.05 WITA",
        "putaran": 1,
        "keputusan": "Belum tuntas – ulangi langkah 7",
        "alasan": "Akun layanan masih memakai kata sandi lama.",
        "catatan": "Tim Teknis diminta mengganti kata sandi dan mengirim log baru.",
        "kelengkapan": ("NOC: tangkapan.pcap", "Aplikasi security system: nihil (tidak ada alarm)"),
    }
    return StepLine(**{**given, **changes})


def an_evidence_line(**changes: Any) -> EvidenceLine:
    given: dict[str, Any] = {
        "nama": "tangkapan.pcap",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "ukuran": 2_457_600,
        "kelengkapan": "NOC",
        "langkah": "7",
        "putaran": "1",
        "oleh": "Budi Santoso",
        "pada": "20 November 2026 pukul 14.40 WITA",
    }
    return EvidenceLine(**{**given, **changes})


def a_finding(**changes: Any) -> FindingLine:
    given: dict[str, Any] = {
        "judul": "Tebakan kata sandi SSH",
        "level": "Tinggi",
        "pertama": "20 November 2026 pukul 11.58 WITA",
        "terakhir": "20 November 2026 pukul 12.03 WITA",
        "jumlah": 20,
        "tentang": "source.ip 203.0.113.9 · host.name web-1",
        "tags": ("attack.credential-access", "attack.t1110.001"),
        "contoh": (HOSTILE_LINE, "Nov 20 12:00:03 web-1 sshd[811]: Failed password for root from 203.0.113.9"),
        "periksa": ("Periksa apakah ada log-in yang berhasil dari alamat ini.",),
    }
    return FindingLine(**{**given, **changes})


def a_content(**changes: Any) -> DocumentContent:
    given: dict[str, Any] = {
        "judul_dokumen": "Laporan Penyelesaian Gangguan",
        "instansi": "Pemerintah Provinsi Kalimantan Timur",
        "kantor": "Dinas Komunikasi dan Informatika",
        "nomor_register": "INS/2026/0001",
        "judul": "Tebakan kata sandi SSH pada web-1",
        "uraian": "20 kegagalan masuk dari 203.0.113.9 dalam 5 menit.\nServer web-1 melayani portal layanan publik.",
        "tingkat": "Tinggi",
        "pelapor": "Deteksi otomatis",
        "dibuka_pada": "20 November 2026 pukul 12.03 WITA",
        "ditutup_pada": "23 November 2026 pukul 10.15 WITA",
        "hasil": "Tuntas",
        "sop": "SOP Gangguan Keamanan Jaringan, Kalimantan Timur",
        "langkah_no": 11,
        "putaran": 1,
        "dibuat_pada": "23 November 2026 pukul 10.15 WITA",
        "pembuat": "Rina Wulandari",
        "jabatan_pembuat": "Kasi Keamanan Jaringan",
        "langkah": (
            a_step(
                no=2,
                uraian="Melakukan disposisi untuk ditindaklanjuti",
                pelaksana="Pejabat Administrator (Kabid TIK)",
                oleh="Andi Pratama",
                jabatan="Kepala Bidang TIK",
                pada="20 November 2026 pukul 13.10 WITA",
                keputusan=None,
                alasan=None,
                catatan="Segera ditindaklanjuti, koordinasi dengan pengelola server.",
                kelengkapan=("Dokumen Informasi Gangguan: tersedia",),
            ),
            a_step(),
            a_step(
                putaran=2,
                keputusan="Tuntas",
                alasan=None,
                catatan="",
                pada="23 November 2026 pukul 09.30 WITA",
                kelengkapan=(),
            ),
        ),
        "bukti": (
            an_evidence_line(),
            an_evidence_line(nama="auth.log", sha256="0" * 64, ukuran=1536, kelengkapan="", putaran="2"),
        ),
        "temuan": (a_finding(),),
        "catatan_kaki": ("Nomor surat resmi diberikan oleh Tata Usaha atau SRIKANDI.",),
    }
    return DocumentContent(**{**given, **changes})


VERIFICATION = Verification(kode="ABCD-EFGH-2345-WXYZ", alamat="https://tanggap.example.go.id/verifikasi")

KABID = Penanda(
    nama="Andi Pratama",
    jabatan="Kepala Bidang TIK",
    kedudukan="Plt.",
    mandat="Surat Perintah Nomor 800/12/2026 tanggal 3 Maret 2026",
    pelaksana="Pejabat Administrator",
)


def a_naskah(**changes: Any) -> Naskah:
    given: dict[str, Any] = {
        "nomor_dokumen": "LPG/2026/0001",
        "revisi": 2,
        "nomor_naskah": "000.5.3/123/DISKOMINFO/2026",
        "tanggal_naskah": "23 November 2026",
        "klasifikasi_keamanan": "Terbatas",
        "derajat_kecepatan": "Segera",
        "lampiran": "1 (satu) berkas",
        "kode_klasifikasi": "000.5.3",
        "kepada": ("Kepala Dinas Komunikasi dan Informatika Provinsi",),
        "tembusan": ("Tim Tanggap Insiden Siber (TTIS) Nasional", "Inspektorat"),
        "alamat": "Jalan Basuki Rahmat Nomor 41, Samarinda",
        "kontak": "Telepon (0541) 731963, diskominfo.kaltimprov.go.id",
        "tempat": "Samarinda",
        "atas_nama": "Kepala Dinas Komunikasi dan Informatika",
        "untuk_beliau": "Sekretaris Dinas",
        "penanda": KABID,
        "paraf": ("Kasi Keamanan Jaringan", "Sekretaris Dinas"),
        "mengetahui": (Penanda(jabatan="Kepala Bidang Penyelenggaraan e-Government"),),
        "pihak": (
            Penanda(nama="Budi Santoso", jabatan="Ketua Tim Data Center"),
            Penanda(nama="Sari Dewi", jabatan="Pengelola Barang Dinas Perhubungan"),
        ),
    }
    return Naskah(**{**given, **changes})


def a_whole_content(**changes: Any) -> DocumentContent:
    """With every part of a naskah, a lembar disposisi and a report filled in."""
    given: dict[str, Any] = {
        "naskah": a_naskah(),
        "disposisi": LembarDisposisi(
            surat_dari="Dinas Perhubungan",
            nomor_surat="005/77/DISHUB",
            tanggal_surat="19 November 2026",
            diterima_pada="20 November 2026 pukul 12.03 WITA",
            nomor_agenda="412",
            sifat="Segera",
            hal="Gangguan jaringan kantor",
            diteruskan_kepada=("Kasi Keamanan Jaringan", "Pengelola TI"),
            harap=("Proses lebih lanjut",),
            catatan="Segera ditindaklanjuti.",
            oleh="Andi Pratama",
            jabatan="Kepala Bidang TIK",
            pada="20 November 2026 pukul 13.10 WITA",
        ),
        "laporan_insiden": LaporanInsiden(
            kontak="Pos piket TTIS, telepon (0541) 731963",
            dampak="Portal layanan publik tidak dapat dibuka selama dua jam.",
            kronologi=(
                KronologiLine(pada="20 November 2026 pukul 11.58 WITA", kejadian="Terdeteksi: Tebakan kata sandi SSH"),
                KronologiLine(pada="20 November 2026 pukul 12.03 WITA", kejadian="Dicatat sebagai insiden"),
            ),
        ),
    }
    return a_content(**{**given, **changes})

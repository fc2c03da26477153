"""The parts of a naskah dinas that stand around what a document says (Permendagri 1/2023); empty means unknown.

What is unknown is a line to fill in by hand on the paper, or is left out; it is never made up.
"""

from dataclasses import dataclass
from enum import StrEnum


class KlasifikasiKeamanan(StrEnum):
    BIASA = "Biasa"
    TERBATAS = "Terbatas"
    RAHASIA = "Rahasia"
    SANGAT_RAHASIA = "Sangat Rahasia"


class DerajatKecepatan(StrEnum):
    BIASA = "Biasa"
    SEGERA = "Segera"
    AMAT_SEGERA = "Amat Segera"


class Harap(StrEnum):
    """What a lembar disposisi asks for, `dengan hormat harap`."""

    TANGGAPAN = "Tanggapan dan saran"
    PROSES = "Proses lebih lanjut"
    KOORDINASI = "Koordinasi/konfirmasi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Penanda:
    """Who signs, or is asked to: today's title beside the lane's title in the SOP."""

    nama: str = ""
    jabatan: str = ""
    kedudukan: str = ""
    """`Plt.` or `Plh.` before the jabatan."""
    mandat: str = ""
    """`Surat Perintah Nomor 800/12/2026 tanggal 3 Maret 2026`."""
    pelaksana: str = ""
    """The lane's title in the SOP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naskah:
    nomor_dokumen: str = ""
    """Our register number, never a letter's."""
    revisi: int = 1
    nomor_naskah: str = ""
    """As TU or SRIKANDI gave it."""
    tanggal_naskah: str = ""
    """In words, `21 November 2026`."""
    klasifikasi_keamanan: str = ""
    derajat_kecepatan: str = ""
    lampiran: str = ""
    kode_klasifikasi: str = ""
    """Kode klasifikasi arsip."""
    kepada: tuple[str, ...] = ()
    tembusan: tuple[str, ...] = ()
    alamat: str = ""
    kontak: str = ""
    lambang: str = ""
    """SHA-256 of the emblem in the kop."""
    tempat: str = ""
    atas_nama: str = ""
    """The jabatan on whose behalf (a.n.) it is signed."""
    untuk_beliau: str = ""
    """The jabatan that signs for whom the a.n. was given to (u.b.)."""
    penanda: Penanda | None = None
    """None: whoever made the document."""
    paraf: tuple[str, ...] = ()
    """Jabatan of those who initial it on its way up, lowest first."""
    mengetahui: tuple[Penanda, ...] = ()
    pihak: tuple[Penanda, ...] = ()
    """The two parties of a Berita Acara, ours first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LembarDisposisi:
    """The fields of a lembar disposisi; `oleh` empty: it is still to be written."""

    surat_dari: str = ""
    nomor_surat: str = ""
    tanggal_surat: str = ""
    diterima_pada: str = ""
    nomor_agenda: str = ""
    sifat: str = ""
    hal: str = ""
    diteruskan_kepada: tuple[str, ...] = ()
    harap: tuple[str, ...] = ()
    """Those that are ticked; words of `Harap`."""
    catatan: str = ""
    oleh: str = ""
    jabatan: str = ""
    pada: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KronologiLine:
    pada: str
    kejadian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaporanInsiden:
    """What Perban BSSN 1/2024 art. 15 asks of a report, besides description: contact, impact, chronology."""

    kontak: str = ""
    dampak: str = ""
    kronologi: tuple[KronologiLine, ...] = ()

"""What a kind of document is: title, register code, sections in order, and the Word template an office may restyle."""

from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """A part of a document, drawn in `templates/naskah.typ` and in `scripts/make_document_templates.py`."""

    JUDUL = "judul"
    """The title, with the official number under it."""
    KEPALA_SURAT = "kepala_surat"
    """The head of a letter: nomor, sifat, lampiran, hal; place and date; to whom."""
    KETERANGAN_NASKAH = "keterangan_naskah"
    """Sifat, lampiran and kode klasifikasi of what is no letter."""
    IDENTITAS = "identitas"
    URAIAN = "uraian"
    DISPOSISI = "disposisi"
    FORM_PENGECEKAN = "form_pengecekan"
    PARA_PIHAK = "para_pihak"
    """The day and the two parties of a Berita Acara."""
    PENGAJUAN_PERANGKAT = "pengajuan_perangkat"
    HASIL_PEKERJAAN = "hasil_pekerjaan"
    LAPORAN_INSIDEN = "laporan_insiden"
    """Contact, description, impact and chronology."""
    TEMUAN = "temuan"
    LANGKAH = "langkah"
    BUKTI = "bukti"
    TANDA_TANGAN = "tanda_tangan"
    TANDA_TANGAN_PIHAK = "tanda_tangan_pihak"
    """Both parties, and whoever is to know of it (Mengetahui)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    id: str
    judul: str
    """Printed where the content brings no title of its own."""
    kode: str
    """Of its register, the first part of a number: `LGK/2026/0001`."""
    sections: tuple[Section, ...]
    diminta: bool = False
    """People may ask for one, besides the steps that make it."""
    judul_tetap: bool = False
    """The SOP's own name of it stands under this title, not in its place."""

    @property
    def template(self) -> str:
        """File name in `templates/`."""
        return f"{self.id}.docx"

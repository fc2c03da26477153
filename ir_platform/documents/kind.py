"""What a kind of document is: its title, its sections in order, and the Word template an office may restyle."""

from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """A part of a document, drawn in `templates/naskah.typ` and in `scripts/make_document_templates.py`."""

    IDENTITAS = "identitas"
    URAIAN = "uraian"
    DISPOSISI = "disposisi"
    TEMUAN = "temuan"
    LANGKAH = "langkah"
    BUKTI = "bukti"
    TANDA_TANGAN = "tanda_tangan"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    id: str
    judul: str
    """Printed where the content brings no title of its own."""
    sections: tuple[Section, ...]
    template: str
    """File name in `templates/`."""

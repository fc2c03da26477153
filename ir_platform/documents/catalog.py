"""Every kind of document by its name, and how one is rendered."""

from ir_platform.documents.content import DocumentContent
from ir_platform.documents.kind import DocumentKind
from ir_platform.documents.kinds import (
    disposisi_penanganan_gangguan,
    dokumen_informasi_gangguan,
    laporan_gangguan_keamanan,
    laporan_penyelesaian_gangguan,
)
from ir_platform.documents.pdf import render_pdf
from ir_platform.documents.rendered import RenderedDocument
from ir_platform.documents.sheet import sheet_of
from ir_platform.documents.spelling import spell_for_pdf, spell_for_word
from ir_platform.documents.word import render_docx

KINDS = (
    dokumen_informasi_gangguan.KIND,
    disposisi_penanganan_gangguan.KIND,
    laporan_gangguan_keamanan.KIND,
    laporan_penyelesaian_gangguan.KIND,
)

_BY_ID = {kind.id: kind for kind in KINDS}


class UnknownDocumentKindError(Exception):
    """No document of that name can be made."""

    def __init__(self, *, kind: str) -> None:
        super().__init__(f"unknown document kind: {kind}")
        self.kind = kind


def kind_named(kind: str) -> DocumentKind:
    """Raises: UnknownDocumentKindError."""
    if kind not in _BY_ID:
        raise UnknownDocumentKindError(kind=kind)
    return _BY_ID[kind]


def render(kind: str, content: DocumentContent) -> RenderedDocument:
    """Return the document as DOCX and PDF: the same content gives the same bytes (of the same library versions).

    Reads the package's own templates and nothing else. Text may be hostile; `limits` says what is cut.
    Raises: UnknownDocumentKindError.
    """
    chosen = kind_named(kind)
    return RenderedDocument(
        docx=render_docx(sheet_of(chosen, content, spell=spell_for_word), template=chosen.template),
        pdf=render_pdf(sheet_of(chosen, content, spell=spell_for_pdf)),
    )

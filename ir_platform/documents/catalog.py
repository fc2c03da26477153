"""Every kind of document by its name, and how one is rendered."""

from ir_platform.documents.content import DocumentContent
from ir_platform.documents.kind import DocumentKind
from ir_platform.documents.kinds import (
    berita_acara_pekerjaan,
    berita_acara_pengajuan_penggantian,
    disposisi_penanganan_gangguan,
    dokumen_informasi_gangguan,
    form_pengecekan,
    laporan_gangguan_keamanan,
    laporan_insiden_ttis,
    laporan_monitoring,
    laporan_penyelesaian_gangguan,
)
from ir_platform.documents.pdf import render_pdf
from ir_platform.documents.qr import Verification
from ir_platform.documents.rendered import RenderedDocument
from ir_platform.documents.sheet import sheet_of
from ir_platform.documents.spelling import spell_for_pdf, spell_for_word
from ir_platform.documents.vocabulary import shipped_environment
from ir_platform.documents.word import render_docx, shipped_template

KINDS = (
    dokumen_informasi_gangguan.KIND,
    disposisi_penanganan_gangguan.KIND,
    laporan_gangguan_keamanan.KIND,
    laporan_monitoring.KIND,
    form_pengecekan.KIND,
    berita_acara_pengajuan_penggantian.KIND,
    berita_acara_pekerjaan.KIND,
    laporan_penyelesaian_gangguan.KIND,
    laporan_insiden_ttis.KIND,
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


def render(
    kind: str,
    content: DocumentContent,
    *,
    verification: Verification | None = None,
    template: bytes | None = None,
    emblem: bytes | None = None,
) -> RenderedDocument:
    """Return the document as DOCX and PDF: the same content gives the same bytes (of the same library versions).

    `template` is an accepted one of the office for the DOCX; the PDF keeps our own layout. Without one, nothing but
    the package's own templates is read. `emblem` is an accepted PNG or JPEG for the kop. Text may be hostile; `limits`
    says what is cut.

    Raises: UnknownDocumentKindError.
    """
    return RenderedDocument(
        docx=render_word(kind, content, verification=verification, template=template, emblem=emblem),
        pdf=render_paper(kind, content, verification=verification, emblem=emblem),
    )


def render_paper(
    kind: str, content: DocumentContent, *, verification: Verification | None = None, emblem: bytes | None = None
) -> bytes:
    """Return the PDF. Raises: UnknownDocumentKindError."""
    sheet = sheet_of(kind_named(kind), content, spell=spell_for_pdf)
    return render_pdf(sheet, verification=verification, emblem=emblem)


def render_word(
    kind: str,
    content: DocumentContent,
    *,
    verification: Verification | None = None,
    template: bytes | None = None,
    emblem: bytes | None = None,
) -> bytes:
    """Return the DOCX. Raises: UnknownDocumentKindError, and see `word.render_docx` for a template of an office."""
    chosen = kind_named(kind)
    return render_docx(
        sheet_of(chosen, content, spell=spell_for_word),
        template=shipped_template(chosen.template) if template is None else template,
        verification=verification,
        emblem=emblem,
        environment=shipped_environment() if template is None else None,
    )

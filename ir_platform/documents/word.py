"""A sheet as DOCX, through a template that an office can restyle in Microsoft Word."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from docx.image.image import Image
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage

from ir_platform.documents.qr import Verification, qr_png
from ir_platform.documents.sheet import Sheet
from ir_platform.documents.vocabulary import KopMark, TemplateEnvironment, VerificationMark

TEMPLATES = Path(__file__).parent / "templates"

_MAX_PROPERTY_CHARS = 255
"""What python-docx accepts in a core property."""
_QR_WIDTH = Cm(2.1)
_EMBLEM_SIDE = Cm(1.9)


def render_docx(
    sheet: Sheet,
    *,
    template: bytes,
    verification: Verification | None = None,
    emblem: bytes | None = None,
    environment: TemplateEnvironment | None = None,
) -> bytes:
    """Return the filled template; texts come out literally, whatever they look like.

    Raises: jinja2.TemplateError, and whatever python-docx makes of bytes that are no Word file; a shipped template
    and one that `office_template` accepted give neither.
    """
    document = DocxTemplate(io.BytesIO(template))
    context = {"s": sheet, "verifikasi": _mark(document, verification), "kop": _kop(document, emblem)}
    document.render(context, jinja_env=environment or TemplateEnvironment(), autoescape=True)
    _set_properties(document, sheet)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_times(buffer.getvalue(), at=sheet.dibuat)


def shipped_template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _mark(document: DocxTemplate, verification: Verification | None) -> VerificationMark:
    if verification is None:
        return VerificationMark(kode="", alamat="", qr="")
    picture = InlineImage(document, io.BytesIO(qr_png(verification.text)), width=_QR_WIDTH)
    return VerificationMark(kode=verification.kode, alamat=verification.alamat, qr=picture)


def _kop(document: DocxTemplate, emblem: bytes | None) -> KopMark:
    if emblem is None:
        return KopMark(lambang="")
    shape = Image.from_blob(emblem)
    # The longer side decides, so that no emblem is wider or higher than its place.
    side = {"height" if shape.px_height >= shape.px_width else "width": _EMBLEM_SIDE}
    return KopMark(lambang=InlineImage(document, io.BytesIO(emblem), **side))


def _set_properties(document: DocxTemplate, sheet: Sheet) -> None:
    properties = document.core_properties
    properties.title = sheet.judul_dokumen[:_MAX_PROPERTY_CHARS]
    properties.subject = sheet.nomor_register[:_MAX_PROPERTY_CHARS]
    properties.author = sheet.kantor[:_MAX_PROPERTY_CHARS]
    properties.last_modified_by = properties.author
    properties.created = properties.modified = sheet.dibuat.replace(tzinfo=None)
    properties.revision = 1


def _with_fixed_times(archive: bytes, *, at: datetime) -> bytes:
    """Return the archive with one time on every member: python-docx writes the clock's."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, date_time=at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            new.writestr(info, old.read(member))
    return buffer.getvalue()

"""A sheet as DOCX, through a template that an office can restyle in Microsoft Word."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from ir_platform.documents.sheet import Sheet

TEMPLATES = Path(__file__).parent / "templates"

_MAX_PROPERTY_CHARS = 255
"""What python-docx accepts in a core property."""


def render_docx(sheet: Sheet, *, template: str) -> bytes:
    """Return the filled template; texts come out literally, whatever they look like."""
    document = DocxTemplate(TEMPLATES / template)
    document.render({"s": sheet}, jinja_env=_environment(), autoescape=True)
    _set_properties(document, sheet)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_times(buffer.getvalue(), at=sheet.dibuat)


def _environment() -> SandboxedEnvironment:
    """An office's template may be edited by anyone there: it prints values, it reaches no Python."""
    return SandboxedEnvironment(autoescape=True, finalize=_literal)


def _literal(value: object) -> Markup:
    """Escape a value for XML, and its underscores too: docxtpl turns `{_{` into `{{` after rendering."""
    return Markup(str(escape(value)).replace("_", "&#95;"))  # noqa: S704  escaped on this line


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

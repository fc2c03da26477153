"""Checks a Word template of an office whole, before it is kept: archive, words, and a rendering of full samples.

Runs in a confined child: docxtpl's own patterns take long on hostile XML. Every fault names its place.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError

from ir_platform.documents.catalog import kind_named
from ir_platform.documents.qr import Verification
from ir_platform.documents.sample import DOT, SAMPLES
from ir_platform.documents.sheet import sheet_of
from ir_platform.documents.spelling import spell_for_word
from ir_platform.documents.template_archive import TemplateFault, archive_faults
from ir_platform.documents.template_grammar import offences
from ir_platform.documents.vocabulary import TemplateEnvironment
from ir_platform.documents.word import render_docx

MAX_FAULTS: Final = 20
_SHOWN_CHARS: Final = 90
_TAG: Final = re.compile(r"<[^>]*>")
_BLOCK: Final = re.compile(r"{%-?\s*(for|if|endfor|endif)\b")
_FOOTNOTES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
# lxml's own error of malformed XML is a SyntaxError.
_BROKEN: Final = (PackageNotFoundError, SyntaxError, KeyError, ValueError, AttributeError, zipfile.BadZipFile)
"""What reading a Word file raises that is none."""
_VERIFICATION: Final = Verification(kode="ABCD-EFGH-2345-WXYZ", alamat="https://tanggap.example.go.id/verifikasi")


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    source: str
    """As Jinja reads it, one paragraph a line."""

    def fault(self, line: int, reason: str) -> TemplateFault:
        return TemplateFault(tempat=f"{self.name}, {self._place(line)}", alasan=reason)

    def _place(self, line: int) -> str:
        lines = self.source.split("\n")
        before = "\n".join(lines[:line])
        opened = len(re.findall(r"<w:tc[ >]", before)) - before.count("</w:tc>") + lines[line - 1].count("</w:tc>")
        where = "sel tabel" if opened > 0 else "paragraf"
        texts = (" ".join(_TAG.sub("", one).split()) for one in (*lines[line - 1 :], *reversed(lines[: line - 1])))
        text = next((one for one in texts if one), "")
        return f"{where} “{text[:_SHOWN_CHARS]}{'…' if len(text) > _SHOWN_CHARS else ''}”"


def faults_of(kind: str, data: bytes) -> tuple[TemplateFault, ...]:
    """Return what keeps the template from being used; empty: it renders every sample.

    Raises: UnknownDocumentKindError.
    """
    kind_named(kind)
    found = archive_faults(data) or tuple(_word_faults(data)) or tuple(_rendering_faults(kind, data))
    return found[:MAX_FAULTS]


def _word_faults(data: bytes) -> Iterator[TemplateFault]:
    try:
        parts = tuple(_parts(data))
    except _BROKEN:
        yield TemplateFault(tempat="berkas", alasan="bukan berkas Word (.docx) yang utuh")
        return
    for part in parts:
        yield from _part_faults(part)


def _part_faults(part: _Part) -> Iterator[TemplateFault]:
    try:
        template = TemplateEnvironment().parse(part.source)
    except TemplateSyntaxError as error:
        yield _syntax_fault(part, error)
        return
    yield from (part.fault(one.line, one.reason) for one in offences(template))


def _syntax_fault(part: _Part, error: TemplateSyntaxError) -> TemplateFault:
    stray = _stray_block(part.source)
    if stray is not None:
        line, word = stray
        missing = "tidak ditutup" if word in ("for", "if") else "tidak mempunyai pembuka"
        return part.fault(line, f"tanda {{% {word} %}} {missing}")
    return part.fault(error.lineno, f"tanda templat salah tulis ({error.message})")


def _stray_block(source: str) -> tuple[int, str] | None:
    """Return line and word of the first block that is not closed, or not opened; None: all fit."""
    stack: list[tuple[int, str]] = []
    for found in _BLOCK.finditer(source):
        line, word = source.count("\n", 0, found.start()) + 1, found[1]
        if word in ("for", "if"):
            stack.append((line, word))
        elif stack and stack[-1][1] == word.removeprefix("end"):
            stack.pop()
        else:
            return stack[-1] if stack else (line, word)
    return stack[-1] if stack else None


def _parts(data: bytes) -> Iterator[_Part]:
    document = DocxTemplate(io.BytesIO(data))
    document.init_docx()
    yield _part(document, "badan", document.get_xml())
    for uri, name in ((document.HEADER_URI, "kepala halaman"), (document.FOOTER_URI, "kaki halaman")):
        for _key, part in document.get_headers_footers(uri):
            yield _part(document, name, document.xml_to_string(part._element))
    for part in document.docx.part.package.parts:
        if part.content_type == _FOOTNOTES:
            yield _part(document, "catatan kaki", part.blob.decode("utf-8"))
    properties = document.docx.core_properties
    for name in ("author", "comments", "identifier", "language", "subject", "title"):
        yield _Part("properti berkas", str(getattr(properties, name)))


def _part(document: DocxTemplate, name: str, xml: str) -> _Part:
    return _Part(name, re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(xml)))


def _rendering_faults(kind: str, data: bytes) -> Iterator[TemplateFault]:
    for content in SAMPLES:
        try:
            sheet = sheet_of(kind_named(kind), content, spell=spell_for_word)
            Document(io.BytesIO(render_docx(sheet, template=data, verification=_VERIFICATION, emblem=DOT)))
        except TemplateError as error:
            yield TemplateFault(tempat="contoh dokumen", alasan=f"tidak dapat disusun ({error.message})")
            return
        except (SyntaxError, PackageNotFoundError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
            reason = "hasilnya bukan dokumen Word yang utuh; periksa letak tanda {%p … %}, {%tr … %} dan {% … %}"
            yield TemplateFault(tempat="contoh dokumen", alasan=reason)
            return

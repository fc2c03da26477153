"""Whether some bytes are a Word file that may be kept and opened: a small archive, no macros, nothing from outside."""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 10 * 1024**2
"""Of the file as sent."""
MAX_UNPACKED_BYTES: Final = 40 * 1024**2
MAX_PARTS: Final = 500

_MAIN: Final = "word/document.xml"
_EXTERNAL: Final = re.compile(r"""TargetMode\s*=\s*["']\s*External""", re.IGNORECASE)
_RELATION: Final = re.compile(r"""<(?:[\w.-]+:)?Relationship\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ADDRESS: Final = re.compile(r"""\bTarget\s*=\s*["']([^"']*)""")
_DECLARED: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_TEXT_BEGINS: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<")
_FOREIGN: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<![CDATA[")
"""What Word writes into no part, and what could hide text from the looks below."""
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_FIELD_ENDS: Final = re.compile(r"fldCharType\s*=|</(?:[\w.-]+:)?p>")
_INSTRUCTION: Final = re.compile(r"<(?:[\w.-]+:)?instrText\b[^>]*>([^<]*)|\binstr\s*=\s*(?:\"([^\"]*)|'([^']*))")
_REACHES_OUT: Final = re.compile(
    r"\b(DATABASE|DDE|DDEAUTO|IMPORT|INCLUDE|INCLUDEPICTURE|INCLUDETEXT|LINK|QUOTE|RD)\b", re.IGNORECASE
)
"""Fields with which Word fetches or starts something; QUOTE spells any other."""
_UNWANTED: Final = (
    (re.compile(r"vbaProject|vbaData|\.bin$", re.IGNORECASE), "berisi makro atau kode biner"),
    (re.compile(r"^word/(embeddings|activeX|afchunk)", re.IGNORECASE), "berisi objek yang disematkan"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFault:
    tempat: str
    """Where: `badan, sel tabel “Nomor: {{ s.nomr }}”`."""
    alasan: str
    """In Bahasa Indonesia."""


def archive_faults(data: bytes) -> tuple[TemplateFault, ...]:
    """Return what speaks against the file; nothing of it is unpacked before its stated sizes are in order."""
    if len(data) > MAX_BYTES:
        return (_of_file(f"lebih besar dari {MAX_BYTES // 1024**2} MiB"),)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return tuple(_faults(archive))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ):
        # A password, a method we do not know, a directory that lies: all of them are no Word file.
        return (_of_file("bukan berkas Word (.docx) yang utuh"),)


def _faults(archive: zipfile.ZipFile) -> Iterator[TemplateFault]:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        yield _of_file(f"isinya terlalu besar setelah dibuka (batas {MAX_UNPACKED_BYTES // 1024**2} MiB)")
        return
    names = {part.filename for part in parts}
    if not {_MAIN, "[Content_Types].xml"} <= names or len(names) != len(parts):
        yield _of_file("bukan berkas Word (.docx) yang utuh")
        return
    for part in parts:
        yield from (_of_part(part, why) for wanted, why in _UNWANTED if wanted.search(part.filename))
        if part.filename.endswith((".xml", ".rels")):
            yield from _text_faults(part, archive.read(part))


def _text_faults(part: zipfile.ZipInfo, text: bytes) -> Iterator[TemplateFault]:
    if not _is_utf8(text) or any(word in text for word in _FOREIGN):
        yield _of_part(part, "berisi deklarasi yang tidak boleh ada dalam berkas Word")
        return
    if part.filename == "[Content_Types].xml" and b"macroEnabled" in text:
        yield _of_part(part, "berisi makro")
    read = _COMMENT.sub("", text.decode("utf-8", "replace"))
    if part.filename.endswith(".rels"):
        yield from _outside_faults(part, read)
    for instruction in _instructions(read):
        if found := _REACHES_OUT.search(instruction):
            yield _of_part(part, f"berisi bidang Word {found[1].upper()}, yang mengambil atau menjalankan sesuatu")


def _is_utf8(text: bytes) -> bool:
    """Other encodings could say what is looked for here in other bytes."""
    declared = _DECLARED.search(text[:200])
    is_declared_so = declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"}
    return is_declared_so and b"\0" not in text and _TEXT_BEGINS.search(text[:200]) is not None


def _outside_faults(part: zipfile.ZipInfo, text: str) -> Iterator[TemplateFault]:
    """A letter may be written as its number, and any prefix may stand before the element's name."""
    for relation in map(html.unescape, _RELATION.findall(text)):
        if _EXTERNAL.search(relation):
            found = _ADDRESS.search(relation)
            address = found[1][:120] if found else "?"
            yield _of_part(part, f"merujuk ke luar berkas ({address}); ubah tautan menjadi teks biasa")


def _instructions(text: str) -> Iterator[str]:
    """Yield what the part's fields are told to do; Word may have cut one into several runs."""
    for field in _FIELD_ENDS.split(text):
        found = _INSTRUCTION.findall(field)
        yield html.unescape("".join(runs for runs, _, _ in found))
        yield from (html.unescape(double or single) for _, double, single in found if double or single)


def _of_file(why: str) -> TemplateFault:
    return TemplateFault(tempat="berkas", alasan=why)


def _of_part(part: zipfile.ZipInfo, why: str) -> TemplateFault:
    return TemplateFault(tempat=f"bagian {part.filename[:120]}", alasan=why)

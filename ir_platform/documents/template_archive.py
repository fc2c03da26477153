"""Whether some bytes are a Word file that may be kept and opened: a small archive, no macros, nothing from outside."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 10 * 1024**2
"""Of the file as sent."""
MAX_UNPACKED_BYTES: Final = 40 * 1024**2
MAX_PARTS: Final = 500

_MAIN: Final = "word/document.xml"
_EXTERNAL: Final = re.compile(rb"""TargetMode\s*=\s*["']\s*External""", re.IGNORECASE)
_TARGET: Final = re.compile(rb"""<Relationship\b[^>]*>""")
_ADDRESS: Final = re.compile(rb"""Target\s*=\s*["']([^"']*)""")
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
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
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
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield _of_part(part, "berisi deklarasi yang tidak boleh ada dalam berkas Word")
    if part.filename == "[Content_Types].xml" and b"macroEnabled" in text:
        yield _of_part(part, "berisi makro")
    if part.filename.endswith(".rels") and _EXTERNAL.search(text):
        for relation in _TARGET.findall(text):
            if _EXTERNAL.search(relation):
                found = _ADDRESS.search(relation)
                address = found[1].decode("utf-8", "replace")[:120] if found else "?"
                yield _of_part(part, f"merujuk ke luar berkas ({address}); ubah tautan menjadi teks biasa")


def _of_file(why: str) -> TemplateFault:
    return TemplateFault(tempat="berkas", alasan=why)


def _of_part(part: zipfile.ZipInfo, why: str) -> TemplateFault:
    return TemplateFault(tempat=f"bagian {part.filename[:120]}", alasan=why)

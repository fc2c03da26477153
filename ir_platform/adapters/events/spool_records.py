"""The records of the spool's files: framed so that a cut or damaged one is known, and counted so that nobody has to
read a file to tell how much of it waits.

    header     magic, bytes of the content, its CRC-32, moment of appending (ns)
    content
    trailer    events in the file up to here, magic

Files that an earlier version left (`….log`) have neither moment nor trailer.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from typing import Final

SUFFIX: Final = ".kept"
OLD_SUFFIX: Final = ".log"
SUFFIXES: Final = (SUFFIX, OLD_SUFFIX)
_TRAILER: Final = struct.Struct("<Q4s")
_TRAILER_MAGIC: Final = b"TGSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the records of a file are framed."""

    magic: bytes
    header: struct.Struct
    """magic, bytes of the content, its CRC-32, and what else it says."""
    trailer_bytes: int

    def size_of(self, content: bytes) -> int:
        return self.header.size + len(content) + self.trailer_bytes


FORM: Final = Form(magic=b"TGS2", header=struct.Struct("<4sIIq"), trailer_bytes=_TRAILER.size)
OLD_FORM: Final = Form(magic=b"TGS1", header=struct.Struct("<4sII"), trailer_bytes=0)


def form_of(name: str) -> Form:
    return OLD_FORM if name.endswith(OLD_SUFFIX) else FORM


def header_of(content: bytes, *, at_ns: int) -> bytes:
    return FORM.header.pack(FORM.magic, len(content), zlib.crc32(content), at_ns)


def trailer_of(events: int) -> bytes:
    """`events`: in the file, with those of the record that ends here."""
    return _TRAILER.pack(events, _TRAILER_MAGIC)


def content_at(descriptor: int, offset: int, form: Form) -> bytes | None:
    """Return the content of the record that begins there; None: none that is whole does."""
    header = os.pread(descriptor, form.header.size, offset)
    if len(header) < form.header.size:
        return None
    magic, length, checksum = form.header.unpack(header)[:3]
    begins = offset + form.header.size
    if magic != form.magic or begins + length + form.trailer_bytes > os.fstat(descriptor).st_size:
        return None
    content = os.pread(descriptor, length, begins)
    return content if len(content) == length and zlib.crc32(content) == checksum else None


def next_whole(descriptor: int, offset: int, form: Form) -> int | None:
    """Return where the first whole record from there on begins; None: there is none."""
    rest = os.pread(descriptor, os.fstat(descriptor).st_size - offset, offset)
    place = rest.find(form.magic)
    while place >= 0:
        if content_at(descriptor, offset + place, form) is not None:
            return offset + place
        place = rest.find(form.magic, place + 1)
    return None


def moment_at(descriptor: int, offset: int) -> int | None:
    """Return when the record that begins there was appended (ns); None: it is not whole, or of the old form."""
    header = os.pread(descriptor, FORM.header.size, offset)
    if len(header) < FORM.header.size or not header.startswith(FORM.magic):
        return None
    moment: int = FORM.header.unpack(header)[3]
    return moment


def events_before(descriptor: int, offset: int) -> int | None:
    """Return how many events stand in the file before that place; None: no record (of the new form) ends there."""
    if offset == 0:
        return 0
    trailer = os.pread(descriptor, _TRAILER.size, max(offset - _TRAILER.size, 0))
    if len(trailer) < _TRAILER.size or not trailer.endswith(_TRAILER_MAGIC):
        return None
    events: int = _TRAILER.unpack(trailer)[0]
    return events

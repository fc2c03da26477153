"""Files as bounded lines: opened (gzip and zstd too), named for ids, cut at line ends with their offsets."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import blake2b
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol

import zstandard

GZIP_MAGIC: Final = b"\x1f\x8b"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
BLOCK_BYTES: Final = 256 * 1024
FINGERPRINT_BYTES: Final = 4096
_ZSTD_WINDOW_BYTES: Final = 128 * 1024 * 1024
"""zstd's own default for `--long`-less decoders; a larger window is a memory bomb or an archive, not a log."""

# logrotate: auth.log.1, auth.log-20261121; the compressed copy of a file is the same file.
_COMPRESSED = re.compile(r"\.(?:gz|zst|zstd)$", re.IGNORECASE)
_ROTATED = re.compile(r"(?:\.\d{1,3}|-\d{8})$")


class Line(NamedTuple):
    """A line without its end; `overlong` says that only its first bytes are here."""

    offset: int
    end: int
    """Offset of the byte after the line's end."""
    content: bytes
    overlong: bool
    record: int
    """The number of the line, from 0."""
    next_record: int
    """One more, or the number after the last line that was joined to this one."""


class DamagedArchiveError(Exception):
    """Compressed content ends early or is broken; everything before `offset` was read."""

    def __init__(self, *, offset: int) -> None:
        super().__init__(f"compressed content is damaged after byte {offset}")
        self.offset = offset


class Content(Protocol):
    """What a file holds, uncompressed."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end. Raises: EOFError and the library's own where it is damaged."""

    def close(self) -> None: ...


class _ZstdContent:
    """The frames of a zstd file, one after another; unlike the library's own reader it says when one is cut off."""

    _INPUT_BYTES = 1024
    """A block of 128 KiB may stand in 4 bytes: this much input at a time bounds what comes out at once to 32 MiB."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame = self._new_frame()
        self._is_within_frame = False
        self._input = b""
        self._ready = bytearray()

    @staticmethod
    def _new_frame() -> "zstandard.ZstdDecompressionObj":
        return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES).decompressobj()

    def read(self, size: int, /) -> bytes:
        while len(self._ready) < size and self._read_on():
            pass
        if not self._ready and self._is_within_frame:
            raise EOFError
        content = bytes(self._ready[:size])
        del self._ready[:size]
        return content

    def _read_on(self) -> bool:
        """Uncompress a little more; False at the end of the file."""
        self._input = self._input or self._raw.read(self._INPUT_BYTES)
        if not self._input:
            return False
        self._ready += self._frame.decompress(self._input)
        self._is_within_frame = not self._frame.eof
        self._input = b""
        if self._frame.eof:
            self._input = self._frame.unused_data
            self._frame = self._new_frame()
        return True

    def close(self) -> None:
        self._raw.close()


class UpTo:
    """The next bytes of a content, and no more."""

    def __init__(self, content: Content, size: int) -> None:
        self._content = content
        self._left = size

    def read(self, size: int, /) -> bytes:
        found = self._content.read(min(size, self._left)) if self._left > 0 else b""
        self._left -= len(found)
        return found

    def close(self) -> None:
        self._content.close()


def open_content(path: Path) -> Content:
    """Return the file's content, uncompressed where its first bytes say gzip or zstd.

    Raises: OSError.
    """
    with path.open("rb") as raw:
        magic = raw.read(4)
    if magic.startswith(GZIP_MAGIC):
        return gzip.open(path, "rb")
    if magic == ZSTD_MAGIC:
        return _ZstdContent(path.open("rb"))
    return path.open("rb")


def read_blocks(content: Content, *, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield the content in blocks. Raises: DamagedArchiveError."""
    offset = 0
    while True:
        try:
            block = content.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
            raise DamagedArchiveError(offset=offset) from error
        if not block:
            return
        offset += len(block)
        yield block


def read_head(path: Path, *, size: int) -> bytes:
    """Return the first bytes of the content, as many as can be read. Raises: OSError."""
    head = b""
    with closing(open_content(path)) as content:
        try:
            for block in read_blocks(content, size=size):
                head += block
                if len(head) >= size:
                    break
        except DamagedArchiveError:
            return head[:size]
    return head[:size]


def origin_of(name: str, head: bytes) -> str:
    """Return the name by which records of this file are identified.

    It is the file's base name without marks of rotation and compression, and a fingerprint of its first line
    (at most 4 KiB). So the folder does not matter, a file that grew keeps the ids of its earlier lines,
    and `auth.log`, rotated to `auth.log.1` and then to `auth.log.1.gz`, stays the same file. Two files of one
    name with the same first line (a CSV heading) share ids only where a whole line is the same at the same place.
    """
    stem = _ROTATED.sub("", _COMPRESSED.sub("", name))
    first_line = head[:FINGERPRINT_BYTES].split(b"\n", 1)[0]
    return f"file:{stem}:{blake2b(first_line, digest_size=8).hexdigest()}"


def skip_to(content: Content, offset: int) -> None:
    """Read up to `offset`; compressed content can only be read through. Raises: DamagedArchiveError."""
    if isinstance(content, BufferedReader):
        content.seek(offset)
        return
    left = offset
    while left > 0:
        block = next(read_blocks(content, size=min(left, BLOCK_BYTES)), b"")
        if not block:
            return
        left -= len(block)


def is_compressed(path: Path) -> bool:
    """Say whether `open_content` would uncompress the file. Raises: OSError."""
    with path.open("rb") as raw:
        magic = raw.read(4)
    return magic.startswith(GZIP_MAGIC) or magic == ZSTD_MAGIC


def read_lines(content: Content, *, start: int, record: int, limit_bytes: int) -> Iterator[Line]:
    r"""Yield the lines from `start` on (which is where `content` stands), cut at `\n`, without `\r\n`.

    The first one is line number `record`. Memory holds one block and one line of at most `limit_bytes`.
    Raises: DamagedArchiveError.
    """
    offset = start
    pending = b""
    pending_bytes = 0
    """Length of the unfinished line, of which `pending` keeps at most `limit_bytes` + 1."""
    for block in read_blocks(content):
        lines = block.split(b"\n")
        if len(lines) == 1:
            pending_bytes += len(block)
            pending = (pending + block)[: limit_bytes + 1]
            continue
        lines[0] = pending + lines[0]
        end = offset + pending_bytes - len(pending)
        pending = lines.pop()
        for line in lines:
            end += len(line) + 1
            yield _line(offset, end, line, limit_bytes, record)
            offset = end
            record += 1
        pending_bytes = len(pending)
    if pending_bytes:
        yield _line(offset, offset + pending_bytes, pending, limit_bytes, record)


def line_of(content: bytes, *, offset: int, record: int, limit_bytes: int) -> Line:
    r"""Return the line that begins at `offset` and holds `content`, which is without its `\n`."""
    return _line(offset, offset + len(content) + 1, content, limit_bytes, record)


def _line(offset: int, end: int, content: bytes, limit_bytes: int, record: int) -> Line:
    if offset == 0:
        content = content.removeprefix(b"\xef\xbb\xbf")
    if len(content) > limit_bytes:
        return Line(offset, end, content[:limit_bytes], True, record, record + 1)
    if content.endswith(b"\r"):
        content = content[:-1]
    return Line(offset, end, content, False, record, record + 1)


Continues = Callable[[Line, bool, Line | None], bool]
"""Whether a line belongs to the record before it, which has (or has not) a quote open and ends with another line.

Where that is not known (None: the reader begins here) it says whether the line may belong to what came before.
"""


def is_indented(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line begins with a blank, as the second line of a message does."""
    return line.content[:1] in (b" ", b"\t") and not line.content.isspace()


_TRAP_BEGINS = re.compile(rb"(?:<\d{1,3}>|\d{4}-\d\d-\d\d |[A-Z][a-z]{2} [ \d]\d )")


def is_of_trap(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line holds variables of the trap before it: it begins with no time."""
    return _TRAP_BEGINS.match(line.content) is None and not line.content.isspace()


_MARKUP_BEGINS = re.compile(rb"\s*(?:<Event[\s>]|<\?xml|</?Events|<!DOCTYPE)")


def is_within_event(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line goes on with the XML element before it: a Windows event may be printed over many lines."""
    return _MARKUP_BEGINS.match(line.content) is None and not line.content.isspace()


_TRANSACTION_BEGINS = re.compile(rb"-{2,3}[0-9A-Za-z]{6,12}-{1,3}A--|\{\"transaction\":")


def is_within_transaction(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line belongs to the audited transaction before it, whose first part is `A`."""
    return _TRANSACTION_BEGINS.match(line.content) is None


_TRACE = (b" ", b"\t", b"Stack trace:", b"#", b"PHP ", b"thrown in ", b'"')


def is_stack_trace(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line goes on with what PHP wrote through a web server: a trace, or its next message."""
    return line.content.startswith(_TRACE) and not line.content.isspace()


def is_quoted(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line is the rest of a quoted CSV value."""
    return has_open_quote


_SERIAL = re.compile(rb"msg=audit\((\d{1,12}\.\d{1,9}:\d{1,12})\)")
_SERIAL_WITHIN_BYTES: Final = 512


def audit_serial_of(line: Line) -> bytes | None:
    """Return what the records of one event of auditd share: its time and serial. None: it is no such record."""
    # A line that was cut is told by its beginning too.
    serial = _SERIAL.search(line.content, 0, _SERIAL_WITHIN_BYTES)
    return None if serial is None else serial[1]


def is_same_audit_event(line: Line, has_open_quote: bool, before: Line | None) -> bool:
    """Say whether the line is a further record of auditd's event before it."""
    serial = audit_serial_of(line)
    return serial is not None and (before is None or audit_serial_of(before) == serial)


def join_lines(lines: Iterator[Line], *, continues: Continues, limit_bytes: int) -> Iterator[Line]:
    """Yield records of one line or more, joined by newlines.

    A record that outgrows `limit_bytes` is cut there and marked overlong, and the next line begins anew: so a quote
    that is never closed costs one record, not the rest of the file. A first line that continues something stands
    alone: what it continued was read before.
    """
    parts: list[Line] = []
    size_bytes = quotes = 0
    for line in lines:
        if parts and size_bytes <= limit_bytes and continues(line, quotes % 2 == 1, parts[-1]):
            parts.append(line)
        else:
            if parts:
                yield _joined(parts, limit_bytes)
            parts = [line]
            size_bytes = quotes = 0
        size_bytes += len(line.content) + 1
        quotes += line.content.count(b'"')
    if parts:
        yield _joined(parts, limit_bytes)


def _joined(parts: list[Line], limit_bytes: int) -> Line:
    first, last = parts[0], parts[-1]
    if first is last:
        return first
    content = b"\n".join(part.content for part in parts)
    overlong = last.overlong or len(content) > limit_bytes
    return Line(first.offset, last.end, content[:limit_bytes], overlong, first.record, last.next_record)

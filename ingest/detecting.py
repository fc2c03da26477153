"""Which format a file or lines speak for, told by their first bytes."""

from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ingest.catalog import EVTX, LINE_FORMATS, LineFormat
from ingest.parsers.base import ParseContext, Reading, text_of
from ingest.parsers.evtx import MAGIC as EVTX_MAGIC
from ingest.records import records_of
from ingest.sources.files import Line, read_head, read_lines

HEAD_BYTES: Final = 64 * 1024
CAPTURE: Final = "pcap"
"""What `detect_format` says of a packet capture, which `ingest.pcap` reads, not the catalogue."""

_SAMPLE_LINES: Final = 50
_ENOUGH: Final = 0.3
"""The share of the first lines that must be readable: a log may begin with a torn line or a banner."""
_CAPTURE_MAGICS: Final = tuple(
    bytes.fromhex(magic)
    for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a", "a1b2cd34", "34cdb2a1")
)


class UnknownFormatError(Exception):
    """A file that no parser knows, or a name that is no format; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


def detect_format(path: Path) -> str:
    """Return the name of the format that the file's first bytes speak for; `pcap` for a capture.

    Raises: UnknownFormatError, OSError.
    """
    head = read_head(path, size=HEAD_BYTES)
    if head.startswith(EVTX_MAGIC):
        return EVTX
    if head.startswith(_CAPTURE_MAGICS):
        return CAPTURE
    lines = _sample(head)
    if not lines:
        raise UnknownFormatError(path=str(path), reason="berkas kosong")
    context = ParseContext(timezone=ZoneInfo("UTC"), year=None, reference_ns=path.stat().st_mtime_ns)
    best = next(iter(_ranked(lines, context)), None)
    if best is None or not best.is_enough:
        raise UnknownFormatError(path=str(path), reason="format tidak dikenali dari baris-baris awal")
    return best.name


class Candidate(NamedTuple):
    """A format that reads some of the lines."""

    name: str
    share: float
    """Of the first lines' records, how many it reads and was meant for."""

    @property
    def is_enough(self) -> bool:
        return self.share >= _ENOUGH


def formats_of(content: bytes, context: ParseContext) -> list[Candidate]:
    """Return which formats the first of these lines speak for, what speaks most for itself first."""
    return _ranked(_sample(content[:HEAD_BYTES]), context)


def _ranked(lines: list[Line], context: ParseContext) -> list[Candidate]:
    shares = [Candidate(known.name, _share(known, lines, context)) for known in LINE_FORMATS.values()]
    found = [candidate for candidate in shares if candidate.share > 0]
    return sorted(found, key=lambda one: one.share * LINE_FORMATS[one.name].weight, reverse=True)


def _sample(head: bytes) -> list[Line]:
    """Return the first lines, without a last one that is cut."""
    lines = list(read_lines(BytesIO(head), start=0, record=0, limit_bytes=HEAD_BYTES))
    if len(head) == HEAD_BYTES and len(lines) > 1:
        lines.pop()
    return [line for line in lines if line.content.strip(b"\0 \t")][:_SAMPLE_LINES]


def _share(known: LineFormat, lines: list[Line], context: ParseContext) -> float:
    parser = known.open(context)
    records = records_of(iter(lines), known, limit_bytes=HEAD_BYTES)
    readings = [parser.parse(text_of(record.content)) for record in records]
    spoken = [reading for reading in readings if reading is not None]
    good = sum(1 for reading in spoken if isinstance(reading, Reading) and known.is_typical(reading))
    return good / len(spoken) if spoken else 0.0

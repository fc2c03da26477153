"""Lines tried with a parser before it is used: what each would be as an event, and which formats they look like.

Nothing is stored, and nothing outlives the call.
"""

from io import BytesIO
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ingest.catalog import LINE_FORMATS
from ingest.detecting import formats_of
from ingest.parsers.base import ParseContext, Reading, text_of, timestamp_text
from ingest.parsers.ends import Fields
from ingest.records import records_of
from ingest.sources.files import read_lines

MAX_BYTES: Final = 64 * 1024
MAX_RECORDS: Final = 100
MAX_CANDIDATES: Final = 5


class Tried(NamedTuple):
    """One record: its event's fields, why it would be refused, or neither (a heading, a comment)."""

    line: int
    """From 1: the first line of the record."""
    text: str
    fields: Fields | None
    reason: str | None


class Trial(NamedTuple):
    """What came of it."""

    format: str | None
    """The one that was tried; None where the lines speak for none."""
    candidates: tuple[tuple[str, float], ...]
    """Formats that read any of the lines, and the share of lines that they read; what speaks most for itself first."""
    records: tuple[Tried, ...]
    is_cut: bool
    """Whether there were more records than MAX_RECORDS."""


def try_lines(
    content: bytes,
    *,
    format: str = "auto",
    timezone: ZoneInfo,
    received_ns: int,
    layouts: tuple[str, ...] = (),
) -> Trial:
    """Return what a parser makes of the lines, at most MAX_BYTES of them; `format` as in `reading.read_events`.

    Raises: KeyError for a format that reads no lines, BadLayoutError.
    """
    content = content[:MAX_BYTES]
    context = ParseContext(timezone=timezone, year=None, reference_ns=received_ns, layouts=layouts)
    candidates = formats_of(content, context)
    name = format
    if name == "auto":
        name = "access" if layouts else next((one.name for one in candidates if one.is_enough), "")
    shown = tuple((one.name, one.share) for one in candidates[:MAX_CANDIDATES])
    if not name:
        return Trial(None, shown, (), False)
    records = _records(content, name, context)
    return Trial(name, shown, tuple(records[:MAX_RECORDS]), len(records) > MAX_RECORDS)


def _records(content: bytes, name: str, context: ParseContext) -> list[Tried]:
    known = LINE_FORMATS[name]
    lines = read_lines(BytesIO(content), start=0, record=0, limit_bytes=MAX_BYTES)
    lines = records_of(lines, known, limit_bytes=MAX_BYTES)
    parser = known.open(context)
    tried: list[Tried] = []
    for line in lines:
        text = text_of(line.content)
        if not text.strip():
            continue
        said = parser.parse(text)
        if isinstance(said, Reading):
            fields = {"@timestamp": timestamp_text(said.time_ns), **said.fields}
            tried.append(Tried(line.record + 1, text, fields, None))
        else:
            tried.append(Tried(line.record + 1, text, None, None if said is None else said.reason))
        if len(tried) > MAX_RECORDS:
            break
    return tried

"""Lines put together to records, as a format has them."""

from collections.abc import Iterator

from ingest.catalog import LineFormat
from ingest.sources.files import Line, join_lines
from ingest.sources.gathering import gather_lines


def records_of(lines: Iterator[Line], known: LineFormat, *, limit_bytes: int) -> Iterator[Line]:
    """Yield the records of a format, which may be of several lines."""
    if known.mark_of is not None:
        lines = gather_lines(lines, mark_of=known.mark_of)
    if known.continues is not None:
        lines = join_lines(lines, continues=known.continues, limit_bytes=limit_bytes)
    return lines

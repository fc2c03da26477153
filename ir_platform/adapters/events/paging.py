"""What both stores share in giving results: page cursors and histogram buckets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ir_platform.domain.event import to_datetime
from ir_platform.ports import HistogramBucket

MAX_PAGE: Final = 10_000
MAX_BUCKETS: Final = 10_000


class BadCursorError(ValueError):
    """A cursor this store did not make."""

    def __init__(self, *, cursor: str) -> None:
        super().__init__(f"not a cursor of this store: {cursor[:80]!r}")
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last event of a page: the next page holds what is older, so events that arrive meanwhile move nothing."""

    time_us: int
    tie: int
    """Orders events of the same microsecond."""

    def __str__(self) -> str:
        return f"{self.time_us}.{self.tie}"


def parse_cursor(text: str) -> Cursor:
    """Raises: BadCursorError."""
    time_us, dot, tie = text.partition(".")
    if not dot or len(text) > 64 or not text.isascii() or not time_us.removeprefix("-").isdigit() or not tie.isdigit():
        raise BadCursorError(cursor=text)
    return Cursor(int(time_us), int(tie))


def page_size(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))


def bucket_width_us(from_us: int, to_us: int, buckets: int) -> int:
    """Return the width of each of `buckets` equal parts of [from, to), rounded up to a whole microsecond.

    Raises: ValueError where there is nothing to divide.
    """
    if to_us <= from_us or not 1 <= buckets <= MAX_BUCKETS:
        raise ValueError(f"a histogram needs from < to and 1 to {MAX_BUCKETS} buckets")
    return max(1, -((from_us - to_us) // buckets))


def filled_buckets(
    counts: Iterable[tuple[int, int]], *, from_us: int, to_us: int, width_us: int
) -> tuple[HistogramBucket, ...]:
    """Return every bucket of [from, to), empty ones too, from (start in microseconds, count) pairs."""
    totals: dict[int, int] = {}
    for start, count in counts:
        totals[start] = totals.get(start, 0) + count
    return tuple(
        HistogramBucket(start=to_datetime(start * 1000), count=totals.get(start, 0))
        for start in range(from_us, to_us, width_us)
    )

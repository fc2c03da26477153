"""A list of an office's own days as people write it: `tanggal,uraian,jenis`, one day a line. Pure.

What cannot be read is named with its line and reason, and the other lines count all the same.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from ir_platform.domain.calendar_day import DayKind

MAX_CHARACTERS: Final = 256_000
MAX_LINES: Final = 2_000
MAX_WHAT: Final = 200
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)

_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_INDONESIAN: Final = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII)
_KINDS: Final = {
    "": DayKind.LIBUR,
    "libur": DayKind.LIBUR,
    "penutupan": DayKind.LIBUR,
    "kerja": DayKind.KERJA,
    "masuk": DayKind.KERJA,
}
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


class TableTooLongError(Exception):
    """More than an office's days for decades; nothing of it was read."""

    def __init__(self) -> None:
        super().__init__(f"Daftar terlalu panjang: paling banyak {MAX_LINES} baris.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDay:
    line: int
    """Where it stands, from 1."""
    day: date
    kind: DayKind
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    line: int
    reason: str
    """In Bahasa Indonesia."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTable:
    days: tuple[NewDay, ...]
    bad: tuple[BadLine, ...]


class _UnreadableError(Exception):
    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_day_table(text: str) -> DayTable:
    """Return the days of the list, and what in it cannot be read. Raises: TableTooLongError.

    Commas or semicolons; dates as 2026-12-31 or 31-12-2026; `jenis` is `libur` (also where it is left out) or `kerja`.
    """
    lines = text.removeprefix("\ufeff").splitlines() if len(text) <= MAX_CHARACTERS else ()
    if len(text) > MAX_CHARACTERS or len(lines) > MAX_LINES:
        raise TableTooLongError
    days: dict[date, NewDay] = {}
    bad = []
    for number, line in enumerate(lines, start=1):
        cells = _cells(line)
        if not any(cells) or (number == 1 and cells[0].casefold() in ("tanggal", "date")):
            continue
        try:
            found = _day(number, cells)
            if found.day in days:
                raise _UnreadableError(reason=f"tanggal ini sudah ada di baris {days[found.day].line}")
            days[found.day] = found
        except _UnreadableError as error:
            bad.append(BadLine(line=number, reason=error.reason))
    return DayTable(days=tuple(days.values()), bad=tuple(bad))


def _cells(line: str) -> list[str]:
    """Read one line alone, so that an open quotation mark spoils no other."""
    delimiter = ";" if line.count(";") > line.count(",") else ","
    row = next(csv.reader([line], delimiter=delimiter), [])
    return [cell.strip() for cell in row] or [""]


def _day(number: int, cells: list[str]) -> NewDay:
    when, what, kind, *rest = (*cells, "", "") if len(cells) < 3 else cells
    if any(rest):
        raise _UnreadableError(reason="lebih dari tiga kolom")
    if not what:
        raise _UnreadableError(reason="uraian belum diisi")
    if len(what) > MAX_WHAT or _CONTROLS.search(what):
        raise _UnreadableError(reason=f"uraian harus satu baris, paling panjang {MAX_WHAT} huruf")
    if kind.casefold() not in _KINDS:
        raise _UnreadableError(reason=f'jenis "{kind[:20]}" bukan libur atau kerja')
    return NewDay(line=number, day=_date(when), kind=_KINDS[kind.casefold()], what=what)


def _date(text: str) -> date:
    found = _ISO.fullmatch(text) or _INDONESIAN.fullmatch(text)
    if found is None:
        raise _UnreadableError(reason=f'tanggal "{text[:20]}" tidak terbaca; contoh: 2026-12-31')
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise _UnreadableError(reason=f"tanggal {text} tidak ada di kalender") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _UnreadableError(reason=f"tanggal {text} di luar {FIRST_DAY.year}-{LAST_DAY.year}")
    return day

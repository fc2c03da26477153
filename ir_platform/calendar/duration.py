"""How long a step may take (waktu baku), and what it is in working minutes."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTES_PER_DAY: Final = 450
"""One working day: 37.5 hours over five days; in Ramadan it has 390. Source: Perpres 21/2023 art. 4."""

_MOST_MINUTES: Final = 5 * 366 * MINUTES_PER_DAY


class Satuan(StrEnum):
    """The SOPs write `hari` and `hari kerja` side by side; both are one working day here."""

    MENIT = "menit"
    JAM = "jam"
    HARI = "hari"
    HARI_KERJA = "hari_kerja"

    @property
    def minutes(self) -> int:
        """Working minutes of one unit."""
        return _MINUTES_OF[self]


_MINUTES_OF: Final = {
    Satuan.MENIT: 1,
    Satuan.JAM: 60,
    Satuan.HARI: MINUTES_PER_DAY,
    Satuan.HARI_KERJA: MINUTES_PER_DAY,
}


class BadWaktuError(Exception):
    """A duration that cannot be read, as the user wrote it."""

    def __init__(self, *, text: str) -> None:
        super().__init__(f'waktu tidak terbaca: {text!r}; contoh: "2 hari", "1-2 jam", "20 menit"')
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Waktu:
    """A range in one unit, `1-2 jam`; the longer end is the limit."""

    min: int
    max: int
    satuan: Satuan

    @property
    def min_minutes(self) -> int:
        return self.min * self.satuan.minutes

    @property
    def max_minutes(self) -> int:
        return self.max * self.satuan.minutes

    def __str__(self) -> str:
        amount = str(self.max) if self.min == self.max else f"{self.min}–{self.max}"
        return f"{amount} {self.satuan.replace('_', ' ')}"


_WAKTU = re.compile(r"\s*(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?\s*(menit|jam|hari[ _]kerja|hari)\s*", re.IGNORECASE)


def parse_waktu(text: str) -> Waktu:
    """Return the duration written as `2 hari`, `1-2 jam` or `5 hari kerja`.

    Raises: BadWaktuError for anything else, for a range that runs backwards, and beyond five years.
    """
    found = _WAKTU.fullmatch(text)
    if found is None:
        raise BadWaktuError(text=text)
    least = int(found[1])
    waktu = Waktu(min=least, max=int(found[2] or least), satuan=Satuan(found[3].lower().replace(" ", "_")))
    if waktu.min > waktu.max or waktu.max_minutes > _MOST_MINUTES:
        raise BadWaktuError(text=text)
    return waktu


def in_words(minutes: int) -> str:
    """Return working minutes as `1 hari 4 jam` (a day of 7.5 hours), the two largest units at most."""
    days, rest = divmod(minutes, MINUTES_PER_DAY)
    hours, single = divmod(rest, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((days, "hari"), (hours, "jam"), (single, "menit")) if amount]
    return " ".join(parts[:2]) or "0 menit"


def in_hours(minutes: int) -> str:
    """Return minutes of the calendar as `23 jam 5 menit`: a law's hours are not gathered into working days."""
    hours, single = divmod(minutes, 60)
    parts = [f"{amount} {unit}" for amount, unit in ((hours, "jam"), (single, "menit")) if amount]
    return " ".join(parts) or "0 menit"

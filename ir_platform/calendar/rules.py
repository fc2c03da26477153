"""What the working calendar knows besides the law: an office's own days, and Ramadan as decreed. A value, from rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Final

import holidays
from holidays.constants import GOVERNMENT, PUBLIC

from ir_platform.calendar.ramadan import computed_ramadan, hijri_years_near
from ir_platform.domain.calendar_day import DayKind, OfficeDay, RamadanMonth

Hours = tuple[tuple[time, time], ...]

# Perpres 21/2023: five days, 37.5 hours a week without breaks, from 07.30 local time; breaks of 60 minutes, on
# Friday 90. In Ramadan 32.5 hours from 08.00, breaks of 30 minutes, on Friday 60. It leaves the hour of the break to
# the office; noon, and the Friday prayer, are the usual reading.
MONDAY_TO_THURSDAY: Final[Hours] = ((time(7, 30), time(12, 0)), (time(13, 0), time(16, 0)))
FRIDAY: Final[Hours] = ((time(7, 30), time(11, 30)), (time(13, 0), time(16, 30)))
RAMADAN_MONDAY_TO_THURSDAY: Final[Hours] = ((time(8, 0), time(12, 0)), (time(12, 30), time(15, 0)))
RAMADAN_FRIDAY: Final[Hours] = ((time(8, 0), time(11, 30)), (time(12, 30), time(15, 30)))
_FRIDAY_NUMBER: Final = 4


@lru_cache(maxsize=256)
def national_holidays(year: int) -> frozenset[date]:
    """Public holidays and cuti bersama; those of years not decreed yet are the package's estimate."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=(PUBLIC, GOVERNMENT)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRules:
    closed: frozenset[date] = frozenset()
    """Local closures."""
    worked: frozenset[date] = frozenset()
    """Days worked although they are a weekend or a holiday."""
    ramadan: tuple[tuple[int, date, date], ...] = ()
    """Hijri year, first and last day, as decreed; the others are computed."""

    def hours_of(self, day: date) -> Hours:
        """Return the spans of local time worked on that day, none where the office is closed."""
        if not self.is_worked(day):
            return ()
        is_friday = day.weekday() == _FRIDAY_NUMBER
        if self.is_ramadan(day):
            return RAMADAN_FRIDAY if is_friday else RAMADAN_MONDAY_TO_THURSDAY
        return FRIDAY if is_friday else MONDAY_TO_THURSDAY

    def is_worked(self, day: date) -> bool:
        if day in self.closed:
            return False
        return day in self.worked or (day.weekday() <= _FRIDAY_NUMBER and day not in national_holidays(day.year))

    def is_ramadan(self, day: date) -> bool:
        return any(begins <= day <= ends for begins, ends in ramadans_near(day.year, self.ramadan))


@lru_cache(maxsize=256)
def ramadans_near(year: int, decreed: tuple[tuple[int, date, date], ...]) -> tuple[tuple[date, date], ...]:
    """Return first and last days of the Ramadans that may touch the common year: the decreed ones, else computed."""
    known = {hijri_year: (begins, ends) for hijri_year, begins, ends in decreed}
    found = (known.get(one) or computed_ramadan(one) for one in hijri_years_near(year))
    return tuple(one for one in found if one is not None)


def rules_from(days: Iterable[OfficeDay], ramadans: Iterable[RamadanMonth]) -> DayRules:
    """Return the rules that these rows of one office make."""
    own = tuple(days)
    return DayRules(
        closed=frozenset(one.day for one in own if one.kind is DayKind.LIBUR),
        worked=frozenset(one.day for one in own if one.kind is DayKind.KERJA),
        ramadan=tuple(sorted((one.hijri_year, one.begins, one.ends) for one in ramadans)),
    )

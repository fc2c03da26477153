"""The working calendar of a government office: when it works, and when a limit counted in working time ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from holidays.constants import GOVERNMENT, PUBLIC

from ir_platform.calendar.duration import Waktu
from ir_platform.calendar.zones import zone_of

# Perpres 21/2023: five days, 37.5 hours a week without breaks, from 07.30 local time; breaks of 60 minutes, on
# Friday 90. It leaves the hour of the break to the office; noon, and the Friday prayer, are the usual reading.
# Ramadan's 32.5 hours are not applied yet: in that month limits end up to an hour of each day early.
_MONDAY_TO_THURSDAY: Final = ((time(7, 30), time(12, 0)), (time(13, 0), time(16, 0)))
_FRIDAY: Final = ((time(7, 30), time(11, 30)), (time(13, 0), time(16, 30)))
_FRIDAY_NUMBER: Final = 4
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200


class OutOfCalendarError(Exception):
    """A day so far away that no holiday is known and no limit is meant."""

    def __init__(self, *, day: date) -> None:
        super().__init__(f"di luar kalender kerja: {day.isoformat()}")
        self.day = day


@lru_cache(maxsize=256)
def _holidays_of(year: int) -> frozenset[date]:
    """Public holidays and cuti bersama; those of years not decreed yet are the package's estimate."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=(PUBLIC, GOVERNMENT)))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendar:
    """Fulfils `ports.WorkingCalendar` for one zone.

    The hour of day is kept in working time: a limit of one day that begins two working hours into a day ends two
    working hours into the next working day. Every working day has 450 minutes, so days and minutes add up.
    """

    zone: ZoneInfo

    def is_working_day(self, day: date) -> bool:
        return bool(self._spans_of(day))

    def working_minutes_of(self, day: date) -> int:
        """Return the minutes worked on that day, 0 on a holiday or weekend."""
        return int(sum((end - start for start, end in self._spans_of(day)), timedelta()).total_seconds() // 60)

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return, in UTC, when that many working minutes after `start` are over.

        A limit that ends with a working span ends at its end (16.00), not at the next one's beginning; zero minutes
        outside working time is the next beginning. Raises: OutOfCalendarError, ValueError for negative minutes.
        """
        if minutes < 0:
            raise ValueError("working minutes are not negative")
        left = timedelta(minutes=minutes)
        for begin, end in self._spans_from(start):
            room = end - begin
            if left <= room:
                return begin + left
            left -= room
        raise AssertionError("spans end only by an error")

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes from `start` to `end`, 0 where `end` is not later."""
        worked = timedelta()
        for span_begin, span_end in self._spans_from(start):
            if span_begin >= end:
                break
            worked += min(span_end, end.astimezone(UTC)) - span_begin
        return int(worked.total_seconds() // 60)

    def due(self, start: datetime, waktu: Waktu) -> datetime:
        """Return when the limit ends: the longer end of the range."""
        return self.add_working_minutes(start, waktu.max_minutes)

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield working spans in UTC that are not over at `start`, the first one cut to begin there."""
        if not _FIRST_YEAR <= start.year <= _LAST_YEAR:
            raise OutOfCalendarError(day=start.date())
        start = start.astimezone(UTC)
        day = start.astimezone(self.zone).date()
        while True:
            for begin, end in self._spans_of(day):
                if end >= start:
                    yield max(begin, start), end
            day += timedelta(days=1)

    def _spans_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if day.year > _LAST_YEAR:
            raise OutOfCalendarError(day=day)
        if day.weekday() > _FRIDAY_NUMBER or day in _holidays_of(day.year):
            return ()
        hours = _FRIDAY if day.weekday() == _FRIDAY_NUMBER else _MONDAY_TO_THURSDAY
        return tuple(
            (
                datetime.combine(day, begin, self.zone).astimezone(UTC),
                datetime.combine(day, end, self.zone).astimezone(UTC),
            )
            for begin, end in hours
        )


def perpres_calendar(zone_name: str) -> OfficeCalendar:
    """Return the calendar of Perpres 21/2023 in the zone called `WITA` or `Asia/Makassar`. Raises: UnknownZoneError."""
    return OfficeCalendar(zone=zone_of(zone_name))

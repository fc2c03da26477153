"""The working calendar of a government office: when it works, and when a limit counted in working time ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from ir_platform.calendar.duration import Waktu
from ir_platform.calendar.limits import limit_end
from ir_platform.calendar.rules import DayRules
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.hari import Hari

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200
_DAY: Final = timedelta(days=1)

Span = tuple[datetime, datetime]


class OutOfCalendarError(Exception):
    """A day so far away that no holiday is known and no limit is meant."""

    def __init__(self, *, day: date) -> None:
        super().__init__(f"di luar kalender kerja: {day.isoformat()}")
        self.day = day


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendar:
    """Fulfils `ports.WorkingCalendar` for one zone and one office's days.

    The place in the day is kept: a limit of one working day that begins two hours into a day of 450 minutes ends two
    hours into the next. In Ramadan a working day has 390 minutes and is a working day all the same, so what is kept
    is the share of the day: 120 of 450 minutes become 104 of 390.
    """

    zone: ZoneInfo
    rules: DayRules = field(default_factory=DayRules)
    hari: Hari = Hari.JAM_KERJA
    version: int = 0
    """Another one whenever days or the way of counting change; 0: nobody's calendar."""
    _known: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Spans of the days asked for so far, as the figures of a period ask for the same days thousands of times. Bounded
    by the days a calendar knows; a value written twice by two threads is the same value."""
    _years: dict[int, tuple["_Before", ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """For each day of the years asked for so far, what was worked in its year before it, and at last in the whole."""

    def is_working_day(self, day: date) -> bool:
        return self._is_worked(day)

    def working_minutes_of(self, day: date) -> int:
        """Return the minutes worked on that day, 0 on a holiday or weekend."""
        return _whole_minutes(_length(self._spans_of(day)))

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

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return, in UTC, when that many whole working days after `start` are over, each as long as it is worked.

        Raises: OutOfCalendarError, ValueError for negative days.
        """
        if days < 0:
            raise ValueError("working days are not negative")
        if days == 0:
            return self.add_working_minutes(start, 0)
        day, worked = self._place_of(start)
        if not worked:
            # From a day's very beginning, one day ends with that day and not at the next one's beginning.
            return self._spans_of(self._nth_working_day(day, days - 1))[-1][1]
        target = self._spans_of(self._nth_working_day(day, days))
        whole, own = _length(self._spans_of(day)), _length(target)
        return _after(target, worked if own == whole else worked * (own // _MINUTE) / (whole // _MINUTE))

    def add_hari(self, start: datetime, days: int, *, kerja: bool) -> datetime:
        """Return when so many `hari` (or, `kerja`, `hari kerja`) are over, counted as `Hari` says. Raises: as above."""
        match self.hari:
            case Hari.JAM_KERJA:
                return self.add_working_days(start, days)
            case Hari.KALENDER if not kerja:
                return self._end_of_day(self._local_day(start) + days * _DAY)
            case _:
                return self._end_of_day(self._nth_working_day(self._local_day(start), days))

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes from `start` to `end`, 0 where `end` is not later."""
        if end <= start:
            return 0
        day, last = self._local_day(start), self._local_day(end)
        if day == last:
            return _whole_minutes(_overlap(self._spans_of(day), start, end))
        between = self._between(day, last).worked - _overlap(self._spans_of(day), _LONG_AGO, start)
        return _whole_minutes(between + _overlap(self._spans_of(last), _LONG_AGO, end))

    def working_days_between(self, start: datetime, end: datetime) -> float:
        """Return the working days from `start` to `end`, parts of days by their share; 0 where `end` is not later."""
        if end <= start:
            return 0.0
        day, last = self._local_day(start), self._local_day(end)
        # Exact, so that the shares of two days that make a whole one do.
        return float(self._between(day, last).days - self._share(day, start) + self._share(last, end))

    def due(self, start: datetime, waktu: Waktu) -> datetime:
        """Return when the limit ends: the longer end of the range."""
        return limit_end(self, start, waktu)

    def _share(self, day: date, at: datetime) -> Fraction:
        """Return what part of that working day is over by then; 0 of a day that is none."""
        spans = self._spans_of(day)
        return Fraction(_overlap(spans, _LONG_AGO, at) // _TICK, _length(spans) // _TICK) if spans else Fraction()

    def _between(self, day: date, later: date) -> "_Before":
        """Return what is worked from the beginning of one day to that of another."""
        before, up_to = self._before(day), self._before(later)
        years = [self._year(year)[-1] for year in range(day.year, later.year)]
        return _Before(
            worked=up_to.worked - before.worked + sum((one.worked for one in years), timedelta()),
            days=up_to.days - before.days + sum(one.days for one in years),
        )

    def _before(self, day: date) -> "_Before":
        return self._year(day.year)[day.timetuple().tm_yday - 1]

    def _year(self, year: int) -> tuple["_Before", ...]:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = tuple(self._running_sums(year))
        return known

    def _running_sums(self, year: int) -> "Iterator[_Before]":
        so_far, day = _Before(worked=timedelta(), days=0), date(year, 1, 1)
        while day.year == year:
            yield so_far
            spans = self._spans_of(day)
            so_far = _Before(worked=so_far.worked + _length(spans), days=so_far.days + bool(spans))
            day += _DAY
        yield so_far

    def _local_day(self, at: datetime) -> date:
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            raise OutOfCalendarError(day=at.date())
        return at.astimezone(self.zone).date()

    def _place_of(self, at: datetime) -> tuple[date, timedelta]:
        """Return the working day `at` falls into, or the next one, and how much of it is worked by then."""
        day = self._local_day(at)
        spans = self._spans_of(day)
        if spans and at <= spans[-1][1]:
            return day, _overlap(spans, spans[0][0], at)
        return self._nth_working_day(day, 1), timedelta()

    def _nth_working_day(self, day: date, number: int) -> date:
        """Return the working day that is so many after `day`."""
        while number:
            day += _DAY
            number -= self._is_worked(day)
        return day

    def _end_of_day(self, day: date) -> datetime:
        """Return the end of work on that day, or on the next working day."""
        working = day if self._is_worked(day) else self._nth_working_day(day, 1)
        return self._spans_of(working)[-1][1]

    def _spans_from(self, start: datetime) -> Iterator[Span]:
        """Yield working spans in UTC that are not over at `start`, the first one cut to begin there."""
        day = self._local_day(start)
        start = start.astimezone(UTC)
        while True:
            for begin, end in self._spans_of(day):
                if end >= start:
                    yield max(begin, start), end
            day += _DAY

    def _is_worked(self, day: date) -> bool:
        if day.year > _LAST_YEAR:
            raise OutOfCalendarError(day=day)
        return self.rules.is_worked(day)

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        known = self._known.get(day)
        if known is not None:
            return known
        if day.year > _LAST_YEAR:
            raise OutOfCalendarError(day=day)
        spans = self._known[day] = tuple(
            (
                datetime.combine(day, begin, self.zone).astimezone(UTC),
                datetime.combine(day, end, self.zone).astimezone(UTC),
            )
            for begin, end in self.rules.hours_of(day)
        )
        return spans


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What was worked up to a day."""

    worked: timedelta
    days: int


_LONG_AGO: Final = datetime(_FIRST_YEAR - 1, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_TICK: Final = timedelta(microseconds=1)


def _whole_minutes(worked: timedelta) -> int:
    return worked // _MINUTE


def _length(spans: tuple[Span, ...]) -> timedelta:
    return sum((end - begin for begin, end in spans), timedelta())


def _overlap(spans: tuple[Span, ...], start: datetime, end: datetime) -> timedelta:
    parts = (min(span_end, end) - max(begin, start) for begin, span_end in spans)
    return sum((max(part, timedelta()) for part in parts), timedelta())


def _after(spans: tuple[Span, ...], worked: timedelta) -> datetime:
    """Return when so much of a day's spans is worked."""
    for begin, end in spans:
        if worked <= end - begin:
            return begin + worked
        worked -= end - begin
    return spans[-1][1]


def perpres_calendar(zone_name: str) -> OfficeCalendar:
    """Return the calendar of Perpres 21/2023 in the zone called `WITA` or `Asia/Makassar`. Raises: UnknownZoneError."""
    return OfficeCalendar(zone=zone_of(zone_name))

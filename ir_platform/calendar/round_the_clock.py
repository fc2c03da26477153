"""Hours of the calendar, as laws count them: no nights, no weekends, no holidays. Fulfils `ports.WorkingCalendar`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MINUTES_PER_DAY = 1_440


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTheClock:
    version: int = 0

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        return start + timedelta(days=days)

    def add_hari(self, start: datetime, days: int, *, kerja: bool) -> datetime:
        return self.add_working_days(start, days)

    def working_minutes_of(self, day: date) -> int:
        return _MINUTES_PER_DAY

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        return max(end - start, timedelta()) // timedelta(minutes=1)

    def working_days_between(self, start: datetime, end: datetime) -> float:
        return max(end - start, timedelta()) / timedelta(days=1)

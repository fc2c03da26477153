"""When a limit of an SOP ends, and how a span of working time is said. Pure, over any working calendar."""

from datetime import datetime
from typing import Final

from ir_platform.calendar.duration import Satuan, Waktu, in_words
from ir_platform.ports import WorkingCalendar

_ROUNDING: Final = 1e-9


def limit_end(calendar: WorkingCalendar, start: datetime, waktu: Waktu) -> datetime:
    """Return when the limit ends: the longer end of the range, days counted as the office counts them."""
    if waktu.satuan in (Satuan.HARI, Satuan.HARI_KERJA):
        return calendar.add_hari(start, waktu.max, kerja=waktu.satuan is Satuan.HARI_KERJA)
    return calendar.add_working_minutes(start, waktu.max_minutes)


def span_words(calendar: WorkingCalendar, start: datetime, end: datetime) -> str:
    """Return working time as `1 hari 4 jam`: whole working days, of whatever length, then hours and minutes."""
    # In Ramadan a share of a day is rounded to the microsecond, and two of them may fall that short of a whole day.
    days = int(calendar.working_days_between(start, end) + _ROUNDING)
    if not days:
        return in_words(calendar.working_minutes_between(start, end))
    rest = calendar.working_minutes_between(calendar.add_working_days(start, days), end)
    # The two largest units, as `in_words` gives them: the days and what comes next.
    return " ".join([f"{days} hari", *in_words(rest).split()[: 2 if rest else 0]])


def days_words(days: float) -> str:
    """Return `1,4 hari kerja`: one decimal, with the comma of Bahasa Indonesia."""
    return f"{days:.1f} hari kerja".replace(".", ",")

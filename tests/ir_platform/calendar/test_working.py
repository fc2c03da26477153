"""The working calendar: Perpres 21/2023's hours, holidays of 2026, and the laws every limit obeys."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.calendar.duration import Satuan, Waktu
from ir_platform.calendar.rules import DayRules
from ir_platform.calendar.working import OutOfCalendarError, perpres_calendar
from ir_platform.calendar.zones import UnknownZoneError

WITA = perpres_calendar("WITA")
MOMENTS = st.integers(0, 3 * 365 * 86_400_000).map(
    lambda milliseconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
MINUTES = st.integers(0, 6_000)
FRIDAY = 4
HOURS = {
    (False, False): (7.5, 12, 13, 16),
    (False, True): (7.5, 11.5, 13, 16.5),
    (True, False): (8, 12, 12.5, 15),
    (True, True): (8, 11.5, 12.5, 15.5),
}
"""Of Perpres 21/2023, by Ramadan and Friday."""


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA.zone)


def waktu(amount: int, satuan: Satuan) -> Waktu:
    return Waktu(min=amount, max=amount, satuan=satuan)


def test_a_working_week_has_37_and_a_half_hours() -> None:
    monday = date(2026, 11, 16)

    minutes = [WITA.working_minutes_of(monday + timedelta(days=day)) for day in range(7)]

    assert minutes == [450, 450, 450, 450, 450, 0, 0]


@pytest.mark.parametrize(
    ("day", "what"),
    [
        ("2026-08-17", "hari kemerdekaan"),
        ("2026-12-25", "Natal"),
        ("2026-12-24", "cuti bersama Natal"),
        ("2026-03-20", "cuti bersama Idul Fitri"),
        ("2026-11-21", "Sabtu"),
    ],
)
def test_nobody_works_on(day: str, what: str) -> None:
    assert not WITA.is_working_day(date.fromisoformat(day)), what


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-11-19T09:00", waktu(20, Satuan.MENIT), "2026-11-19T09:20"),
        ("2026-11-19T11:50", waktu(20, Satuan.MENIT), "2026-11-19T13:10"),
        ("2026-11-20T11:20", waktu(20, Satuan.MENIT), "2026-11-20T13:10"),
        ("2026-11-19T15:30", waktu(1, Satuan.JAM), "2026-11-20T08:00"),
        ("2026-11-18T10:00", waktu(1, Satuan.HARI), "2026-11-19T10:00"),
        ("2026-11-18T10:00", waktu(2, Satuan.HARI_KERJA), "2026-11-20T10:00"),
        ("2026-11-20T10:00", waktu(2, Satuan.HARI), "2026-11-24T10:00"),
        ("2026-11-20T16:30", waktu(1, Satuan.HARI), "2026-11-23T16:00"),
        ("2026-11-21T23:00", waktu(1, Satuan.HARI), "2026-11-23T16:00"),
        ("2026-12-23T10:00", waktu(1, Satuan.HARI), "2026-12-28T10:00"),
    ],
)
def test_a_limit_skips_breaks_nights_weekends_and_holidays(start: str, limit: Waktu, end: str) -> None:
    assert WITA.due(wita(start), limit) == wita(end)


def test_the_longer_end_of_a_range_is_the_limit() -> None:
    assert WITA.due(wita("2026-11-19T09:00"), Waktu(min=1, max=2, satuan=Satuan.JAM)) == wita("2026-11-19T11:00")


def test_the_zone_decides_when_the_office_opens() -> None:
    before_all = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)

    opens = [perpres_calendar(zone).add_working_minutes(before_all, 0) for zone in ("WIT", "Asia/Makassar", "wib")]

    assert [at.hour * 60 + at.minute for at in opens] == [22 * 60 + 30, 23 * 60 + 30, 30]


@pytest.mark.parametrize("name", ["", "WITA2", "../etc/passwd", "Asia", "\x00", "/etc/localtime"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZoneError):
        perpres_calendar(name)


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(OutOfCalendarError):
        WITA.add_working_minutes(datetime(2200, 12, 1, tzinfo=UTC), 45_000)


@settings(deadline=None)  # the first look at a year loads its holidays
@given(MOMENTS, MINUTES, MINUTES)
def test_limits_add_up(start: datetime, first: int, second: int) -> None:
    at_once = WITA.add_working_minutes(start, first + second)

    in_two_parts = WITA.add_working_minutes(WITA.add_working_minutes(start, first), second)

    assert in_two_parts == at_once


@settings(deadline=None)
@given(MOMENTS, MINUTES)
def test_a_limit_never_ends_outside_working_time(start: datetime, minutes: int) -> None:
    end = WITA.add_working_minutes(start, minutes).astimezone(WITA.zone)

    clock = end.hour * 3600 + end.minute * 60 + end.second + end.microsecond / 1e6
    opens, lunch, back, close = HOURS[DayRules().is_ramadan(end.date()), end.weekday() == FRIDAY]
    assert WITA.is_working_day(end.date())
    assert opens * 3600 <= clock <= lunch * 3600 or back * 3600 <= clock <= close * 3600


@settings(deadline=None)
@given(MOMENTS, MOMENTS, MINUTES, MINUTES)
def test_who_starts_later_or_takes_longer_never_ends_earlier(
    one: datetime, other: datetime, some: int, more: int
) -> None:
    early, late = sorted((one, other))
    short, long = sorted((some, more))

    assert WITA.add_working_minutes(early, short) <= WITA.add_working_minutes(late, long)


@settings(deadline=None)
@given(MOMENTS, MINUTES)
def test_what_is_left_of_a_limit_is_all_of_it_at_its_start(start: datetime, minutes: int) -> None:
    end = WITA.add_working_minutes(start, minutes)

    assert WITA.working_minutes_between(start, end) == minutes
    assert WITA.working_minutes_between(end, start) == 0

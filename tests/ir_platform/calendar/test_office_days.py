"""An office's own days, Ramadan, and the three ways to count a day, with the laws they keep."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.calendar.duration import Satuan, Waktu
from ir_platform.calendar.limits import days_words, limit_end, span_words
from ir_platform.calendar.ramadan import computed_ramadan, hijri_years_near
from ir_platform.calendar.rules import DayRules, national_holidays, rules_from
from ir_platform.calendar.working import OfficeCalendar
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.calendar_day import DayKind, OfficeDay, RamadanMonth
from ir_platform.domain.hari import Hari
from ir_platform.domain.office import HOME_OFFICE
from tests.support.builders import NOON

WITA = zone_of("WITA")
ONE_DAY = Waktu(min=1, max=1, satuan=Satuan.HARI)

ZONES = st.sampled_from([zone_of(name) for name in ("WIB", "WITA", "WIT")])
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=8 * 365)).map(
    lambda passed: datetime(2025, 1, 1, tzinfo=UTC) + passed
)
YEAR_ENDS = st.builds(
    lambda year, passed: datetime(year, 12, 18, tzinfo=UTC) + passed,
    st.integers(2019, 2060),
    st.timedeltas(timedelta(0), timedelta(days=21)),
)
"""From a week before Christmas and its cuti bersama to the second week of January."""
CLOSURES = st.frozensets(st.dates(date(2025, 1, 1), date(2033, 12, 31)), max_size=40)
WAYS = st.sampled_from(list(Hari))
LIMITS = st.builds(
    lambda amount, satuan: Waktu(min=amount, max=amount, satuan=satuan),
    st.integers(1, 30),
    st.sampled_from(list(Satuan)),
)


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


def a_calendar(*closed: str, worked: tuple[str, ...] = (), hari: Hari = Hari.JAM_KERJA) -> OfficeCalendar:
    rules = DayRules(
        closed=frozenset(map(date.fromisoformat, closed)), worked=frozenset(map(date.fromisoformat, worked))
    )
    return OfficeCalendar(zone=WITA, rules=rules, hari=hari)


def is_worked(calendar: OfficeCalendar, at: datetime) -> bool:
    """Whether work goes on, or ends, at that moment: no working minute is lost between it and a moment before."""
    before = at - timedelta(minutes=1)
    return calendar.working_minutes_between(before, at) == 1


def test_a_local_closure_is_skipped_and_an_extra_working_day_counts() -> None:
    start = wita("2026-11-20T15:00")  # a Friday

    assert a_calendar().due(start, ONE_DAY) == wita("2026-11-23T14:30")
    assert a_calendar("2026-11-23").due(start, ONE_DAY) == wita("2026-11-24T14:30")
    assert a_calendar(worked=("2026-11-21",)).due(start, ONE_DAY) == wita("2026-11-21T14:30")


def test_a_closure_of_a_holiday_changes_nothing_and_a_closure_beats_an_extra_day() -> None:
    christmas = "2026-12-25"

    assert a_calendar(christmas).due(wita("2026-12-23T10:00"), ONE_DAY) == a_calendar().due(
        wita("2026-12-23T10:00"), ONE_DAY
    )
    assert not a_calendar(christmas, worked=(christmas,)).is_working_day(date(2026, 12, 25))


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        ("2026-02-17", 0),  # Imlek
        ("2026-02-19", 390),  # Ramadan, Thursday
        ("2026-02-20", 390),  # Ramadan, Friday
        ("2026-03-16", 390),
        ("2026-03-20", 0),  # cuti bersama
        ("2026-04-01", 450),
    ],
)
def test_a_day_of_ramadan_has_six_and_a_half_hours(day: str, minutes: int) -> None:
    assert a_calendar().working_minutes_of(date.fromisoformat(day)) == minutes


def test_a_week_of_ramadan_has_32_and_a_half_hours_from_eight() -> None:
    calendar = a_calendar()

    minutes = sum(calendar.working_minutes_of(date(2026, 3, 2) + timedelta(days=number)) for number in range(7))

    assert minutes == 32.5 * 60
    assert calendar.add_working_minutes(wita("2026-03-02T00:00"), 1) == wita("2026-03-02T08:01")


def test_a_day_is_a_whole_working_day_in_ramadan_too() -> None:
    calendar = a_calendar()

    assert calendar.due(wita("2026-03-02T10:00"), ONE_DAY) == wita("2026-03-03T10:00")
    assert calendar.due(wita("2026-03-02T08:00"), ONE_DAY) == wita("2026-03-02T15:00")
    # 120 of 450 minutes before Ramadan are 104 of its 390.
    assert calendar.due(wita("2026-02-13T09:30"), ONE_DAY) == wita("2026-02-18T09:44")


def test_hours_are_hours_in_ramadan() -> None:
    two_hours = Waktu(min=2, max=2, satuan=Satuan.JAM)

    assert a_calendar().due(wita("2026-03-02T14:00"), two_hours) == wita("2026-03-03T09:00")


def test_the_decreed_first_day_counts_and_not_the_computed_one() -> None:
    decreed = RamadanMonth(
        hijri_year=1447, begins=date(2026, 2, 19), ends=date(2026, 3, 20), set_by="Admin", set_at=NOON
    )

    rules = rules_from([], [decreed])

    assert DayRules().is_ramadan(date(2026, 2, 18))
    assert not rules.is_ramadan(date(2026, 2, 18))
    assert rules.is_ramadan(date(2026, 2, 19))
    assert rules.is_ramadan(date(2027, 2, 8))


@pytest.mark.parametrize("year", range(1950, 2077))
def test_no_ramadan_of_a_year_is_looked_for_in_vain(year: int) -> None:
    every = {found for number in range(1344, 1500) if (found := computed_ramadan(number))}
    touching = {one for one in every if year in (one[0].year, one[1].year)}

    assert touching <= {computed_ramadan(number) for number in hijri_years_near(year)}


def test_a_year_beyond_the_tables_has_no_ramadan_until_somebody_enters_one() -> None:
    assert computed_ramadan(1500) is None
    assert computed_ramadan(1342) is None


def test_rows_of_both_kinds_become_rules() -> None:
    def row(day: str, kind: DayKind) -> OfficeDay:
        return OfficeDay(
            office_id=HOME_OFFICE, day=date.fromisoformat(day), kind=kind, what="x", added_by="Admin", added_at=NOON
        )

    rules = rules_from([row("2026-11-23", DayKind.LIBUR), row("2026-11-21", DayKind.KERJA)], [])

    assert rules == DayRules(closed=frozenset({date(2026, 11, 23)}), worked=frozenset({date(2026, 11, 21)}))


@pytest.mark.parametrize(
    ("hari", "satuan", "start", "end"),
    [
        (Hari.JAM_KERJA, Satuan.HARI, "2026-11-19T10:00", "2026-11-20T10:00"),
        (Hari.AKHIR_HARI_KERJA, Satuan.HARI, "2026-11-19T10:00", "2026-11-20T16:30"),
        (Hari.KALENDER, Satuan.HARI, "2026-11-19T10:00", "2026-11-20T16:30"),
        (Hari.JAM_KERJA, Satuan.HARI, "2026-11-20T10:00", "2026-11-23T10:00"),
        (Hari.AKHIR_HARI_KERJA, Satuan.HARI, "2026-11-20T10:00", "2026-11-23T16:00"),
        # Saturday is the first day of the calendar; the office is open again on Monday.
        (Hari.KALENDER, Satuan.HARI, "2026-11-20T10:00", "2026-11-23T16:00"),
        (Hari.AKHIR_HARI_KERJA, Satuan.HARI, "2026-11-21T10:00", "2026-11-23T16:00"),
        (Hari.KALENDER, Satuan.HARI_KERJA, "2026-11-20T10:00", "2026-11-23T16:00"),
    ],
)
def test_a_day_is_counted_as_the_office_says(hari: Hari, satuan: Satuan, start: str, end: str) -> None:
    limit = Waktu(min=1, max=1, satuan=satuan)

    assert a_calendar(hari=hari).due(wita(start), limit) == wita(end)


def test_days_of_the_calendar_do_not_wait_for_a_weekend_in_between() -> None:
    four = Waktu(min=4, max=4, satuan=Satuan.HARI)

    assert a_calendar(hari=Hari.KALENDER).due(wita("2026-11-20T10:00"), four) == wita("2026-11-24T16:00")
    assert a_calendar(hari=Hari.AKHIR_HARI_KERJA).due(wita("2026-11-20T10:00"), four) == wita("2026-11-26T16:00")


def test_a_limit_goes_over_the_year_end_and_its_cuti_bersama() -> None:
    assert a_calendar().due(wita("2026-12-31T15:00"), ONE_DAY) == wita("2027-01-04T15:00")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-19T10:00", "2026-11-19T11:20", "1 jam 20 menit"),
        ("2026-11-19T10:00", "2026-11-23T12:00", "2 hari 2 jam"),
        ("2026-11-19T10:00", "2026-11-23T10:00", "2 hari"),
        ("2026-03-02T08:00", "2026-03-04T09:00", "2 hari 1 jam"),
        ("2026-11-21T10:00", "2026-11-22T10:00", "0 menit"),
    ],
)
def test_a_span_is_said_in_whole_working_days_and_what_comes_next(start: str, end: str, words: str) -> None:
    assert span_words(a_calendar(), wita(start), wita(end)) == words


def test_days_are_said_with_one_decimal_and_a_comma() -> None:
    days = a_calendar().working_days_between(wita("2026-11-19T10:00"), wita("2026-11-20T14:00"))

    assert days_words(days) == "1,3 hari kerja"


def test_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        a_calendar().add_working_days(NOON, -1)


@given(start=MOMENTS, zone=ZONES, closed=CLOSURES, first=st.integers(0, 20), second=st.integers(0, 20))
def test_days_add_up(start: datetime, zone: ZoneInfo, closed: frozenset[date], first: int, second: int) -> None:
    calendar = OfficeCalendar(zone=zone, rules=DayRules(closed=closed))

    in_two = calendar.add_working_days(calendar.add_working_days(start, first), second)

    # Where Ramadan begins or ends between, the share of the day is rounded to the microsecond twice.
    assert abs(in_two - calendar.add_working_days(start, first + second)) <= timedelta(microseconds=2)


@given(start=MOMENTS, zone=ZONES, closed=CLOSURES, first=st.integers(1, 20), second=st.integers(1, 20))
def test_days_until_closing_time_add_up(
    start: datetime, zone: ZoneInfo, closed: frozenset[date], first: int, second: int
) -> None:
    calendar = OfficeCalendar(zone=zone, rules=DayRules(closed=closed), hari=Hari.AKHIR_HARI_KERJA)

    in_two = calendar.add_hari(calendar.add_hari(start, first, kerja=True), second, kerja=True)

    assert in_two == calendar.add_hari(start, first + second, kerja=True)


@given(start=MOMENTS, zone=ZONES, closed=CLOSURES, limit=LIMITS, hari=WAYS)
def test_no_limit_ends_outside_working_time(
    start: datetime, zone: ZoneInfo, closed: frozenset[date], limit: Waktu, hari: Hari
) -> None:
    calendar = OfficeCalendar(zone=zone, rules=DayRules(closed=closed), hari=hari)
    start = start.replace(second=0, microsecond=0)  # or the minute before the end begins within a break

    assert is_worked(calendar, limit_end(calendar, start, limit))


@given(
    start=MOMENTS,
    zone=ZONES,
    closed=CLOSURES,
    limit=LIMITS,
    hari=WAYS,
    later=st.timedeltas(timedelta(0), timedelta(9)),
)
def test_who_starts_later_never_ends_earlier(
    start: datetime, zone: ZoneInfo, closed: frozenset[date], limit: Waktu, hari: Hari, later: timedelta
) -> None:
    calendar = OfficeCalendar(zone=zone, rules=DayRules(closed=closed), hari=hari)

    assert limit_end(calendar, start, limit) <= limit_end(calendar, start + later, limit)


@given(start=MOMENTS, zone=ZONES, closed=CLOSURES, more=CLOSURES, limit=LIMITS, hari=WAYS)
def test_a_closure_only_ever_postpones(
    start: datetime, zone: ZoneInfo, closed: frozenset[date], more: frozenset[date], limit: Waktu, hari: Hari
) -> None:
    before = OfficeCalendar(zone=zone, rules=DayRules(closed=closed), hari=hari)
    after = OfficeCalendar(zone=zone, rules=DayRules(closed=closed | more), hari=hari)

    assert limit_end(before, start, limit) <= limit_end(after, start, limit)


@given(start=MOMENTS, limit=LIMITS, hari=WAYS)
def test_the_three_zones_know_no_summer_time(start: datetime, limit: Waktu, hari: Hari) -> None:
    ends = [
        limit_end(calendar, start.replace(tzinfo=zone), limit).astimezone(zone).replace(tzinfo=None)
        for zone in map(zone_of, ("WIB", "WITA", "WIT"))
        for calendar in [OfficeCalendar(zone=zone, hari=hari)]
    ]

    assert len(set(ends)) == 1


@given(start=MOMENTS, days=st.integers(0, 30), closed=CLOSURES)
def test_the_days_of_a_limit_are_all_there_at_its_start(start: datetime, days: int, closed: frozenset[date]) -> None:
    calendar = OfficeCalendar(zone=WITA, rules=DayRules(closed=closed))

    assert calendar.working_days_between(start, calendar.add_working_days(start, days)) == pytest.approx(days, abs=1e-9)


# --- over the end of a year: the holidays, cuti bersama and weekends of two years -------------------------------------


@given(start=YEAR_ENDS, zone=ZONES, first=st.integers(0, 4_000), second=st.integers(0, 4_000))
def test_minutes_add_up_over_a_year_end(start: datetime, zone: ZoneInfo, first: int, second: int) -> None:
    calendar = OfficeCalendar(zone=zone)

    in_two = calendar.add_working_minutes(calendar.add_working_minutes(start, first), second)

    assert in_two == calendar.add_working_minutes(start, first + second)


@given(start=YEAR_ENDS, zone=ZONES, first=st.integers(0, 10), second=st.integers(0, 10))
def test_days_add_up_over_a_year_end(start: datetime, zone: ZoneInfo, first: int, second: int) -> None:
    calendar = OfficeCalendar(zone=zone)

    in_two = calendar.add_working_days(calendar.add_working_days(start, first), second)

    # In years whose Ramadan begins or ends then, the share of the day is rounded to the microsecond twice.
    assert abs(in_two - calendar.add_working_days(start, first + second)) <= timedelta(microseconds=2)


@given(start=YEAR_ENDS, zone=ZONES, limit=LIMITS, hari=WAYS)
def test_no_limit_over_a_year_end_ends_on_a_day_nobody_works(
    start: datetime, zone: ZoneInfo, limit: Waktu, hari: Hari
) -> None:
    calendar, start = OfficeCalendar(zone=zone, hari=hari), start.replace(second=0, microsecond=0)

    end = limit_end(calendar, start, limit)

    assert is_worked(calendar, end)
    assert calendar.working_minutes_of(end.astimezone(zone).date()) in (390, 450)
    assert end.astimezone(zone).date() not in national_holidays(end.astimezone(zone).year)


@given(start=YEAR_ENDS, zone=ZONES, minutes=st.integers(1, 4_000))
def test_no_minute_of_a_limit_is_lost_between_two_years(start: datetime, zone: ZoneInfo, minutes: int) -> None:
    calendar, start = OfficeCalendar(zone=zone), start.replace(second=0, microsecond=0)
    new_year = datetime(start.year + (start.month == 12), 1, 1, tzinfo=zone)

    end = calendar.add_working_minutes(start, minutes)

    cut = min(max(start, new_year), end)
    assert calendar.working_minutes_between(start, cut) + calendar.working_minutes_between(cut, end) == minutes


@given(start=MOMENTS, zone=ZONES, closed=CLOSURES, first=st.integers(0, 6_000), second=st.integers(0, 6_000))
def test_minutes_add_up_whatever_an_office_closes_for(
    start: datetime, zone: ZoneInfo, closed: frozenset[date], first: int, second: int
) -> None:
    calendar = OfficeCalendar(zone=zone, rules=DayRules(closed=closed))

    in_two = calendar.add_working_minutes(calendar.add_working_minutes(start, first), second)

    assert in_two == calendar.add_working_minutes(start, first + second)


@settings(max_examples=30)
@given(first=st.dates(date(2024, 1, 1), date(2033, 12, 31)), days=st.integers(1, 400), zone=ZONES, closed=CLOSURES)
def test_between_two_midnights_is_worked_what_is_worked_on_the_days_between(
    first: date, days: int, zone: ZoneInfo, closed: frozenset[date]
) -> None:
    calendar = OfficeCalendar(zone=zone, rules=DayRules(closed=closed))
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)

    minutes = calendar.working_minutes_between(begin, begin + timedelta(days=days))
    worked = calendar.working_days_between(begin, begin + timedelta(days=days))

    each = [calendar.working_minutes_of(first + timedelta(days=number)) for number in range(days)]
    assert minutes == sum(each)
    assert worked == sum(one > 0 for one in each)

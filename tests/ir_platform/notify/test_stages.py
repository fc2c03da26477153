"""When a clock tells somebody, and what is left untold after a pause."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.round_the_clock import RoundTheClock
from ir_platform.calendar.working import perpres_calendar
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.clock import Clock, ClockKind
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.notify.stages import Lead, ReminderRules, Stage, lead_of, next_telling, tellings, tellings_due

WITA = perpres_calendar("WITA")
RULES = ReminderRules(repeat_days=3)


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA.zone)


def a_clock(started: datetime, due: datetime, *, next_at: datetime | None = None) -> Clock:
    return Clock(
        incident_id=IncidentId("i"),
        key="langkah:3:1",
        kind=ClockKind.LANGKAH,
        office_id=HOME_OFFICE,
        no=3,
        started_at=started,
        due=due,
        next_at=next_at,
        calendar_version=1,
    )


# Thursday 10.00 to Friday 10.00: 450 working minutes.
DAY_LONG = a_clock(wita("2026-11-19T10:00"), wita("2026-11-20T10:00"))


def test_a_day_is_told_of_a_quarter_before_at_a_quarter_after_and_each_working_day() -> None:
    told = [(one.stage, one.at.astimezone(WITA.zone)) for one in tellings(DAY_LONG, WITA, RULES)]

    assert told == [
        (Stage.BEFORE, wita("2026-11-20T08:08")),
        (Stage.DUE, wita("2026-11-20T10:00")),
        (Stage.SUPERIOR, wita("2026-11-20T13:22")),
        (Stage.LATE, wita("2026-11-23T10:00")),
        (Stage.LATE, wita("2026-11-24T10:00")),
        (Stage.LATE, wita("2026-11-25T10:00")),
    ]


def test_no_reminder_comes_before_the_beginning() -> None:
    rules = ReminderRules(before=Lead(minutes=600), repeat_days=0)

    assert [one.stage for one in tellings(DAY_LONG, WITA, rules)] == [Stage.DUE, Stage.SUPERIOR]


def test_the_superior_of_a_long_limit_does_not_wait_longer_than_a_day() -> None:
    fortnight = a_clock(wita("2026-11-02T10:00"), WITA.add_working_days(wita("2026-11-02T10:00"), 14))

    superior, first_late = (
        next(one.at for one in tellings(fortnight, WITA, RULES) if one.stage is stage)
        for stage in (Stage.SUPERIOR, Stage.LATE)
    )

    assert superior == first_late


def test_after_the_last_repetition_nobody_is_told() -> None:
    assert next_telling(DAY_LONG, WITA, RULES, after=wita("2026-11-25T10:00")) is None
    assert next_telling(DAY_LONG, WITA, RULES, after=wita("2026-11-25T09:59")) is not None


@pytest.mark.parametrize(
    ("next_at", "now", "told"),
    [
        ("2026-11-20T08:08", "2026-11-20T08:07", []),
        ("2026-11-20T08:08", "2026-11-20T08:08", [Stage.BEFORE]),
        ("2026-11-20T08:08", "2026-11-20T10:00", [Stage.DUE]),
        ("2026-11-20T08:08", "2026-11-20T15:00", [Stage.DUE, Stage.SUPERIOR]),
        ("2026-11-20T10:00", "2026-11-24T12:00", [Stage.DUE, Stage.LATE]),
        ("2026-11-23T10:00", "2026-11-30T12:00", [Stage.LATE]),
    ],
)
def test_after_a_pause_only_what_still_counts_is_told(next_at: str, now: str, told: list[Stage]) -> None:
    clock = a_clock(DAY_LONG.started_at, DAY_LONG.due, next_at=wita(next_at))

    assert [one.stage for one in tellings_due(clock, WITA, RULES, now=wita(now))] == told


def test_a_laws_hours_go_on_at_night_and_on_sundays() -> None:
    known = wita("2026-11-21T22:00")
    clock = a_clock(known, known + timedelta(hours=24))

    first, second, *_ = tellings(clock, RoundTheClock(), RULES)

    assert first.at == wita("2026-11-22T16:00")
    assert second.at == wita("2026-11-22T22:00")


@pytest.mark.parametrize(
    ("text", "lead"), [("25%", Lead(percent=25)), ("60 menit", Lead(minutes=60)), ("2 jam", Lead(minutes=120))]
)
def test_a_setting_is_a_share_or_working_time(text: str, lead: Lead) -> None:
    assert lead_of(text) == lead


@given(
    start=st.timedeltas(timedelta(0), timedelta(days=730)).map(
        lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed
    ),
    minutes=st.integers(1, 6_000),
    before=st.integers(0, 99),
    after=st.integers(0, 99),
)
def test_tellings_come_in_order_and_each_has_its_own_key(
    start: datetime, minutes: int, before: int, after: int
) -> None:
    clock = a_clock(start, WITA.add_working_minutes(start, minutes))
    rules = ReminderRules(before=Lead(percent=before), superior_after=Lead(percent=after), repeat_days=5)

    told = list(tellings(clock, WITA, rules))

    assert all(one.at <= other.at for one, other in pairwise(told))
    assert len({one.key for one in told}) == len(told)
    assert all(start <= one.at for one in told)


@given(moments=st.lists(st.integers(0, 20_000), min_size=1, max_size=30))
def test_however_often_it_is_swept_each_is_told_once_and_the_limit_always(moments: list[int]) -> None:
    clock = a_clock(DAY_LONG.started_at, DAY_LONG.due)
    clock = a_clock(clock.started_at, clock.due, next_at=next(tellings(clock, WITA, RULES)).at)
    told = []

    for now in sorted(clock.started_at + timedelta(minutes=passed) for passed in (*moments, 20_001)):
        if clock.next_at is not None and clock.next_at <= now:
            told += [one.key for one in tellings_due(clock, WITA, RULES, now=now)]
            clock = a_clock(clock.started_at, clock.due, next_at=next_telling(clock, WITA, RULES, after=now))

    assert len(set(told)) == len(told)
    assert "due:0" in told
    assert "late:3" in told
    assert clock.next_at is None

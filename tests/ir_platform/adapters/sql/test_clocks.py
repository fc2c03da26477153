"""Due rows, laws' clocks and the administrator's days, in both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ir_platform.adapters.sql import migrate
from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.calendar_day import DayKind, OfficeDay, RamadanMonth
from ir_platform.domain.clock import Clock, ClockKind, step_key
from ir_platform.domain.legal_clock import LegalBasis, LegalClock, LegalClockId, Sent
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import AccountId
from tests.support.builders import NOON, an_incident

INCIDENT = IncidentId("incident-1")
RUN_KINDS = (ClockKind.LANGKAH, ClockKind.TOTAL)


@pytest.fixture
def clocked(state: SqlState) -> SqlState:
    with state.write() as uow:
        uow.incidents.add(an_incident(id=INCIDENT))
    return state


def a_clock(no: int = 3, **changes: Any) -> Clock:
    given: dict[str, Any] = {
        "incident_id": INCIDENT,
        "key": step_key(no, 1),
        "kind": ClockKind.LANGKAH,
        "office_id": HOME_OFFICE,
        "no": no,
        "started_at": NOON,
        "due": NOON + timedelta(hours=2),
        "next_at": NOON + timedelta(hours=1),
        "calendar_version": 1,
    }
    return Clock(**{**given, **changes})


def running(state: SqlState) -> tuple[Clock, ...]:
    with state.read() as uow:
        return uow.clocks.of_incident(INCIDENT)


def let_run(state: SqlState, *clocks: Clock, kinds: tuple[ClockKind, ...] = RUN_KINDS) -> None:
    with state.write() as uow:
        uow.clocks.replace(INCIDENT, kinds, clocks)


def test_a_clock_that_runs_on_keeps_what_it_has_told(clocked: SqlState) -> None:
    let_run(clocked, a_clock())
    told = replace(a_clock(), next_at=NOON + timedelta(hours=2))
    with clocked.write() as uow:
        assert uow.clocks.change(a_clock(), told)

    let_run(clocked, a_clock(), a_clock(4))

    assert running(clocked) == (told, a_clock(4))


def test_a_clock_whose_limit_moved_begins_to_tell_anew_and_one_that_is_over_goes(clocked: SqlState) -> None:
    law = a_clock(0, key="hukum:x", kind=ClockKind.HUKUM)
    let_run(clocked, law, kinds=(ClockKind.HUKUM,))
    let_run(clocked, a_clock(3), a_clock(4))
    moved = replace(a_clock(4), due=NOON + timedelta(hours=5))

    let_run(clocked, moved)

    assert set(running(clocked)) == {law, moved}


def test_those_whose_time_has_come_are_found_the_longest_waiting_first(clocked: SqlState) -> None:
    late, later = a_clock(1, next_at=NOON), a_clock(2, next_at=NOON + timedelta(minutes=5))
    let_run(clocked, later, late, a_clock(3), a_clock(4, next_at=None))

    with clocked.read() as uow:
        found = uow.clocks.ringing(NOON + timedelta(minutes=5), limit=10)
        first = uow.clocks.ringing(NOON + timedelta(minutes=5), limit=1)

    assert found == (late, later)
    assert first == (late,)


def test_only_working_time_grows_old_with_the_calendar(clocked: SqlState) -> None:
    let_run(clocked, a_clock(1), a_clock(2, calendar_version=7))
    let_run(clocked, a_clock(0, key="hukum:x", kind=ClockKind.HUKUM, calendar_version=0), kinds=(ClockKind.HUKUM,))

    with clocked.read() as uow:
        found = uow.clocks.outdated(7, limit=10)

    assert found == (a_clock(1),)


def test_of_many_who_saw_the_same_clock_one_changes_it(clocked: SqlState) -> None:
    let_run(clocked, a_clock())

    def ring(minutes: int) -> bool:
        with clocked.write() as uow:
            return uow.clocks.change(a_clock(), replace(a_clock(), next_at=NOON + timedelta(minutes=minutes)))

    with ThreadPoolExecutor(max_workers=8) as pool:
        changed = list(pool.map(ring, range(100, 108)))

    assert sum(changed) == 1


def test_a_clock_that_is_gone_cannot_be_changed(clocked: SqlState) -> None:
    with clocked.write() as uow:
        assert not uow.clocks.change(a_clock(), a_clock(next_at=None))

    assert running(clocked) == ()


def a_legal_clock(**changes: Any) -> LegalClock:
    given: dict[str, Any] = {
        "id": LegalClockId("law-1"),
        "incident_id": INCIDENT,
        "basis": LegalBasis.BSSN_1X24,
        "since": NOON,
        "reason": "Layanan vital",
        "rated_by": AccountId("a-kabid"),
        "rated_name": "Kabid (Kabid TIK)",
        "rated_at": NOON + timedelta(hours=1),
    }
    return LegalClock(**{**given, **changes})


SENT = Sent(
    at=NOON + timedelta(hours=3),
    how="E-mail ke TTIS sektor",
    evidence_id=None,
    by=AccountId("a-kabid"),
    by_name="Kabid (Kabid TIK)",
    recorded_at=NOON + timedelta(hours=4),
)


def test_a_rating_comes_back_as_it_was_made_and_is_made_once(clocked: SqlState) -> None:
    with clocked.write() as uow:
        added = [uow.legal_clocks.add(a_legal_clock(id=LegalClockId(name))) for name in ("law-1", "law-2")]

    with clocked.read() as uow:
        assert uow.legal_clocks.of_incident(INCIDENT) == (a_legal_clock(),)
        assert uow.legal_clocks.get(LegalClockId("law-2")) is None
    assert added == [True, False]


def test_what_was_sent_is_recorded_once(clocked: SqlState) -> None:
    with clocked.write() as uow:
        uow.legal_clocks.add(a_legal_clock())

    with clocked.write() as uow:
        recorded = [uow.legal_clocks.record_sent(LegalClockId("law-1"), SENT) for _ in range(2)]

    with clocked.read() as uow:
        assert uow.legal_clocks.get(LegalClockId("law-1")) == a_legal_clock(sent=SENT)
    assert recorded == [True, False]


def an_office_day(day: str, **changes: Any) -> OfficeDay:
    given: dict[str, Any] = {
        "office_id": HOME_OFFICE,
        "day": date.fromisoformat(day),
        "kind": DayKind.LIBUR,
        "what": "Hari jadi",
        "added_by": "Admin",
        "added_at": NOON,
    }
    return OfficeDay(**{**given, **changes})


def test_a_day_is_said_once_and_taken_back(state: SqlState) -> None:
    other = an_office_day("2026-12-01", office_id=OfficeId("dishub"))
    with state.write() as uow:
        for day in (an_office_day("2026-12-02"), an_office_day("2026-12-01"), other):
            uow.calendar_days.put(day)
        uow.calendar_days.put(an_office_day("2026-12-01", kind=DayKind.KERJA))

    with state.write() as uow:
        removed = [uow.calendar_days.remove(HOME_OFFICE, date(2026, 12, 2)) for _ in range(2)]

    with state.read() as uow:
        assert uow.calendar_days.days(HOME_OFFICE) == (an_office_day("2026-12-01", kind=DayKind.KERJA),)
        assert uow.calendar_days.days(OfficeId("dishub")) == (other,)
    assert removed == [True, False]


def test_a_calendar_follows_its_rows(state: SqlState) -> None:
    calendars = StoredCalendars(zone=zone_of("WITA"))
    with state.read() as uow:
        first = calendars.of(uow, HOME_OFFICE)
        again = calendars.of(uow, HOME_OFFICE)
    decreed = RamadanMonth(hijri_year=1448, begins=date(2027, 2, 9), ends=date(2027, 3, 9), set_by="Admin", set_at=NOON)

    with state.write() as uow:
        uow.calendar_days.put(an_office_day("2026-12-01"))
        uow.calendar_days.put_ramadan(decreed)

    with state.read() as uow:
        changed, other = calendars.of(uow, HOME_OFFICE), calendars.of(uow, OfficeId("dishub"))
        assert uow.calendar_days.ramadans() == (decreed,)
    assert again is first
    assert first.is_working_day(date(2026, 12, 1))
    assert not changed.is_working_day(date(2026, 12, 1))
    assert other.is_working_day(date(2026, 12, 1))
    assert changed.working_minutes_of(date(2027, 2, 8)) != first.working_minutes_of(date(2027, 2, 8))
    assert changed.version > first.version


def test_two_administrators_at_once_never_arrive_at_one_version(state: SqlState) -> None:
    with state.read() as uow:
        before = uow.calendar_days.version()

    def close(day: int) -> None:
        with state.write() as uow:
            uow.calendar_days.put(an_office_day(f"2026-12-{day:02d}"))

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(close, range(1, 9)))

    with state.read() as uow:
        assert uow.calendar_days.version() == before + 8


_OF_THE_FIRST_RELEASE = (
    "INSERT INTO playbook_texts VALUES ('sop', 'teks')",
    *(
        f"INSERT INTO incidents VALUES ('{name}', '{name}', 'Judul', '', 'high', 'sop', '{status}', NULL, 'Budi', NULL,"
        " '2026-03-04 05:06:07', NULL, NULL, 1, '')"
        for name, status in (("berjalan", "open"), ("selesai", "closed"))
    ),
    *(f"INSERT INTO runs VALUES ('{name}', 'sop', 'sop', '{{}}')" for name in ("berjalan", "selesai")),
    "INSERT INTO active_steps VALUES ('berjalan', 7, 2, 0, '2026-03-05 01:00:00', '2026-03-06 01:00:00')",
)


def test_what_was_open_before_clocks_were_kept_gets_clocks_for_the_next_sweep_to_work_out(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    engine = open_engine(database_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in _OF_THE_FIRST_RELEASE:
            connection.execute(text(statement))
    engine.dispose()

    state = SqlState(database_url)
    state.migrate()

    with state.read() as uow:
        version = uow.calendar_days.version()
        outdated, ringing = uow.clocks.outdated(version, limit=10), uow.clocks.ringing(NOON, limit=10)
    state.close()
    assert [(one.incident_id, one.key, one.no, one.office_id) for one in outdated] == [
        ("berjalan", step_key(7, 2), 7, HOME_OFFICE),
        ("berjalan", "total", 0, HOME_OFFICE),
    ]
    assert ringing == ()

"""Clocks in a whole office: who is told when, once, whatever happens to the program in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.working import perpres_calendar
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.calendar_day import DayKind, OfficeDay
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.hari import Hari
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.legal_clock import LegalBasis
from ir_platform.domain.notice import Notice, NoticeReader
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import AccountId
from playbooks.clocks import Timing
from playbooks.legal import LegalDesk, Rating, Sending
from playbooks.library import shipped
from playbooks.reminders import Reminders
from tests.playbooks.office import PEOPLE, Office
from tests.support.builders import NOON

WITA = perpres_calendar("WITA")
# Step 1 of the SOP takes one day at most; the incident is opened on Friday at noon, in the break, so that it is due on
# Monday at half past eleven. A quarter of the day are 112 minutes.
KABID, KASI, PEMERIKSA, PIMPINAN = "pejabat_administrator", "kasi_keamanan_jaringan", "pemeriksa_ti", "pimpinan"


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA.zone)


def reminders(office: Office, *, ids: str = "notice", hari: Hari = Hari.JAM_KERJA) -> Reminders:
    numbers = count(1)
    return Reminders(
        state=office.state,
        library=shipped(),
        timing=Timing(calendars=StoredCalendars(zone=zone_of("WITA"), hari=hari)),
        clock=lambda: office.clock[0],
        new_id=lambda: f"{ids}-{next(numbers):06d}",
    )


def swept(office: Office, at: datetime) -> None:
    office.clock[0] = at
    reminders(office, ids=f"notice-{at:%d%H%M}").sweep()


def told(state: SqlState, role: str, *, account: str = "reader") -> list[str]:
    reader = NoticeReader(account_id=AccountId(account), roles=((HOME_OFFICE, role),))
    with state.read() as uow:
        return [one.notice.kind.value for one in reversed(uow.notices.page(reader, cursor=None, limit=200).items)]


def notices(state: SqlState, role: str) -> list[Notice]:
    reader = NoticeReader(account_id=AccountId("reader"), roles=((HOME_OFFICE, role),))
    with state.read() as uow:
        return [one.notice for one in reversed(uow.notices.page(reader, cursor=None, limit=200).items)]


def overdue_lines(office: Office, incident: Incident) -> list[TimelineEntry]:
    with office.state.read() as uow:
        return [one for one in uow.incidents.timeline(incident.id) if one.kind.endswith("_overdue")]


def audited(office: Office, incident: Incident) -> list[str]:
    with office.state.read() as uow:
        return [one.fact.action for one in uow.audit.of_subject(f"incident:{incident.id}")]


def due_of_step_1(office: Office, incident: Incident) -> datetime:
    with office.state.read() as uow:
        run = uow.runs.get(incident.id)
    assert run is not None
    assert run.active[0].due is not None
    return run.active[0].due


def test_executors_hear_before_and_at_the_limit_then_their_superior_and_then_both_each_day(office: Office) -> None:
    incident = office.report()
    due = due_of_step_1(office, incident)
    heard = {}

    for name, at in {
        "early": wita("2026-11-23T09:37"),
        "before": wita("2026-11-23T09:38"),
        "at": wita("2026-11-23T11:30"),
        "superior": wita("2026-11-23T14:22"),
        "next day": WITA.add_working_days(due, 1),
        "day after": WITA.add_working_days(due, 2),
    }.items():
        swept(office, at)
        heard[name] = (told(office.state, PEMERIKSA), told(office.state, KASI))

    assert heard == {
        "early": ([], []),
        "before": (["reminder_before"], []),
        "at": (["reminder_before", "due"], []),
        "superior": (["reminder_before", "due"], ["overdue_superior"]),
        "next day": (["reminder_before", "due", "overdue"], ["overdue_superior"] * 2),
        "day after": (["reminder_before", "due", "overdue", "overdue"], ["overdue_superior"] * 3),
    }


def test_a_notice_says_number_step_and_time_and_nothing_of_the_incident(office: Office) -> None:
    incident = office.report(judul="Rahasia", uraian="Isi rahasia")

    swept(office, wita("2026-11-23T14:22"))

    (notice,) = notices(office.state, KASI)
    assert dict(notice.facts) == {
        "nomor": incident.nomor,
        "langkah": "1",
        "pelaksana": "Pemeriksa TI",
        "lewat": "1 jam 52 menit",
    }
    assert notice.incident_id == incident.id


def test_being_overdue_is_a_fact_of_the_incident_once(office: Office) -> None:
    incident = office.report()
    due = due_of_step_1(office, incident)

    for minutes in (0, 1, 172, 300, 1_500):
        swept(office, due + timedelta(minutes=minutes))

    (line,) = overdue_lines(office, incident)
    assert (line.kind, line.actor) == ("step_overdue", "Sistem")
    assert dict(line.facts) == {
        "langkah": "1",
        "putaran": "1",
        "pelaksana": "Pemeriksa TI",
        "batas": due.isoformat(),
    }
    assert audited(office, incident).count("step.overdue") == 1


def test_after_a_stop_of_days_each_is_told_once_and_a_late_reminder_is_left_out(office: Office) -> None:
    incident = office.report()
    due = due_of_step_1(office, incident)

    swept(office, WITA.add_working_days(due, 2))

    assert told(office.state, PEMERIKSA) == ["due", "overdue"]
    assert told(office.state, KASI) == ["overdue_superior"]
    assert len(overdue_lines(office, incident)) == 1


def test_nobody_is_told_of_a_step_that_was_done_in_time_but_of_the_one_that_waits_now(office: Office) -> None:
    incident = office.report()
    due = due_of_step_1(office, incident)
    office.do(incident.id, 1)

    swept(office, due)

    assert told(office.state, PEMERIKSA) == []
    assert [dict(line.facts)["langkah"] for line in overdue_lines(office, incident)] == ["2"]


def test_past_the_total_time_the_superior_is_told_and_the_loop_goes_on(office: Office) -> None:
    incident = office.report()
    office.walk(incident.id, until=3)

    swept(office, WITA.add_working_days(NOON, 5))

    assert "total_due" in told(office.state, KABID)
    assert "total_due" in told(office.state, "tim_teknis")
    assert audited(office, incident).count("run.overdue") == 1
    with office.state.read() as uow:
        still = uow.incidents.get(incident.id)
    assert still is not None
    assert still.status is IncidentStatus.OPEN


def test_a_closed_incident_has_no_clocks(office: Office) -> None:
    incident = office.report()
    office.walk(incident.id, until=12)

    with office.state.read() as uow:
        clocks = uow.clocks.of_incident(incident.id)

    assert clocks == ()


def test_an_incident_that_was_merged_away_meanwhile_tells_nobody(office: Office) -> None:
    incident = office.report()
    due = due_of_step_1(office, incident)
    with office.state.write() as uow:
        uow.incidents.save(replace(incident, status=IncidentStatus.MERGED), expected_version=incident.version)

    swept(office, due)

    assert told(office.state, PEMERIKSA) == []
    with office.state.read() as uow:
        assert ClockKind.LANGKAH not in {one.kind for one in uow.clocks.of_incident(incident.id)}


def close_day(office: Office, day: str, kind: DayKind = DayKind.LIBUR) -> None:
    with office.state.write() as uow:
        uow.calendar_days.put(
            OfficeDay(
                office_id=HOME_OFFICE,
                day=date.fromisoformat(day),
                kind=kind,
                what="Banjir",
                added_by="Admin",
                added_at=NOON,
            )
        )


def test_a_closure_declared_meanwhile_puts_limits_off(office: Office) -> None:
    incident = office.report()
    office.walk(incident.id, until=3)
    before = due_of_step_1(office, incident)
    close_day(office, "2026-11-23")

    swept(office, office.clock[0])

    with office.state.read() as uow:
        clocks = {one.key: one.due for one in uow.clocks.of_incident(incident.id)}
    after = due_of_step_1(office, incident)
    assert after == WITA.add_working_days(before, 1)
    assert clocks["langkah:4:1"] == after
    assert clocks["total"] == WITA.add_working_days(NOON, 6)


def test_an_office_that_counts_days_another_way_from_now_on_has_its_running_limits_counted_so(office: Office) -> None:
    incident = office.report()

    reminders(office, hari=Hari.AKHIR_HARI_KERJA).sweep()

    assert due_of_step_1(office, incident) == wita("2026-11-23T16:00")
    with office.state.read() as uow:
        clocks = {one.key: one.due for one in uow.clocks.of_incident(incident.id)}
    assert clocks == {"langkah:1:1": wita("2026-11-23T16:00"), "total": wita("2026-11-27T16:30")}
    assert reminders(office, hari=Hari.AKHIR_HARI_KERJA).sweep() == 0


def test_a_day_worked_meanwhile_brings_a_limit_forward_and_it_is_told_at_once(office: Office) -> None:
    incident = office.report()
    close_day(office, "2026-11-21", DayKind.KERJA)

    swept(office, wita("2026-11-21T12:00"))

    assert due_of_step_1(office, incident) == wita("2026-11-21T11:30")
    assert "due" in told(office.state, PEMERIKSA)


def test_a_limit_that_moved_after_it_was_reached_is_no_second_fact(office: Office) -> None:
    incident = office.report()
    swept(office, wita("2026-11-23T11:45"))
    close_day(office, "2026-11-23")

    swept(office, wita("2026-11-24T15:00"))

    assert len(overdue_lines(office, incident)) == 1
    assert audited(office, incident).count("step.overdue") == 1
    assert told(office.state, PEMERIKSA).count("due") == 1


@pytest.mark.parametrize("sweepers", [2, 8])
def test_of_sweepers_at_once_each_clock_tells_once(any_office: Office, sweepers: int) -> None:
    incidents = [any_office.report() for _ in range(5)]
    any_office.clock[0] = wita("2026-11-23T14:22")

    with ThreadPoolExecutor(max_workers=sweepers) as pool:
        list(pool.map(lambda number: reminders(any_office, ids=f"sweeper{number}").sweep(), range(sweepers)))

    assert sorted(told(any_office.state, PEMERIKSA)) == ["due"] * 5
    assert sorted(told(any_office.state, KASI)) == ["overdue_superior"] * 5
    assert [len(overdue_lines(any_office, one)) for one in incidents] == [1] * 5
    assert [audited(any_office, one).count("step.overdue") for one in incidents] == [1] * 5


def test_a_sweeper_and_a_person_at_once_leave_one_truth(any_office: Office) -> None:
    incidents = [any_office.report() for _ in range(6)]
    any_office.clock[0] = due_of_step_1(any_office, incidents[0])

    with ThreadPoolExecutor(max_workers=4) as pool:
        done = [pool.submit(any_office.do, one.id, 1) for one in incidents]
        sweeps = [pool.submit(reminders(any_office, ids=f"sweeper{number}").sweep) for number in range(3)]
        for one in (*done, *sweeps):
            one.result()

    with any_office.state.read() as uow:
        keys = [{clock.key for clock in uow.clocks.of_incident(one.id)} for one in incidents]
    assert keys == [{"langkah:2:1", "total"}] * 6
    assert all(len(overdue_lines(any_office, one)) <= 1 for one in incidents)


def a_desk(office: Office) -> LegalDesk:
    numbers = count(1)
    return LegalDesk(
        state=office.state,
        library=shipped(),
        clock=lambda: office.clock[0],
        new_id=lambda: f"law-{next(numbers)}",
        timezone="WITA",
        office_name="Diskominfo Contoh",
    )


def test_a_laws_hours_are_told_of_at_night_too_until_somebody_records_what_was_sent(office: Office) -> None:
    incident, desk, kabid = office.report(), a_desk(office), PEOPLE[KABID]
    clock = desk.rate(incident.id, Rating(basis=LegalBasis.BSSN_1X24, reason="Layanan vital"), kabid)
    heard = []

    for hours in (17, 18, 24, 48):
        swept(office, NOON + timedelta(hours=hours))
        heard.append([kind for kind in told(office.state, "", account=kabid.id) if kind.startswith("legal")])
    office.clock[0] = NOON + timedelta(hours=49)
    desk.record_sent(incident.id, clock.id, Sending(at=office.clock[0], how="E-mail"), kabid)
    swept(office, NOON + timedelta(days=5))

    assert heard == [
        [],
        ["legal_before"],
        ["legal_before", "legal_due"],
        ["legal_before", "legal_due", "legal_overdue"],
    ]
    assert [kind for kind in told(office.state, KABID) if kind.startswith("legal")] == heard[-1]
    assert audited(office, incident).count("legal.overdue") == 1


def test_a_law_goes_on_asking_after_the_incident_is_closed(office: Office) -> None:
    incident, kabid = office.report(), PEOPLE[KABID]
    a_desk(office).rate(incident.id, Rating(basis=LegalBasis.PDP_3X24, reason="Data warga"), kabid)
    office.walk(incident.id, until=12)

    swept(office, NOON + timedelta(hours=72))

    assert "legal_due" in told(office.state, KABID)


def test_the_kronologi_says_what_a_putaran_has_cost_once_the_work_is_back(office: Office) -> None:
    incident = office.report()
    office.clock[0] = wita("2026-11-20T13:00")
    office.walk(incident.id, until=8)
    office.clock[0] = wita("2026-11-20T13:59")
    office.do(incident.id, 9, keputusan="belum", alasan="Masih terlihat.")
    office.do(incident.id, 7)
    office.clock[0] = wita("2026-11-23T16:00") - timedelta(minutes=1)

    office.do(incident.id, 8)

    with office.state.read() as uow:
        lines = [one for one in uow.incidents.timeline(incident.id) if one.kind == "round_ended"]
    assert [dict(one.facts) for one in lines] == [{"langkah": "9", "putaran": "2", "biaya": "1,3 hari kerja"}]


def test_clocks_that_an_upgrade_left_to_be_worked_out_ring_as_those_of_new_incidents(office: Office) -> None:
    incident = office.report()
    with office.state.write() as uow:
        made = uow.clocks.of_incident(incident.id)
        for one in made:
            uow.clocks.change(one, replace(one, due=one.started_at, next_at=None, calendar_version=0))

    swept(office, office.clock[0])

    with office.state.read() as uow:
        assert uow.clocks.of_incident(incident.id) == made

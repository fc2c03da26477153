"""What is charged to the office, and what a putaran costs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ir_platform.calendar.rules import DayRules
from ir_platform.calendar.working import OfficeCalendar, perpres_calendar
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.hari import Hari
from ir_platform.domain.person import AccountId
from ir_platform.notify.stages import ReminderRules
from playbooks.clocks import loop_costs, outside_spans, running_clocks, step_limit, total_limit
from playbooks.run_state import Act, RunState, StepPass
from playbooks.time_view import biaya_putaran_of, tenggat_total_of
from tests.playbooks.kaltim import ID as KEAMANAN
from tests.playbooks.walking import Walker, a_walker, on_behalf, sop_of
from tests.support.builders import NOON, an_incident

CALENDAR = perpres_calendar("WITA")
JARINGAN = "kaltim-gangguan-jaringan"


def wita(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone)


def a_pass(
    no: int, since: str, until: str | None = None, *, putaran: int = 1, keputusan: str | None = None
) -> StepPass:
    done = wita(until) if until else None
    by = {"account_id": AccountId("a"), "name": "Kasi", "jabatan": "Kasi"}
    acts = (Act(role=PEOPLE_OF[no], at=done, keputusan=keputusan, **by),) if done else ()
    return StepPass(no=no, putaran=putaran, since=wita(since), acts=acts, done_at=done)


PEOPLE_OF = {3: "kasi_keamanan_jaringan", 7: "tim_teknis", 8: "tim_teknis", 9: "kasi_keamanan_jaringan"}
SENT_BACK = (
    a_pass(7, "2026-11-20T12:00", "2026-11-20T14:00"),
    a_pass(8, "2026-11-20T14:00", "2026-11-20T15:00"),
    a_pass(9, "2026-11-20T15:00", "2026-11-23T09:00", keputusan="belum"),
    a_pass(7, "2026-11-23T09:00", "2026-11-24T11:00", putaran=2),
)
BACK_AGAIN = (
    *SENT_BACK,
    a_pass(8, "2026-11-24T11:00", "2026-11-24T12:00", putaran=2),
    a_pass(9, "2026-11-24T12:00", putaran=2),
)


def a_state(*passes: StepPass) -> RunState:
    return RunState(started_at=NOON, passes=passes or (a_pass(3, "2026-11-20T12:00"),))


def recorded(walker: Walker, acted: datetime) -> None:
    """The outside executor's step is recorded by the office, a minute after the walker's time."""
    walker.attach(1)
    walker.send(walker.command(1, "pengguna_jaringan", atas_nama=on_behalf(acted)))


def test_the_whole_is_counted_from_the_beginning() -> None:
    walker = a_walker(KEAMANAN)

    limit = total_limit(sop_of(KEAMANAN), walker.state, CALENDAR)

    assert limit.due == CALENDAR.add_working_days(NOON, 5)
    assert total_limit(sop_of("kota-bogor-penanganan-gangguan-jaringan"), walker.state, CALENDAR).due is None


def test_the_whole_stands_still_while_somebody_outside_is_awaited() -> None:
    walker = a_walker(JARINGAN)

    limit = total_limit(sop_of(JARINGAN), walker.state, CALENDAR)

    assert limit.due is None
    assert limit.stands_still


def test_what_the_outside_took_comes_off_and_what_recording_it_took_does_not() -> None:
    walker = a_walker(JARINGAN)
    acted = wita("2026-11-24T10:00")
    walker.at = wita("2026-11-25T10:00")
    recorded(walker, acted)

    limit = total_limit(sop_of(JARINGAN), walker.state, CALENDAR)

    assert limit.started_at == acted
    assert limit.due == CALENDAR.add_working_days(acted, 14)


def test_an_outside_time_in_the_middle_puts_the_limit_off_by_its_working_minutes() -> None:
    walker = a_walker(JARINGAN)
    recorded(walker, NOON)
    first = walker.state.passes[0]
    later = replace(first, no=1, putaran=2, since=wita("2026-11-23T09:00"), done_at=wita("2026-11-23T11:00"))
    late_act = replace(first.acts[0], at=wita("2026-11-23T11:00"), atas_nama=on_behalf(wita("2026-11-23T10:30")))
    again = replace(walker.state, passes=(*walker.state.passes, replace(later, acts=(late_act,))))

    limit = total_limit(sop_of(JARINGAN), again, CALENDAR)

    assert limit.due == CALENDAR.add_working_minutes(CALENDAR.add_working_days(NOON, 14), 90)


def test_a_step_of_several_begins_for_the_office_when_the_outside_one_has_acted() -> None:
    walker = a_walker("kota-batam-maintenance-gangguan-jaringan")
    walker.do_until(8, (4, "bukan_di_data_center"), (7, "diganti"))
    walker.send(walker.command(8, "batam_tim_data_center"))
    sop = sop_of(walker.playbook)

    (span,) = outside_spans(sop, walker.state.active[0])

    assert span.ends is None
    assert step_limit(sop, walker.state.active[0], CALENDAR).stands_still


def test_a_putaran_costs_the_working_time_until_it_is_back_with_who_sent_it() -> None:
    state, sop, now = a_state(*BACK_AGAIN), sop_of(KEAMANAN), wita("2026-11-26T09:00")

    (cost,) = loop_costs(sop, state, CALENDAR, now=now)

    assert (cost.putaran, cost.dari, cost.ke) == (2, 9, 7)
    assert (cost.sejak, cost.sampai) == (wita("2026-11-23T09:00"), wita("2026-11-24T12:00"))
    assert cost.hari_kerja == pytest.approx(1.4)
    (shown,) = biaya_putaran_of(sop, state, now=now, calendar=CALENDAR)
    assert shown.kalimat.id == "putaran 2 menghabiskan 1,4 hari kerja"
    assert shown.kalimat.en == "round 2 took 1.4 working days"


def test_a_putaran_that_is_not_back_yet_goes_on_costing() -> None:
    state = a_state(*SENT_BACK[:3], a_pass(7, "2026-11-23T09:00", putaran=2))

    (shown,) = biaya_putaran_of(sop_of(KEAMANAN), state, now=wita("2026-11-24T09:00"), calendar=CALENDAR)

    assert shown.sampai is None
    assert shown.kalimat.id == "putaran 2 sudah berjalan 1,0 hari kerja"


def test_the_total_shows_what_is_left_and_what_was_used() -> None:
    walker = a_walker(KEAMANAN)
    now = CALENDAR.add_working_days(NOON, 2)

    shown = tenggat_total_of(sop_of(KEAMANAN), walker.state, now=now, calendar=CALENDAR)

    assert (shown.sisa, shown.terpakai, shown.lewat) == ("3 hari", "2,0 hari kerja", False)
    assert shown.waktu == "2–5 hari kerja"


def test_a_run_that_ended_late_stays_late_and_has_nothing_left() -> None:
    walker = a_walker(KEAMANAN)
    ended = replace(walker.state, ended_at=CALENDAR.add_working_days(NOON, 6))

    shown = tenggat_total_of(sop_of(KEAMANAN), ended, now=NOON + timedelta(days=99), calendar=CALENDAR)

    assert (shown.sisa, shown.lewat, shown.terpakai) == (None, True, "6,0 hari kerja")


def test_a_run_has_a_due_row_for_each_active_step_and_one_for_the_whole() -> None:
    state, sop = a_state(), sop_of(KEAMANAN)

    clocks = running_clocks(sop, state, an_incident(), calendar=CALENDAR, rules=ReminderRules())

    assert [(one.kind, one.key) for one in clocks] == [
        (ClockKind.LANGKAH, "langkah:3:1"),
        (ClockKind.TOTAL, "total"),
    ]
    assert all(one.next_at is not None and one.next_at < one.due for one in clocks)
    ended = replace(state, ended_at=NOON)
    assert running_clocks(sop, ended, an_incident(), calendar=CALENDAR, rules=ReminderRules()) == ()


def test_an_office_that_counts_days_until_closing_time_has_them_so() -> None:
    walker, closing = a_walker(KEAMANAN), replace(CALENDAR, hari=Hari.AKHIR_HARI_KERJA)

    limit = total_limit(sop_of(KEAMANAN), walker.state, closing)

    assert limit.due == wita("2026-11-27T16:30")


def test_an_outside_person_cannot_have_acted_before_being_asked() -> None:
    walker = a_walker(JARINGAN)
    walker.at = wita("2026-11-24T10:00")
    recorded(walker, NOON - timedelta(days=3))

    assert total_limit(sop_of(JARINGAN), walker.state, CALENDAR).started_at == NOON


def test_a_closure_puts_the_whole_off() -> None:
    walker = a_walker(KEAMANAN)
    closed = OfficeCalendar(zone=CALENDAR.zone, rules=DayRules(closed=frozenset({wita("2026-11-24T00:00").date()})))

    before = total_limit(sop_of(KEAMANAN), walker.state, CALENDAR).due
    after = total_limit(sop_of(KEAMANAN), walker.state, closed).due

    assert before is not None
    assert after == CALENDAR.add_working_days(before, 1)

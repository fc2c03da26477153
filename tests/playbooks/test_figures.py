"""The figures of a period, counted by hand beside what the function says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.working import OfficeCalendar
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import Level
from ir_platform.domain.document import DocumentOutline, DocumentStatus
from ir_platform.domain.incident import IncidentStatus, Outcome
from ir_platform.domain.person import AccountId
from playbooks.figure_lists import Figure, behind
from playbooks.figures import Case, Period, Summary, summarise
from playbooks.library import shipped
from playbooks.run_state import Act, RunState, StepPass
from tests.support.builders import an_incident

WITA = zone_of("WITA")
SOP = shipped().get("kaltim-gangguan-keamanan-jaringan").sop


def at(day: int, clock: str) -> datetime:
    """A moment of November 2026 in the office's zone; the 9th is a Monday. A working day is 07.30 to 16.00."""
    return datetime.fromisoformat(f"2026-11-{day:02d}T{clock}:00").replace(tzinfo=WITA)


def an_act(moment: datetime, **changes: Any) -> Act:
    given = {"role": "x", "account_id": AccountId("account-1"), "name": "Rina", "jabatan": "Kasi", "at": moment}
    return Act(**{**given, **changes})


def a_pass(no: int, since: datetime, done: datetime | None, putaran: int = 1, **act: Any) -> StepPass:
    acts = (an_act(done, **act),) if done else ()
    return StepPass(no=no, putaran=putaran, since=since, acts=acts, done_at=done)


PASSES = (
    a_pass(1, at(9, "08:00"), at(9, "10:00")),  # limit 1 hari: 2 h taken, kept
    a_pass(2, at(9, "10:00"), at(9, "10:50"), catatan="Pimpinan rapat."),  # 20 menit: 30 minutes late
    a_pass(3, at(9, "10:50"), at(9, "11:50")),  # 2 jam: kept, 60 minutes
    a_pass(7, at(9, "11:50"), at(10, "09:00")),  # 2 hari: kept
    a_pass(8, at(10, "09:00"), at(10, "09:10")),  # 20 menit: kept, 10 minutes
    a_pass(9, at(10, "09:10"), at(10, "11:10"), keputusan="belum", alasan="Masih ada percobaan."),  # 1 jam: 60 late
    a_pass(7, at(10, "11:10"), at(10, "15:00"), putaran=2),  # kept
    a_pass(8, at(10, "15:00"), at(10, "15:10"), putaran=2),  # kept, 10 minutes
    a_pass(9, at(10, "15:10"), None, putaran=2),  # 1 jam: due 11 November 07.40
)
NOVEMBER = Period(begins=at(1, "00:00"), ends=at(30, "00:00"), now=at(11, "08:40"))


def a_document(kind: str, no: int, putaran: int = 1, **changes: Any) -> DocumentOutline:
    given: dict[str, Any] = {
        "kind": kind,
        "title": kind.title(),
        "step_no": no,
        "putaran": putaran,
        "status": DocumentStatus.READY,
        "created_at": at(9, "12:00"),
    }
    return DocumentOutline(**{**given, **changes})


def a_case(passes: tuple[StepPass, ...] = PASSES, *documents: DocumentOutline, **incident: Any) -> Case:
    opened = passes[0].since if passes else at(9, "08:00")
    return Case(
        incident=an_incident(**{"opened_at": opened, **incident}),
        sop=SOP,
        state=RunState(started_at=opened, passes=passes),
        documents=documents,
        calendar=OfficeCalendar(zone=WITA),
    )


def step(summary: Summary, no: int) -> Any:
    return next(one for one in summary.steps if one.no == no)


def test_steps_are_counted_by_hand() -> None:
    summary = summarise([a_case()], NOVEMBER)

    counted = {
        one.no: (one.selesai, one.tepat_waktu, one.terlambat, one.masih_lewat, one.median_menit)
        for one in summary.steps
    }
    assert counted == {
        1: (1, 1, 0, 0, 120),
        2: (1, 0, 1, 0, 50),
        3: (1, 1, 0, 0, 60),
        # 11.50-12.00 and 13.00-16.00, and 07.30-09.00 the next day; then 11.10-12.00 and 13.00-15.00.
        7: (2, 2, 0, 0, (280 + 170) / 2),
        8: (2, 2, 0, 0, 10),
        9: (1, 0, 1, 1, 120),
    }
    assert summary.kepatuhan == 6 / 9


def test_late_steps_come_latest_first_with_what_was_said() -> None:
    summary = summarise([a_case()], NOVEMBER)

    assert [(one.no, one.putaran, one.terlambat_menit, one.selesai is None, one.alasan) for one in summary.late] == [
        (9, 1, 60, False, "Masih ada percobaan."),
        (9, 2, 60, True, ""),
        (2, 1, 30, False, "Pimpinan rapat."),
    ]
    assert summary.late[0].pelaksana == "Rina (Kasi)"
    assert step(summary, 9).median_terlambat_menit == 60
    assert step(summary, 2).terlama_terlambat_menit == 30


def test_a_loop_is_counted_with_its_reason_and_its_cost() -> None:
    summary = summarise([a_case()], NOVEMBER)

    (loop,) = summary.loops
    assert (loop.dari, loop.ke, loop.putaran, loop.alasan) == (9, 7, 2, "Masih ada percobaan.")
    # 11.10-12.00 and 13.00-15.10 of a day of 7.5 hours.
    assert loop.hari_kerja == pytest.approx(180 / 450)


def test_incidents_are_counted_per_playbook_and_outcome() -> None:
    closed = {"status": IncidentStatus.CLOSED, "closed_at": at(11, "07:30"), "opened_at": at(9, "07:30")}
    cases = [
        a_case((), **closed, hasil=Outcome.TUNTAS),
        a_case((), **{**closed, "opened_at": datetime(2026, 10, 1, tzinfo=UTC)}, hasil=Outcome.BUKAN_GANGGUAN),
        a_case((), **{**closed, "closed_at": at(30, "08:00")}, hasil=Outcome.TUNTAS),
        a_case((), opened_at=at(9, "08:00")),
    ]

    (figures,) = summarise(cases, NOVEMBER).playbooks

    assert (figures.dibuka, figures.ditutup, figures.masih_terbuka) == (3, 2, 2)
    assert dict(figures.hasil) == {Outcome.TUNTAS: 1, Outcome.BUKAN_GANGGUAN: 1}


def test_outputs_without_a_document_are_named() -> None:
    documents = (
        a_document("dokumen_informasi_gangguan", 1),
        a_document("disposisi_penanganan_gangguan", 2, status=DocumentStatus.FAILED),
        a_document("laporan_gangguan_keamanan", 3, status=DocumentStatus.PENDING),
    )

    summary = summarise([a_case(PASSES[:4], *documents)], NOVEMBER)

    assert [(one.no, one.kind) for one in summary.missing] == [
        (2, "disposisi_penanganan_gangguan"),
        (7, "laporan_gangguan_keamanan"),
    ]
    made = {one.kind: (one.dibuat, one.belum_ada) for one in summary.papers}
    assert made == {
        "dokumen_informasi_gangguan": (1, 0),
        "disposisi_penanganan_gangguan": (1, 1),
        "laporan_gangguan_keamanan": (1, 1),
    }


def test_only_what_was_finished_within_the_period_counts() -> None:
    monday = replace(NOVEMBER, ends=at(10, "00:00"))

    summary = summarise([a_case()], monday)

    assert [(one.no, one.selesai) for one in summary.steps] == [(1, 1), (2, 1), (3, 1)]
    assert summary.loops == ()


def test_what_was_late_at_the_end_of_a_past_period_is_late_there_also_after_it_was_done() -> None:
    passes = (a_pass(2, at(9, "08:00"), at(20, "08:00")),)
    first_week = replace(NOVEMBER, ends=at(10, "00:00"), now=at(25, "08:00"))

    summary = summarise([a_case(passes)], first_week)

    assert (step(summary, 2).selesai, step(summary, 2).masih_lewat) == (0, 1)
    assert summary.late[0].selesai is None


def test_a_period_without_anything_has_no_share() -> None:
    summary = summarise([], NOVEMBER)

    assert (summary.kepatuhan, summary.steps, summary.late, summary.loops, summary.papers) == (None, (), (), (), ())


@given(cut=st.integers(0, 40), order=st.permutations(range(3)))
def test_two_periods_that_meet_count_every_finished_step_once(cut: int, order: list[int]) -> None:
    cases = [a_case(), a_case(PASSES[:4]), a_case(PASSES[2:8])]
    middle = at(9, "07:00") + timedelta(hours=cut)

    whole = summarise(cases, NOVEMBER)
    first = summarise([cases[one] for one in order], replace(NOVEMBER, ends=middle))
    second = summarise(cases, replace(NOVEMBER, begins=middle))

    def finished(summary: Summary) -> int:
        return sum(one.selesai for one in summary.steps)

    assert finished(first) + finished(second) == finished(whole)
    assert len(first.loops) + len(second.loops) == len(whole.loops)


def test_a_mean_time_stands_beside_what_the_standard_time_came_to() -> None:
    summary = summarise([a_case()], NOVEMBER)

    assert (step(summary, 2).rata_menit, step(summary, 2).batas_menit) == (50, 20)
    assert (step(summary, 7).rata_menit, step(summary, 7).batas_menit) == ((280 + 170) / 2, 900)


def test_an_incident_is_told_with_what_it_adds_to_the_figures() -> None:
    summary = summarise([a_case()], NOVEMBER)

    (one,) = summary.incidents
    assert (one.is_opened, one.is_closed, one.is_open, one.hari_kerja) == (True, False, True, None)
    assert (one.langkah_terlambat, one.langkah_lewat, one.putaran) == (2, 1, 1)


def test_a_closed_incident_is_measured_against_the_total_time_of_its_sop() -> None:
    quick = a_case(PASSES[:1], status=IncidentStatus.CLOSED, hasil=Outcome.TUNTAS, closed_at=at(10, "08:00"))
    slow = a_case(PASSES[:1], status=IncidentStatus.CLOSED, hasil=Outcome.TUNTAS, closed_at=at(27, "08:00"))

    (figures,) = summarise([quick, slow], replace(NOVEMBER, now=at(29, "08:00"))).playbooks

    assert figures.waktu_total == "2–5 hari kerja"
    assert (figures.dalam_waktu_total, figures.lewat_waktu_total) == (1, 1)
    assert figures.rata_hari_kerja == pytest.approx((1 + 14) / 2)


CASES = st.lists(
    st.builds(
        lambda level, office, closed, passes: a_case(
            PASSES[:passes],
            level=level,
            office_id=office,
            **({"status": IncidentStatus.CLOSED, "closed_at": at(closed, "09:00")} if closed else {}),
        ),
        st.sampled_from(Level),
        st.sampled_from(["utama", "dishub"]),
        st.sampled_from([None, 10, 11]),
        st.integers(min_value=1, max_value=len(PASSES)),
    ),
    max_size=6,
)


@given(CASES, st.sampled_from(Figure))
def test_groups_and_the_lists_behind_them_agree_with_the_figures(cases: list[Case], figure: Figure) -> None:
    summary = summarise(cases, NOVEMBER)

    found = behind(summary.incidents, figure)

    assert len(found) == sum(len(behind(summary.incidents, figure, level=level)) for level in Level)
    assert len(found) == sum(len(behind(summary.incidents, figure, office_id=one.key)) for one in summary.offices)
    if figure is not Figure.PUTARAN:
        assert len(found) == sum(getattr(one, figure.value) for one in summary.levels)
        assert len(found) == sum(getattr(one, figure.value) for one in summary.offices)
        assert len(found) == sum(getattr(one, figure.value) for one in summary.playbooks)

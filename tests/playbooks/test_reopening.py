"""A run taken up again, or merged away: where it goes on, what it keeps, who may decide. Pure."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.working import perpres_calendar
from ir_platform.domain.incident import Outcome
from playbooks.commands import MergeAway, Reopen, RunMerged, RunReopened, StepActivated
from playbooks.engine import decide
from playbooks.errors import MayNotDecideError, MergedRunError, NotClosedError, ReasonNeededError, RunOverError
from playbooks.findings import repair_no, repaired_at, verifying_step
from playbooks.library import shipped
from playbooks.reopening import deciding_roles, step_to_repeat
from playbooks.run_state import RunState, state_from_json
from playbooks.view import StepState, view_run
from tests.playbooks.kaltim import WALK_TO_NINE, a_command, after, an_official, sop, started
from tests.support.builders import NOON

END = (*WALK_TO_NINE, a_command(9, keputusan="tuntas"), a_command(10), a_command(11), a_command(12))
AGAIN = tuple(replace(one, at=NOON) for one in END[6:])
CALENDAR = perpres_calendar("WITA")
EARLY = (
    *END[:3],
    a_command(4, keputusan="tidak_sulit", sebab="tidak_terdapat_gangguan"),
    a_command(1, keputusan="selesai"),
)


def reopening(**changes: Any) -> Reopen:
    given: dict[str, Any] = {"by": an_official("kasi_keamanan_jaringan"), "at": NOON, "alasan": "Muncul lagi."}
    return Reopen(**{**given, **changes})


def merging(**changes: Any) -> MergeAway:
    given: dict[str, Any] = {"by": an_official("pemeriksa_ti"), "at": NOON, "alasan": "Gangguan yang sama."}
    return MergeAway(**{**given, **changes})


def test_the_sop_says_which_step_repairs_and_which_verifies() -> None:
    verifying = verifying_step(sop())

    assert (repair_no(sop()), verifying.no if verifying else None) == (7, 9)
    assert deciding_roles(sop()) == ("pemeriksa_ti", "kasi_keamanan_jaringan")


def test_a_re_opened_run_goes_on_at_the_repair_and_keeps_everything_before() -> None:
    closed = after(*END)

    state, facts = decide(sop(), closed, reopening(temuan=("alert-1",)))

    assert state.passes[: len(closed.passes)] == closed.passes
    assert [(one.no, one.putaran) for one in state.active] == [(7, 2)]
    assert (state.ended_at, state.hasil, state.foreseen) == (None, None, None)
    assert isinstance(facts[0], RunReopened)
    assert facts[1] == StepActivated(no=7, putaran=2, at=NOON, is_rework=True)
    [past] = state.reopenings
    assert (past.hasil, past.ended_at, past.temuan, past.no, past.putaran) == (
        Outcome.TUNTAS,
        closed.ended_at,
        ("alert-1",),
        7,
        2,
    )


def test_a_run_closed_early_begins_again_with_its_first_step() -> None:
    closed = after(*EARLY)

    state, _ = decide(sop(), closed, reopening())

    assert (closed.hasil, step_to_repeat(sop(), closed)) == (Outcome.BUKAN_GANGGUAN, 1)
    assert [(one.no, one.putaran) for one in state.active] == [(1, 3)]


def test_a_re_opened_run_is_carried_out_to_a_second_end_and_can_be_re_opened_again() -> None:
    state, _ = decide(sop(), after(*END), reopening())

    again = after(*AGAIN, state=state)
    third, _ = decide(sop(), again, reopening())

    assert again.hasil is Outcome.TUNTAS
    assert [(one.no, one.putaran) for one in third.active] == [(7, 3)]
    assert len(third.reopenings) == 2


def test_steps_after_the_repair_are_to_be_done_again_and_are_drawn_so() -> None:
    state, _ = decide(sop(), after(*END), reopening())

    view = view_run(sop(), state, active=(), evidence=(), roles=frozenset(), now=NOON, calendar=CALENDAR)

    drawn = {step.no: step.keadaan for step in view.langkah}
    assert drawn[7] is StepState.ULANG
    assert {drawn[no] for no in range(1, 7)} == {StepState.SELESAI}
    assert {drawn[no] for no in range(8, 13)} == {StepState.BELUM}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"by": an_official("pengelola_ti")}, MayNotDecideError),
        ({"by": an_official()}, MayNotDecideError),
        ({"alasan": " \n"}, ReasonNeededError),
    ],
    ids=["another role", "no role", "no reason"],
)
def test_a_re_opening_is_refused_to_others_and_without_a_reason(
    changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        decide(sop(), after(*END), reopening(**changes))


def test_only_what_has_ended_is_re_opened_and_only_what_has_not_is_merged() -> None:
    with pytest.raises(NotClosedError):
        decide(sop(), started(), reopening())
    with pytest.raises(RunOverError):
        decide(sop(), after(*END), merging())


def test_a_merged_run_ends_without_an_outcome_and_stays_so() -> None:
    state, facts = decide(sop(), after(*END[:3]), merging())

    assert (state.ended_at, state.hasil, state.active) == (NOON, None, ())
    assert facts == (RunMerged(at=NOON),)
    with pytest.raises(MergedRunError):
        decide(sop(), state, reopening())


def test_the_repair_is_dated_by_its_last_completion() -> None:
    first = after(*WALK_TO_NINE)
    twice = after(a_command(9, keputusan="belum", alasan="Masih ada."), a_command(7), state=first)

    assert repaired_at(sop(), after(*WALK_TO_NINE[:6])) is None
    assert repaired_at(sop(), first) == WALK_TO_NINE[6].at
    assert repaired_at(sop(), twice) == a_command(7).at


@given(st.lists(st.sampled_from(["a", "b", "c"]), unique=True), st.integers(min_value=1, max_value=3))
def test_a_re_opened_run_saved_and_loaded_is_equal(marks: list[str], times: int) -> None:
    state: RunState = after(*END)
    for _ in range(times):
        state, _ = decide(sop(), state, reopening(temuan=tuple(marks)))
        state = after(*AGAIN, state=state)

    assert state_from_json(state.to_json()) == state


def test_every_shipped_sop_says_who_decides() -> None:
    for playbook in shipped().all():
        assert deciding_roles(playbook.sop), playbook.sop.id

"""The engine on the Kaltim security SOP: every branch walked, every refusal with its words and no change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.domain.incident import Outcome
from ir_platform.ports import ConflictError
from playbooks.commands import DocumentDue, RunEnded, Start, StepActed, StepActivated, StepCompleted
from playbooks.engine import decide
from playbooks.errors import (
    AlreadyDoneError,
    MissingCauseError,
    MissingDecisionError,
    MissingKelengkapanError,
    MissingReasonError,
    NotYetActiveError,
    NotYourTurnError,
    RunEndedError,
    StalePutaranError,
    UnknownAttachmentError,
    UnknownNihilError,
    WrongRoleError,
)
from playbooks.sop import Mode, Sop
from tests.playbooks.kaltim import (
    APLIKASI,
    NIHIL,
    NOC,
    WALK_TO_NINE,
    a_command,
    after,
    an_evidence,
    an_official,
    facts_of,
    sop,
    started,
)
from tests.support.builders import NOON

BELUM = a_command(9, keputusan="belum", alasan="Masih ada percobaan.")
NOT_HARD = a_command(4, keputusan="tidak_sulit", sebab="diselesaikan")
NO_DISTURBANCE = a_command(4, keputusan="tidak_sulit", sebab="tidak_terdapat_gangguan")
TO_FOUR = WALK_TO_NINE[:3]


def active(state) -> list[int]:
    return [one.no for one in state.active]


def test_an_opened_run_waits_at_step_one_with_its_document_prepared() -> None:
    state, facts = decide(sop(), None, Start(at=NOON))

    assert active(state) == [1]
    assert [(fact.kind, fact.no) for fact in facts if isinstance(fact, DocumentDue)] == [
        ("dokumen_informasi_gangguan", 1)
    ]


def test_the_hard_path_ends_after_twelve_steps_as_tuntas() -> None:
    closing = (a_command(9, keputusan="tuntas"), a_command(10), a_command(11), a_command(12))

    state, facts = facts_of(*WALK_TO_NINE, *closing)

    assert active(state) == []
    assert facts[-1] == RunEnded(hasil=Outcome.TUNTAS, at=closing[-1].at)
    assert [one.no for one in state.passes] == list(range(1, 13))


def test_belum_at_step_nine_brings_step_seven_back_as_its_second_putaran() -> None:
    state, facts = facts_of(*WALK_TO_NINE, BELUM)

    assert active(state) == [7]
    assert state.putaran(7) == 2
    assert facts[-1] == StepActivated(no=7, putaran=2, at=BELUM.at, is_rework=True)


def test_rework_three_times_counts_four_putaran_and_still_ends() -> None:
    again = (BELUM, a_command(7), a_command(8))

    state = after(*WALK_TO_NINE, *again * 3, a_command(9, keputusan="tuntas"))

    assert (state.putaran(7), state.putaran(9), active(state)) == (4, 4, [10])


@pytest.mark.parametrize(
    ("verdict", "hasil"), [(NOT_HARD, Outcome.DISELESAIKAN_AWAL), (NO_DISTURBANCE, Outcome.BUKAN_GANGGUAN)]
)
def test_what_comes_back_not_hard_is_closed_by_the_pemeriksa_with_the_outcome_of_its_cause(verdict, hasil) -> None:
    state = after(*TO_FOUR, verdict, a_command(1, keputusan="selesai"))

    assert (state.hasil, active(state)) == (hasil, [])


def test_what_comes_back_may_be_passed_on_and_then_takes_the_hard_path_to_tuntas() -> None:
    second = (a_command(1, keputusan="diteruskan"), *WALK_TO_NINE[1:], a_command(9, keputusan="tuntas"))

    state = after(*TO_FOUR, NO_DISTURBANCE, *second, a_command(10), a_command(11), a_command(12))

    assert state.hasil is Outcome.TUNTAS
    assert state.putaran(4) == 2


def test_the_latest_cause_decides_the_outcome_when_a_report_comes_back_twice() -> None:
    on_again = (a_command(1, keputusan="diteruskan"), a_command(2), a_command(3))

    state = after(*TO_FOUR, NO_DISTURBANCE, *on_again, NOT_HARD, a_command(1, keputusan="selesai"))

    assert state.hasil is Outcome.DISELESAIKAN_AWAL


def test_every_rendered_output_of_the_paper_is_due_when_its_step_is_done() -> None:
    _, facts = facts_of(*WALK_TO_NINE, a_command(9, keputusan="tuntas"), a_command(10), a_command(11))

    assert [(fact.kind, fact.no) for fact in facts if isinstance(fact, DocumentDue)] == [
        ("laporan_penyelesaian_gangguan", 11)
    ]


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_wrong_role_is_told_whose_step_it_is() -> None:
    state = after(*WALK_TO_NINE[:4])

    with pytest.raises(WrongRoleError, match=r"^Langkah 5 dilaksanakan oleh Kasi Keamanan Jaringan\.$"):
        decide(sop(), state, a_command(5, "tim_teknis"))


def test_a_wrong_role_comes_before_a_finished_step() -> None:
    state = after(a_command(1))

    with pytest.raises(WrongRoleError):
        decide(sop(), state, a_command(1, "pejabat_administrator"))


def test_one_of_several_roles_held_is_enough() -> None:
    state = after(a_command(1, "pimpinan", "kasi_keamanan_jaringan", "pemeriksa_ti"))

    assert active(state) == [2]
    assert state.passes[0].acts[0].role == "pemeriksa_ti"


def test_a_finished_step_says_who_did_it_and_when() -> None:
    state = after(a_command(1, by=an_official("pemeriksa_ti", name="Ratna"), at=NOON + timedelta(minutes=125)))

    with pytest.raises(AlreadyDoneError, match=r"^Langkah ini sudah dilaksanakan oleh Ratna pukul 14\.05 WITA\.$"):
        decide(sop(), state, a_command(1))


def test_a_step_ahead_of_its_time_names_the_active_one() -> None:
    state = after(*TO_FOUR)

    with pytest.raises(NotYetActiveError, match=r"^Langkah 5 belum dapat dilaksanakan; langkah yang aktif: 4\.$"):
        decide(sop(), state, a_command(5))


def test_a_step_that_will_come_again_is_not_called_finished() -> None:
    state = after(*WALK_TO_NINE, BELUM)

    with pytest.raises(NotYetActiveError, match="langkah yang aktif: 7"):
        decide(sop(), state, a_command(8))


def test_nothing_is_active_in_an_ended_run() -> None:
    state = after(*TO_FOUR, NOT_HARD, a_command(1, keputusan="selesai"))

    with pytest.raises(RunEndedError, match="sudah ditutup"):
        decide(sop(), state, a_command(5))


def test_a_late_retry_cannot_complete_the_next_putaran() -> None:
    state = after(*WALK_TO_NINE, BELUM)

    with pytest.raises(StalePutaranError, match="putaran ke-2, bukan ke-1"):
        decide(sop(), state, a_command(7, putaran=1))


def test_a_stale_version_is_refused_before_anything_missing_is_named() -> None:
    state = after(*WALK_TO_NINE[:6])

    with pytest.raises(ConflictError):
        decide(sop(), state, a_command(7, nihil=(), expected_version=3, version=4))


@pytest.mark.parametrize("step", [7, 9, 4])
def test_a_refused_command_leaves_the_same_run(step: int) -> None:
    state = after(*WALK_TO_NINE[: step - 1])
    before = state.to_json()

    with pytest.raises((MissingKelengkapanError, MissingDecisionError)):
        decide(sop(), state, a_command(step, nihil=()))

    assert state.to_json() == before


def test_a_decision_step_without_an_answer_names_the_answers() -> None:
    with pytest.raises(MissingDecisionError) as refusal:
        decide(sop(), after(*WALK_TO_NINE), a_command(9))

    assert refusal.value.choices == ("tuntas", "belum")


def test_belum_without_a_reason_is_refused() -> None:
    with pytest.raises(MissingReasonError):
        decide(sop(), after(*WALK_TO_NINE), a_command(9, keputusan="belum", alasan=" "))


def test_tidak_sulit_without_a_cause_is_refused() -> None:
    with pytest.raises(MissingCauseError):
        decide(sop(), after(*TO_FOUR), a_command(4, keputusan="tidak_sulit"))


# --- kelengkapan -----------------------------------------------------------------------------------------------------


def test_step_seven_without_evidence_names_both_items() -> None:
    with pytest.raises(
        MissingKelengkapanError, match=r"^Kelengkapan belum terpenuhi: NOC, aplikasi security system\.$"
    ):
        decide(sop(), after(*WALK_TO_NINE[:6]), a_command(7, nihil=()))


def test_evidence_of_one_item_and_nihil_for_the_other_satisfy_step_seven() -> None:
    command = a_command(7, nihil=NIHIL[1:], evidence=(an_evidence(NOC),))

    state, facts = facts_of(*WALK_TO_NINE[:6], command)

    assert isinstance(facts[0], StepCompleted)
    assert active(state) == [8]


def test_nihil_with_an_empty_reason_is_none() -> None:
    with pytest.raises(MissingKelengkapanError) as refusal:
        decide(sop(), after(*WALK_TO_NINE[:6]), a_command(7, nihil=((NOC, " "), NIHIL[1])))

    assert refusal.value.items == (NOC,)


def test_the_first_putarans_evidence_does_not_satisfy_the_second() -> None:
    old = (an_evidence(NOC), an_evidence(APLIKASI))
    state = after(*WALK_TO_NINE[:6], a_command(7, nihil=(), evidence=old), a_command(8), BELUM)

    with pytest.raises(MissingKelengkapanError) as refusal:
        decide(sop(), state, a_command(7, nihil=(), evidence=old, lampiran=tuple(one.id for one in old)))

    assert refusal.value.items == (NOC, APLIKASI)


def test_evidence_given_before_the_step_counts_when_it_is_named() -> None:
    early = (an_evidence(NOC, step_no=6), an_evidence(APLIKASI, step_no=6))
    unnamed = a_command(7, nihil=(), evidence=early)
    state = after(*WALK_TO_NINE[:6])

    with pytest.raises(MissingKelengkapanError):
        decide(sop(), state, unnamed)
    done = after(replace(unnamed, lampiran=tuple(one.id for one in early)), state=state)

    assert active(done) == [8]


def test_named_evidence_of_an_earlier_putaran_is_not_new_again() -> None:
    early = (an_evidence(NOC, step_no=6), an_evidence(APLIKASI, step_no=6))
    named = a_command(7, nihil=(), evidence=early, lampiran=tuple(one.id for one in early))
    state = after(*WALK_TO_NINE[:6], named, a_command(8), BELUM)

    with pytest.raises(MissingKelengkapanError):
        decide(sop(), state, named)


def test_nihil_for_what_may_not_be_nihil_is_refused_by_name() -> None:
    with pytest.raises(UnknownNihilError) as refusal:
        decide(sop(), after(*WALK_TO_NINE[:6]), a_command(7, nihil=(*NIHIL, ("Laporan Gangguan keamanan", "x"))))

    assert refusal.value.items == ("Laporan Gangguan keamanan",)


def test_an_attachment_that_is_no_evidence_of_the_incident_is_refused() -> None:
    with pytest.raises(UnknownAttachmentError):
        decide(sop(), started(), a_command(1, lampiran=("asing",)))


# --- what other SOPs need --------------------------------------------------------------------------------------------


def in_order(*, step: int, roles: tuple[str, ...]) -> Sop:
    """The SOP with one step that several executors do in order."""
    changed = tuple(
        replace(one, mode=Mode.SEMUA_BERURUTAN, pelaksana=roles) if one.no == step else one for one in sop().langkah
    )
    return replace(sop(), langkah=changed)


def test_executors_in_order_each_act_and_only_the_last_moves_the_run_on() -> None:
    both = in_order(step=2, roles=("pengelola_ti", "pejabat_administrator"))
    state = after(a_command(1))

    half, facts = decide(both, state, a_command(2, "pengelola_ti"))
    done, _ = decide(both, half, a_command(2, "pejabat_administrator"))

    assert isinstance(facts[0], StepActed)
    assert facts[0].next_role == "pejabat_administrator"
    assert (active(half), active(done)) == ([2], [3])


def test_an_executor_out_of_turn_is_told_who_is_next() -> None:
    both = in_order(step=2, roles=("pengelola_ti", "pejabat_administrator"))

    with pytest.raises(NotYourTurnError, match="menunggu Pengelola TI"):
        decide(both, after(a_command(1)), a_command(2, "pejabat_administrator"))


def test_a_step_may_lead_to_itself() -> None:
    to_itself = tuple(
        replace(answer, ke=9) if answer.jawaban == "belum" else answer for answer in sop().langkah[8].keputusan
    )
    again = replace(
        sop(), langkah=tuple(replace(one, keputusan=to_itself) if one.no == 9 else one for one in sop().langkah)
    )

    state, _ = decide(again, after(*WALK_TO_NINE), BELUM)

    assert (active(state), state.putaran(9)) == ([9], 2)


def test_an_answer_that_leads_on_may_already_say_how_the_run_will_end() -> None:
    planned = tuple(
        replace(answer, hasil=Outcome.MASUK_PROGRAM_KEGIATAN) if answer.jawaban == "tuntas" else answer
        for answer in sop().langkah[8].keputusan
    )
    changed = tuple(replace(one, keputusan=planned) if one.no == 9 else one for one in sop().langkah)
    programme, state = replace(sop(), langkah=changed), after(*WALK_TO_NINE)

    for command in (a_command(9, keputusan="tuntas"), a_command(10), a_command(11), a_command(12)):
        state, _ = decide(programme, state, command)

    assert state.hasil is Outcome.MASUK_PROGRAM_KEGIATAN

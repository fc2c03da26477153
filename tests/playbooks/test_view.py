"""What is shown of a run: kelengkapan, limits, who is waited for, what the caller may do, how each step is drawn."""

from datetime import timedelta

import pytest

from ir_platform.calendar.working import perpres_calendar
from playbooks.clocks import active_steps
from playbooks.commands import CompleteStep
from playbooks.run_state import RunState
from playbooks.view import RunView, StepState, view_run
from tests.playbooks.kaltim import APLIKASI, NOC, WALK_TO_NINE, a_command, after, an_evidence, sop, started
from tests.support.builders import NOON

CALENDAR = perpres_calendar("WITA")
BELUM = a_command(9, keputusan="belum", alasan="Masih ada percobaan.")
TO_FOUR = WALK_TO_NINE[:3]
BACK = a_command(4, keputusan="tidak_sulit", sebab="diselesaikan")


def viewed(state: RunState, *roles: str, evidence=(), now=NOON) -> RunView:
    return view_run(
        sop(),
        state,
        active=active_steps(sop(), state, CALENDAR),
        evidence=evidence,
        roles=frozenset(roles),
        now=now,
        calendar=CALENDAR,
    )


def drawn(view: RunView) -> dict[int, StepState]:
    return {step.no: step.keadaan for step in view.langkah}


def test_only_who_may_act_is_offered_the_step_with_its_button() -> None:
    state = after(*WALK_TO_NINE[:6])

    mine, others = viewed(state, "tim_teknis").boleh_saya, viewed(state, "kasi_keamanan_jaringan").boleh_saya

    assert [(one.no, one.putaran, one.teks_tombol.id) for one in mine] == [
        (7, 1, "Selesai ditindaklanjuti, lanjut ke langkah 8")
    ]
    assert others == ()


def test_answers_are_offered_with_what_each_demands() -> None:
    (four,) = viewed(after(*TO_FOUR), "pengelola_ti").boleh_saya
    (nine,) = viewed(after(*WALK_TO_NINE), "kasi_keamanan_jaringan").boleh_saya

    assert [(one.jawaban, one.label.id, [cause.kode for cause in one.sebab]) for one in four.jawaban] == [
        ("sulit", "Sulit – konsultasikan", []),
        ("tidak_sulit", "Tidak sulit – kembalikan ke Pemeriksa TI", ["diselesaikan", "tidak_terdapat_gangguan"]),
    ]
    assert [(one.jawaban, one.label.id, one.alasan_wajib) for one in nine.jawaban] == [
        ("tuntas", "Tuntas", False),
        ("belum", "Belum tuntas – ulangi langkah 7", True),
    ]


def test_step_one_asks_for_an_answer_only_when_it_came_back() -> None:
    fresh, back = viewed(started(), "pemeriksa_ti"), viewed(after(*TO_FOUR, BACK), "pemeriksa_ti")

    assert fresh.boleh_saya[0].jawaban == ()
    assert [one.jawaban for one in back.boleh_saya[0].jawaban] == ["selesai", "diteruskan"]


def test_kelengkapan_says_what_is_there_and_from_whom() -> None:
    view = viewed(after(*WALK_TO_NINE[:6]), evidence=(an_evidence(NOC),))

    assert [(one.nama, one.terpenuhi, one.oleh) for one in view.kelengkapan] == [
        ("Laporan Gangguan keamanan", True, "langkah 6 oleh Dewi"),
        (NOC, True, "tangkapan.pcap"),
        (APLIKASI, False, None),
    ]


def test_outputs_of_step_seven_count_by_themselves_afterwards() -> None:
    view = viewed(after(*WALK_TO_NINE[:7]))

    assert all(one.terpenuhi for one in view.kelengkapan)


def test_what_was_declared_nihil_is_not_called_made_in_the_steps_after_it() -> None:
    none = a_command(7, nihil=((NOC, "Tidak ada catatan."), (APLIKASI, "Tidak ada temuan.")))

    view = viewed(after(*WALK_TO_NINE[:6], none, *WALK_TO_NINE[7:]))

    assert {one.nama: one.oleh for one in view.kelengkapan}[NOC] == "nihil: Tidak ada catatan."


def test_a_limit_shows_what_is_left_in_working_time() -> None:
    state = after(*WALK_TO_NINE[:6])
    since = state.active[0].since

    (limit,) = viewed(state, now=since + timedelta(minutes=120)).tenggat

    # Since Friday 12.06, in the break: step 7's two days end with Tuesday's break; an hour and six minutes are worked.
    assert (limit.no, limit.sisa_menit, limit.sisa, limit.lewat) == (7, 834, "1 hari 6 jam", False)


def test_past_its_limit_a_step_shows_by_how_much() -> None:
    state = after(a_command(1))

    (limit,) = viewed(state, now=NOON + timedelta(minutes=90)).tenggat

    assert (limit.no, limit.sisa_menit, limit.lewat) == (2, -10, True)


def test_the_queue_says_for_whom_a_run_waits() -> None:
    (waiting,) = viewed(after(*TO_FOUR)).menunggu

    assert [one.nama for one in waiting.pelaksana] == ["Tim Teknis", "Pengelola TI"]
    assert waiting.kalimat.id == "menunggu pengecekan Tim Teknis atau Pengelola TI"


def test_steps_are_drawn_done_active_and_waiting() -> None:
    states = drawn(viewed(after(*TO_FOUR)))

    assert [states[no] for no in (3, 4, 5)] == [StepState.SELESAI, StepState.AKTIF, StepState.BELUM]


def test_rework_draws_the_step_again_and_what_follows_as_not_done() -> None:
    view = viewed(after(*WALK_TO_NINE, BELUM))

    states = drawn(view)
    assert [states[no] for no in (6, 7, 8, 9)] == [
        StepState.SELESAI,
        StepState.ULANG,
        StepState.BELUM,
        StepState.BELUM,
    ]
    assert (view.panah[-1].dari, view.panah[-1].ke, view.panah[-1].adalah_putaran) == (9, 7, True)
    assert [one.putaran for one in view.langkah[6].riwayat] == [1, 2]


def test_an_early_end_draws_what_was_never_reached_as_skipped() -> None:
    view = viewed(after(*TO_FOUR, BACK, a_command(1, keputusan="selesai")), "pemeriksa_ti")

    states = drawn(view)
    assert [states[no] for no in (1, 4, 5, 12)] == [
        StepState.SELESAI,
        StepState.SELESAI,
        StepState.DILEWATI,
        StepState.DILEWATI,
    ]
    assert (view.langkah_aktif, view.boleh_saya, view.hasil) == ((), (), "diselesaikan_awal")


def test_the_history_keeps_answer_cause_and_words() -> None:
    act = viewed(after(*TO_FOUR, BACK)).langkah[3].riwayat[0].tindakan[0]

    assert (act.keputusan, act.label_keputusan.id, act.label_sebab.id) == (
        "tidak_sulit",
        "Tidak sulit – kembalikan ke Pemeriksa TI",
        "Gangguan telah diselesaikan",
    )


@pytest.mark.parametrize("commands", [(), (a_command(1),), (*WALK_TO_NINE, BELUM)])
def test_putaran_counts_how_often_a_step_has_become_active(commands: tuple[CompleteStep, ...]) -> None:
    state = after(*commands)

    assert viewed(state).putaran == {no: state.putaran(no) for no in range(1, 13) if state.putaran(no)}

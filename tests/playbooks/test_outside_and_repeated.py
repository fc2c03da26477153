"""What only some SOPs have: attempts, proposals, acts for people outside, an end mark nobody carries out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.calendar.working import perpres_calendar
from ir_platform.domain.incident import Outcome
from playbooks.behalf import Cara
from playbooks.clocks import active_steps
from playbooks.commands import StepActed, StepActivated, StepCompleted
from playbooks.engine import decide
from playbooks.errors import (
    FutureOnBehalfError,
    MissingLetterError,
    MissingProofError,
    MissingReasonError,
    MissingRecordError,
    NotOnBehalfError,
    NotYourTurnError,
    PlaybookRefusalError,
    UnknownDecisionError,
    WrongCaraError,
    WrongRoleError,
)
from playbooks.view import RunView, view_run
from playbooks.words import SYSTEM, SYSTEM_ROLE
from tests.playbooks.walking import Walker, a_walker, on_behalf, sop_of

BOGOR = "kota-bogor-penanganan-gangguan-jaringan"
BATAM = "kota-batam-maintenance-gangguan-jaringan"
LOTENG = "lombok-tengah-gangguan-internet-kepala-dinas"
JARINGAN = "kaltim-gangguan-jaringan"
CALENDAR = perpres_calendar("WITA")
KABID, TEKNISI = "loteng_kabid_kominfo", "loteng_teknisi"


def viewed(walker: Walker, *roles: str) -> RunView:
    sop = sop_of(walker.playbook)
    return view_run(
        sop,
        walker.state,
        active=active_steps(sop, walker.state, CALENDAR),
        evidence=walker.evidence,
        roles=frozenset(roles),
        now=walker.at,
        calendar=CALENDAR,
    )


def refused(walker: Walker, no: int, role: str, **changes: object) -> Exception:
    before = walker.state.to_json()
    with pytest.raises(PlaybookRefusalError) as refusal:
        decide(sop_of(walker.playbook), walker.state, walker.command(no, role, **changes))
    assert walker.state.to_json() == before
    return refusal.value


@pytest.fixture
def testing() -> Walker:
    """Bogor's network is about to be tested."""
    walker = a_walker(BOGOR)
    walker.do_until(6)
    return walker


def test_a_test_that_is_not_normal_keeps_the_step_active_as_an_attempt_and_no_putaran(testing: Walker) -> None:
    testing.send(testing.command(6, "bogor_teknisi", keputusan="mati"))
    testing.send(testing.command(6, "bogor_teknisi", keputusan="kabel"))

    assert (testing.active, testing.state.putaran(6)) == ([6], 1)
    assert isinstance(testing.facts[0], StepActed)
    assert testing.facts[0].attempt == 2
    history = viewed(testing).langkah[5].riwayat[0]
    assert [(one.keputusan, one.pengujian) for one in history.tindakan] == [("mati", 1), ("kabel", 2)]


def test_cable_and_device_are_offered_once_a_test_has_been_recorded(testing: Walker) -> None:
    first = [one.jawaban for one in viewed(testing, "bogor_teknisi").boleh_saya[0].jawaban]
    refusal = refused(testing, 6, "bogor_teknisi", keputusan="kabel")
    testing.send(testing.command(6, "bogor_teknisi", keputusan="lambat"))

    then = viewed(testing, "bogor_teknisi").boleh_saya[0]

    assert first == ["mati", "lambat", "normal"]
    assert isinstance(refusal, UnknownDecisionError)
    assert ([one.jawaban for one in then.jawaban], then.pengujian) == (
        ["mati", "lambat", "kabel", "perangkat", "normal"],
        1,
    )


def test_normal_needs_the_record_of_the_test(testing: Walker) -> None:
    assert isinstance(refused(testing, 6, "bogor_teknisi", keputusan="normal", catatan="  "), MissingRecordError)


@pytest.fixture
def judging() -> Walker:
    """A technician of Lombok Tengah has to say whether it is simple or complex."""
    walker = a_walker(LOTENG)
    walker.do_until(4)
    return walker


def test_a_complex_one_waits_for_the_kabid_with_the_proposal_shown(judging: Walker) -> None:
    judging.send(judging.command(4, TEKNISI, keputusan="kompleks"))

    view = viewed(judging, KABID)
    assert view.langkah_aktif == (4,)
    assert [role.id for role in view.menunggu[0].pelaksana] == [KABID]
    assert view.menunggu[0].kalimat.id.startswith("menunggu konfirmasi Kabid Kominfo: Kompleks")
    assert view.boleh_saya[0].usulan == "kompleks"
    assert isinstance(refused(judging, 4, TEKNISI, keputusan="kompleks"), NotYourTurnError)


def test_the_kabid_confirms_by_the_same_answer_and_the_run_ends_in_the_work_programme(judging: Walker) -> None:
    judging.send(judging.command(4, TEKNISI, keputusan="kompleks"))
    judging.send(judging.command(4, KABID, keputusan="kompleks"))
    judging.do(5, None)

    assert judging.state.hasil is Outcome.MASUK_PROGRAM_KEGIATAN


def test_the_kabid_may_send_it_back_with_a_reason_and_the_technician_answers_anew(judging: Walker) -> None:
    judging.send(judging.command(4, TEKNISI, keputusan="kompleks"))
    no_reason = refused(judging, 4, KABID, keputusan="sederhana")

    judging.send(judging.command(4, KABID, keputusan="sederhana", alasan="Cukup diganti kabelnya."))

    assert isinstance(no_reason, MissingReasonError)
    assert judging.active == [4]
    assert [role.id for role in viewed(judging).menunggu[0].pelaksana] == [TEKNISI]
    judging.do(4, "sederhana")
    judging.do(5, None)
    assert judging.state.hasil is Outcome.TUNTAS


def test_without_a_proposal_the_kabid_has_nothing_to_do_at_the_step(judging: Walker) -> None:
    assert isinstance(refused(judging, 4, KABID, keputusan="kompleks"), WrongRoleError)


def test_batams_end_mark_follows_the_review_by_itself() -> None:
    walker = a_walker(BATAM)
    walker.do_until(12, (4, "di_data_center"))

    walker.do(12, None)

    completed = [fact for fact in walker.facts if isinstance(fact, StepCompleted)]
    assert [(fact.no, fact.act.role, fact.act.name) for fact in completed][1:] == [(13, SYSTEM_ROLE, SYSTEM)]
    assert [fact.no for fact in walker.facts if isinstance(fact, StepActivated)] == [13]
    assert walker.state.hasil is Outcome.TUNTAS


def test_a_half_done_step_shows_who_is_awaited() -> None:
    walker = a_walker(JARINGAN)
    walker.do_until(2)

    walker.send(walker.command(2, "kasubag_tu"))

    (waiting,) = viewed(walker).menunggu
    assert (waiting.no, waiting.kalimat.id) == (2, "menunggu Kepala Dinas")
    assert viewed(walker, "kasubag_tu").boleh_saya == ()
    assert [one.no for one in viewed(walker, "kepala_dinas").boleh_saya] == [2]


def test_the_kasi_of_another_field_is_refused() -> None:
    walker = a_walker(JARINGAN)
    walker.do_until(8, (7, "tidak_terkoneksi"))

    refusal = refused(walker, 8, "kasi_keamanan_jaringan", keputusan="terhubung")

    assert str(refusal) == "Langkah 8 dilaksanakan oleh Kasi Infrastruktur TIK."


def test_the_recorder_is_offered_the_step_with_whom_to_name() -> None:
    walker = a_walker(JARINGAN)

    (mine,) = viewed(walker, "kasubag_tu").boleh_saya

    assert mine.dapat_atas_nama is not None
    assert (mine.dapat_atas_nama.nama, mine.wajib_atas_nama) == ("Pengguna Jaringan", True)


def test_the_time_of_somebody_outside_is_not_charged_to_the_office() -> None:
    walker = a_walker(BATAM)
    first = viewed(walker).tenggat[0]
    walker.do_until(8, (4, "bukan_di_data_center"), (7, "diganti"))
    ours = viewed(walker).tenggat[0]
    walker.send(walker.command(8, "batam_tim_data_center"))

    theirs = viewed(walker).tenggat[0]

    assert (first.jatuh_tempo, theirs.jatuh_tempo) == (None, None)
    assert ours.jatuh_tempo is not None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"atas_nama": on_behalf(cara=Cara.LISAN)}, WrongCaraError),
        ({"atas_nama": on_behalf()}, MissingLetterError),
    ],
)
def test_a_letter_has_to_be_a_letter_and_be_shown(changes: dict[str, object], refusal: type[Exception]) -> None:
    assert isinstance(refused(a_walker(JARINGAN), 1, "pengguna_jaringan", **changes), refusal)


def test_what_was_said_has_to_be_written_down() -> None:
    spoken = on_behalf(cara=Cara.TELEPON)

    refusal = refused(a_walker(BATAM), 1, "batam_opd", atas_nama=spoken, catatan="")

    assert isinstance(refusal, MissingProofError)
    assert "tulis dalam catatan" in str(refusal)


def test_nobody_acts_in_the_future() -> None:
    walker = a_walker(BATAM)
    later = on_behalf(walker.at + timedelta(minutes=1), cara=Cara.TELEPON)

    assert isinstance(refused(walker, 1, "batam_opd", atas_nama=later), FutureOnBehalfError)


def test_an_official_cannot_record_his_own_step_for_somebody_else() -> None:
    walker = a_walker(JARINGAN)
    walker.do_until(2)

    assert isinstance(refused(walker, 2, "kasubag_tu", atas_nama=on_behalf()), NotOnBehalfError)


def test_an_outside_office_that_was_given_an_account_acts_for_itself() -> None:
    walker = a_walker(BATAM)
    command = walker.command(1, "batam_opd", atas_nama=None)

    walker.send(replace(command, by=replace(command.by, roles=frozenset({"batam_opd"}))))

    assert walker.active == [2]
    assert walker.facts[0].act.atas_nama is None

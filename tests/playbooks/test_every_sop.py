"""Each SOP against its paper: the table it was read from, every branch walked, and each kind of refusal."""

import pytest

from playbooks.commands import RunEnded
from playbooks.engine import decide
from playbooks.errors import (
    MissingKelengkapanError,
    MissingOnBehalfError,
    NotYourTurnError,
    WrongRoleError,
)
from playbooks.run_state import state_from_json
from tests.playbooks.kaltim import an_evidence
from tests.playbooks.papers import CONFIRMED, LETTERS, PAPERS, PRINTED
from tests.playbooks.walking import a_walker, sop_of

EVERY = sorted(PAPERS)
WALKS = [(playbook, name) for playbook in EVERY for name in PAPERS[playbook].walks]
IN_ORDER = [(playbook, no) for playbook in EVERY for no in sorted(PAPERS[playbook].in_order)]
OUTSIDE = [(playbook, no) for playbook in EVERY for no in sorted(PAPERS[playbook].recorders)]
ATTACHED = [(playbook, no) for playbook in sorted(LETTERS) for no in LETTERS[playbook]]
ANSWERS = {"kota-batam-maintenance-gangguan-jaringan": ((4, "bukan_di_data_center"), (7, "diganti"))}
"""What leads through every step."""


@pytest.mark.parametrize("playbook", EVERY)
def test_the_file_says_what_the_paper_says(playbook: str) -> None:
    sop, paper = sop_of(playbook), PAPERS[playbook]

    assert {step.no: step.pelaksana for step in sop.langkah} == paper.executors
    assert {step.no: step.mode for step in sop.langkah} == {no: paper.mode(no) for no in paper.executors}
    ways = {
        step.no: tuple((one.jawaban, one.ke) for one in step.keputusan) or ((None, step.berikut),)
        for step in sop.langkah
    }
    assert {no: set(found) for no, found in ways.items()} == {no: set(found) for no, found in paper.ways.items()}
    assert {role.id for role in sop.pelaksana if role.luar} == paper.outside
    assert {step.no: step.dicatat_oleh for step in sop.langkah if step.dicatat_oleh} == paper.recorders


@pytest.mark.parametrize("playbook", EVERY)
def test_the_printed_numbers_are_kept(playbook: str) -> None:
    sop = sop_of(playbook)

    counted = tuple(str(no) for no in range(1, len(sop.langkah) + 1))
    assert tuple(step.no_asli for step in sop.langkah) == PRINTED.get(playbook, counted)


@pytest.mark.parametrize(("playbook", "name"), WALKS)
def test_every_branch_can_be_walked_to_its_outcome(playbook: str, name: str) -> None:
    walker, walk = a_walker(playbook), PAPERS[playbook].walks[name]

    for no, answer in walk.steps:
        assert walker.active == [no]
        walker.do(no, answer)

    assert walker.active == []
    assert walker.state.hasil is walk.hasil
    assert isinstance(walker.facts[-1], RunEnded)
    assert state_from_json(walker.state.to_json()) == walker.state


@pytest.mark.parametrize("playbook", EVERY)
def test_the_walks_take_every_way_of_the_paper(playbook: str) -> None:
    paper = PAPERS[playbook]

    taken = {(no, answer) for walk in paper.walks.values() for no, answer in walk.steps}

    ways = {(no, answer) for no, ways in paper.ways.items() for answer, _ in ways}
    # Batam's end mark is passed without anybody.
    assert ways - taken == ({(13, None)} if 13 in paper.executors else set())


@pytest.mark.parametrize("playbook", EVERY)
def test_who_is_not_an_executor_of_the_first_step_is_refused(playbook: str) -> None:
    walker, paper = a_walker(playbook), PAPERS[playbook]
    allowed = {*paper.executors[1], *paper.recorders.get(1, ())}
    strangers = {role for roles in paper.executors.values() for role in roles} - allowed

    for role in sorted(strangers | {"kasi_keamanan_jaringan", "pimpinan"}):
        with pytest.raises(WrongRoleError):
            decide(sop_of(playbook), walker.state, walker.command(1, role))


@pytest.mark.parametrize(("playbook", "no"), IN_ORDER)
def test_of_several_in_order_nobody_is_passed_over(playbook: str, no: int) -> None:
    walker, roles = a_walker(playbook), PAPERS[playbook].executors[no]
    walker.do_until(no, *ANSWERS.get(playbook, ()))
    walker.attach(no)

    for before, role in enumerate(roles):
        later = [one for one in roles[before + 1 :] if one not in PAPERS[playbook].outside]
        for other in later:
            with pytest.raises(NotYourTurnError):
                decide(sop_of(playbook), walker.state, walker.command(no, other))
        assert walker.active == [no]
        walker.send(walker.command(no, role))

    assert walker.active != [no]


@pytest.mark.parametrize(("playbook", "no"), OUTSIDE)
def test_what_somebody_outside_does_names_him_and_who_recorded_it(playbook: str, no: int) -> None:
    walker, paper = a_walker(playbook), PAPERS[playbook]
    walker.do_until(no, *ANSWERS.get(playbook, ()))
    walker.attach(no)
    outside = next(role for role in paper.executors[no] if role in paper.outside)
    for role in paper.executors[no][: paper.executors[no].index(outside)] if no in paper.in_order else ():
        walker.send(walker.command(no, role))

    walker.send(walker.command(no, outside))

    act = walker.facts[0].act
    assert (act.role, act.name, act.atas_nama.nama) == (outside, "Dewi", "Sari Utami")


@pytest.mark.parametrize(("playbook", "no"), [each for each in OUTSIDE if each[1] == 1])
def test_who_records_for_somebody_outside_has_to_say_for_whom(playbook: str, no: int) -> None:
    walker = a_walker(playbook)
    walker.attach(no)
    command = walker.command(no, next(iter(PAPERS[playbook].outside)), atas_nama=None)

    with pytest.raises(MissingOnBehalfError, match="atas nama siapa"):
        decide(sop_of(playbook), walker.state, command)


@pytest.mark.parametrize(("playbook", "no"), ATTACHED)
def test_what_people_have_to_attach_is_asked_of_the_last_who_acts(playbook: str, no: int) -> None:
    walker, paper = a_walker(playbook), PAPERS[playbook]
    walker.do_until(no, *ANSWERS.get(playbook, ()))
    roles = paper.executors[no] if no in paper.in_order else paper.executors[no][:1]
    for role in roles[:-1]:
        walker.send(walker.command(no, role))
    walker.evidence = (an_evidence(None, step_no=no),)

    with pytest.raises(MissingKelengkapanError) as refusal:
        decide(sop_of(playbook), walker.state, walker.command(no, roles[-1]))

    assert refusal.value.items == (LETTERS[playbook][no],)


def test_every_confirmed_answer_is_in_a_paper() -> None:
    assert all(answer in dict(PAPERS[playbook].ways[no]) for playbook, no, answer in CONFIRMED)

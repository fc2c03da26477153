"""Any commands by any roles to any SOP: accepted exactly where its paper allows them, and never half carried out."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.engine import decide
from playbooks.errors import PlaybookRefusalError
from playbooks.run_state import state_from_json
from tests.playbooks.papers import CONFIRMED, PAPERS
from tests.playbooks.walking import Walker, a_walker, sop_of

FIRST_TESTS = {"mati", "lambat", "normal"}


@dataclass
class Pencil:
    """Where the run is by the paper: the active step, who has acted in it, what waits to be confirmed."""

    playbook: str
    active: int | None = 1
    acted: int = 0
    tests: int = 0
    proposal: str | None = None
    path: list[int] = field(default_factory=lambda: [1])

    def awaited(self) -> tuple[str, ...]:
        assert self.active is not None
        paper = PAPERS[self.playbook]
        if self.proposal:
            return (CONFIRMED[self.playbook, self.active, self.proposal],)
        roles = paper.executors[self.active]
        return roles[self.acted : self.acted + 1] if self.active in paper.in_order else roles

    def answers(self) -> dict[str | None, int | None]:
        assert self.active is not None
        paper = PAPERS[self.playbook]
        if self.active in paper.in_order and self.acted + 1 < len(paper.executors[self.active]):
            return {None: self.active}
        ways = dict(paper.ways[self.active])
        is_first_test = self.active in ways.values() and not self.tests
        return {answer: to for answer, to in ways.items() if not is_first_test or answer in FIRST_TESTS}

    def allows(self, no: int, role: str, answer: str | None) -> bool:
        return no == self.active and role in self.awaited() and answer in self.answers()

    def carry_out(self, answer: str | None) -> None:
        target, here = self.answers()[answer], self.active
        assert here is not None
        if self.proposal:
            is_confirmed, self.proposal = answer == self.proposal, None
            if not is_confirmed:
                return
        elif (self.playbook, here, answer or "") in CONFIRMED:
            self.proposal = answer
            return
        if target == here:
            self.acted, self.tests = self.acted + 1, self.tests + (answer is not None)
            return
        self.acted = self.tests = 0
        # Batam's end mark is passed by itself.
        self.active = None if target == 13 else target
        self.path += [target] if target else []


def roles_of(playbook: str) -> list[str]:
    return sorted({role for roles in PAPERS[playbook].executors.values() for role in roles} | {"pimpinan"})


def answers_of(playbook: str) -> list[str | None]:
    return sorted({answer for ways in PAPERS[playbook].ways.values() for answer, _ in ways}, key=str)


def send(walker: Walker, pencil: Pencil, no: int, role: str, answer: str | None) -> None:
    paper, before = PAPERS[walker.playbook], walker.state.to_json()
    if role in paper.outside and no not in paper.recorders:
        return
    if no == pencil.active:
        walker.attach(no)
    command = walker.command(no, role, keputusan=answer, alasan="sebab lain")
    if pencil.allows(no, role, answer):
        walker.send(command)
        pencil.carry_out(answer)
    else:
        with pytest.raises(PlaybookRefusalError):
            decide(sop_of(walker.playbook), walker.state, command)
        assert walker.state.to_json() == before
    assert walker.active == ([pencil.active] if pencil.active else [])
    assert [one.no for one in walker.state.passes] == pencil.path
    assert state_from_json(walker.state.to_json()) == walker.state


@pytest.mark.parametrize("playbook", sorted(PAPERS))
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_any_command_is_accepted_exactly_where_the_paper_allows_it(playbook: str, data: st.DataObject) -> None:
    walker, pencil = a_walker(playbook), Pencil(playbook=playbook)

    for _ in range(data.draw(st.integers(5, 25))):
        if pencil.active is None:
            break
        if data.draw(st.integers(0, 3)):
            no, role = pencil.active, data.draw(st.sampled_from(pencil.awaited()))
            answer = data.draw(st.sampled_from(sorted(pencil.answers(), key=str)))
        else:
            no = data.draw(st.sampled_from(sorted(PAPERS[playbook].executors)))
            role = data.draw(st.sampled_from(roles_of(playbook)))
            answer = data.draw(st.sampled_from(answers_of(playbook)))
        send(walker, pencil, no, role, answer)

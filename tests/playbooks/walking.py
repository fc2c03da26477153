"""Carries a run of any SOP on by right commands, as its paper says."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ir_platform.domain.evidence import Evidence
from playbooks.behalf import AtasNama, Cara
from playbooks.commands import CompleteStep, Fact, Start
from playbooks.engine import decide
from playbooks.library import shipped
from playbooks.run_state import RunState
from playbooks.sop import Sop
from tests.playbooks.kaltim import WITA, an_evidence, an_official
from tests.playbooks.papers import ALL_PAPERS, CONFIRMED, LETTERS, Paper
from tests.support.builders import NOON


def sop_of(playbook: str) -> Sop:
    return shipped().get(playbook).sop


def on_behalf(at: datetime = NOON, **changes: object) -> AtasNama:
    given = {"nama": "Sari Utami", "jabatan": "Operator OPD", "cara": Cara.SURAT, "waktu": at}
    return AtasNama(**{**given, **changes})


@dataclass
class Walker:
    """Walks one run; every command must be accepted."""

    playbook: str
    state: RunState
    evidence: tuple[Evidence, ...] = ()
    facts: tuple[Fact, ...] = ()
    at: datetime = NOON

    @property
    def paper(self) -> Paper:
        return ALL_PAPERS[self.playbook]

    @property
    def active(self) -> list[int]:
        return [one.no for one in self.state.active]

    def command(self, no: int, role: str, **changes: object) -> CompleteStep:
        """A right command for the step as that role, recorded on behalf where the role is an outside one."""
        is_outside = role in self.paper.outside
        actor = self.paper.recorders[no][0] if is_outside else role
        given = {
            "no": no,
            "by": an_official(actor),
            "at": self.at,
            "zone": WITA,
            "catatan": f"langkah {no}",
            "evidence": self.evidence,
            "atas_nama": on_behalf(self.at) if is_outside else None,
            "alasan": "masih ada" if changes.get("keputusan") == "belum" else None,
            "nihil": self.paper.nihil.get(no, ()),
        }
        return CompleteStep(**{**given, **changes})

    def send(self, command: CompleteStep) -> None:
        self.at += timedelta(minutes=1)
        self.state, self.facts = decide(sop_of(self.playbook), self.state, replace(command, at=self.at))

    def attach(self, no: int) -> None:
        """Give what people attach at the step, and a letter for what is done on behalf of somebody."""
        item = LETTERS.get(self.playbook, {}).get(no)
        found = an_evidence(item, step_no=no, putaran=self.state.putaran(no), added_at=self.at)
        self.evidence = (*self.evidence, found)

    def do(self, no: int, answer: str | None) -> None:
        """Do the step by everyone it takes; a cause stands behind its answer (`tidak_sulit:diselesaikan`)."""
        answer, _, cause = (answer or "").partition(":")
        answer = answer or None
        self.attach(no)
        roles = self.paper.executors[no] if no in self.paper.in_order else self.paper.executors[no][:1]
        for role in roles[:-1]:
            self.send(self.command(no, role))
        self.send(self.command(no, roles[-1], keputusan=answer, sebab=cause or None))
        confirming = CONFIRMED.get((self.playbook, no, answer or ""))
        if confirming:
            self.send(self.command(no, confirming, keputusan=answer))

    def do_until(self, no: int, *answers: tuple[int, str]) -> None:
        """Walk on, without answers but those given, until the step is active."""
        while self.active != [no]:
            here = self.active[0]
            self.do(here, dict(answers).get(here))


def a_walker(playbook: str) -> Walker:
    return Walker(playbook=playbook, state=decide(sop_of(playbook), None, Start(at=NOON))[0])

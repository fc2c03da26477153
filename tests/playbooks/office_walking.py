"""Walks any SOP in a real office: each step by the accounts the paper names, through the runner and its database."""

from dataclasses import dataclass, replace
from hashlib import sha256

from ir_platform.audit.record import record
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account
from ir_platform.identity.accounts import add_account
from playbooks.run_state import RunState, state_from_json
from playbooks.runner import NewEvidence
from tests.playbooks.office import PEOPLE, Office
from tests.playbooks.papers import ALL_PAPERS, CONFIRMED, LETTERS, Paper
from tests.playbooks.walking import on_behalf
from tests.support.builders import NOON, an_account

ROLES = sorted({role for paper in ALL_PAPERS.values() for roles in paper.executors.values() for role in roles})
EVERYBODY = PEOPLE | {role: an_account(role.replace("_", "."), role) for role in ROLES if role not in PEOPLE}
CONTENT = b"Surat dari OPD."
FILE = NewEvidence(name="surat.txt", sha256=sha256(CONTENT).hexdigest(), size=len(CONTENT), media_type="text/plain")


def let_everybody_in(office: Office) -> None:
    """Add the people of the SOPs that the office's own is not about."""
    with office.state.write() as uow:
        for role in ROLES:
            if role not in PEOPLE:
                add_account(uow, EVERYBODY[role], by=None, now=NOON, record=record)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeWalk:
    office: Office
    playbook: str
    incident_id: IncidentId

    @property
    def paper(self) -> Paper:
        return ALL_PAPERS[self.playbook]

    def run(self) -> RunState:
        with self.office.state.read() as uow:
            stored = uow.runs.get(self.incident_id)
        assert stored is not None
        return state_from_json(stored.state)

    def active(self) -> list[int]:
        return [one.no for one in self.run().active]

    def show(self, no: int) -> str:
        """Give what people attach at the step, or a letter for what is done on behalf of somebody; return its id."""
        item = LETTERS.get(self.playbook, {}).get(no)
        given = replace(FILE, kelengkapan=item)
        return self.office.runner.add_evidence(self.incident_id, given, next(iter(PEOPLE.values()))).id

    def act(self, no: int, role: str, answer: str | None, shown: str, *, account: Account | None = None) -> Incident:
        """Act in the step as that role; `account` None: whoever the SOP lets do or record it."""
        is_outside = role in self.paper.outside
        jawaban, _, sebab = (answer or "").partition(":")
        return self.office.do(
            self.incident_id,
            no,
            account=account or EVERYBODY[self.paper.recorders[no][0] if is_outside else role],
            keputusan=jawaban or None,
            sebab=sebab or None,
            # Asked for with some answers, and where a proposal is not confirmed.
            alasan="Masih ada.",
            nihil=self.paper.nihil.get(no, ()),
            lampiran=(shown,),
            atas_nama=on_behalf(self.office.clock[0]) if is_outside else None,
        )

    def do(self, no: int, answer: str | None) -> Incident:
        """Do the step by everyone it takes."""
        shown, roles = self.show(no), self.paper.executors[no]
        acting = roles if no in self.paper.in_order else roles[:1]
        for role in acting[:-1]:
            self.act(no, role, None, shown)
        done = self.act(no, acting[-1], answer, shown)
        confirming = CONFIRMED.get((self.playbook, no, answer or ""))
        return self.act(no, confirming, answer, shown) if confirming else done


def begin_walk(office: Office, playbook: str) -> OfficeWalk:
    return OfficeWalk(office=office, playbook=playbook, incident_id=office.report(playbook=playbook).id)

"""When a finding of a closed incident fires again: a proposal for a person, told to those who decide on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from ir_platform.domain.alert import Alert
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind
from ir_platform.domain.tie import Proposal, ProposalId
from ir_platform.incidents.recurrence import recalled
from ir_platform.notify.post import post
from ir_platform.ports import Clock, NewId, UnitOfWork
from playbooks.library import Library
from playbooks.record import add_audit
from playbooks.reopening import deciding_roles
from playbooks.words import SYSTEM

_CANDIDATES = 200
"""Closed alerts of one rule that are looked at, those seen last first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrences:
    library: Library
    clock: Clock
    new_id: NewId
    window: timedelta
    """How long after its closing an incident is still recalled; zero: never."""

    def propose(self, uow: UnitOfWork, alert: Alert) -> Proposal | None:
        """Add a proposal for a new alert that recalls a closed incident; None where it recalls none.

        The caller tells of it with `tell`, at the end of its transaction.
        """
        if not self.window:
            return None
        found = recalled(alert, self._candidates(uow, alert))
        if found is None:
            return None
        proposal = Proposal(
            id=ProposalId(self.new_id()),
            incident_id=found.incident.id,
            alert_id=alert.id,
            shared=found.shared,
            is_same_cause=found.is_same_cause,
            made_at=self.clock(),
        )
        return proposal if uow.proposals.add(proposal) else None

    def tell(self, uow: UnitOfWork, proposals: Iterable[Proposal]) -> None:
        """Write the proposals into Kronologi and audit trail, and tell those who decide."""
        for proposal in proposals:
            incident, alert = uow.incidents.get(proposal.incident_id), uow.alerts.get(proposal.alert_id)
            assert incident is not None
            assert alert is not None
            facts = (("temuan", alert.rule_title), ("tentang", ", ".join(value for _, value in proposal.shared)))
            entry = TimelineEntry(at=proposal.made_at, kind="reopen_proposed", actor=SYSTEM, facts=facts)
            uow.incidents.add_timeline(incident.id, entry)
            post(uow, [self._notice(uow, incident, proposal)])
            add_audit(
                uow,
                at=proposal.made_at,
                actor=("system", SYSTEM),
                action="incident.reopen_proposed",
                subject=f"incident:{incident.id}",
                details={"nomor": incident.nomor, "temuan": alert.id, "aturan": alert.rule_id},
            )
            uow.changes.add("incident", incident.id, proposal.made_at)

    def _candidates(self, uow: UnitOfWork, alert: Alert) -> list[tuple[Alert, Incident]]:
        oldest = self.clock() - self.window
        pairs = []
        for past in uow.alerts.closed_of_rule(alert.rule_id, limit=_CANDIDATES):
            incident = uow.incidents.get(past.incident_id) if past.incident_id else None
            if incident is not None and incident.closed_at is not None and incident.closed_at >= oldest:
                pairs.append((past, incident))
        return pairs

    def _notice(self, uow: UnitOfWork, incident: Incident, proposal: Proposal) -> Notice:
        run = uow.runs.get(incident.id)
        assert run is not None
        return Notice(
            id=NoticeId(self.new_id()),
            key=f"reopen:{proposal.id}",
            office_id=incident.office_id,
            kind=NoticeKind.REOPEN_PROPOSED,
            at=proposal.made_at,
            roles=deciding_roles(self.library.sop_of(uow, run)),
            playbook_id=incident.playbook_id,
            incident_id=incident.id,
            facts=(("nomor", incident.nomor),),
        )

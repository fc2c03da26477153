"""Carries out what people decide about an incident beside its steps: re-opened, linked, merged, a proposal declined."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from ir_platform.domain.alert import Alert, AlertId, IncidentId
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.person import Account
from ir_platform.domain.run import StoredRun
from ir_platform.domain.tie import Proposal, ProposalId, ProposalStatus, Tie, TieId, TieKind
from ir_platform.ports import Clock, State, UnitOfWork
from playbooks.authority import official_among, read_capacities
from playbooks.commands import MergeAway, Official, Reopen
from playbooks.engine import decide
from playbooks.errors import (
    AlreadyTiedError,
    MergedRunError,
    OtherOfficeError,
    ProposalDecidedError,
    ReasonNeededError,
    SameIncidentError,
    TargetClosedError,
    UnknownAlertError,
    UnknownIncidentError,
    UnknownProposalError,
)
from playbooks.library import Library
from playbooks.record import Office, add_audit, add_timeline, save_run
from playbooks.reopening import deciding_roles, require_decider
from playbooks.run_state import RunState, state_from_json
from playbooks.sop import Sop
from playbooks.words import signed_as

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What is read before deciding, and as whom the caller may decide on it."""

    incident: Incident
    stored: StoredRun
    sop: Sop
    state: RunState
    official: Official


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    """One person's decision, being written."""

    uow: UnitOfWork
    account: Account
    title: str
    """Under which it was decided: that of the mandate, where there is one."""
    at: datetime
    alasan: str

    def add_line(self, incident: Incident, kind: str, **facts: str) -> None:
        given = {**facts, "jabatan": self.title, "alasan": self.alasan}
        said = tuple((name, value) for name, value in given.items() if value)
        entry = TimelineEntry(at=self.at, kind=kind, actor=self.account.display_name, facts=said)
        self.uow.incidents.add_timeline(incident.id, entry)

    def add_audit(self, incident: Incident, action: str, **details: object) -> None:
        add_audit(
            self.uow,
            at=self.at,
            actor=(self.account.id, self.account.named(self.title)),
            action=action,
            subject=f"incident:{incident.id}",
            details={"nomor": incident.nomor, "alasan": self.alasan, **details},
        )
        self.uow.changes.add("incident", incident.id, self.at)

    def settle(self, proposals: Iterable[Proposal], status: ProposalStatus) -> None:
        """Raises: ConflictError where one was decided meanwhile."""
        for one in proposals:
            decided = replace(
                one,
                status=status,
                decided_by=self.account.id,
                decided_by_name=self.account.display_name,
                decided_at=self.at,
                alasan=self.alasan,
            )
            self.uow.proposals.decide(decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """Each call is one write transaction; a refusal changes nothing."""

    state: State
    library: Library
    clock: Clock
    office: Office

    def check_decider(self, incident_id: IncidentId, account: Account) -> None:
        """Raises: UnknownIncidentError, MayNotDecideError."""
        with self.state.read() as uow:
            run = self._load(uow, incident_id, account)
        require_decider(run.sop, run.official.roles)

    def reopen(self, incident_id: IncidentId, *, alasan: str, alert_id: AlertId | None, account: Account) -> Incident:
        """Take a closed incident up again, in the version of the SOP it began with; its history stays.

        Every proposal that waits for this decision is decided by it: an alert without an incident joins, another
        incident about one is linked. Raises: UnknownIncidentError, MayNotDecideError, RunConflictError,
        ReasonNeededError, UnknownAlertError, ConflictError.
        """
        with self.state.write() as uow:
            run = self._load(uow, incident_id, account, lock=True)
            deed = self._deed(uow, account, run, alasan)
            if run.incident.status is IncidentStatus.MERGED:
                raise MergedRunError
            waiting = _waiting(uow.proposals.of_incident(incident_id))
            fired = _fired_again(uow, run.incident, waiting, alert_id)
            temuan = _open_again(uow, run.incident, fired)
            command = Reopen(by=run.official, at=deed.at, alasan=deed.alasan, temuan=temuan)
            state, facts = decide(run.sop, run.state, command)
            joining = tuple(alert for alert in fired if alert.incident_id is None and alert.status.is_open)
            incident = _opened(run.incident, joining)
            uow.incidents.save(incident, expected_version=run.incident.version)
            for alert in joining:
                uow.alerts.save(replace(alert, incident_id=incident.id), expected_version=alert.version)
            save_run(uow, self.office, run.stored, incident=incident, sop=run.sop, state=state)
            deed.settle(waiting, ProposalStatus.DIBUKA_KEMBALI)
            linked = self._link_others(deed, incident, fired)
            add_timeline(uow, run.sop, incident.id, facts, at=deed.at)
            again = state.reopenings[-1]
            deed.add_audit(
                incident,
                "incident.reopened",
                hasil_sebelumnya=again.hasil,
                langkah=again.no,
                putaran=again.putaran,
                temuan=[alert.id for alert in fired],
                ditautkan=linked,
            )
        log.info("incident_reopened", incident_id=incident_id, account_id=account.id)
        return incident

    def link(self, incident_id: IncidentId, *, to: IncidentId, kind: TieKind, alasan: str, account: Account) -> Tie:
        """Link two incidents; a proposal about them is decided by it.

        Raises: UnknownIncidentError, MayNotDecideError, SameIncidentError, AlreadyTiedError.
        """
        with self.state.write() as uow:
            run, other = self._load_both(uow, incident_id, to, account)
            deed = self._deed(uow, account, run, alasan)
            require_decider(run.sop, run.official.roles)
            if incident_id == to:
                raise SameIncidentError
            tied = (one for one in uow.ties.of_incident(incident_id) if one.kind is kind)
            tie = self._tie(deed, run.incident, other.incident, kind)
            if any(to in (one.source, one.target) for one in tied) or not uow.ties.add(tie):
                raise AlreadyTiedError
            for one, its_other in ((run.incident, other.incident), (other.incident, run.incident)):
                waiting = _waiting(uow.proposals.of_incident(one.id))
                deed.settle(_about(uow, waiting, its_other), ProposalStatus.DITAUTKAN)
                deed.add_line(one, "linked", ke=its_other.nomor, jenis=kind.value)
            deed.add_audit(run.incident, "incident.linked", ke=other.incident.nomor, jenis=kind.value)
            deed.add_audit(other.incident, "incident.linked", dari=run.incident.nomor, jenis=kind.value)
        log.info("incident_linked", incident_id=incident_id, to=to, account_id=account.id)
        return tie

    def decline(self, incident_id: IncidentId, proposal_id: ProposalId, *, alasan: str, account: Account) -> None:
        """Raises: UnknownIncidentError, MayNotDecideError, UnknownProposalError, ProposalDecidedError,
        ReasonNeededError.
        """
        with self.state.write() as uow:
            run = self._load(uow, incident_id, account, lock=True)
            deed = self._deed(uow, account, run, alasan)
            require_decider(run.sop, run.official.roles)
            proposal = uow.proposals.get(proposal_id)
            if proposal is None or proposal.incident_id != incident_id:
                raise UnknownProposalError
            if proposal.status is not ProposalStatus.MENUNGGU:
                raise ProposalDecidedError
            if not deed.alasan:
                raise ReasonNeededError(what="menolak usulan")
            deed.settle((proposal,), ProposalStatus.DITOLAK)
            deed.add_line(run.incident, "proposal_declined")
            deed.add_audit(run.incident, "incident.proposal_declined", temuan=proposal.alert_id)
        log.info("proposal_declined", incident_id=incident_id, proposal_id=proposal_id, account_id=account.id)

    def merge(self, incident_id: IncidentId, *, into: IncidentId, alasan: str, account: Account) -> Incident:
        """Let the incident go on in another: its alerts and hosts go over, its evidence and Kronologi are read there.

        Return the target. Raises: UnknownIncidentError, MayNotDecideError, RunConflictError, SameIncidentError,
        OtherOfficeError, ReasonNeededError, ConflictError.
        """
        with self.state.write() as uow:
            run, other = self._load_both(uow, incident_id, into, account)
            deed = self._deed(uow, account, run, alasan)
            for one in (run, other):
                require_decider(one.sop, one.official.roles)
            _require_mergeable(run.incident, other.incident)
            command = MergeAway(by=run.official, at=deed.at, alasan=deed.alasan)
            state, _ = decide(run.sop, run.state, command)
            alerts = uow.alerts.of_incident(incident_id)
            gone, target = _merged_away(run.incident, deed.at), _with_merged(other.incident, run.incident)
            # Two merges at once lock the two rows in one order, whatever their direction.
            for changed in sorted((gone, target), key=lambda one: one.id):
                uow.incidents.save(changed, expected_version=changed.version - 1)
            for alert in alerts:
                uow.alerts.save(replace(alert, incident_id=target.id), expected_version=alert.version)
            save_run(uow, self.office, run.stored, incident=gone, sop=run.sop, state=state)
            moved = tuple(alert.id for alert in alerts)
            if not uow.ties.add(self._tie(deed, gone, target, TieKind.GABUNGAN, alerts=moved)):
                raise AlreadyTiedError
            deed.add_line(gone, "merged", ke=target.nomor)
            deed.add_line(target, "merged_in", dari=gone.nomor)
            deed.add_audit(gone, "incident.merged", ke=target.nomor, temuan=list(moved))
            deed.add_audit(target, "incident.merged_in", dari=gone.nomor, temuan=list(moved))
        log.info("incident_merged", incident_id=incident_id, into=into, account_id=account.id)
        return target

    def _deed(self, uow: UnitOfWork, account: Account, run: _Run, alasan: str) -> _Deed:
        title = signed_as(run.official.jabatan, run.official.mandat)
        return _Deed(uow=uow, account=account, title=title, at=self.clock(), alasan=alasan.strip())

    def _load_both(self, uow: UnitOfWork, one: IncidentId, other: IncidentId, account: Account) -> tuple[_Run, _Run]:
        """Return the two, locked in one order whichever comes first: two merges at once do not block each other."""
        loaded = {each: self._load(uow, each, account, lock=True) for each in sorted({one, other})}
        return loaded[one], loaded[other]

    def _load(self, uow: UnitOfWork, incident_id: IncidentId, account: Account, *, lock: bool = False) -> _Run:
        incident, stored = uow.incidents.get(incident_id, lock=lock), uow.runs.get(incident_id)
        if incident is None or stored is None:
            raise UnknownIncidentError(incident_id=incident_id)
        capacities = read_capacities(uow, account, incident, on=self.clock().astimezone(self.office.zone).date())
        sop = self.library.sop_of(uow, stored)
        return _Run(
            incident=incident,
            stored=stored,
            sop=sop,
            state=state_from_json(stored.state),
            official=official_among(account, capacities, deciding_roles(sop)),
        )

    def _tie(
        self, deed: _Deed, source: Incident, target: Incident, kind: TieKind, *, alerts: tuple[AlertId, ...] = ()
    ) -> Tie:
        return Tie(
            id=TieId(self.office.new_id()),
            source=source.id,
            target=target.id,
            kind=kind,
            by=deed.account.id,
            by_name=deed.account.display_name,
            at=deed.at,
            alasan=deed.alasan,
            alerts=alerts,
        )

    def _link_others(self, deed: _Deed, incident: Incident, fired: Iterable[Alert]) -> list[str]:
        """Link every other incident that one of the alerts belongs to; return their numbers."""
        numbers = []
        for other_id in dict.fromkeys(one.incident_id for one in fired if one.incident_id not in (None, incident.id)):
            other = deed.uow.incidents.get(other_id) if other_id else None
            assert other is not None
            if deed.uow.ties.add(self._tie(deed, other, incident, TieKind.TERULANG)):
                deed.add_line(other, "linked", ke=incident.nomor, jenis=TieKind.TERULANG.value)
                deed.add_audit(other, "incident.linked", ke=incident.nomor, jenis=TieKind.TERULANG.value)
                numbers.append(other.nomor)
        return numbers


def _waiting(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    return tuple(one for one in proposals if one.status is ProposalStatus.MENUNGGU)


def _about(uow: UnitOfWork, proposals: Iterable[Proposal], other: Incident) -> tuple[Proposal, ...]:
    """Return the proposals whose alert belongs to the other incident."""
    alerts = ((one, uow.alerts.get(one.alert_id)) for one in proposals)
    return tuple(one for one, alert in alerts if alert is not None and alert.incident_id == other.id)


def _fired_again(
    uow: UnitOfWork, incident: Incident, waiting: Iterable[Proposal], alert_id: AlertId | None
) -> tuple[Alert, ...]:
    """Return the alerts that the re-opening answers. Raises: UnknownAlertError."""
    wanted = dict.fromkeys(one.alert_id for one in waiting)
    if alert_id is not None:
        proposed = {one.alert_id for one in uow.proposals.of_incident(incident.id)}
        own = {one.id for one in uow.alerts.of_incident(incident.id)}
        if alert_id not in proposed | own:
            raise UnknownAlertError(alert_id=alert_id)
        wanted[alert_id] = None
    found = (uow.alerts.get(one) for one in wanted)
    return tuple(alert for alert in found if alert is not None)


def _open_again(uow: UnitOfWork, incident: Incident, fired: Iterable[Alert]) -> tuple[str, ...]:
    """Return the findings that are open again: those of the rules that fired; none fired: all."""
    rules = {alert.rule_id for alert in fired}
    known = [alert.id for alert in uow.alerts.of_incident(incident.id) if alert.rule_id in rules]
    joining = [alert.id for alert in fired if alert.incident_id is None]
    return tuple(dict.fromkeys((*known, *joining)))


def _opened(incident: Incident, joining: Iterable[Alert]) -> Incident:
    return replace(
        incident,
        status=IncidentStatus.OPEN,
        hasil=None,
        closed_at=None,
        last_alert_at=_latest(incident.last_alert_at, *(alert.last_seen for alert in joining)),
        version=incident.version + 1,
    )


def _require_mergeable(source: Incident, target: Incident) -> None:
    """Raises: SameIncidentError, OtherOfficeError, TargetClosedError."""
    if source.id == target.id:
        raise SameIncidentError
    if source.office_id != target.office_id:
        raise OtherOfficeError
    # A target that is open was never merged away: no circle can come of it.
    if target.status is not IncidentStatus.OPEN:
        raise TargetClosedError(nomor=target.nomor)


def _merged_away(source: Incident, at: datetime) -> Incident:
    return replace(source, status=IncidentStatus.MERGED, closed_at=at, version=source.version + 1)


def _with_merged(target: Incident, source: Incident) -> Incident:
    """Return the target as what later alerts about the source's hosts join."""
    return replace(
        target,
        hosts=tuple(dict.fromkeys((*target.hosts, *source.hosts))),
        last_alert_at=_latest(target.last_alert_at, source.last_alert_at),
        version=target.version + 1,
    )


def _latest(*moments: datetime | None) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)

"""How a run stands: all that its view is made of, as one transaction has read it or left it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Incident
from ir_platform.domain.penerimaan import Penerimaan
from ir_platform.domain.person import Account
from ir_platform.domain.run import ActiveStep, StoredRun
from ir_platform.ports import Calendars, UnitOfWork, WorkingCalendar
from playbooks.authority import Capacity, all_roles, read_capacities
from playbooks.errors import UnknownIncidentError
from playbooks.library import Library
from playbooks.penerimaan import recorded_words
from playbooks.run_state import RunState, state_from_json
from playbooks.sop import Sop
from playbooks.view import RunView, Viewer, view_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A run as one account finds it."""

    incident: Incident
    sop: Sop
    """In the version the incident began with."""
    state: RunState
    active: tuple[ActiveStep, ...]
    """The stored rows, which carry the due times."""
    evidence: tuple[Evidence, ...]
    surat: str
    """The letter on record (`penerimaan.recorded_words`)."""
    account: Account
    capacities: tuple[Capacity, ...]
    calendar: WorkingCalendar


def view_of(one: Standing, *, now: datetime) -> RunView:
    """Return the run as its account sees it at that time."""
    return view_run(
        one.sop,
        one.state,
        active=one.active,
        evidence=one.evidence,
        roles=all_roles(one.capacities),
        viewer=Viewer(account_id=one.account.id, capacities=one.capacities),
        now=now,
        calendar=one.calendar,
        surat=one.surat,
    )


def letter_on_record(uow: UnitOfWork, sop: Sop, incident_id: IncidentId) -> str:
    """Return the letter on record; asked for only where the SOP wants one."""
    return recorded_words(sop, uow.penerimaan.get(incident_id)) if sop.kanal_wajib else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingReader:
    library: Library
    calendars: Calendars

    def one(self, uow: UnitOfWork, incident: Incident, account: Account, *, on: date) -> Standing:
        """Return how the incident's run stands on that day. Raises: UnknownIncidentError where it has none."""
        return self.many(uow, (incident,), account, on=on)[0]

    def many(
        self, uow: UnitOfWork, incidents: Sequence[Incident], account: Account, *, on: date
    ) -> tuple[Standing, ...]:
        """Return how the run of each stands, read in a number of statements that does not grow with theirs.

        Raises: UnknownIncidentError where one has no run.
        """
        ids = [one.id for one in incidents]
        runs, evidence = uow.runs.many(ids), uow.evidence.many(ids)
        sops = {one.id: self.library.sop_of(uow, _run_of(runs, one.id)) for one in incidents}
        wanted = [one for one in ids if sops[one].kanal_wajib]
        letters: Mapping[IncidentId, Penerimaan] = uow.penerimaan.many(wanted) if wanted else {}
        return tuple(
            Standing(
                incident=one,
                sop=sops[one.id],
                state=state_from_json(runs[one.id].state),
                active=runs[one.id].active,
                evidence=evidence.get(one.id, ()),
                surat=recorded_words(sops[one.id], letters.get(one.id)),
                account=account,
                capacities=read_capacities(uow, account, one, on=on),
                calendar=self.calendars.of(uow, one.office_id),
            )
            for one in incidents
        )


def _run_of(runs: Mapping[IncidentId, StoredRun], incident_id: IncidentId) -> StoredRun:
    if incident_id not in runs:
        raise UnknownIncidentError(incident_id=incident_id)
    return runs[incident_id]

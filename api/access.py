"""Who may read an incident, and who may change it: its office, those it was shared with, its reporter."""

from enum import StrEnum
from typing import Protocol

from api.errors import NotAllowedError, NotFoundError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account
from ir_platform.identity.power import offices_of
from ir_platform.ports import Reader, State, UnitOfWork


class HasState(Protocol):
    @property
    def state(self) -> State: ...


class Bond(StrEnum):
    """What ties a reader to an incident, the closest first."""

    OFFICE = "office"
    """It belongs to an office whose incidents the reader sees."""
    REPORTER = "reporter"
    """The reader reported it."""
    SHARED = "shared"
    """It was shared with the reader's office: for reading alone."""


def reader_of(caller: Account) -> Reader:
    return Reader(account_id=caller.id, offices=offices_of(caller))


def readable_incident(services: HasState, caller: Account, incident_id: str) -> Incident:
    """Raises: NotFoundError, also for an incident that is not the caller's to see."""
    with services.state.read() as uow:
        return find_readable(uow, caller, incident_id)


def find_readable(uow: UnitOfWork, caller: Account, incident_id: str) -> Incident:
    """Raises: see `readable_incident`."""
    incident = uow.incidents.get(IncidentId(incident_id))
    if incident is None or not is_readable(uow, caller, incident):
        raise NotFoundError(detail="Insiden tidak ditemukan.")
    return incident


def is_readable(uow: UnitOfWork, caller: Account, incident: Incident) -> bool:
    """Whether the caller may see it; the database is asked only for one of another office, that may be shared."""
    if bond_of(caller, incident) is not Bond.SHARED:
        return True
    return bool(uow.incidents.readable([incident.id], reader_of(caller)))


def bond_of(caller: Account, incident: Incident) -> Bond:
    """Return what ties the caller to an incident it may read."""
    if incident.office_id in offices_of(caller):
        return Bond.OFFICE
    return Bond.REPORTER if incident.opened_by == caller.id else Bond.SHARED


def require_more_than_reading(caller: Account, incident: Incident) -> None:
    """Raises: NotAllowedError for whom the incident was only shared with."""
    if bond_of(caller, incident) is Bond.SHARED:
        raise NotAllowedError(detail="Insiden ini dibagikan kepada kantor Anda untuk dibaca saja.")

"""Clocks that a law begins: rated by an official, ended by the record that the notification was sent."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.access import readable_incident
from api.dependencies import Caller, CallerFirstRoute, Services, Use
from api.resources.legal_clocks.schemas import (
    DraftShown,
    LegalClockShown,
    LegalClocksShown,
    NewLegalClock,
    SentBody,
    show_legal_clock,
)
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.legal_clock import LegalClockId
from ir_platform.domain.person import Account
from playbooks.legal_errors import MayNotRateError

router = APIRouter(prefix="/incidents/{incident_id}/legal-clocks", tags=["legal clocks"], route_class=CallerFirstRoute)


def incident_to_read(incident_id: str, services: Use, caller: Caller) -> Incident:
    return readable_incident(services, caller, incident_id)


def incident_to_rate(incident_id: str, services: Use, caller: Caller) -> Incident:
    """Before the body is looked at: 404 and 403 come before what is wrong with the body."""
    incident = readable_incident(services, caller, incident_id)
    services.legal.check(incident.id, caller)
    return incident


ToRead = Annotated[Incident, Depends(incident_to_read)]
ToRate = Annotated[Incident, Depends(incident_to_rate)]


@router.get("")
def list_legal_clocks(services: Use, caller: Caller, incident: ToRead) -> LegalClocksShown:
    with services.state.read() as uow:
        clocks = uow.legal_clocks.of_incident(incident.id)
    now = services.clock()
    return LegalClocksShown(
        items=[show_legal_clock(one, now=now) for one in clocks], boleh=may_rate(services, incident.id, caller)
    )


@router.post("", status_code=201)
def start_legal_clock(body: NewLegalClock, services: Use, caller: Caller, incident: ToRate) -> LegalClockShown:
    clock = services.legal.rate(incident.id, body.rating(), caller)
    return show_legal_clock(clock, now=services.clock())


@router.post("/{clock_id}/sent")
def record_sent(clock_id: str, body: SentBody, services: Use, caller: Caller, incident: ToRate) -> LegalClockShown:
    """Record that a person has sent the notification; the program sends nothing."""
    services.legal.record_sent(incident.id, LegalClockId(clock_id), body.sending(), caller)
    with services.state.read() as uow:
        clock = uow.legal_clocks.get(LegalClockId(clock_id))
    assert clock is not None
    return show_legal_clock(clock, now=services.clock())


@router.get("/{clock_id}/draft")
def show_draft(clock_id: str, services: Use, incident: ToRead) -> DraftShown:
    """The text the notification may begin with."""
    return DraftShown(teks=services.legal.draft(incident.id, LegalClockId(clock_id)))


def may_rate(services: Services, incident_id: IncidentId, caller: Account) -> bool:
    try:
        services.legal.check(incident_id, caller)
    except MayNotRateError:
        return False
    return True

"""Which other offices may read an incident; given and taken back by whoever directs its handling."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.access import Bond, bond_of, readable_incident
from api.dependencies import Caller, CallerFirstRoute, Services, Use
from api.text import Line, Text
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.offices import office_name
from playbooks.sharing import Sharing

router = APIRouter(prefix="/incidents/{incident_id}/share", tags=["shares"], route_class=CallerFirstRoute)


class ShareShown(BaseModel):
    kantor: str
    nama: str
    alasan: str
    oleh: str
    """`Sistem`: the report came from that office."""
    pada: datetime


class SharesShown(BaseModel):
    kantor: str
    """The office that handles the incident."""
    nama: str
    hanya_baca: bool
    """The caller only reads: it was shared with its office."""
    boleh_bagikan: bool
    items: list[ShareShown]
    cursor: None = None


class NewShare(BaseModel):
    office: Annotated[Line, Field(max_length=32)]
    reason: Annotated[Text, Field(max_length=2_000)]


def sharing_of(services: Services) -> Sharing:
    return Sharing(
        state=services.state,
        library=services.library,
        clock=services.clock,
        zone=zone_of(services.settings.timezone),
        home_name=services.settings.office_name,
    )


def shares_of(services: Services, caller: Account, incident: Incident) -> SharesShown:
    home = services.settings.office_name
    with services.state.read() as uow:
        shares = uow.shares.of_incident(incident.id)
        givers = {one.shared_by: uow.accounts.by_id(AccountId(one.shared_by)) for one in shares}
        shown = [
            ShareShown(
                kantor=one.office_id,
                nama=office_name(uow, one.office_id, home=home),
                alasan=one.reason,
                oleh=giver.display_name if (giver := givers[one.shared_by]) else "Sistem",
                pada=one.shared_at,
            )
            for one in shares
        ]
        return SharesShown(
            kantor=incident.office_id,
            nama=office_name(uow, incident.office_id, home=home),
            hanya_baca=bond_of(caller, incident) is Bond.SHARED,
            boleh_bagikan=sharing_of(services).may_share(uow, incident, caller),
            items=shown,
        )


@router.get("")
def list_shares(incident_id: str, services: Use, caller: Caller) -> SharesShown:
    return shares_of(services, caller, readable_incident(services, caller, incident_id))


@router.post("", status_code=201)
def share_incident(incident_id: str, body: NewShare, services: Use, caller: Caller) -> SharesShown:
    """Let the office `office` read the incident, for a `reason` that the Kronologi keeps."""
    incident = readable_incident(services, caller, incident_id)
    sharing_of(services).share(IncidentId(incident_id), OfficeId(body.office), caller, reason=body.reason)
    return shares_of(services, caller, incident)


@router.delete("/{office_id}")
def withdraw_share(incident_id: str, office_id: str, services: Use, caller: Caller) -> SharesShown:
    incident = readable_incident(services, caller, incident_id)
    sharing_of(services).withdraw(IncidentId(incident_id), OfficeId(office_id), caller)
    return shares_of(services, caller, incident)

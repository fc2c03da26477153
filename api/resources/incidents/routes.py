"""Incidents: lists, one incident with its run, and its timeline."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.dependencies import Admitted, Caller, CallerFirstRoute, Use
from api.errors import BadInputError
from api.pagination import Cursor, Items, Limit, all_items
from api.resources.incidents.access import reader_of
from api.resources.incidents.answer import answer_incident
from api.resources.incidents.schemas import IncidentListed, IncidentShown, TimelineShown, list_incident, show_entry
from api.text import Text
from ir_platform.domain.alert import Level
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.identity.power import addressed_roles
from ir_platform.ports import IncidentFilter, UnitOfWork
from playbooks.standing import view_of

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=CallerFirstRoute)


@router.get("")
def list_incidents(
    services: Use,
    caller: Caller,
    status: IncidentStatus | None = None,
    level: Level | None = None,
    q: Annotated[Text | None, Query(max_length=200)] = None,
    tugas_saya: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[IncidentListed]:
    """Newest first; `tugas_saya` leaves those with a step that the caller may carry out now."""
    wanted = IncidentFilter(
        status=status,
        level=level,
        text=q,
        active_role=frozenset(role for _, role in addressed_roles(caller)) if tugas_saya else None,
        reader=reader_of(caller),
    )
    with services.state.read() as uow:
        try:
            page = uow.incidents.page(wanted, cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
        standings = services.runner.standings(uow, page.items, caller)
    now = services.clock()
    views = [(one.incident, one.sop, view_of(one, now=now)) for one in standings]
    if tugas_saya:
        # A step may wait for the caller's role and yet not for the caller, who did the work it verifies.
        views = [one for one in views if one[2].boleh_saya]
    return Items(items=[list_incident(*one) for one in views], cursor=page.cursor, total=page.total)


@router.get("/{incident_id}")
def show_one(response: Response, services: Use, caller: Caller, incident: Admitted) -> IncidentShown:
    return answer_incident(services, incident.id, caller, response)


@router.get("/{incident_id}/timeline")
def list_timeline(services: Use, incident: Admitted) -> Items[TimelineShown]:
    """Everything that happened, oldest first."""
    with services.state.read() as uow:
        own = [show_entry(entry) for entry in uow.incidents.timeline(incident.id)]
        return all_items(
            sorted([*own, *merged_entries(uow, incident)], key=lambda entry: entry.at), lambda entry: entry
        )


def merged_entries(uow: UnitOfWork, incident: Incident) -> list[TimelineShown]:
    """Return what happened in every incident that was merged into this one."""
    sources = (uow.incidents.get(tie.source) for tie in uow.ties.merged_into(incident.id))
    return [
        show_entry(entry).model_copy(update={"insiden": source.nomor})
        for source in sources
        if source is not None
        for entry in uow.incidents.timeline(source.id)
    ]

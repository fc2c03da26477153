"""The live page: what changed, as server-sent events that resume after `Last-Event-ID`."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.access import reader_of
from api.dependencies import Caller, Services, Use, authenticated, signed_in
from api.errors import ApiError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.change import Change
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.identity.power import offices_of
from ir_platform.ports import UnitOfWork

router = APIRouter(tags=["stream"])

INCIDENT_TOPICS = frozenset({"incident", "document", "verification"})
"""Their subject is the id of an incident: for whoever may read it."""
HOME_TOPICS = frozenset({"alert", "quarantine", "job"})
"""For the home office, whose the logs and findings are."""
PUBLIC_TOPICS = frozenset({"playbook"})
POLL_SECONDS = 0.5
HEARTBEAT_POLLS = 30
MAX_DIGITS = 18
"""Of an id; Python refuses to read numbers of thousands of digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the database found."""

    changes: tuple[Change, ...]
    told: frozenset[int]
    """Ids of the changes whose subject the caller may know."""


def look(request: Request, services: Services, *, seen: int) -> Look | None:
    """Return what changed after `seen`; None once the caller may not be here any more."""
    try:
        caller = signed_in(authenticated(request, services))
    except ApiError:
        return None
    with services.state.read() as uow:
        changes = uow.changes.after(seen, limit=500)
        return Look(changes=changes, told=told_to(uow, caller, changes))


def told_to(uow: UnitOfWork, caller: Account, changes: Sequence[Change]) -> frozenset[int]:
    """Return the changes whose subject the caller may know; one of a topic named nowhere here is hidden."""
    about = [IncidentId(one.subject) for one in changes if one.topic in INCIDENT_TOPICS]
    readable = uow.incidents.readable(about, reader_of(caller)) if about else frozenset()
    topics = HOME_TOPICS | PUBLIC_TOPICS if HOME_OFFICE in offices_of(caller) else PUBLIC_TOPICS
    return frozenset(
        one.id for one in changes if one.topic in topics or (one.topic in INCIDENT_TOPICS and one.subject in readable)
    )


def first_seen(services: Services, last_event_id: str | None) -> int:
    """Return the change to go on after: the one the page names, else the last there is."""
    with services.state.read() as uow:
        last = uow.changes.last_id()
    if not (last_event_id and last_event_id.isdecimal() and len(last_event_id) <= MAX_DIGITS):
        return last
    return min(int(last_event_id), last)  # a page that saw more belongs to a database before a restore


@router.get("/stream", response_class=EventSourceResponse)
async def stream_changes(
    request: Request,
    services: Use,
    caller: Caller,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell what changed (`{"topic", "subject"}`); what it says now is read by HTTP, where rights are checked."""
    seen = await asyncio.to_thread(first_seen, services, last_event_id)
    yield ServerSentEvent(comment="ready", retry=2000)
    quiet_polls = 0
    while not await request.is_disconnected():
        found = await asyncio.to_thread(look, request, services, seen=seen)
        if found is None:
            return
        for change in found.changes:
            seen = change.id
            subject = change.subject if change.id in found.told else ""
            yield ServerSentEvent(data={"topic": change.topic, "subject": subject}, id=str(change.id))
        quiet_polls = 0 if found.changes else quiet_polls + 1
        if quiet_polls >= HEARTBEAT_POLLS:
            quiet_polls = 0
            yield ServerSentEvent(comment="still here")
        await asyncio.sleep(POLL_SECONDS)

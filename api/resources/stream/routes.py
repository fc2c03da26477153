"""The live page: what changed, as server-sent events that resume after `Last-Event-ID`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import Caller, Services, Use, authenticated, is_office_member, signed_in
from api.errors import ApiError
from ir_platform.domain.change import Change

router = APIRouter(tags=["stream"])

POLL_SECONDS = 0.5
HEARTBEAT_POLLS = 30
MAX_DIGITS = 18
"""Of an id; Python refuses to read numbers of thousands of digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the database found."""

    changes: tuple[Change, ...]
    sees_all: bool


def look(request: Request, services: Services, *, seen: int) -> Look | None:
    """Return what changed after `seen`; None once the caller may not be here any more."""
    try:
        caller = signed_in(authenticated(request, services))
    except ApiError:
        return None
    with services.state.read() as uow:
        return Look(changes=uow.changes.after(seen, limit=500), sees_all=is_office_member(caller))


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
            subject = change.subject if found.sees_all else ""
            yield ServerSentEvent(data={"topic": change.topic, "subject": subject}, id=str(change.id))
        quiet_polls = 0 if found.changes else quiet_polls + 1
        if quiet_polls >= HEARTBEAT_POLLS:
            quiet_polls = 0
            yield ServerSentEvent(comment="still here")
        await asyncio.sleep(POLL_SECONDS)

"""The live page: what changed, as server-sent events that resume after `Last-Event-ID`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import Caller, Services, Use, is_office_member
from ir_platform.domain.change import Change

router = APIRouter(tags=["stream"])

POLL_SECONDS = 0.5
HEARTBEAT_POLLS = 30


def changes_after(services: Services, change_id: int) -> tuple[Change, ...]:
    with services.state.read() as uow:
        return uow.changes.after(change_id, limit=500)


def last_change(services: Services) -> int:
    with services.state.read() as uow:
        return uow.changes.last_id()


@router.get("/stream", response_class=EventSourceResponse)
async def stream_changes(
    request: Request,
    services: Use,
    caller: Caller,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Tell what changed (`{"topic", "subject"}`); what it says now is read by HTTP, where rights are checked."""
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else None
    if seen is None:
        seen = await asyncio.to_thread(last_change, services)
    yield ServerSentEvent(comment="ready", retry=2000)
    sees_all = is_office_member(caller)
    quiet_polls = 0
    while not await request.is_disconnected():
        changes = await asyncio.to_thread(changes_after, services, seen)
        for change in changes:
            seen = change.id
            subject = change.subject if sees_all else ""
            yield ServerSentEvent(data={"topic": change.topic, "subject": subject}, id=str(change.id))
        quiet_polls = 0 if changes else quiet_polls + 1
        if quiet_polls >= HEARTBEAT_POLLS:
            quiet_polls = 0
            yield ServerSentEvent(comment="still here")
        await asyncio.sleep(POLL_SECONDS)

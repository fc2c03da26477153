"""Lines that no parser could read: kept, counted and shown."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import HomeMember, Use
from api.errors import BadInputError
from api.pagination import Cursor, Items, Limit, items_of
from ir_platform.ports import FoundEvent

router = APIRouter(prefix="/quarantine", tags=["events"])

QUERY = "event.kind:pipeline_error"


class QuarantinedLine(BaseModel):
    id: str
    at: datetime
    """When it was received."""
    file: str
    record: int
    """Counted from 0."""
    offset: int | None
    """Bytes."""
    reason: str
    original: str
    """Hostile text, undecodable bytes replaced."""


def show_line(event: FoundEvent) -> QuarantinedLine:
    fields: dict[str, Any] = event.fields
    return QuarantinedLine(
        id=event.id,
        at=fields["@timestamp"],
        file=fields.get("log.file.path", fields.get("log.source.address", "")),
        record=fields.get("tanggap.record", 0),
        offset=fields.get("log.offset"),
        reason=fields.get("error.message", ""),
        original=fields.get("event.original", ""),
    )


@router.get("")
def list_quarantine(
    services: Use, caller: HomeMember, cursor: Cursor = None, limit: Limit = 50
) -> Items[QuarantinedLine]:
    try:
        page = services.events.search(QUERY, time_from=None, time_to=None, cursor=cursor, limit=limit)
    except ValueError as error:
        raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
    return items_of(page, show_line)

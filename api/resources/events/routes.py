"""The event store: search, histogram, the fields there are and the most frequent values of one."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import HomeMember, Use
from api.errors import BadInputError
from api.pagination import Cursor, Items, Limit, all_items, items_of
from api.text import Line, Text
from ir_platform.ports import FoundEvent

router = APIRouter(prefix="/events", tags=["events"])

QueryText = Annotated[Text, Query(max_length=4000)]


From = Annotated[datetime | None, Query(alias="from")]
To = Annotated[datetime | None, Query(alias="to")]


class FieldSeen(BaseModel):
    name: str
    kind: str
    events: int


class ValueSeen(BaseModel):
    value: str
    events: int


class Bucket(BaseModel):
    start: datetime
    count: int


def show_event(event: FoundEvent) -> dict[str, Any]:
    return {**event.fields, "_id": event.id}


EARLIEST, LATEST = datetime(1678, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)
"""What fits the nanoseconds that events carry."""


def instant(moment: datetime | None) -> datetime | None:
    """Return the moment in UTC.

    Raises: BadInputError for a time without a zone, which would mean another instant on every machine, and for one
    that no event can have.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise BadInputError(detail=f"Waktu {moment.isoformat()} belum memuat zona, misalnya +08:00 atau Z.")
    if not EARLIEST <= moment < LATEST:
        raise BadInputError(detail=f"Waktu {moment.isoformat()} di luar tahun {EARLIEST.year}-{LATEST.year - 1}.")
    return moment.astimezone(UTC)


@router.get("/search")
def search_events(
    services: Use,
    caller: HomeMember,
    q: QueryText = "*",
    time_from: From = None,
    time_to: To = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    order: Literal["newest", "oldest"] = "newest",
) -> Items[dict[str, Any]]:
    try:
        page = services.events.search(
            q,
            time_from=instant(time_from),
            time_to=instant(time_to),
            cursor=cursor,
            limit=limit,
            oldest_first=order == "oldest",
        )
    except ValueError as error:
        raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
    return items_of(page, show_event)


@router.get("/histogram")
def count_events(
    services: Use,
    caller: HomeMember,
    q: QueryText = "*",
    time_from: From = None,
    time_to: To = None,
    buckets: Annotated[int, Query(ge=1, le=500)] = 60,
) -> Items[Bucket]:
    end = instant(time_to) or services.clock()
    start = instant(time_from) or end - timedelta(days=1)
    if start >= end:
        raise BadInputError(detail="Waktu awal harus sebelum waktu akhir.")
    found = services.events.histogram(q, time_from=start, time_to=end, buckets=buckets)
    return Items(items=[Bucket(start=one.start, count=one.count) for one in found])


@router.get("/fields")
def list_fields(
    services: Use, caller: HomeMember, q: QueryText = "*", time_from: From = None, time_to: To = None
) -> Items[FieldSeen]:
    """The fields of the events found, the most frequent first."""
    found = services.events.field_counts(q, time_from=instant(time_from), time_to=instant(time_to))
    return all_items(found, lambda one: FieldSeen(name=one.name, kind=one.kind, events=one.events))


@router.get("/top-values")
def list_top_values(
    services: Use,
    caller: HomeMember,
    field: Annotated[Line, Query(min_length=1, max_length=128)],
    q: QueryText = "*",
    time_from: From = None,
    time_to: To = None,
    limit: Limit = 10,
) -> Items[ValueSeen]:
    """The most frequent values of one field among the events found, as they are compared: in lower case."""
    found = services.events.top_values(
        q, field=field, time_from=instant(time_from), time_to=instant(time_to), limit=limit
    )
    return Items(items=[ValueSeen(value=one.value, events=one.events) for one in found])

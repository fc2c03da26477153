"""Goes through the quarantine and hands over what can be read by now."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from ingest.intake import MAX_EVENTS
from ingest.parsers.base import Refusal
from ingest.reparse import Quarantined, Reparser
from ir_platform.app.handover import Carried
from ir_platform.domain.event import Event, EventBatch, EventId, batch_of, to_ns
from ir_platform.domain.source import Source
from ir_platform.ports import EventReader

QUARANTINE: Final = "event.kind:pipeline_error"
PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    looked_at: int
    stored: int
    """Events that were not there before."""
    duplicates: int
    """Mended before."""
    still: tuple[tuple[str, int], ...]
    """Why the others cannot be read, most first."""


def quarantined(reader: EventReader, query: str) -> Iterator[Quarantined]:
    """Yield what is in quarantine and fits the query, newest first. Raises: BadQueryError."""
    asked = QUARANTINE if query.strip() in ("", "*") else f"{QUARANTINE} AND ({query})"
    cursor: str | None = None
    while True:
        page = reader.search(asked, time_from=None, time_to=None, cursor=cursor, limit=PAGE)
        for found in page.items:
            at = datetime.fromisoformat(found.fields["@timestamp"])
            yield Quarantined(id=EventId(found.id), received_ns=to_ns(at), fields=found.fields)
        cursor = page.cursor
        if cursor is None:
            return


def reparse(reader: EventReader, reparser: Reparser, carry: Callable[[EventBatch], Carried], *, query: str) -> Reparsed:
    """Return what became of the quarantine; raises what `carry` raises, and what was handed over by then stays."""
    looked_at = 0
    total, still = Carried(), Counter[str]()
    waiting: list[Event] = []
    # All is read before anything is written: what is handed over must not move the pages.
    for record in list(quarantined(reader, query)):
        looked_at += 1
        read = reparser.read(record)
        if isinstance(read, Refusal):
            still[read.reason] += 1
            continue
        waiting.append(read)
        if len(waiting) >= MAX_EVENTS:
            total += carry(batch_of(waiting))
            waiting = []
    if waiting:
        total += carry(batch_of(waiting))
    return Reparsed(
        looked_at=looked_at, stored=total.stored, duplicates=total.duplicates, still=tuple(still.most_common())
    )


def zones_of(sources: tuple[Source, ...], *, timezone: str) -> Callable[[str], ZoneInfo]:
    """Return what tells the zone of an address, by the sources as they are now."""
    by_address = {one.address: one.timezone for one in sources if one.address and one.timezone}

    def zone_of(address: str) -> ZoneInfo:
        return ZoneInfo(by_address.get(address) or timezone)

    return zone_of

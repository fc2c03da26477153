"""Copying an embedded store into Elasticsearch, while it is written or not, in as many turns as it takes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.layout import Position, parse_position
from ir_platform.adapters.events.embedded.segments import read_after, written_until
from ir_platform.domain.event import Event, EventBatch, batch_of

_BATCH_EVENTS: Final = 5_000
NOTE: Final = "copied.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How far a copy is; kept beside the store, so that the next turn goes on there."""

    target: str
    """A hash of the address: another server's copy begins anew."""
    position: Position = layout.START
    events: int = 0
    """Read so far, over all turns; also the number of the next."""
    stored: int = 0
    """Of them not there before."""


@dataclass(frozen=True, slots=True)
class Progress:
    done_bytes: int
    all_bytes: int
    """Of segments up to where the store ended when the turn began."""
    copied: Copied


def copy_events(
    folder: Path, writer: ElasticEventWriter, *, url: str, on_progress: Callable[[Progress], None]
) -> Copied:
    """Copy what was stored since the last turn up to now, in the order of receipt, and return how far it is.

    What is repeated after an interruption is known by its id. Raises: StoreFullError (StoreUnreachableError),
    EventRefusedError; the next turn goes on.
    """
    end = written_until(folder)
    copied = _noted(folder, target=_target_of(url))
    total = _bytes_until(folder, end)
    for position, batch in _batches(folder, copied.position, end):
        stored = writer.copy_in(batch, first=copied.events)
        copied = replace(copied, position=position, events=copied.events + len(batch), stored=copied.stored + stored)
        _note(folder, copied)
        on_progress(Progress(_bytes_until(folder, position), total, copied))
    writer.flush()
    return copied


def _batches(folder: Path, start: Position, end: Position) -> Iterator[tuple[Position, EventBatch]]:
    """Yield whole records in batches of about _BATCH_EVENTS, each with the position after it."""
    events: list[Event] = []
    after = start
    for record in read_after(folder, start, end=end):
        events += record.batch
        after = record.end
        if len(events) >= _BATCH_EVENTS:
            yield after, batch_of(events)
            events = []
    if events:
        yield after, batch_of(events)


def _bytes_until(folder: Path, end: Position) -> int:
    sizes = ((segment.number, segment.path.stat().st_size) for segment in layout.segments(folder))
    return sum(size if number < end.segment else end.offset for number, size in sizes if number <= end.segment)


def _target_of(url: str) -> str:
    """Return a hash: there may be a password in the address."""
    return blake2b(url.rpartition("@")[2].removesuffix("/").encode(), digest_size=16).hexdigest()


def _noted(folder: Path, *, target: str) -> Copied:
    """Return how far the copy to this target is; a note that cannot be read means from the beginning."""
    path = folder / NOTE
    if not path.is_file():
        return Copied(target=target)
    try:
        noted = json.loads(path.read_bytes())
        copied = Copied(
            target=noted["target"],
            position=parse_position(noted["position"]),
            events=int(noted["events"]),
            stored=int(noted["stored"]),
        )
    except (ValueError, KeyError, TypeError):
        return Copied(target=target)
    return copied if copied.target == target else Copied(target=target)


def _note(folder: Path, copied: Copied) -> None:
    noted = {
        "target": copied.target,
        "position": str(copied.position),
        "events": copied.events,
        "stored": copied.stored,
    }
    layout.write_file(folder / NOTE, json.dumps(noted).encode())

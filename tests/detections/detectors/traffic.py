"""Network events for the detectors' tests, as they come out of a capture."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from detections.detectors.bank import read_facts
from detections.detectors.base import Detector, Observed
from detections.sigma.view import EventView
from ir_platform.domain.alert import Detection
from tests.support.builders import NOON, an_event

TALKED = ["fin", "syn", "psh", "ack"]
HALF_OPEN = ["syn"]
INSIDE, OUTSIDE, SERVER = "10.10.1.2", "203.0.113.80", "10.10.0.5"


def observed(seconds: float, number: int, fields: dict[str, Any]) -> Observed:
    """Return an event so many seconds after noon, with its facts read."""
    ecs = {name.replace(".", "__"): value for name, value in fields.items()}
    event = an_event(NOON + timedelta(seconds=seconds), number, **ecs)
    return read_facts(Observed(event.id, event.time_ns, EventView(event.fields())))


def a_flow(seconds: float = 0, number: int = 0, **changes: Any) -> Observed:
    """Return a conversation over TLS; keyword `source__ip` stands for the field `source.ip`."""
    fields = {
        "event.dataset": "flow",
        "event.duration": 2_000_000_000,
        "source.ip": INSIDE,
        "source.port": 40_000 + number % 20_000,
        "source.packets": 10,
        "source.bytes": 1_400,
        "source.payload_bytes": 800,
        "destination.ip": OUTSIDE,
        "destination.port": 443,
        "destination.packets": 10,
        "destination.bytes": 6_000,
        "destination.payload_bytes": 5_400,
        "network.transport": "tcp",
        "tcp.flags": TALKED,
        **{name.replace("__", "."): value for name, value in changes.items()},
    }
    return observed(seconds, number, {name: value for name, value in fields.items() if value is not None})


def an_exchange(dataset: str, seconds: float = 0, number: int = 0, **changes: Any) -> Observed:
    """Return a protocol event of a client inside and a server outside."""
    fields = {
        "event.dataset": dataset,
        "source.ip": INSIDE,
        "source.port": 40_000,
        "destination.ip": OUTSIDE,
        **{name.replace("__", "."): value for name, value in changes.items()},
    }
    return observed(seconds, number, {name: value for name, value in fields.items() if value is not None})


def found_by(detector: Detector, events: Sequence[Observed], *, at_once: int = 500) -> list[Detection]:
    """Return what a detector finds in events that come in batches."""
    return [
        one for first in range(0, len(events), at_once) for one in detector.observe(events[first : first + at_once])
    ]


def titles(found: Iterable[Detection]) -> list[str]:
    return sorted({one.rule_title for one in found})

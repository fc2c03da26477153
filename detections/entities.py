"""What a single event says about who and where: the group of its alert, and the line a reader sees.

Compiled where it can be (`entities.pxd`): such a line is kept of every event that counts for something.
"""

from typing import Any

from detections.hits import Ref
from detections.sigma.fields import FieldMap
from detections.sigma.view import EventView
from ir_platform.domain.event import EventId

ENTITY_FIELDS = ("host.name", "source.ip", "user.name", "destination.ip")
MAX_SUMMARY_CHARACTERS = 2000
_NOTHING: tuple[object, ...] = (None, "", [])
_BY_THE_WAY = frozenset(("@timestamp", "event.id", "event.ingested", "ecs.version"))


def group_of(view: EventView, fields: FieldMap) -> tuple[tuple[str, str], ...]:
    """Return the entity fields the event has, under their ECS names."""
    found = ((name, view.texts(fields.field(name))) for name in ENTITY_FIELDS)
    return tuple((name, texts[0]) for name, texts in found if texts)


def reference_to(event_id: EventId, time_ns: int, view: EventView, *, limit: int = MAX_SUMMARY_CHARACTERS) -> Ref:
    """Return the event as an alert keeps it, with at most so many characters of its line."""
    return Ref(time_ns, event_id, summarize(view)[:limit])


def summarize(view: EventView) -> str:
    """Return the original line; for a flow its ends and counts; for any other event its telling fields."""
    fields = view.fields
    original = fields.get("event.original") or fields.get("message")
    if isinstance(original, str) and original:
        return original
    if fields.get("source.ip") and fields.get("destination.ip") and "network.packets" in fields:
        return _flow_summary(fields)
    return " ".join([f"{name}={_short(value)}" for name, value in fields.items() if _tells(name, value)])


def _flow_summary(fields: dict[str, Any]) -> str:
    """Return `198.51.100.23:40000 > 10.20.0.25:22 tcp, 2 paket, 108 byte, syn rst`."""
    source = f"{fields['source.ip']}{_port(fields.get('source.port'))}"
    destination = f"{fields['destination.ip']}{_port(fields.get('destination.port'))}"
    counts = f"{fields['network.packets']} paket, {fields.get('network.bytes', 0)} byte"
    flags = fields.get("tcp.flags")
    words = f", {' '.join([str(flag) for flag in flags])}" if isinstance(flags, list) and flags else ""
    return f"{source} > {destination} {fields.get('network.transport', '')}, {counts}{words}"


def _port(port: object) -> str:
    return "" if port is None else f":{port}"


def _tells(name: str, value: object) -> bool:
    return value not in _NOTHING and name not in _BY_THE_WAY


def _short(value: object) -> str:
    return str(value)[:200]

"""What a single event says about who and where: the group of its alert, and the line a reader sees."""

from collections.abc import Mapping

from detections.hits import Ref
from detections.sigma.fields import FieldMap
from detections.sigma.view import EventView
from ir_platform.domain.event import EventId

ENTITY_FIELDS = ("host.name", "source.ip", "user.name", "destination.ip")
MAX_SUMMARY_CHARACTERS = 2000


def group_of(view: EventView, fields: FieldMap) -> tuple[tuple[str, str], ...]:
    """Return the entity fields the event has, under their ECS names."""
    found = ((name, view.texts(fields.field(name))) for name in ENTITY_FIELDS)
    return tuple((name, texts[0]) for name, texts in found if texts)


def reference_to(event_id: EventId, time_ns: int, view: EventView, *, limit: int = MAX_SUMMARY_CHARACTERS) -> Ref:
    """Return the event as an alert keeps it, with at most so many characters of its line."""
    return Ref(time_ns, event_id, summarize(view)[:limit])


def summarize(view: EventView) -> str:
    """Return the original line; for a flow its ends and counts; for any other event its telling fields."""
    original = view.fields.get("event.original") or view.fields.get("message")
    if isinstance(original, str) and original:
        return original
    if view.fields.get("source.ip") and view.fields.get("destination.ip") and "network.packets" in view.fields:
        return _flow_summary(view.fields)
    return " ".join(f"{name}={_short(value)}" for name, value in view.fields.items() if _tells(name, value))


def _flow_summary(fields: Mapping[str, object]) -> str:
    """Return `198.51.100.23:40000 > 10.20.0.25:22 tcp, 2 paket, 108 byte, syn rst`."""
    ends = (f"{fields[f'{end}.ip']}{_port(fields.get(f'{end}.port'))}" for end in ("source", "destination"))
    counts = f"{fields['network.packets']} paket, {fields.get('network.bytes', 0)} byte"
    flags = fields.get("tcp.flags")
    words = f", {' '.join(map(str, flags))}" if isinstance(flags, list) and flags else ""
    return f"{' > '.join(ends)} {fields.get('network.transport', '')}, {counts}{words}"


def _port(port: object) -> str:
    return "" if port is None else f":{port}"


def _tells(name: str, value: object) -> bool:
    return value not in (None, "", []) and name not in ("@timestamp", "event.id", "event.ingested", "ecs.version")


def _short(value: object) -> str:
    return str(value)[:200]

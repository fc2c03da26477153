"""What a single event says about who and where: the group of its alert, and the line a reader sees."""

from detections.sigma.fields import FieldMap
from detections.sigma.view import EventView
from ir_platform.domain.alert import EventRef
from ir_platform.domain.event import EventId, to_datetime

ENTITY_FIELDS = ("host.name", "source.ip", "user.name", "destination.ip")
MAX_SUMMARY_CHARACTERS = 2000


def group_of(view: EventView, fields: FieldMap) -> tuple[tuple[str, str], ...]:
    """Return the entity fields the event has, under their ECS names."""
    found = ((name, view.texts(fields.field(name))) for name in ENTITY_FIELDS)
    return tuple((name, texts[0]) for name, texts in found if texts)


def reference_to(event_id: EventId, time_ns: int, view: EventView) -> EventRef:
    """Return the event as an alert keeps it."""
    return EventRef(id=event_id, at=to_datetime(time_ns), summary=summarize(view)[:MAX_SUMMARY_CHARACTERS])


def summarize(view: EventView) -> str:
    """Return the original line; for an event without one, its telling fields."""
    original = view.fields.get("event.original") or view.fields.get("message")
    if isinstance(original, str) and original:
        return original
    return " ".join(f"{name}={_short(value)}" for name, value in view.fields.items() if _tells(name, value))


def _tells(name: str, value: object) -> bool:
    return value not in (None, "", []) and name not in ("@timestamp", "event.id", "event.ingested", "ecs.version")


def _short(value: object) -> str:
    return str(value)[:200]

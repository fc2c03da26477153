"""What kind of field an ECS name is, and so how its values are compared; the same for every store.

Source: Elastic Common Schema 9.2 field reference. Names outside ECS (`winlog.event_data.*`, a CSV's columns) are MIXED.
"""

from enum import Enum
from functools import lru_cache
from typing import Final


class Kind(Enum):
    TIME = "time"
    """The event's own time, `@timestamp`."""
    ID = "id"
    """The event's own id."""
    TEXT = "text"
    """Long text: found by its words only; a wildcard is compared word by word."""
    KEYWORD = "keyword"
    """A name: found by its whole value, without regard to case."""
    MIXED = "mixed"
    """Found by its whole value or by words in it; a wildcard is compared with the whole value."""
    ADDRESS = "address"
    NUMBER = "number"
    DATE = "date"


TEXT_FIELDS: Final = ("event.original", "message")

ADDRESS_FIELDS: Final = (
    "client.ip", "client.nat.ip", "destination.ip", "destination.nat.ip", "host.ip", "observer.ip", "related.ip",
    "server.ip", "server.nat.ip", "source.ip", "source.nat.ip", "dns.resolved_ip", "network.forwarded_ip",
)  # fmt: skip

NUMBER_FIELDS: Final = (
    "client.bytes", "client.packets", "client.port", "destination.bytes", "destination.nat.port",
    "destination.packets", "destination.port", "event.duration", "event.risk_score", "event.sequence",
    "event.severity", "file.size", "http.request.bytes", "http.response.body.bytes", "http.response.bytes",
    "http.response.status_code", "log.syslog.facility.code", "log.syslog.priority", "log.syslog.severity.code",
    "network.bytes", "network.packets", "process.exit_code", "process.parent.pid", "process.pid", "server.bytes",
    "server.packets", "server.port", "source.bytes", "source.nat.port", "source.packets", "source.port",
    "url.port",
)  # fmt: skip

DATE_FIELDS: Final = (
    "event.created", "event.end", "event.ingested", "event.start", "file.created", "file.mtime", "process.start",
    "tls.client.not_after", "tls.client.not_before", "tls.server.not_after", "tls.server.not_before",
)  # fmt: skip

_LONG_KEYWORDS: Final = frozenset({
    "dns.question.name", "error.message", "error.stack_trace", "event.reason", "file.path", "http.request.referrer",
    "process.command_line", "process.executable", "process.parent.command_line", "process.parent.executable",
    "process.working_directory", "rule.description", "rule.name", "url.full", "url.original", "url.path", "url.query",
    "user.full_name", "user_agent.original",
})  # fmt: skip

_ECS_ROOTS: Final = frozenset({
    "agent", "client", "cloud", "container", "data_stream", "destination", "dns", "ecs", "email", "event", "file",
    "group", "hash", "host", "http", "labels", "log", "network", "observer", "organization", "package", "process",
    "registry", "related", "rule", "server", "service", "source", "tags", "threat", "tls", "trace", "url", "user",
    "user_agent",
})  # fmt: skip

_KINDS: Final[dict[str, Kind]] = {
    "@timestamp": Kind.TIME,
    "_id": Kind.ID,
    "event.id": Kind.ID,
    **dict.fromkeys(TEXT_FIELDS, Kind.TEXT),
    **dict.fromkeys(ADDRESS_FIELDS, Kind.ADDRESS),
    **dict.fromkeys(NUMBER_FIELDS, Kind.NUMBER),
    **dict.fromkeys(DATE_FIELDS, Kind.DATE),
    **dict.fromkeys(_LONG_KEYWORDS, Kind.MIXED),
}


@lru_cache(maxsize=16_384)
def kind_of(field: str) -> Kind:
    """Return how values of this field are compared."""
    known = _KINDS.get(field)
    if known is not None:
        return known
    return Kind.KEYWORD if field.split(".", 1)[0] in _ECS_ROOTS else Kind.MIXED

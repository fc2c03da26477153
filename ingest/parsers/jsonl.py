"""JSON lines: one object a line, nested or flat, ECS or not.

Source: Filebeat, Winlogbeat, Vector, Fluent Bit, `evtx_dump`, cloud exports, our own `irp parse`.
Fields: nested objects become dotted keys, ECS keys stay; Windows events (`Channel`, `EventID`, … flat, or
`Event.System`) keep their keys and get the `winlog.*` ones too. Dataset as given, else `json`.
Time: `@timestamp`, `UtcTime`, `timestamp`, `time`, `ts`, …; without any, when the file was last written.
"""

from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.flat import UnwieldyDocumentError, flatten, instant_of, time_of
from ingest.parsers.windows import add_windows_fields, fields_of_event

_UTC: Final = ZoneInfo("UTC")


class JsonLinesParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._reference_ns = context.reference_ns

    def parse(self, text: str) -> Reading | Refusal:
        document = read_object(text)
        if isinstance(document, Refusal):
            return document
        return self.shape(document)

    def shape(self, document: dict[str, Any]) -> Reading | Refusal:
        """Return the flat reading of one object."""
        event = document.get("Event")
        if isinstance(event, dict) and isinstance(event.get("System"), dict):
            return fields_of_event(event)
        try:
            fields = flatten(document)
        except UnwieldyDocumentError:
            return Refusal("objek JSON terlalu besar atau terlalu dalam")
        if not fields:
            return Refusal("objek JSON tanpa isi")
        add_windows_fields(fields)
        # A shipper that reads forwarded events dates them `@timestamp` when it read them.
        created = fields.get("winlog.time_created")
        time_ns = None if created is None else instant_of(created, _UTC)
        if time_ns is None:
            time_ns = time_of(fields, self._zone)
        return finish(fields, time_ns=time_ns, reference_ns=self._reference_ns, dataset="json")


def finish(fields: dict[str, Any], *, time_ns: int | None, reference_ns: int, dataset: str) -> Reading:
    """Return the reading of a generic document with what every event has."""
    host = fields.get("host")
    if isinstance(host, str):
        # `host` and `host.name` in one index would be a text and an object under one name.
        fields.setdefault("host.name", host)
        del fields["host"]
    fields.setdefault("event.kind", "event")
    fields.setdefault("event.dataset", dataset)
    if time_ns is None:
        fields["tanggap.time_source"] = "received"
        return Reading(reference_ns, fields)
    return Reading(time_ns, fields)


def read_object(text: str) -> dict[str, Any] | Refusal:
    """Return the JSON object of a line."""
    try:
        document = orjson.loads(text)
    except ValueError:
        return Refusal("bukan JSON yang sah")
    if not isinstance(document, dict):
        return Refusal("bukan objek JSON")
    return document

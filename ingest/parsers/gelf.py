"""Graylog Extended Log Format: one JSON object a message, its own fields with an underscore.

Source: GELF specification 1.1 (`version`, `host`, `short_message`, `full_message`, `timestamp`, `level`, `_name`), as
Docker's `gelf` driver, Graylog's sidecars and programs write it; one object a line, or a message of GELF over HTTP.
Fields: `host.name`, `message`, `log.syslog.severity.*`; an additional field keeps its name, under `gelf.` where it has
no dot; ECS names among them count where their value fits. Dataset `gelf.log`.
"""

import re
from typing import Any, Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields
from ingest.parsers.flat import UnwieldyDocumentError, flatten, instant_of, is_fitting
from ingest.parsers.jsonl import read_object
from ingest.parsers.severities import SEVERITIES

_NAME: Final = re.compile(r"_[\w.-]{1,128}$")
_VERSIONS: Final = ("1.0", "1.1", 1.0, 1.1, None)
"""The specification has a text; senders write numbers too, and leave it out, and Graylog takes both."""
_ID: Final = "_id"
"""Not allowed by the specification: Graylog's own."""
_KNOWN: Final = {
    "container_name": "container.name",
    "container_id": "container.id",
    "image_name": "container.image.name",
    "application_name": "process.name",
    "facility": "log.syslog.facility.name",
}


class GelfParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._reference_ns = context.reference_ns

    def parse(self, text: str) -> Reading | Refusal:
        document = read_object(text)
        if isinstance(document, Refusal):
            return document
        fields = gelf_fields(document)
        if isinstance(fields, Refusal):
            return fields
        stated = document.get("timestamp")
        time_ns = None if stated is None else instant_of(stated, self._zone)
        if time_ns is None:
            fields["tanggap.time_source"] = "received"
            time_ns = self._reference_ns
        return Reading(time_ns, fields)


def gelf_fields(document: dict[str, Any]) -> Fields | Refusal:
    """Return the event's fields of a GELF message, or why it is none."""
    version, host, message = document.get("version"), document.get("host"), document.get("short_message")
    if version not in _VERSIONS or not isinstance(host, str) or not isinstance(message, str):
        return Refusal("bukan pesan GELF: host atau short_message tidak ada, atau version lain")
    fields: Fields = {"event.kind": "event", "event.dataset": "gelf.log", "message": message}
    if host:
        fields["host.name"] = host
    if isinstance(document.get("full_message"), str):
        fields["gelf.full_message"] = document["full_message"]
    level = _level_of(document.get("level"))
    if type(level) is int and 0 <= level < len(SEVERITIES):
        fields["log.syslog.severity.code"], fields["log.syslog.severity.name"] = level, SEVERITIES[level]
    own = {name[1:]: value for name, value in document.items() if _NAME.match(name) and name != _ID}
    try:
        for name, value in flatten(own).items():
            _add(fields, _KNOWN.get(name, name if "." in name else f"gelf.{name}"), value)
    except UnwieldyDocumentError:
        return Refusal("pesan GELF terlalu besar atau terlalu dalam")
    return fields


def _level_of(stated: object) -> object:
    """Some senders write the number as a text."""
    return int(stated) if isinstance(stated, str) and stated in "01234567" and len(stated) == 1 else stated


def _add(fields: Fields, name: str, value: object) -> None:
    """Add a field that the sender named, where it may have that name and this value."""
    if name.startswith(("event.", "log.", "tanggap.")) and name not in _KNOWN.values():
        name = f"gelf.{name}"
    if name not in fields and is_fitting(name, value):
        fields[name] = value

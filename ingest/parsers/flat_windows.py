"""Flat Windows events as other tools write them, one JSON object a line: read as `jsonl` does, in a third of the time.

Most exports have this shape, and lines of it come by the million. What is not exactly that (a list or object among the
values, ECS names already there, no time) is left to the parser, which reads everything. Both give the same event, here
without the line it is of (tests/ingest/parsers/test_flat_windows.py). Compiled where it can be (`flat_windows.pxd`).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import EARLIEST_NS, LATEST_NS, ParseContext, Source, timestamp_text
from ingest.parsers.flat import MAX_FIELDS, time_of
from ingest.parsers.times import iso_ns
from ingest.parsers.windows import (
    ADDRESSES,
    DATA,
    EMPTY,
    PORTS,
    SECURITY,
    TARGET_IS_USER,
    TEXTS,
    add_people,
    dataset_of_channel,
    port_of,
    winlog_name,
)
from ir_platform.domain.event import Event, derive_event_id

MAX_SHAPES = 2048
"""What is remembered is keyed by what lines hold, so by anybody."""
_STAMP: Final = "@timestamp"
_UTC: Final = ZoneInfo("UTC")
_MILLISECONDS: Final = len("2026-11-22T01:02:03.123Z")
_NANOSECONDS: Final = {_MILLISECONDS: 1_000_000, _MILLISECONDS + 3: 1_000, _MILLISECONDS + 6: 1}
"""In the last digit of a time as long as that."""
_PLAIN: Final = frozenset((str, int, bool, float))
_CODES: Final = (str, int, float)


class Shape:
    """What is added to lines whose fields have these names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        added: dict[str, str] = {}
        for name in names:
            ours = winlog_name(name)
            if ours is not None and ours not in added:
                added[ours] = name
        self.copies: tuple[tuple[str, str], ...] = tuple(added.items())
        """New name and the name of the field it repeats."""
        self.code = added.get("winlog.event_id", "")
        self.channel = added.get("winlog.channel", "")
        self.computer = added.get("winlog.computer_name", "")
        self.provider = added.get("winlog.provider_name", "")
        self.is_known = (
            "Channel" in names
            and ("EventID" in names or "EventId" in names)
            and len(names) + len(added) <= MAX_FIELDS
            and all("." not in name and name not in ("host", "Event") for name in names)
        )
        self.target_user = added.get(f"{DATA}TargetUserName", "")
        self.subject_user = added.get(f"{DATA}SubjectUserName", "")
        self.addresses = _present(ADDRESSES, added)
        self.texts = _present(TEXTS, added)
        self.ports = _present(PORTS, added)


def _present(wanted: Mapping[str, str], added: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple([(name, added[source]) for source, name in wanted.items() if source in added])


class FlatWindowsReader:
    """Reads lines of one file."""

    def __init__(self, context: ParseContext, source: Source) -> None:
        self._zone = context.timezone
        self._path, self._origin = source.path, source.origin
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def read(self, document: dict[str, Any], original: bytes, offset: int, record: int) -> Event | None:
        """Return the event of a line; None where the parser has to read it.

        It is without `event.original`: each field of the line stands in it as it came.
        `document`: what the whole of `original` says as JSON.
        """
        shape = self._shape(tuple(document))
        if not shape.is_known or not _is_plain(document):
            return None
        if type(document[shape.channel]) is not str or type(document[shape.code]) not in _CODES:
            return None
        stamp: Any = document.get(_STAMP)
        time_ns = plain_instant(stamp) if type(stamp) is str else None
        if time_ns is None:
            time_ns = time_of(document, self._zone)
            if time_ns is None:
                return None
            stamp = ""
        if not EARLIEST_NS <= time_ns <= LATEST_NS:
            return None
        event_id = derive_event_id(self._origin, record, original)
        fields: dict[str, Any] = {_STAMP: None}
        fields.update(document)
        _add(shape, fields)
        fields["event.kind"] = "event"
        fields["log.file.path"] = self._path
        fields["log.offset"] = offset
        fields["event.id"] = event_id
        fields[_STAMP] = stamp_of(stamp, time_ns)
        return Event(event_id, time_ns, orjson.dumps(fields))

    def _shape(self, names: tuple[str, ...]) -> Shape:
        shape = self._shapes.get(names)
        if shape is None:
            if len(self._shapes) >= MAX_SHAPES:
                self._shapes.clear()
            shape = self._shapes[names] = Shape(names)
        return shape


def plain_instant(text: str) -> int | None:
    """Return the instant of `2026-11-22T01:02:03.123456Z` with 3, 6 or 9 digits; None for every other way to write."""
    length = len(text)
    if length not in _NANOSECONDS or text[10] != "T" or text[19] != "." or text[length - 1] != "Z":
        return None
    digits = text[20 : length - 1]
    if not digits.isascii() or not digits.isdigit():
        return None
    second = _second_ns(text[:19])
    return None if second is None else second + int(digits) * _NANOSECONDS[length]


def stamp_of(text: str, time_ns: int) -> str:
    """Return how the time is written in an event; `text`: what `plain_instant` read it from, '' for another way."""
    # Milliseconds are written as they came, and more digits where they say more.
    length = len(text)
    if length == _MILLISECONDS or (length > _MILLISECONDS and text[length - 4 :] != "000Z"):
        return text
    return timestamp_text(time_ns)


def _is_plain(document: dict[str, Any]) -> bool:
    for value in document.values():
        kind = type(value)
        if kind is str or kind is int or kind is bool or kind is float:
            continue
        # Lists of such values stay as they are, objects and nulls do not.
        if kind is not list or not _PLAIN.issuperset(map(type, value)):
            return False
    return True


def _add(shape: Shape, fields: dict[str, Any]) -> None:
    """Add what `add_windows_fields` does, in the same order."""
    for name, source in shape.copies:
        fields[name] = fields[source]
    code = fields[shape.code]
    channel = fields[shape.channel]
    if type(code) is not float:
        fields["event.code"] = code = str(code)
    if shape.computer:
        fields["host.name"] = fields[shape.computer]
    if shape.provider:
        fields["event.provider"] = fields[shape.provider]
    fields["event.dataset"] = _dataset(channel)
    is_security = channel == "Security"
    if is_security and type(code) is str:
        fields.update(SECURITY.get(code, _NOTHING))
    _add_meaning(shape, fields, shape.target_user if is_security and code in TARGET_IS_USER else shape.subject_user)
    if is_security and type(code) is str and code in SECURITY:
        add_people(fields, code)


def _add_meaning(shape: Shape, fields: dict[str, Any], user: str) -> None:
    if user:
        _add_text(fields, "user.name", fields[user])
    for name, source in shape.addresses:
        if name not in fields:
            value = fields[source]
            if type(value) is str and value not in EMPTY and _is_ip(value):
                fields[name] = value
    for name, source in shape.texts:
        _add_text(fields, name, fields[source])
    for name, source in shape.ports:
        if name not in fields:
            port = port_of(fields[source])
            if port:
                fields[name] = port


_NOTHING: Final[Mapping[str, Any]] = {}


def _add_text(fields: dict[str, Any], name: str, value: object) -> None:
    if type(value) is str and value not in EMPTY:
        fields[name] = value


@lru_cache(maxsize=4096)
def _second_ns(text: str) -> int | None:
    return iso_ns(text, _UTC)


_dataset = lru_cache(maxsize=1024)(dataset_of_channel)
_is_ip = lru_cache(maxsize=4096)(is_ip)

"""Flat Windows events made of pieces of their line: no value is decoded to be written again as it stood.

The event is the one that `ingest.parsers.flat_windows` makes of the same line, byte for byte; what takes more than a
look to be sure of is left to it (tests/ingest/parsers/test_windows_spans.py). Compiled where it can be
(`windows_spans.pxd`).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import orjson

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import EARLIEST_NS, LATEST_NS, Source
from ingest.parsers.flat_windows import MAX_SHAPES, Shape, plain_instant, stamp_of
from ingest.parsers.windows import DATA, PEOPLE, SECURITY, TARGET_IS_USER, dataset_of_channel, port_of
from ir_platform.domain.event import Event, derive_event_id
from ir_platform.domain.flat_line import INTEGER, PLAIN, TEXT, FlatLine, Names

_PLAIN, _TEXT, _INTEGER = PLAIN, TEXT, INTEGER
_STAMP: Final = "@timestamp"
_STAMP_KEY: Final = b'"@timestamp":'
_SECURITY: Final = b'"Security"'
_EMPTY: Final = (b'""', b'"-"')
_ENDED: Final = "4689"
"""The event of which a path is taken apart."""

MAX_CHANNEL_BYTES: Final = 256
MAX_REMEMBERED_BYTES: Final = 64
"""Of a value, in the tables of those last seen."""

Pieces = tuple[tuple[bytes, int], ...]
"""What stands before a value, and the value's place in the line."""


class SpanShape:
    """What is added to lines whose fields have these names, and where in the line it stands."""

    def __init__(self, names: tuple[str, ...]) -> None:
        shape = Shape(names)
        slots = {name: slot for slot, name in enumerate(names)}
        added = dict(shape.copies)

        def slot_of(name: str) -> int:
            return slots.get(name, -1)

        def pieces(pairs: tuple[tuple[str, str], ...]) -> Pieces:
            return tuple([(_before(name), slots[source]) for name, source in pairs])

        targets = [name for name, _ in (*shape.addresses, *shape.ports)]
        self.is_known = shape.is_known and _STAMP in slots and len(set(targets)) == len(targets)
        self.stamp = slot_of(_STAMP)
        self.code, self.channel = slot_of(shape.code), slot_of(shape.channel)
        self.computer, self.provider = slot_of(shape.computer), slot_of(shape.provider)
        self.target_user, self.subject_user = slot_of(shape.target_user), slot_of(shape.subject_user)
        self.copies = pieces(shape.copies)
        self.addresses, self.texts, self.ports = map(pieces, (shape.addresses, shape.texts, shape.ports))
        self.people: Mapping[str, Pieces] = {
            code: pieces(tuple([(name, added[DATA + source]) for source, name in some if DATA + source in added]))
            for code, some in PEOPLE.items()
        }


def _before(name: str) -> bytes:
    return b",%b:" % orjson.dumps(name)


_HOST, _PROVIDER, _USER = map(_before, ("host.name", "event.provider", "user.name"))
_SECURITY_PIECES: Final[Mapping[str, bytes]] = {
    code: b"," + orjson.dumps(fields)[1:-1] for code, fields in SECURITY.items()
}


class WindowsSpansReader:
    """Writes the events of one file."""

    def __init__(self, source: Source) -> None:
        self._origin = source.origin
        self._path = orjson.dumps(source.path)
        self._shapes: dict[Names, SpanShape] = {}

    def read(self, line: FlatLine, offset: int, record: int) -> Event | None:
        """Return the event of the line taken apart last, without `event.original`; None for one left to others."""
        names = line.names
        if names is None or not line.is_compact:
            return None
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._new_shape(names)
        if not shape.is_known or line.kinds[shape.channel] != _PLAIN or line.kinds[shape.stamp] != _PLAIN:
            return None
        stamp = line.raw(shape.stamp)[1:-1].decode()
        time_ns = plain_instant(stamp)
        if time_ns is None or not EARLIEST_NS <= time_ns <= LATEST_NS:
            return None
        pieces: list[bytes] = [b'{"@timestamp":"', stamp_of(stamp, time_ns).encode(), b'"']
        if not _add(pieces, shape, line):
            return None
        event_id = derive_event_id(self._origin, record, line.line)
        pieces.append(
            b',"event.kind":"event","log.file.path":%b,"log.offset":%d,"event.id":"%b"}'
            % (self._path, offset, event_id.encode()),
        )
        return Event(event_id, time_ns, b"".join(pieces))

    def _new_shape(self, names: Names) -> SpanShape:
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        shape = self._shapes[names] = SpanShape(names.all)
        return shape


def _add(pieces: list[bytes], shape: SpanShape, line: FlatLine) -> bool:
    """Add the line's own fields and what is known of them, in the order in which it is added elsewhere."""
    code = _code_of(line, shape.code)
    channel = line.raw(shape.channel)
    is_security = channel == _SECURITY
    if not code or len(channel) > MAX_CHANNEL_BYTES or (is_security and code == _ENDED):
        return False
    _add_own(pieces, shape, line)
    for before, slot in shape.copies:
        pieces.append(before)
        pieces.append(line.raw(slot))
    pieces.append(b',"event.code":"%b"' % code.encode())
    if shape.computer >= 0:
        pieces.append(_HOST)
        pieces.append(line.raw(shape.computer))
    if shape.provider >= 0:
        pieces.append(_PROVIDER)
        pieces.append(line.raw(shape.provider))
    pieces.append(_dataset(channel))
    known = is_security and code in _SECURITY_PIECES
    if known:
        pieces.append(_SECURITY_PIECES[code])
    user = shape.target_user if is_security and code in TARGET_IS_USER else shape.subject_user
    if user >= 0:
        _add_text(pieces, _USER, line, user)
    if not _add_addresses(pieces, shape, line):
        return False
    for before, slot in shape.texts:
        _add_text(pieces, before, line, slot)
    for before, slot in shape.ports:
        value = line.raw(slot)
        port = _port(value) if len(value) <= MAX_REMEMBERED_BYTES else b""
        if port:
            pieces.append(before)
            pieces.append(port)
    if known:
        for before, slot in shape.people.get(code, ()):
            _add_text(pieces, before, line, slot)
    return True


def _code_of(line: FlatLine, slot: int) -> str:
    """Return the event's code as text; '' where it takes more than a look."""
    kind = line.kinds[slot]
    if kind == _INTEGER:
        return line.raw(slot).decode()
    return line.raw(slot)[1:-1].decode() if kind == _PLAIN else ""


def _add_own(pieces: list[bytes], shape: SpanShape, line: FlatLine) -> None:
    """Add the fields of the line but its time, which came first."""
    whole = line.line
    begin = line.starts[shape.stamp] - len(_STAMP_KEY)
    end = line.ends[shape.stamp]
    if begin > 1:
        pieces.append(b",")
        pieces.append(whole[1 : begin - 1])
    pieces.append(whole[end : len(whole) - 1])


def _add_text(pieces: list[bytes], before: bytes, line: FlatLine, slot: int) -> None:
    if line.kinds[slot] <= _TEXT:
        value = line.raw(slot)
        if value not in _EMPTY:
            pieces.append(before)
            pieces.append(value)


def _add_addresses(pieces: list[bytes], shape: SpanShape, line: FlatLine) -> bool:
    for before, slot in shape.addresses:
        kind = line.kinds[slot]
        if kind == _TEXT or line.ends[slot] - line.starts[slot] > MAX_REMEMBERED_BYTES:
            return False
        if kind == _PLAIN:
            value = line.raw(slot)
            if value not in _EMPTY and _is_ip(value):
                pieces.append(before)
                pieces.append(value)
    return True


@lru_cache(maxsize=1024)
def _dataset(channel: bytes) -> bytes:
    return b',"event.dataset":%b' % orjson.dumps(dataset_of_channel(channel[1:-1].decode()))


@lru_cache(maxsize=4096)
def _is_ip(value: bytes) -> bool:
    return is_ip(value[1:-1].decode())


@lru_cache(maxsize=4096)
def _port(value: bytes) -> bytes:
    """Return the port that a value says as it is written, nothing where it says none."""
    port = port_of(orjson.loads(value))
    return b"%d" % port if port else b""

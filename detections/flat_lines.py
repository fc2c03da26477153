"""Lines of flat JSON looked at before they are read in full: most are an event that surely no rule matches.

The line is decoded, its partition looked up by the few values that routing reads, and its bytes searched for witnesses;
what is left is asked of the line's own fields. Only where a rule matches, or where the line alone does not tell, is the
event made of it. The hits are the same as without (tests/detections/test_flat_lines.py).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from operator import itemgetter
from typing import Any

import orjson

from detections.sigma.line_view import LineView
from detections.sigma.match import Partition, without_blanks
from detections.sigma.view import USER_DATA

MAX_SHAPES = 2048
MAX_PARTITIONS_OF_SHAPE = 512
MAX_NAMES = 1000
"""What is remembered is keyed by what lines hold, so by anybody: beyond these it is forgotten or not begun."""

MAX_BRACES = 32
"""Braces stand in texts too; what is nested deeper becomes a text when it is read (`ingest.parsers.flat`)."""

READER_NAMES = ("EventId", "event_id", "SourceName", "ProviderName", "Hostname", "RecordNumber", "OpcodeValue")
"""Names that the reader of JSON lines takes for a routing field, besides those of the field map."""

_Pick = Callable[[dict[str, Any]], tuple[Any, ...]]


class _Unknown(Enum):
    PARTITION = auto()


_UNKNOWN = _Unknown.PARTITION


@dataclass(frozen=True, slots=True)
class _Shape:
    """The names of a line's fields, in their order."""

    pick: _Pick | None
    """The values that decide the partition; None: lines of this shape have to be read in full."""
    has_blanks: bool
    """In names, which rules write without."""
    partitions: dict[tuple[Any, ...], Partition | None] = field(default_factory=dict)
    """By those values; None: an event that no rule is asked about."""


class FlatLines:
    """One per matcher: it shares the matcher's partitions, and with them Hyperscan's scratch space."""

    def __init__(self, routing_names: Iterable[str]) -> None:
        self._names = frozenset((*routing_names, *READER_NAMES, "event.kind"))
        parts = [name.split(".") for name in self._names]
        self._prefixes = frozenset(".".join(one[:end]) for one in parts for end in range(1, len(one)))
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._waiting: tuple[_Shape, tuple[Any, ...]] | None = None
        self.found: tuple[int, ...] | None = None
        """After a line that is not clean: the rules that match it, None where it has to be read in full to tell."""

    def is_clean(self, line: bytes) -> bool:  # noqa: PLR0911  one line per doubt, on the hottest path there is
        """Say whether the line surely is an event that no rule matches."""
        self.found = self._waiting = None
        try:
            fields = orjson.loads(line)
        except ValueError:
            return False
        if type(fields) is not dict:
            return False
        names = tuple(fields)
        shape = self._shapes.get(names) or self._new_shape(names)
        if shape.pick is None or not any(fields.values()):
            return False
        if (b"[" in line or line.count(b"{") > MAX_BRACES) and not _is_flat(fields):
            return False
        values = shape.pick(fields)
        for value in values:
            # Lists and objects are read in their own way; True and 1.0 equal 1, but are written otherwise.
            if type(value) is not str and type(value) is not int:
                return False
        partition = shape.partitions.get(values, _UNKNOWN)
        if partition is _UNKNOWN:
            self._waiting = shape, values
            return False
        if partition is None:
            return True
        suspects = partition.suspects(line)
        if not suspects:
            return True
        view = LineView(without_blanks(fields) if shape.has_blanks else fields)
        found = [matcher.index for matcher in suspects if matcher.compiled.accepts(view)]
        if view.unsure:
            return False
        self.found = tuple(sorted(found))
        return not found

    def learn(self, partition: Partition | None) -> None:
        """Take note of the partition of the last line, now that it was read in full."""
        if self._waiting is None:
            return
        shape, values = self._waiting
        if len(shape.partitions) >= MAX_PARTITIONS_OF_SHAPE:
            shape.partitions.clear()
        shape.partitions[values] = partition

    def _new_shape(self, names: tuple[str, ...]) -> _Shape:
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        shape = self._shapes[names] = _Shape(self._pick(names), any(" " in name for name in names))
        return shape

    def _pick(self, names: tuple[str, ...]) -> _Pick | None:
        if not names or len(names) > MAX_NAMES:
            return None
        if any(name in self._prefixes or name.startswith(USER_DATA) for name in names):
            return None
        if any(" " in name and name.replace(" ", "") in self._names for name in names):
            return None
        chosen = [name for name in names if name in self._names]
        if len(chosen) > 1:
            return itemgetter(*chosen)
        return (lambda fields: (fields[chosen[0]],)) if chosen else _nothing


def _is_flat(fields: dict[str, Any]) -> bool:
    # A list or an object in a list becomes a text when it is read, which need not stand in the line.
    for value in fields.values():
        if type(value) is dict:
            return False
        if type(value) is list and any(type(one) in (list, dict) for one in value):
            return False
    return True


def _nothing(fields: dict[str, Any]) -> tuple[()]:
    return ()

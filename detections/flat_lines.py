"""Lines of flat JSON looked at before they are read in full: most are an event that surely no rule matches.

The line is taken apart, or decoded where it is written in another way than most are; its partition is looked up by the
few values that routing reads, and its bytes are searched for witnesses; what is left is asked of the line's own fields.
Only where a rule matches, or where the line alone does not tell, is the event made of it. The hits are the same as
without (tests/detections/test_flat_lines.py). Compiled where it can be (`flat_lines.pxd`).
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

import orjson

from detections.sigma.fields import Field
from detections.sigma.line_view import LineView, Sources
from detections.sigma.match import without_blanks
from detections.sigma.partition import Partition
from detections.sigma.span_view import Layout, SpanView
from detections.sigma.view import USER_DATA
from ir_platform.domain import flat_line
from ir_platform.domain.flat_line import LITERAL, FlatLine, Names

MAX_SHAPES = 2048
MAX_PARTITIONS_OF_SHAPE = 512
MAX_NAMES = 1000
MAX_NAMES_CHARACTERS = 16_384
MAX_VALUE_CHARACTERS = 256
"""What is remembered is keyed by what lines hold, so by anybody: beyond these it is forgotten or not begun."""

READER_NAMES = ("EventId", "event_id", "SourceName", "ProviderName", "Hostname", "RecordNumber", "OpcodeValue")
"""Names that the reader of JSON lines takes for a routing field, besides those of the field map."""


_KINDS_IN_LISTS = frozenset((list, dict))


class _Unknown(Enum):
    PARTITION = auto()


_UNKNOWN = _Unknown.PARTITION
_LITERAL, _MAX_VALUE = LITERAL, MAX_VALUE_CHARACTERS
IS_COMPILED = not flat_line.__file__.endswith(".py")
"""Uncompiled, it takes longer to take a line apart than to decode it."""


class Shape:
    """The names of a line's fields, in their order."""

    def __init__(self, chosen: tuple[str, ...] | None, *, has_blanks: bool) -> None:
        self.chosen = chosen
        """Whose values decide the partition; None: lines of this shape have to be read in full."""
        self.has_blanks = has_blanks
        """In names, which rules write without."""
        self.partitions: dict[tuple[Any, ...], Partition | None] = {}
        """By those values; None: an event that no rule is asked about."""


class SpanShape:
    """The same of lines that are taken apart: values are told by how they are written."""

    def __init__(self, chosen: tuple[int, ...] | None, layout: Layout) -> None:
        self.chosen = chosen
        """The places of these values."""
        self.layout = layout
        self.partitions: dict[tuple[bytes, ...], Partition | None] = {}
        self.last_values: tuple[bytes, ...] | None = None
        """Lines of a shape are mostly of one kind."""
        self.last_partition: Partition | None = None


class FlatLines:
    """One per matcher: it shares the matcher's partitions, and with them Hyperscan's scratch space."""

    def __init__(self, routing_names: Iterable[str], *, takes_apart: bool = IS_COMPILED) -> None:
        self._names = frozenset((*routing_names, *READER_NAMES, "event.kind"))
        parts = [name.split(".") for name in self._names]
        self._prefixes = frozenset([".".join(one[:end]) for one in parts for end in range(1, len(one))])
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._added: dict[Field, tuple[tuple[str, Sources], ...]] = {}
        self._span_shapes: dict[Names, SpanShape] = {}
        self._waiting: dict[Any, Partition | None] | None = None
        self._waiting_values: tuple[Any, ...] = ()
        self._takes_apart = takes_apart
        self._line = FlatLine()
        self._view = SpanView(self._line)
        self._fields: dict[str, Any] | None = None
        self.passed_bytes = 0
        """How long the clean lines were that `skip_clean` passed over last, with the ends of lines."""
        self.line = b""
        """The last."""
        self.found: tuple[int, ...] | None = None
        """After a line that is not clean: the rules that match it, None where it has to be read in full to tell."""

    @property
    def spans(self) -> FlatLine | None:
        """The last line taken apart; None where it was decoded."""
        return self._line if self._takes_apart and self._line.names is not None else None

    @property
    def fields(self) -> dict[str, Any] | None:
        """What the last line says, where it is a JSON object."""
        if self._fields is None and self.spans is not None:
            self._fields = orjson.loads(self._line.line)
        return self._fields

    def skip_clean(self, lines: list[bytes], start: int) -> int:
        """Return the place of the next line that is not clean; past the end where all are."""
        place = start
        self.passed_bytes = 0
        while place < len(lines):
            line = lines[place]
            if not self.is_clean(line):
                return place
            self.passed_bytes += len(line) + 1
            place += 1
        return place

    def is_clean(self, line: bytes) -> bool:  # noqa: PLR0911  one line per doubt, on the hottest path there is
        """Say whether the line surely is an event that no rule matches."""
        self.line = line
        self.found = self._fields = self._waiting = None
        if self._takes_apart and self._line.read(line):
            return self._is_clean_apart(line)
        try:
            decoded = orjson.loads(line)
        except ValueError:
            return False
        if type(decoded) is not dict:
            return False
        fields: dict[str, Any] = decoded
        self._fields = fields
        names = tuple(fields)
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._new_shape(names)
        if shape.chosen is None or not _is_flat(fields):
            return False
        values = tuple([fields[name] for name in shape.chosen])
        for value in values:
            # Lists and objects are read in their own way; True and 1.0 equal 1, but are written otherwise.
            if type(value) is not str and type(value) is not int:
                return False
            if type(value) is str and len(value) > MAX_VALUE_CHARACTERS:
                return False
        partition = shape.partitions.get(values, _UNKNOWN)
        if partition is _UNKNOWN:
            self._waiting, self._waiting_values = shape.partitions, values
            return False
        if partition is None:
            return True
        return self._is_passed_over(partition, line, without_blanks(fields) if shape.has_blanks else fields)

    def _is_clean_apart(self, line: bytes) -> bool:
        names = self._line.names
        assert names is not None
        shape = self._span_shapes.get(names)
        if shape is None:
            shape = self._new_span_shape(names)
        if shape.chosen is None or not self._line.has_value:
            return False
        is_last = shape.last_values is not None and self._says(shape.chosen, shape.last_values)
        if not is_last and not self._has_partition(shape):
            return False
        partition = shape.last_partition
        if partition is None:
            return True
        self._view.show(shape.layout)
        found = partition.find(line, self._view)
        if self._view.unsure:
            return False
        self.found = found
        return not found

    def _says(self, slots: tuple[int, ...], values: tuple[bytes, ...]) -> bool:
        for place in range(len(slots)):  # noqa: SIM110  compiled, a loop is quicker than a generator
            if not self._line.says(slots[place], values[place]):
                return False
        return True

    def _has_partition(self, shape: SpanShape) -> bool:
        """Say whether it is known what partition the line belongs to, and note it as the shape's last."""
        assert shape.chosen is not None
        for slot in shape.chosen:
            if self._line.kinds[slot] >= _LITERAL or self._line.ends[slot] - self._line.starts[slot] > _MAX_VALUE:
                return False
        values = tuple([self._line.raw(slot) for slot in shape.chosen])
        partition = shape.partitions.get(values, _UNKNOWN)
        if partition is _UNKNOWN:
            self._waiting, self._waiting_values = shape.partitions, values
            return False
        shape.last_values, shape.last_partition = values, partition
        return True

    def _is_passed_over(self, partition: Partition, line: bytes, fields: dict[str, Any]) -> bool:
        view = LineView(fields, self._added)
        found = partition.find(line, view)
        if view.unsure:
            return False
        self.found = found
        return not found

    def learn(self, partition: Partition | None) -> None:
        """Take note of the partition of the last line, now that it was read in full."""
        waiting = self._waiting
        if waiting is None:
            return
        if len(waiting) >= MAX_PARTITIONS_OF_SHAPE:
            waiting.clear()
        waiting[self._waiting_values] = partition

    def _new_shape(self, names: tuple[str, ...]) -> Shape:
        if len(self._shapes) >= MAX_SHAPES:
            self._shapes.clear()
        has_blanks = any(" " in name for name in names)
        shape = Shape(self._chosen(names), has_blanks=has_blanks)
        if shape.chosen is not None:
            self._shapes[names] = shape
        return shape

    def _new_span_shape(self, names: Names) -> SpanShape:
        if len(self._span_shapes) >= MAX_SHAPES:
            self._span_shapes.clear()
        chosen = self._chosen(names.all)
        slots = None if chosen is None else tuple([names.all.index(name) for name in chosen])
        shape = self._span_shapes[names] = SpanShape(slots, Layout(names.all))
        return shape

    def _chosen(self, names: tuple[str, ...]) -> tuple[str, ...] | None:
        if not names or len(names) > MAX_NAMES or sum(map(len, names)) > MAX_NAMES_CHARACTERS:
            return None
        if any(name in self._prefixes or name.startswith(USER_DATA) for name in names):
            return None
        if any(" " in name and name.replace(" ", "") in self._names for name in names):
            return None
        return tuple([name for name in names if name in self._names])


def _is_flat(fields: dict[str, Any]) -> bool:
    """Say whether there is a value, and none that becomes other fields when the line is read."""
    has_value = False
    for value in fields.values():
        kind = type(value)
        if kind is dict:
            return False
        # A list or an object in a list becomes a text when it is read, which need not stand in the line.
        if kind is list and not _KINDS_IN_LISTS.isdisjoint(map(type, value)):
            return False
        if value:
            has_value = True
    return has_value

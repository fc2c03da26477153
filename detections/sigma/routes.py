"""Which partition an event belongs to, remembered by the few values that decide: no rule's logsource is compared twice.

Compiled where it can be (`routes.pxd`): it is asked of every event.
"""

from collections.abc import Iterable
from typing import Any

from detections.sigma.partition import Partition

MAX_REMEMBERED = 4096
"""Combinations of names, and of values; both come from events, so from anybody."""
MAX_VALUE_CHARACTERS = 256
"""A longer value is not remembered."""
_MAX_VALUE = MAX_VALUE_CHARACTERS


class Shape:
    """The names of an event's fields, in their order."""

    def __init__(self, chosen: tuple[str, ...]) -> None:
        self.chosen = chosen
        """Whose values decide."""
        self.partitions: dict[tuple[object, ...], Partition] = {}
        """By those values."""


class Routes:
    """Looks a partition up; what it does not know is taught once it was found out."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names`: of all fields that may decide."""
        self._names = frozenset(names)
        self._shapes: dict[tuple[str, ...], Shape] = {}
        self._remembered = 0
        self._shape: Shape | None = None
        self._values: tuple[object, ...] = ()

    def find(self, fields: dict[str, Any]) -> Partition | None:
        """Return the partition of events like this; None where none is remembered."""
        names = tuple(fields)
        shape = self._shapes.get(names)
        if shape is None:
            shape = self._shapes[names] = Shape(tuple([name for name in names if name in self._names]))
            self._remembered += 1
        self._shape = shape
        self._values = tuple([_as_key(fields[name]) for name in shape.chosen])
        return shape.partitions.get(self._values)

    def learn(self, partition: Partition) -> None:
        """Take note of the partition of the event that was looked for last."""
        if self._remembered >= MAX_REMEMBERED:
            self.forget()
        if self._shape is None or any(len(str(value)) > _MAX_VALUE for value in self._values):
            return
        self._shape.partitions[self._values] = partition
        self._remembered += 1

    def forget(self) -> None:
        """Give up what is remembered."""
        self._shapes.clear()
        self._remembered = 0
        self._shape = None


def _as_key(value: object) -> object:
    """Return a value as it is told from all others: True and 1.0 equal 1, and a list cannot be looked up."""
    if type(value) is str or type(value) is int or value is None:
        return value
    if type(value) is list:
        texts: list[object] = value
        for text in texts:
            if type(text) is not str:
                return type(value), repr(value)
        return tuple(texts)
    return type(value), repr(value)

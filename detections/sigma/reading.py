"""What a matched event counts for: the group and the value that each correlation over its rule reads from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from detections.hits import Group, Value
from detections.sigma.correlation import Correlation
from detections.sigma.fields import Field
from detections.sigma.view import EventView, texts_of

MAX_KNOWN_GROUPS = 20_000
"""Groups remembered per way of grouping, so that the same values give the same object; they come from anybody."""
MAX_CHARACTERS = 1_000
"""Of a value that is grouped by or counted; what follows is not told apart."""
MAX_NUMBER = 2**63
"""Beyond it a number is a mistake or an attempt to make adding slow."""
MAX_DIGITS = 40

GroupBy = tuple[tuple[str, Field], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one correlation reads of the events of one rule."""

    correlation: str
    counted: tuple[Field, ...]
    is_numeric: bool
    carried: tuple[Field, ...]

    def value_of(self, view: EventView) -> Value | None:
        """Return what is counted, of a reading that counts something; None where the event has no such value."""
        if self.is_numeric:
            return number_of(view.value(self.counted[0]))
        if len(self.counted) == 1:
            return text_of(view.fields, self.counted[0].names).lower() or None
        values = [text_of(view.fields, field.names).lower() for field in self.counted]
        return "\0".join(values) if all(values) else None

    def carried_of(self, fields: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple([text_of(fields, field.names) for field in self.carried])


class Grouping:
    """Fields that some correlations group by alike: read once for all of them."""

    __slots__ = ("_known", "_labels", "_names", "readings")

    def __init__(self, group_by: GroupBy, readings: Sequence[Reading], known: dict[tuple[str, ...], Group]) -> None:
        """`known`: groups by their values, shared by all who group alike."""
        self._labels = tuple(label for label, _ in group_by)
        self._names = tuple(field.names for _, field in group_by)
        self._known = known
        self.readings = tuple(readings)

    def group_of(self, fields: Mapping[str, Any]) -> Group | None:
        """Return the event's group; None where it lacks one of the fields."""
        values = tuple([text_of(fields, names) for names in self._names])
        known = self._known.get(values)
        if known is None and all(values):
            if len(self._known) >= MAX_KNOWN_GROUPS:
                self._known.clear()
            known = self._known[values] = tuple(zip(self._labels, values, strict=True))
        return known


def groupings(
    correlations: Sequence[Correlation], carried: Mapping[str, tuple[Field, ...]]
) -> dict[str, tuple[Grouping, ...]]:
    """Return what is read of the events of each rule. `carried`: values that correlations above need, by rule."""
    found: dict[str, dict[GroupBy, list[Reading]]] = {}
    for correlation in correlations:
        for source in correlation.sources:
            reading = Reading(
                correlation=correlation.rule_id,
                counted=correlation.counted[source],
                is_numeric=correlation.is_numeric,
                carried=carried[correlation.rule_id],
            )
            found.setdefault(source, {}).setdefault(correlation.group_by[source], []).append(reading)
    known: dict[GroupBy, dict[tuple[str, ...], Group]] = {}
    return {
        source: tuple(Grouping(by, readings, known.setdefault(by, {})) for by, readings in groups.items())
        for source, groups in found.items()
    }


def text_of(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the value under the first of the names that has one, as text; '' where none has."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            if value:
                return value if len(value) <= MAX_CHARACTERS else value[:MAX_CHARACTERS]
        elif value is not None and (texts := texts_of(value)):
            return ",".join(texts)[:MAX_CHARACTERS]
    return ""


def number_of(value: object) -> int | float | None:
    """Return the value as a number; a list of one counts as that one, and text that is one as well."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        value = _number_in(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isfinite(value) and abs(value) <= MAX_NUMBER else None


def _number_in(text: str) -> int | float | None:
    if len(text) > MAX_DIGITS:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None

"""What both stores share in listing fields and the most frequent values of one."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from ir_platform.adapters.events.query.fields import Kind, kind_of
from ir_platform.ports import FieldCount, UncountableFieldError, ValueCount

MAX_FIELDS: Final = 2_000
_COUNTABLE: Final = frozenset({Kind.KEYWORD, Kind.MIXED, Kind.ADDRESS, Kind.NUMBER})


def require_listable(field: str) -> Kind:
    """Return the field's kind. Raises: UncountableFieldError where its values cannot be counted."""
    kind = kind_of(field)
    if kind not in _COUNTABLE:
        raise UncountableFieldError(field=field)
    return kind


def most_frequent(found: Iterable[tuple[str, int]], *, limit: int) -> tuple[ValueCount, ...]:
    """Return the values' counts over all parts of the store, the most frequent first, equals by value."""
    return tuple(ValueCount(value=value, events=events) for value, events in _ordered(found)[:limit])


def fields_by_frequency(found: Iterable[tuple[str, int]]) -> tuple[FieldCount, ...]:
    """Return the fields' counts over all parts of the store, the most frequent first, equals by name."""
    return tuple(
        FieldCount(name=name, events=events, kind=kind_of(name).value) for name, events in _ordered(found)[:MAX_FIELDS]
    )


def _ordered(found: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    total: Counter[str] = Counter()
    for key, events in found:
        total[key] += events
    return sorted(total.items(), key=lambda one: (-one[1], one[0]))

"""Conditions that are met by what comes together within one span, and told as soon as they are: so many events,
values, a sum, hits of several rules. Those that can only be judged when the span is over are in `verdicts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from detections.expression import Expression, Times, holds, holds_in_order, least_sources
from detections.hits import Hit, Value


class Tally(Protocol):
    """What the hits of one span amount to, kept up to date while the span moves on."""

    def add(self, hit: Hit) -> None:
        """Take a hit that is not older than the others."""

    def drop(self, hit: Hit) -> None:
        """Leave out the oldest."""

    def is_met(self) -> bool: ...


class Condition(Protocol):
    """What has to come together within one span."""

    @property
    def least_hits(self) -> int:
        """How many hits of a group have to be remembered for the condition to be met at all."""

    def is_met_by(self, hit: Hit) -> bool:
        """Say whether the hit alone meets it."""

    def new_tally(self) -> Tally: ...

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        """Return the hits (by time) that matter most, where a group has more than can be remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """At least so many hits."""

    at_least: int

    @property
    def least_hits(self) -> int:
        return self.at_least

    def is_met_by(self, hit: Hit) -> bool:
        return self.at_least <= 1

    def new_tally(self) -> Tally:
        return _CountTally(self.at_least)

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        return list(hits[-keep:])


class _CountTally:
    __slots__ = ("_at_least", "_count")

    def __init__(self, at_least: int) -> None:
        self._at_least, self._count = at_least, 0

    def add(self, hit: Hit) -> None:
        self._count += 1

    def drop(self, hit: Hit) -> None:
        self._count -= 1

    def is_met(self) -> bool:
        return self._count >= self._at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctValues:
    """At least so many different values."""

    at_least: int

    @property
    def least_hits(self) -> int:
        return self.at_least

    def is_met_by(self, hit: Hit) -> bool:
        return self.at_least <= 1

    def new_tally(self) -> Tally:
        return _DistinctTally(self.at_least)

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        """Of each value the newest: repeating one value must not push the others out."""
        newest = {hit.value: hit for hit in hits}
        return sorted(newest.values(), key=_time)[-keep:]


class _DistinctTally:
    __slots__ = ("_at_least", "_counts")

    def __init__(self, at_least: int) -> None:
        self._at_least = at_least
        self._counts: dict[Value, int] = {}

    def add(self, hit: Hit) -> None:
        self._counts[hit.value] = self._counts.get(hit.value, 0) + 1

    def drop(self, hit: Hit) -> None:
        left = self._counts[hit.value] - 1
        if left:
            self._counts[hit.value] = left
        else:
            del self._counts[hit.value]

    def is_met(self) -> bool:
        return len(self._counts) >= self._at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Values that add up to at least (or to more than) so much."""

    at_least: int
    or_equal: bool = True

    @property
    def least_hits(self) -> int:
        return 1

    def is_met_by(self, hit: Hit) -> bool:
        return self.is_reached_by(exact(hit.value))

    def is_reached_by(self, total: int | Fraction) -> bool:
        return total > self.at_least or (self.or_equal and total == self.at_least)

    def new_tally(self) -> Tally:
        return _SumTally(self)

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        """The largest: many small values must not push a large one out."""
        return sorted(sorted(hits, key=lambda hit: exact(hit.value))[-keep:], key=_time)


class _SumTally:
    __slots__ = ("_condition", "_total")

    def __init__(self, condition: Sum) -> None:
        self._condition = condition
        self._total: int | Fraction = 0

    def add(self, hit: Hit) -> None:
        self._total += exact(hit.value)

    def drop(self, hit: Hit) -> None:
        self._total -= exact(hit.value)

    def is_met(self) -> bool:
        return self._condition.is_reached_by(self._total)


def exact(value: Value) -> int | Fraction:
    """Return the number without rounding: a sum must not depend on the order in which it was added up."""
    return value if isinstance(value, int) else Fraction(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Hits of several rules, in any order or in the order in which the expression names them."""

    expression: Expression
    ordered: bool

    @property
    def least_hits(self) -> int:
        return least_sources(self.expression)

    def is_met_by(self, hit: Hit) -> bool:
        return holds(self.expression, (hit.source,))

    def new_tally(self) -> Tally:
        return _TogetherTally(self)

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        """As many of each rule, the newest: a rule that hits all the time must not push the others out."""
        return newest_of_each_source(hits, keep=keep)


class _TogetherTally:
    __slots__ = ("_condition", "_least", "_times")

    def __init__(self, condition: Together) -> None:
        self._condition = condition
        self._least = least_sources(condition.expression)
        self._times = Times()

    def add(self, hit: Hit) -> None:
        self._times.add(hit.source, hit.time_ns)

    def drop(self, hit: Hit) -> None:
        self._times.drop(hit.source)

    def is_met(self) -> bool:
        if len(self._times.present) < self._least:
            return False
        if self._condition.ordered:
            return holds_in_order(self._condition.expression, self._times)
        return holds(self._condition.expression, self._times.present)


def newest_of_each_source(hits: Sequence[Hit], *, keep: int) -> list[Hit]:
    """Return at most `keep` hits, by time: as many of each source."""
    by_source: dict[str, list[Hit]] = {}
    for hit in hits:
        by_source.setdefault(hit.source, []).append(hit)
    share = max(keep // len(by_source), 1)
    return sorted((hit for found in by_source.values() for hit in found[-share:]), key=_time)


def _time(hit: Hit) -> int:
    return hit.time_ns

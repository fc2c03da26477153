"""What a temporal correlation asks of its rules: `a and (b or c) and not d`, in any order or in the order written."""

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Rule:
    """A hit of this rule."""

    source: str


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Hits of so many different rules."""

    number: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Expression"


Expression = Rule | AllOf | AnyOf | AtLeast | Not


def holds(expression: Expression, present: Container[str]) -> bool:
    """Say whether the expression is true where these rules have hits, whatever their order."""
    match expression:
        case Rule(source):
            return source in present
        case AllOf(parts):
            return all(holds(part, present) for part in parts)
        case AnyOf(parts):
            return any(holds(part, present) for part in parts)
        case AtLeast(number, sources):
            return sum(source in present for source in sources) >= number
        case Not(part):
            return not holds(part, present)


def sources_of(expression: Expression) -> Iterator[tuple[str, bool]]:
    """Yield each rule with whether it is asked for (True) or ruled out (False)."""
    match expression:
        case Rule(source):
            yield source, True
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from sources_of(part)
        case AtLeast(_, sources):
            yield from ((source, True) for source in sources)
        case Not(part):
            yield from ((source, not wanted) for source, wanted in sources_of(part))


@lru_cache(maxsize=4096)
def least_sources(expression: Expression) -> int:
    """Return with how few different rules the expression can be true at all; no more than that, but never too many."""
    match expression:
        case Rule():
            return 1
        case AllOf(parts):
            named = {part.source for part in parts if isinstance(part, Rule)}
            return max(len(named), *(least_sources(part) for part in parts), 0)
        case AnyOf(parts):
            return min(map(least_sources, parts))
        case AtLeast(number, _):
            return number
        case Not():
            return 0


def without_not(expression: Expression) -> Expression:
    """Return what the expression asks for, as if nothing were ruled out."""
    match expression:
        case AllOf(parts):
            return AllOf(tuple(map(without_not, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(without_not, parts)))
        case Not():
            return AllOf(())
        case _:
            return expression


class Times:
    """When each rule had hits: added at the end, dropped at the beginning."""

    __slots__ = ("_first", "_times")

    def __init__(self) -> None:
        self._times: dict[str, list[int]] = {}
        self._first: dict[str, int] = {}

    def add(self, source: str, time_ns: int) -> None:
        times = self._times.get(source)
        if times is None:
            times = self._times[source] = []
            self._first[source] = 0
        times.append(time_ns)

    def drop(self, source: str) -> None:
        first = self._first[source] = self._first[source] + 1
        times = self._times[source]
        if first == len(times):
            del self._times[source], self._first[source]
        elif first > 1000 and 2 * first > len(times):
            del times[:first]
            self._first[source] = 0

    @property
    def present(self) -> Mapping[str, list[int]]:
        return self._times

    def earliest(self, source: str, *, since_ns: int) -> int | None:
        times = self._times.get(source)
        if times is None:
            return None
        place = bisect_left(times, since_ns, lo=self._first[source])
        return times[place] if place < len(times) else None


def holds_in_order(expression: Expression, times: Times) -> bool:
    """Say whether the expression is true and its rules had hits in the order in which it names them.

    Hits of one instant count as being in order: a log with whole seconds does not say more. What is ruled out must
    not be there at all, be it before or after.
    """
    return holds(expression, times.present) and _ends(expression, times, since_ns=-(2**63)) is not None


def _ends(expression: Expression, times: Times, *, since_ns: int) -> int | None:
    """Return the first instant at which the expression is complete, begun at `since_ns` or later."""
    match expression:
        case Rule(source):
            return times.earliest(source, since_ns=since_ns)
        case AllOf(parts):
            return _one_after_another(parts, times, since_ns)
        case AnyOf(parts):
            ends = (_ends(part, times, since_ns=since_ns) for part in parts)
            return min((end for end in ends if end is not None), default=None)
        case AtLeast(number, sources):
            return _chain_ends(number, sources, times, since_ns)
        case Not(part):
            return None if holds(part, times.present) else since_ns


def _one_after_another(parts: Sequence[Expression], times: Times, since_ns: int) -> int | None:
    at: int | None = since_ns
    for part in parts:
        at = _ends(part, times, since_ns=at) if at is not None else None
    return at


def _chain_ends(number: int, sources: Sequence[str], times: Times, since_ns: int) -> int | None:
    """Return when the first so many of the rules, in their order but with gaps, are complete."""
    best: list[int | None] = [since_ns] + [None] * number
    for source in sources:
        for length in range(number, 0, -1):
            before = best[length - 1]
            end = times.earliest(source, since_ns=before) if before is not None else None
            known = best[length]
            if end is not None and (known is None or end < known):
                best[length] = end
    return best[number]

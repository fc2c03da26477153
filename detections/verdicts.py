"""Conditions that can only be judged when the span is over: averages, fewer than, exactly, `not`, and absence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from statistics import median
from typing import Protocol

from detections.conditions import exact, newest_of_each_source
from detections.expression import Expression, Times, holds, holds_in_order, sources_of, without_not
from detections.hits import Hit

Number = int | Fraction

MAX_MEASURED = 14_000
"""More than any count a rule may ask for; what comes on top does not count until the span has been judged."""
MAX_COMPARED = 1_000
"""Spans of an expression overlap, so each hit is looked at as often as there are hits before it."""


class Verdict(Protocol):
    """What is asked of the hits of one span, from the first that may begin it to the end of the span."""

    @property
    def max_hits(self) -> int:
        """How many hits of a group are remembered."""

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        """Return the hits (by time) that matter most, where a group has more than can be remembered."""

    @property
    def rests_on_silence(self) -> bool:
        """Whether it is met by something that does not come, so that a span cut short proves nothing."""

    def may_begin(self, hit: Hit) -> bool: ...

    @property
    def looks_back(self) -> bool:
        """Whether hits of the span before matter too."""

    def is_met(self, hits: Sequence[Hit], *, before: Sequence[Hit], span_ns: int) -> bool:
        """Judge the hits of a span that is over, by time. `before`: those of the span before that begin none."""

    def done_with(self, hits: Sequence[Hit]) -> int:
        """Return how many of them, from the first, need no span of their own any more once the answer was no."""


class Operator(StrEnum):
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    EQ = "eq"
    NEQ = "neq"


_COMPARE: dict[Operator, Callable[[Number, int], bool]] = {
    Operator.LT: lambda found, wanted: found < wanted,
    Operator.LTE: lambda found, wanted: found <= wanted,
    Operator.GT: lambda found, wanted: found > wanted,
    Operator.GTE: lambda found, wanted: found >= wanted,
    Operator.EQ: lambda found, wanted: found == wanted,
    Operator.NEQ: lambda found, wanted: found != wanted,
}


class Measure(StrEnum):
    COUNT = "count"
    DISTINCT = "distinct"
    SOURCES = "sources"
    SUM = "sum"
    AVERAGE = "average"
    MEDIAN = "median"
    PERCENTILE = "percentile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure of all the hits of a span against a limit; spans follow each other, each begun by the first hit."""

    measure: Measure
    operator: Operator
    limit: int
    percentile: int = 0

    @property
    def max_hits(self) -> int:
        return MAX_MEASURED

    @property
    def rests_on_silence(self) -> bool:
        return False

    @property
    def looks_back(self) -> bool:
        return False

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        return list(hits[:keep])

    def may_begin(self, hit: Hit) -> bool:
        return True

    def is_met(self, hits: Sequence[Hit], *, before: Sequence[Hit], span_ns: int) -> bool:
        # An average without dividing: a fraction takes longer to make than all the rest.
        limit = self.limit * len(hits) if self.measure == Measure.AVERAGE else self.limit
        return _COMPARE[self.operator](self._figure(hits), limit)

    def done_with(self, hits: Sequence[Hit]) -> int:
        return len(hits)

    def _figure(self, hits: Sequence[Hit]) -> Number:
        """Return what is measured; of an average the sum."""
        match self.measure:
            case Measure.COUNT:
                return len(hits)
            case Measure.DISTINCT:
                return len({hit.value for hit in hits})
            case Measure.SOURCES:
                return len({hit.source for hit in hits})
            case Measure.MEDIAN:
                return median(Fraction(exact(hit.value)) for hit in hits)
            case Measure.PERCENTILE:
                values = sorted(exact(hit.value) for hit in hits)
                return values[nearest_rank(len(values), self.percentile)]
            case Measure.SUM | Measure.AVERAGE:
                return sum([exact(hit.value) for hit in hits])


def nearest_rank(size: int, percentile: int) -> int:
    """Return the place (from 0) of a percentile among sorted values: the nearest-rank method, no interpolation."""
    return max(-(-size * percentile // 100) - 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnSilence:
    """What verdicts have in common that are met by something that does not come."""

    @property
    def max_hits(self) -> int:
        return MAX_COMPARED

    @property
    def rests_on_silence(self) -> bool:
        return True

    def thin(self, hits: Sequence[Hit], *, keep: int) -> list[Hit]:
        return newest_of_each_source(hits, keep=keep)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllThrough(_OnSilence):
    """An expression with `not`: what is ruled out must not come within one span together with the rest of it.

    So it must not come until the span is over, nor have come less than a span before the rest was complete.
    """

    expression: Expression
    ordered: bool

    @property
    def looks_back(self) -> bool:
        return True

    def may_begin(self, hit: Hit) -> bool:
        return hit.source in _asked_for(self.expression)

    def is_met(self, hits: Sequence[Hit], *, before: Sequence[Hit], span_ns: int) -> bool:
        complete_ns = self._complete_ns(hits)
        if complete_ns is None:
            return False
        times = Times()
        for hit in (*(one for one in before if one.time_ns >= complete_ns - span_ns), *hits):
            times.add(hit.source, hit.time_ns)
        return (holds_in_order if self.ordered else _holds_in_any_order)(self.expression, times)

    def _complete_ns(self, hits: Sequence[Hit]) -> int | None:
        """Return when everything that is asked for was there, whatever is ruled out."""
        asked, present = without_not(self.expression), set[str]()
        for hit in hits:
            if hit.source not in present:
                present.add(hit.source)
                if holds(asked, present):
                    return hit.time_ns
        return None

    def done_with(self, hits: Sequence[Hit]) -> int:
        return 1


@lru_cache(maxsize=1024)
def _asked_for(expression: Expression) -> frozenset[str]:
    return frozenset(source for source, wanted in sources_of(expression) if wanted)


def _holds_in_any_order(expression: Expression, times: Times) -> bool:
    return holds(expression, times.present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(_OnSilence):
    """A hit that the awaited rule does not follow within the span. Every such hit waits for itself."""

    awaited: str

    @property
    def looks_back(self) -> bool:
        return False

    def may_begin(self, hit: Hit) -> bool:
        return hit.source != self.awaited

    def is_met(self, hits: Sequence[Hit], *, before: Sequence[Hit], span_ns: int) -> bool:
        # One at the very instant of the first counts as following it: a log with whole seconds does not say more.
        return all(hit.source != self.awaited for hit in hits)

    def done_with(self, hits: Sequence[Hit]) -> int:
        """One that follows answers every hit before it."""
        return max((place for place, hit in enumerate(hits) if hit.source == self.awaited), default=0) + 1

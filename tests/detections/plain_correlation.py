"""What correlations mean, written down plainly and slowly: the oracle of the laws in this folder.

Everything is known beforehand, is gone through by time, and is looked at anew for each hit.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, product

from detections.expression import AllOf, AnyOf, AtLeast, Expression, Not, Rule
from detections.hits import Hit

Met = Callable[[Sequence[Hit]], bool]


@dataclass(frozen=True, slots=True)
class PlainWindow:
    start_ns: int
    end_ns: int
    count: int
    events: frozenset[str]


def told_at_once(hits: Iterable[Hit], met: Met, *, span_ns: int) -> list[PlainWindow]:
    """Return the windows of one group for a condition that is told as soon as it is met."""
    windows: list[list[Hit]] = []
    free: list[Hit] = []
    for hit in by_time(hits):
        inside = next((one for one in windows if one[0].time_ns <= hit.time_ns <= one[0].time_ns + span_ns), None)
        if inside is not None:
            inside.append(hit)
            continue
        free.append(hit)
        together = [one for one in free if one.time_ns >= hit.time_ns - span_ns]
        if met(together):
            windows.append(together)
            free = [one for one in free if one not in together]
    return [plain(one, span_ns) for one in windows]


def told_when_over(
    hits: Iterable[Hit], met: Met, *, span_ns: int, begins: Callable[[Hit], bool], slides: bool
) -> list[PlainWindow]:
    """Return the windows of one group for a condition that is judged when its span is over."""
    windows: list[list[Hit]] = []
    rest = sorted(by_time(hits), key=lambda hit: (hit.time_ns, not begins(hit)))
    while rest:
        inside = [one for one in rest if one.time_ns <= rest[0].time_ns + span_ns]
        if begins(rest[0]) and met(inside):
            windows.append(inside)
            rest = rest[len(inside) :]
        else:
            rest = rest[1 if slides or not begins(rest[0]) else len(inside) :]
    return [plain(one, span_ns) for one in windows]


def told_unless(
    hits: Iterable[Hit], expression: Expression, *, span_ns: int, asked: str, ruled_out: str
) -> list[PlainWindow]:
    """Return the windows of one group for an expression that rules sources out: none may share a span with the rest."""
    windows: list[list[Hit]] = []
    everything = by_time(hits)
    rest = [hit for hit in everything if hit.source in asked]
    while rest:
        inside = [one for one in everything if rest[0].time_ns <= one.time_ns <= rest[0].time_ns + span_ns]
        inside = [one for one in inside if one in rest or one.source not in asked]
        complete = next((n for n in range(1, len(inside) + 1) if is_true_but_for_not(expression, inside[:n])), None)
        since = inside[complete - 1].time_ns - span_ns if complete is not None else 0
        vetoes = [hit for hit in everything if hit.source in ruled_out and since <= hit.time_ns <= rest[0].time_ns]
        if complete is not None and is_true(expression, [*vetoes, *inside]):
            windows.append(inside)
            rest = [hit for hit in rest if hit not in inside]
        else:
            rest = rest[1:]
    return [plain(one, span_ns) for one in windows]


def is_true_but_for_not(expression: Expression, hits: Sequence[Hit]) -> bool:
    match expression:
        case AllOf(parts):
            return all(is_true_but_for_not(part, hits) for part in parts)
        case AnyOf(parts):
            return any(is_true_but_for_not(part, hits) for part in parts)
        case Not():
            return True
        case _:
            return is_true(expression, hits)


def by_time(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits by time, each once."""
    return sorted({(hit.time_ns, *hit.identity): hit for hit in hits}.values(), key=lambda hit: hit.time_ns)


def plain(hits: Sequence[Hit], span_ns: int) -> PlainWindow:
    events = frozenset(str(ref.id) for hit in hits for ref in hit.refs)
    return PlainWindow(hits[0].time_ns, hits[0].time_ns + span_ns, len(hits), events)


def is_true(expression: Expression, hits: Sequence[Hit]) -> bool:
    """Say whether an expression holds for these hits, in any order."""
    match expression:
        case Rule(source):
            return any(hit.source == source for hit in hits)
        case AllOf(parts):
            return all(is_true(part, hits) for part in parts)
        case AnyOf(parts):
            return any(is_true(part, hits) for part in parts)
        case AtLeast(number, sources):
            return len({hit.source for hit in hits} & set(sources)) >= number
        case Not(part):
            return not is_true(part, hits)


def is_in_order(sources: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Say whether there is a hit of each source such that none is older than the one before it."""
    of_each = [[hit.time_ns for hit in hits if hit.source == source] for source in sources]
    return any(all(first <= second for first, second in pairwise(times)) for times in product(*of_each))


def some_in_order(number: int, sources: Sequence[str], hits: Sequence[Hit]) -> bool:
    """Say whether so many of the sources, in their order, have hits in order."""
    places = range(len(sources))
    chosen = (one for one in permutations(places, number) if list(one) == sorted(one))
    return any(is_in_order([sources[place] for place in one], hits) for one in chosen)

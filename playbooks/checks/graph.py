"""The SOP as a graph: which steps follow which, what a path takes, what is there whichever way was taken."""

from collections.abc import Mapping
from heapq import heappop, heappush

from playbooks.sop import Sop, spelling_key

Graph = Mapping[int, tuple[int, ...]]
"""From a step to the steps that may follow; a step that may end the run has END among them."""

END = 0


def graph_of(sop: Sop) -> Graph:
    """Return the graph; targets that are no step are left out (they have a fault of their own)."""
    numbers = {step.no for step in sop.langkah}
    return {
        step.no: tuple(END if one is None else one for one in step.targets() if one is None or one in numbers)
        for step in sop.langkah
    }


def reached_from(graph: Graph, start: int) -> frozenset[int]:
    """Return every step reachable from `start`, with it."""
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(graph.get(here, ()))
    return frozenset(seen)


def leading_to_end(graph: Graph) -> frozenset[int]:
    """Return every step from which the end can be reached."""
    backwards: dict[int, list[int]] = {}
    for here, targets in graph.items():
        for target in targets:
            backwards.setdefault(target, []).append(here)
    return reached_from({no: tuple(sources) for no, sources in backwards.items()}, END)


def shortest_minutes(sop: Sop) -> int | None:
    """Return the least working minutes of any way to the end, repeated steps counted again; None: there is none.

    An answer offered only when a step came back counts only on a way that has gone back.
    """
    times = {step.no: step.waktu.min_minutes if step.waktu else 0 for step in sop.langkah}
    first = sop.langkah[0].no
    waiting, settled = [(times[first], first, False)], set[tuple[int, bool]]()
    while waiting:
        spent, here, went_back = heappop(waiting)
        step = sop.step(here)
        if here == END:
            return spent
        if step is None or (here, went_back) in settled:
            continue
        settled.add((here, went_back))
        offered = step.choices(putaran=2 if went_back else 1)
        for target in [one.ke for one in offered] or [step.berikut]:
            after = END if target is None else target
            heappush(waiting, (spent + times.get(after, 0), after, went_back or 0 < after <= here))
    return None


def longest_forward_minutes(sop: Sop, graph: Graph) -> int:
    """Return the most working minutes of a way to the end that never goes back."""
    longest: dict[int, int] = {END: 0}
    for step in reversed(sop.langkah):
        onward = [longest[one] for one in graph[step.no] if one == END or (one > step.no and one in longest)]
        if onward:
            longest[step.no] = (step.waktu.max_minutes if step.waktu else 0) + max(onward)
    return longest.get(sop.langkah[0].no, 0)


def surely_there(sop: Sop, graph: Graph) -> dict[int, frozenset[str]]:
    """Return the outputs (as spelling keys) that every way to a step has made before it."""
    outputs = {step.no: frozenset(spelling_key(item.nama) for item in step.makes()) for step in sop.langkah}
    everything = frozenset().union(*outputs.values())
    first = sop.langkah[0].no
    there = {no: frozenset[str]() if no == first else everything for no in outputs}
    for _ in range(len(outputs)):
        for here, targets in graph.items():
            for target in targets:
                if target in there:
                    there[target] &= there[here] | outputs[here]
    return there

"""The rules that concern one kind of event, behind one search for their witnesses.

Compiled where it can be (`partition.pxd`): it is asked about every event.
"""

import pickle
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from detections.sigma.compiled_rule import Matcher
from detections.sigma.costs import shipped_cost
from detections.sigma.literal_search import LiteralSearch
from detections.sigma.predicates import Predicate
from detections.sigma.regex import SearchStore
from detections.sigma.traces import Cost, witness_of
from detections.sigma.view import EventView

WATCHED_EVENTS = 1024
SAMPLE_EVERY = 16
MAX_FOUND = 1.0
"""Witnesses per event; with more of them than this it is worth to choose again."""


class Candidate:
    """A rule of the partition; its tests are made when it is first asked."""

    def __init__(self, matcher: Matcher, store: SearchStore | None) -> None:
        self.matcher = matcher
        self._store = store
        self.index: int = matcher.index
        self.seen_at = 0
        """The search that last found a witness of it: it may have several."""
        self._predicate: Predicate | None = None

    def accepts(self, view: EventView) -> bool:
        if self._predicate is None:
            self._predicate = self.matcher.compiled.predicate(self._store)
        return self._predicate.accepts(view)


class Partition:
    """Its first events show which texts are common here: an office's programs are in no table.

    Where too many witnesses are found, they are chosen again by the share of these events in which they stand.
    """

    def __init__(
        self,
        always: Sequence[Matcher],
        owners: Sequence[Sequence[Matcher]],
        search: LiteralSearch | None,
        *,
        is_watching: bool = True,
        store: SearchStore | None = None,
    ) -> None:
        """`store`: of what the rules' regular expressions compile to."""
        self._store = store
        self._candidates: dict[int, Candidate] = {}
        self._take(always, owners, search)
        self._is_watching = is_watching
        self._seen = self._found = self._searches = 0
        self._sample: list[bytes] = []
        self.asked = 0
        """Rules asked about the last event."""
        self.has_learnt: Callable[[], None] | None = None
        """Called when witnesses were chosen again."""

    def _take(
        self, always: Sequence[Matcher], owners: Sequence[Sequence[Matcher]], search: LiteralSearch | None
    ) -> None:
        self._always = [self._candidate(matcher) for matcher in always]
        self._owners = [[self._candidate(matcher) for matcher in some] for some in owners]
        """Whose witness each text of the search is."""
        self._all = list(self._candidates.values())
        self._search = search

    def _candidate(self, matcher: Matcher) -> Candidate:
        found = self._candidates.get(id(matcher))
        if found is None:
            found = self._candidates[id(matcher)] = Candidate(matcher, self._store)
        return found

    @classmethod
    def of(cls, matchers: Iterable[Matcher], *, cost: Cost, store: SearchStore | None = None) -> "Partition":
        always, owners = _by_witness(matchers, cost)
        return cls(always, list(owners.values()), LiteralSearch.of(list(owners)) if owners else None, store=store)

    def _watch(self, body: bytes) -> None:
        self._seen += 1
        if self._seen % SAMPLE_EVERY == 0:
            self._sample.append(body.lower())
        if self._seen == WATCHED_EVENTS:
            self._is_watching = False
            if self._found > WATCHED_EVENTS * MAX_FOUND:
                self._learn()
            self._sample.clear()

    def _learn(self) -> None:
        sample, guess = self._sample, shipped_cost(None)

        @cache
        def cost(text: bytes) -> float:
            share = len([body for body in sample if text in body]) / len(sample)
            return share or min(guess(text), 1 / len(sample))

        always, owners = _by_witness([one.matcher for one in self._candidates.values()], cost)
        self._take(always, list(owners.values()), LiteralSearch.of(list(owners)) if owners else None)
        if self.has_learnt is not None:
            self.has_learnt()

    def dump(self, matchers: Sequence[Matcher]) -> bytes:
        """Return the partition with its rules named by their places among `matchers`."""
        places = {id(matcher): place for place, matcher in enumerate(matchers)}
        always = [places[id(one.matcher)] for one in self._always]
        owners = [[places[id(one.matcher)] for one in some] for some in self._owners]
        search = None if self._search is None else self._search.dump()
        return pickle.dumps((always, owners, search, self._is_watching), protocol=pickle.HIGHEST_PROTOCOL)

    @classmethod
    def load(cls, kept: bytes, matchers: Sequence[Matcher], *, store: SearchStore | None = None) -> "Partition":
        """Raises: one of UNREADABLE, hyperscan.error."""
        always, owners, saved, is_watching = pickle.loads(kept)  # noqa: S301  `dump` wrote it, where only we write
        search = None if saved is None else LiteralSearch.load(saved, count=len(owners))
        owners = [[matchers[n] for n in some] for some in owners]
        # What was chosen by this office's events is kept for as long as the rules are.
        return cls([matchers[n] for n in always], owners, search, is_watching=is_watching, store=store)

    def find(self, body: bytes, view: EventView) -> tuple[int, ...]:
        """Return the indexes of the rules that match an event, in rising order.

        `body` is the event, or the line of JSON it is read from; `view` shows one of the two.
        """
        suspects = self._suspects(body)
        self.asked = len(suspects)
        if not suspects:
            return ()
        found = [one.index for one in suspects if one.accepts(view)]
        if not found:
            return ()
        found.sort()
        return tuple(found)

    def _suspects(self, body: bytes) -> list[Candidate]:
        """Return the rules that may match; every rule that does match is among them."""
        if self._is_watching:
            self._watch(body)
        if self._search is None:
            return self._all
        numbers = self._search.find(body)
        if numbers is None:
            return self._all
        if not numbers:
            return self._always
        self._found += len(numbers)
        self._searches += 1
        suspects = list(self._always)
        for number in numbers:
            for one in self._owners[number]:
                if one.seen_at != self._searches:
                    one.seen_at = self._searches
                    suspects.append(one)
        return suspects


def _by_witness(matchers: Iterable[Matcher], cost: Cost) -> tuple[list[Matcher], dict[bytes, list[Matcher]]]:
    """Return the rules that have no traces, and the others by the texts of their witnesses."""
    always: list[Matcher] = []
    owners: dict[bytes, list[Matcher]] = {}
    for matcher in matchers:
        traces = matcher.compiled.traces
        if traces is None:
            always.append(matcher)
            continue
        for literal in witness_of(traces, cost):
            owners.setdefault(literal, []).append(matcher)
    return always, owners

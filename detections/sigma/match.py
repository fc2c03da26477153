"""All rules against one event: route it, let one Hyperscan pass rule out most rules, ask the rest."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import hyperscan
import orjson

from detections.sigma.compile import Compiled
from detections.sigma.logsource import LogSource, Router
from detections.sigma.view import EventView

SMALL_PARTITION = 4
"""Below this many rules asking each is cheaper than a scan."""
MAX_PARTITIONS = 512

# These two letters become ASCII when lower-cased (U+0130, U+212A); Hyperscan's caseless ASCII search misses them.
_ODD_LETTERS = ("\u0130".encode(), "\u212a".encode())
# A writer may escape what need not be escaped ("\u0041", "\/"): the witness is then not in the bytes as they are.
_NEEDLESS_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\[u/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One rule, ready to be asked; `index` is its place in the rule set."""

    index: int
    logsource: LogSource
    compiled: Compiled


class MatchCounters:
    """How much work was saved; for tuning and for `--stats`."""

    __slots__ = ("asked", "events", "hits")

    def __init__(self) -> None:
        self.events = self.asked = self.hits = 0


class RuleMatcher:
    """A compiled rule set. Not for two threads at once: Hyperscan's scratch space belongs to one scan."""

    def __init__(self, matchers: Sequence[Matcher], router: Router) -> None:
        self._matchers = tuple(matchers)
        self._router = router
        self._partitions: dict[frozenset[LogSource], _Partition] = {}
        self.counters = MatchCounters()

    def match(self, body: bytes, view: EventView) -> tuple[int, ...]:
        """Return the indexes of the rules that match, in rising order. `view` shows the decoded `body`."""
        partition = self._partition(self._router.route(view))
        candidates = partition.candidates(body)
        found = [matcher.index for matcher in candidates if matcher.compiled.accepts(view)]
        self.counters.events += 1
        self.counters.asked += len(candidates)
        self.counters.hits += len(found)
        return tuple(sorted(found))

    def _partition(self, logsources: frozenset[LogSource]) -> "_Partition":
        partition = self._partitions.get(logsources)
        if partition is None:
            if len(self._partitions) >= MAX_PARTITIONS:
                self._partitions.clear()
            here = [m for m in self._matchers if any(source.covers(m.logsource) for source in logsources)]
            partition = self._partitions[logsources] = _Partition(here)
        return partition


class _Partition:
    """The rules that concern one kind of event, behind one literal search."""

    def __init__(self, matchers: Iterable[Matcher]) -> None:
        self._all = tuple(matchers)
        self._always = tuple(matcher for matcher in self._all if matcher.compiled.witness is None)
        self._by_literal: list[list[Matcher]] = []
        self._database = None
        if len(self._all) - len(self._always) > SMALL_PARTITION:
            self._database = self._compile()

    def _compile(self) -> hyperscan.Database:
        owners: dict[bytes, list[Matcher]] = {}
        for matcher in self._all:
            for literal in matcher.compiled.witness or ():
                owners.setdefault(literal, []).append(matcher)
        self._by_literal = list(owners.values())
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=list(owners),
            ids=list(range(len(owners))),
            elements=len(owners),
            flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH] * len(owners),
            literal=True,
        )
        return database

    def candidates(self, body: bytes) -> Sequence[Matcher]:
        """Return the rules that may match the event; every rule that does match is among them."""
        if self._database is None:
            return self._all
        if not body.isascii() and any(letter in body for letter in _ODD_LETTERS):
            return self._all
        if b"\\u" in body or b"\\/" in body:
            body = _canonical(body)
        hits: list[int] = []
        self._database.scan(body, match_event_handler=lambda literal, *_: hits.append(literal))
        if not hits:
            return self._always
        found = {id(matcher): matcher for hit in hits for matcher in self._by_literal[hit]}
        return (*self._always, *found.values())


def _canonical(body: bytes) -> bytes:
    """Return the body with nothing escaped that need not be."""
    return orjson.dumps(orjson.loads(body)) if _NEEDLESS_ESCAPE.search(body) else body


def decode(body: bytes) -> EventView | None:
    """Return the event's view; None for a `pipeline_error`, which is our own complaint and no event of the office."""
    fields: Mapping[str, Any] = orjson.loads(body)
    if fields.get("event.kind") == "pipeline_error":
        return None
    if " " in "".join(fields):
        # EVTX knows `Threat Name`; Sigma writes ThreatName.
        fields = {name.replace(" ", ""): value for name, value in fields.items()}
    return EventView(fields)

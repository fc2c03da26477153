"""All rules against one event: route it, let one Hyperscan pass rule out most rules, ask the rest."""

import pickle
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import hyperscan
import orjson

from detections.sigma.compiled_rule import Matcher
from detections.sigma.costs import shipped_cost
from detections.sigma.logsource import LogSource, Router
from detections.sigma.numbers import plain_code
from detections.sigma.partition import Partition
from detections.sigma.routes import Routes
from detections.sigma.view import USER_DATA, EventView, texts_of
from detections.sigma.witness import CODE_NAME

MAX_PARTITIONS = 512
UNREADABLE = (pickle.UnpicklingError, EOFError, LookupError, AttributeError, ImportError, TypeError, ValueError)
"""What a kept file that is not what it should be makes `pickle` raise."""
ANY_CODE = "*"
"""An event whose names for its code disagree: no rule is ruled out by it."""


class MatchCounters:
    """How much work was saved; for tuning and for `--stats`."""

    __slots__ = ("asked", "events", "hits")

    def __init__(self) -> None:
        self.events = self.asked = self.hits = 0


class PartitionKey(NamedTuple):
    """What decides which rules concern an event."""

    logsources: frozenset[LogSource]
    code: str | None
    """The event's code where a rule asks for it; None stands for every other code."""

    @property
    def name(self) -> str:
        """A file name: the same for the same key, and of no other."""
        sources = sorted(repr((one.product, one.category, one.service)) for one in self.logsources)
        return blake2b(repr((sources, self.code)).encode(), digest_size=16).hexdigest()


class PartitionStore(Protocol):
    """Keeps what partitions of one rule set were built to."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, content: bytes) -> None: ...


class RuleMatcher:
    """A compiled rule set. Not for two threads at once: Hyperscan's scratch space belongs to one scan."""

    def __init__(self, matchers: Sequence[Matcher], router: Router, store: PartitionStore | None = None) -> None:
        self._matchers = tuple(matchers)
        self._store = store
        self._router = router
        self._partitions: dict[PartitionKey, Partition] = {}
        self._code = router.field(CODE_NAME)
        self._routes = Routes(self.routing_names)
        # Only codes that a rule asks for make a partition of their own: codes come from events, so from anybody.
        self._codes = frozenset(code for one in self._matchers for code in one.compiled.event_codes or ())
        self._plain_codes = frozenset(code for code in self._codes if code.isdecimal())
        self.counters = MatchCounters()

    def match(self, body: bytes, view: EventView) -> tuple[int, ...]:
        """Return the indexes of the rules that match, in rising order. `view` shows the decoded `body`."""
        return self.match_in(self.partition_of(view), body, view)

    def match_in(self, partition: Partition, body: bytes, view: EventView) -> tuple[int, ...]:
        """Return what `match` does, for an event that the rules of this partition concern."""
        found = partition.find(body, view)
        self.counters.events += 1
        self.counters.asked += partition.asked
        self.counters.hits += len(found)
        return found

    @property
    def routing_names(self) -> frozenset[str]:
        """The names of all fields that decide which rules concern an event."""
        return self._router.names | frozenset(self._code.names)

    def partition_of(self, view: EventView) -> Partition:
        """Return the rules that concern an event like this."""
        known = self._routes.find(view.fields)
        if known is not None:
            return known
        key = PartitionKey(self._router.route(view), self._code_of(view))
        partition = self._partitions.get(key)
        if partition is None:
            if len(self._partitions) >= MAX_PARTITIONS:
                self._partitions.clear()
                self._routes.forget()
            partition = self._partitions[key] = self._new_partition(key)
        self._routes.learn(partition)
        return partition

    def _code_of(self, view: EventView) -> str | None:
        found = {text for name in self._code.names if name in view.fields for text in texts_of(view.fields[name])}
        if not found <= self._plain_codes:
            found = {plain_code(text) for text in found}
        if len(found) > 1:
            return ANY_CODE
        code = next(iter(found), None)
        return code if code in self._codes else None

    def _new_partition(self, key: PartitionKey) -> Partition:
        partition = self._kept_partition(key)
        if partition is None:
            here = [m for m in self._matchers if any(source.covers(m.logsource) for source in key.logsources)]
            possible = here if key.code == ANY_CODE else [m for m in here if _may_have_code(m, key.code)]
            partition = Partition.of(possible, cost=shipped_cost(key.code), store=self._store)
            self._keep(key, partition)
        partition.has_learnt = partial(self._keep, key, partition)
        return partition

    def _kept_partition(self, key: PartitionKey) -> Partition | None:
        kept = self._store.read(key.name) if self._store is not None else None
        if kept is None:
            return None
        try:
            return Partition.load(kept, self._matchers, store=self._store)
        except (hyperscan.error, *UNREADABLE):
            return None  # of another processor, or cut short: made anew, and kept in its place

    def _keep(self, key: PartitionKey, partition: "Partition") -> None:
        if self._store is not None:
            self._store.write(key.name, partition.dump(self._matchers))


def _may_have_code(matcher: Matcher, code: str | None) -> bool:
    return matcher.compiled.event_codes is None or code in matcher.compiled.event_codes


def decode(body: bytes) -> EventView | None:
    """Return the event's view; None for a `pipeline_error`, which is our own complaint and no event of the office."""
    fields: dict[str, Any] = orjson.loads(body)
    if fields.get("event.kind") == "pipeline_error":
        return None
    names = "\n".join(fields)
    if " " in names:
        fields = without_blanks(fields)
    if USER_DATA in names:
        fields = {**_unwrapped(fields), **fields}
    return EventView(fields)


def without_blanks(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields named as Sigma does: EVTX knows `Threat Name`, a rule writes ThreatName."""
    return {name.replace(" ", ""): value for name, value in fields.items()}


def _unwrapped(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return user data without the element it is wrapped in: LogFileCleared.SubjectUserName is SubjectUserName."""
    return {USER_DATA + name.rpartition(".")[2]: value for name, value in fields.items() if name.startswith(USER_DATA)}

"""All rules against one event: route it, let one Hyperscan pass rule out most rules, ask the rest."""

import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from typing import Any, NamedTuple, Protocol

import hyperscan
import orjson

from detections.sigma.compile import compile_tree
from detections.sigma.costs import shipped_cost
from detections.sigma.fields import FieldMap
from detections.sigma.literal_search import LiteralSearch
from detections.sigma.logsource import LogSource, Router
from detections.sigma.numbers import plain_code
from detections.sigma.predicates import Predicate
from detections.sigma.traces import Cost, Presence, Traces, compile_presence, witness_of
from detections.sigma.tree import Tree
from detections.sigma.view import USER_DATA, EventView, texts_of
from detections.sigma.witness import CODE_NAME, event_codes_of, traces_of

MAX_PARTITIONS = 512
UNREADABLE = (pickle.UnpicklingError, EOFError, LookupError, AttributeError, ImportError, TypeError, ValueError)
"""What a kept file that is not what it should be makes `pickle` raise."""
WATCHED_EVENTS = 1024
SAMPLE_EVERY = 16
MAX_FOUND = 1.0
"""Witnesses per event; with more of them than this it is worth to choose again."""
ANY_CODE = "*"
"""An event whose names for its code disagree: no rule is ruled out by it."""


class Compiled:
    """A rule's condition: what it accepts and what tells beforehand that it does not. Made of values, built when used.

    Of thousands of rules few are ever asked, so the rest is kept as it was saved.
    """

    __slots__ = ("_fields", "_packed", "_predicate", "_presence", "event_codes")

    def __init__(self, packed: bytes, event_codes: frozenset[str] | None, fields: FieldMap) -> None:
        self._packed, self._fields = packed, fields
        self.event_codes = event_codes
        """The event codes (EventID) of which every accepted event has one; None: any."""
        self._predicate: Predicate | None = None
        self._presence: Presence | None = None

    def __reduce__(self) -> tuple[type["Compiled"], tuple[bytes, frozenset[str] | None, FieldMap]]:
        return Compiled, (self._packed, self.event_codes, self._fields)

    def _unpacked(self) -> tuple[Tree, Traces | None]:
        tree, traces = pickle.loads(self._packed)  # noqa: S301  packed by `compile_rule`, kept where only we write
        return tree, traces

    @property
    def traces(self) -> Traces | None:
        """What stands in every event it accepts; None: it has to be asked every time."""
        return self._unpacked()[1]

    @property
    def predicate(self) -> Predicate:
        if self._predicate is None:
            self._predicate = compile_tree(self._unpacked()[0], self._fields)
        return self._predicate

    def accepts(self, view: EventView) -> bool:
        return self.predicate.accepts(view)

    @property
    def presence(self) -> Presence:
        """Whether the traces may be in an event's bytes in lower case."""
        if self._presence is None:
            traces = self.traces
            self._presence = (compile_presence(traces, shipped_cost(None)) if traces is not None else None) or _always
        return self._presence


def _always(lowered: bytes) -> bool:
    return True


def compile_rule(tree: Tree, fields: FieldMap) -> Compiled:
    packed = pickle.dumps((tree, traces_of(tree, fields)), protocol=pickle.HIGHEST_PROTOCOL)
    return Compiled(packed, event_codes_of(tree, fields), fields)


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
        # Only codes that a rule asks for make a partition of their own: codes come from events, so from anybody.
        self._codes = frozenset(code for one in self._matchers for code in one.compiled.event_codes or ())
        self._plain_codes = frozenset(code for code in self._codes if code.isdecimal())
        self.counters = MatchCounters()

    def match(self, body: bytes, view: EventView) -> tuple[int, ...]:
        """Return the indexes of the rules that match, in rising order. `view` shows the decoded `body`."""
        return self.ask(self.partition_of(view).suspects(body), view)

    def ask(self, suspects: Sequence[Matcher], view: EventView) -> tuple[int, ...]:
        """Return the indexes of those suspects that match, in rising order."""
        found = [matcher.index for matcher in suspects if matcher.compiled.accepts(view)]
        self.counters.events += 1
        self.counters.asked += len(suspects)
        self.counters.hits += len(found)
        return tuple(sorted(found))

    @property
    def routing_names(self) -> frozenset[str]:
        """The names of all fields that decide which rules concern an event."""
        return self._router.names | frozenset(self._code.names)

    def partition_of(self, view: EventView) -> "Partition":
        """Return the rules that concern an event like this."""
        key = PartitionKey(self._router.route(view), self._code_of(view))
        partition = self._partitions.get(key)
        if partition is None:
            if len(self._partitions) >= MAX_PARTITIONS:
                self._partitions.clear()
            partition = self._partitions[key] = self._new_partition(key)
        return partition

    def _code_of(self, view: EventView) -> str | None:
        found = {text for name in self._code.names if name in view.fields for text in texts_of(view.fields[name])}
        if not found <= self._plain_codes:
            found = {plain_code(text) for text in found}
        if len(found) > 1:
            return ANY_CODE
        code = next(iter(found), None)
        return code if code in self._codes else None

    def _new_partition(self, key: PartitionKey) -> "Partition":
        partition = self._kept_partition(key)
        if partition is None:
            here = [m for m in self._matchers if any(source.covers(m.logsource) for source in key.logsources)]
            possible = here if key.code == ANY_CODE else [m for m in here if _may_have_code(m, key.code)]
            partition = Partition.of(possible, cost=shipped_cost(key.code))
            self._keep(key, partition)
        partition.has_learnt = partial(self._keep, key, partition)
        return partition

    def _kept_partition(self, key: PartitionKey) -> "Partition | None":
        kept = self._store.read(key.name) if self._store is not None else None
        if kept is None:
            return None
        try:
            return Partition.load(kept, self._matchers)
        except (hyperscan.error, *UNREADABLE):
            return None  # of another processor, or cut short: made anew, and kept in its place

    def _keep(self, key: PartitionKey, partition: "Partition") -> None:
        if self._store is not None:
            self._store.write(key.name, partition.dump(self._matchers))


def _may_have_code(matcher: Matcher, code: str | None) -> bool:
    return matcher.compiled.event_codes is None or code in matcher.compiled.event_codes


class Partition:
    """The rules that concern one kind of event, behind one search for their witnesses.

    Its first events show which texts are common here: an office's programs are in no table. Where too many witnesses
    are found, they are chosen again by the share of these events in which they stand.
    """

    def __init__(
        self, always: Sequence[Matcher], owners: Sequence[Sequence[Matcher]], search: LiteralSearch | None
    ) -> None:
        self._always = tuple(always)
        self._owners = owners
        """Whose witness each text of the search is."""
        self._search = search
        found = {id(matcher): matcher for matchers in (self._always, *owners) for matcher in matchers}
        self._all = tuple(found.values())
        self._is_watching = True
        self._seen = self._found = 0
        self._sample: list[bytes] = []
        self.has_learnt: Callable[[], None] | None = None
        """Called when witnesses were chosen again."""

    @classmethod
    def of(cls, matchers: Iterable[Matcher], *, cost: Cost) -> "Partition":
        always, owners = _by_witness(matchers, cost)
        return cls(always, list(owners.values()), LiteralSearch(list(owners)) if owners else None)

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
            share = sum(text in body for body in sample) / len(sample)
            return share or min(guess(text), 1 / len(sample))

        always, owners = _by_witness(self._all, cost)
        self._always, self._owners = tuple(always), list(owners.values())
        self._search = LiteralSearch(list(owners)) if owners else None
        if self.has_learnt is not None:
            self.has_learnt()

    def dump(self, matchers: Sequence[Matcher]) -> bytes:
        """Return the partition with its rules named by their places among `matchers`."""
        places = {id(matcher): place for place, matcher in enumerate(matchers)}
        always = [places[id(matcher)] for matcher in self._always]
        owners = [[places[id(matcher)] for matcher in some] for some in self._owners]
        search = None if self._search is None else self._search.dump()
        return pickle.dumps((always, owners, search, self._is_watching), protocol=pickle.HIGHEST_PROTOCOL)

    @classmethod
    def load(cls, kept: bytes, matchers: Sequence[Matcher]) -> "Partition":
        """Raises: one of UNREADABLE, hyperscan.error."""
        always, owners, saved, is_watching = pickle.loads(kept)  # noqa: S301  `dump` wrote it, where only we write
        search = None if saved is None else LiteralSearch.load(saved, count=len(owners))
        partition = cls([matchers[n] for n in always], [[matchers[n] for n in some] for some in owners], search)
        # What was chosen by this office's events is kept for as long as the rules are.
        partition._is_watching = is_watching
        return partition

    def suspects(self, body: bytes) -> Sequence[Matcher]:
        """Return the rules that may match an event; every rule that does match is among them.

        `body` is the event, or the line of JSON it is read from.
        """
        if self._is_watching:
            self._watch(body)
        if self._search is None:
            return self._all
        found = self._search.find(body)
        if not found:
            return self._all if found is None else self._always
        self._found += len(found)
        owners = self._owners
        waiting = {id(matcher): matcher for number in found for matcher in owners[number]}
        lowered = self._search.searched.lower()
        plausible = [matcher for matcher in waiting.values() if matcher.compiled.presence(lowered)]
        return (*self._always, *plausible) if plausible else self._always


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

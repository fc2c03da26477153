"""All rules against one event: route it, let one Hyperscan pass rule out most rules, ask the rest."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import hyperscan
import orjson

from detections.sigma.compile import CODE_NAME, Compiled, as_number
from detections.sigma.logsource import LogSource, Router
from detections.sigma.view import EventView, texts_of

SMALL_PARTITION = 4
"""Below this many rules asking each is cheaper than a scan."""
MAX_PARTITIONS = 512
USER_DATA = "winlog.user_data."
ANY_CODE = "*"
"""An event whose names for its code disagree: no rule is ruled out by it."""

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
        self._partitions: dict[tuple[frozenset[LogSource], str | None], _Partition] = {}
        self._code = router.field(CODE_NAME)
        # Only codes that a rule asks for make a partition of their own: codes come from events, so from anybody.
        self._codes = frozenset(code for one in self._matchers for code in one.compiled.event_codes or ())
        self._plain_codes = frozenset(code for code in self._codes if code.isdecimal())
        self.counters = MatchCounters()

    def match(self, body: bytes, view: EventView) -> tuple[int, ...]:
        """Return the indexes of the rules that match, in rising order. `view` shows the decoded `body`."""
        partition = self._partition(self._router.route(view), self._code_of(view))
        candidates = partition.candidates(body)
        found = [matcher.index for matcher in candidates if matcher.compiled.accepts(view)]
        self.counters.events += 1
        self.counters.asked += len(candidates)
        self.counters.hits += len(found)
        return tuple(sorted(found))

    def _code_of(self, view: EventView) -> str | None:
        """Return the event's code where a rule asks for it; None stands for every other code."""
        found = {text for name in self._code.names if name in view.fields for text in texts_of(view.fields[name])}
        if not found <= self._plain_codes:
            found = {_plain_code(text) for text in found}
        if len(found) > 1:
            return ANY_CODE
        code = next(iter(found), None)
        return code if code in self._codes else None

    def _partition(self, logsources: frozenset[LogSource], code: str | None) -> "_Partition":
        partition = self._partitions.get((logsources, code))
        if partition is None:
            if len(self._partitions) >= MAX_PARTITIONS:
                self._partitions.clear()
            here = [m for m in self._matchers if any(source.covers(m.logsource) for source in logsources)]
            possible = here if code == ANY_CODE else [m for m in here if _may_have_code(m, code)]
            partition = self._partitions[logsources, code] = _Partition(possible)
        return partition


def _plain_code(text: str) -> str:
    """Return a code as rules write it: 4688.0 and 4688 are one number, letters are compared without case."""
    number = as_number(text)
    return str(int(number)) if number is not None and number.is_integer() else text.lower()


def _may_have_code(matcher: Matcher, code: str | None) -> bool:
    return matcher.compiled.event_codes is None or code in matcher.compiled.event_codes


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
    names = "\n".join(fields)
    if " " in names:
        # EVTX knows `Threat Name`; Sigma writes ThreatName.
        fields = {name.replace(" ", ""): value for name, value in fields.items()}
    if USER_DATA in names:
        fields = {**_unwrapped(fields), **fields}
    return EventView(fields)


def _unwrapped(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return user data without the element it is wrapped in: LogFileCleared.SubjectUserName is SubjectUserName."""
    return {USER_DATA + name.rpartition(".")[2]: value for name, value in fields.items() if name.startswith(USER_DATA)}

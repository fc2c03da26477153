"""A rule ready to be asked: what it accepts, and what tells beforehand that it does not."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass

from detections.sigma.compile import compile_tree
from detections.sigma.fields import FieldMap
from detections.sigma.logsource import LogSource
from detections.sigma.predicates import Predicate
from detections.sigma.regex import SearchStore
from detections.sigma.traces import Traces
from detections.sigma.tree import Tree
from detections.sigma.view import EventView
from detections.sigma.witness import event_codes_of, traces_of

CompiledParts = tuple[bytes, bytes, frozenset[str] | None]
"""A compiled rule without the table of fields, which all rules share."""


class Compiled:
    """A rule's condition: what it accepts and what tells beforehand that it does not. Made of values, built when used.

    Of thousands of rules few are ever asked, so the rest is kept as it was saved.
    """

    __slots__ = ("_fields", "_packed_traces", "_packed_tree", "_predicate", "event_codes")

    def __init__(self, tree: bytes, traces: bytes, event_codes: frozenset[str] | None, fields: FieldMap) -> None:
        self._packed_tree, self._packed_traces, self._fields = tree, traces, fields
        self.event_codes = event_codes
        """The event codes (EventID) of which every accepted event has one; None: any."""
        self._predicate: Predicate | None = None

    def __reduce__(self) -> tuple[type["Compiled"], tuple[bytes, bytes, frozenset[str] | None, FieldMap]]:
        return Compiled, (self._packed_tree, self._packed_traces, self.event_codes, self._fields)

    @property
    def parts(self) -> CompiledParts:
        """What `of_parts` makes the same of, in another process too."""
        return self._packed_tree, self._packed_traces, self.event_codes

    @classmethod
    def of_parts(cls, parts: CompiledParts, fields: FieldMap) -> "Compiled":
        return cls(*parts, fields)

    @property
    def traces(self) -> Traces | None:
        """What stands in every event it accepts; None: it has to be asked every time."""
        traces: Traces | None = pickle.loads(self._packed_traces)  # noqa: S301  packed below, kept where only we write
        return traces

    def predicate(self, store: SearchStore | None = None) -> Predicate:
        """Return the condition as a test; `store` keeps what its regular expressions compile to."""
        if self._predicate is None:
            tree: Tree = pickle.loads(self._packed_tree)  # noqa: S301  the same
            self._predicate = compile_tree(tree, self._fields, store)
        return self._predicate

    def accepts(self, view: EventView) -> bool:
        return self.predicate().accepts(view)


def compile_rule(tree: Tree, fields: FieldMap) -> Compiled:
    return Compiled(_packed(tree), _packed(traces_of(tree, fields)), event_codes_of(tree, fields), fields)


def _packed(value: Tree | Traces | None) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One rule, ready to be asked; `index` is its place in the rule set."""

    index: int
    logsource: LogSource
    compiled: Compiled

    def __reduce__(self) -> tuple[Callable[[int, LogSource, Compiled], "Matcher"], tuple[int, LogSource, Compiled]]:
        # Thousands are read at each start; a dataclass with slots is slow to make from its state.
        return _matcher, (self.index, self.logsource, self.compiled)


def _matcher(index: int, logsource: LogSource, compiled: Compiled) -> Matcher:
    return Matcher(index=index, logsource=logsource, compiled=compiled)

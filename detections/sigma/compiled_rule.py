"""A rule ready to be asked: what it accepts, and what tells beforehand that it does not."""

import pickle
from dataclasses import dataclass

from detections.sigma.compile import compile_tree
from detections.sigma.fields import FieldMap
from detections.sigma.logsource import LogSource
from detections.sigma.predicates import Predicate
from detections.sigma.traces import Traces
from detections.sigma.tree import Tree
from detections.sigma.view import EventView
from detections.sigma.witness import event_codes_of, traces_of


class Compiled:
    """A rule's condition: what it accepts and what tells beforehand that it does not. Made of values, built when used.

    Of thousands of rules few are ever asked, so the rest is kept as it was saved.
    """

    __slots__ = ("_fields", "_packed", "_predicate", "event_codes")

    def __init__(self, packed: bytes, event_codes: frozenset[str] | None, fields: FieldMap) -> None:
        self._packed, self._fields = packed, fields
        self.event_codes = event_codes
        """The event codes (EventID) of which every accepted event has one; None: any."""
        self._predicate: Predicate | None = None

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


def compile_rule(tree: Tree, fields: FieldMap) -> Compiled:
    packed = pickle.dumps((tree, traces_of(tree, fields)), protocol=pickle.HIGHEST_PROTOCOL)
    return Compiled(packed, event_codes_of(tree, fields), fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One rule, ready to be asked; `index` is its place in the rule set."""

    index: int
    logsource: LogSource
    compiled: Compiled

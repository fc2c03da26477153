"""What an event store is asked before a rule is: a query that finds every event the rule can match, and few others.

The store finds candidates and the engine judges them, so case, wildcards and the ways a store cuts its words decide
nothing. The query holds no field names: a rule's field may stand in an event under many. It is written by pySigma's
Elasticsearch backend, in the language that both stores read (`EventReader.search`).
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
from sigma.conditions import ConditionAND, ConditionItem, ConditionOR, ConditionValueExpression
from sigma.conversion.state import ConversionState
from sigma.types import SigmaString

from detections.sigma.compiled_rule import Matcher
from detections.sigma.logsource import LogSource, Row, shipped_rows
from detections.sigma.ruleset import RuleSet
from detections.sigma.traces import All, Any, Traces

EVERYTHING: Final = "*"
CUT: Final = "_exists_:tanggap.terpotong"
"""Events of which the store could not index everything: they are always candidates."""
MAX_CHARACTERS: Final = 4_000
MAX_ALTERNATIVES: Final = 40
"""Of one rule; with more the store would look longer than the engine."""
MAX_PARTS: Final = 2
"""Things looked for together: the rarest say nearly all."""
MIN_LETTERS: Final = 3

_WORD: Final = re.compile(r"[^\W_]+")
_REWRITTEN: Final = re.compile(r"[0-9eE.+\-]*|[0-9tTzZ:.+\-]*|[0-9a-fA-F:.]*")
"""What stores bring to one form: numbers, times and addresses. Such a text may stand in the event in another way."""

Node = ConditionItem | ConditionValueExpression


def store_query(rules: RuleSet) -> str:
    """Return the query for the events that any of the rules can match; `*` where they cannot be told apart."""
    nodes = [_node_of(matcher) for matcher in rules.matchers]
    known = [node for node in nodes if node is not None]
    if not known or len(known) != len(nodes):
        return EVERYTHING
    written = str(LuceneBackend().convert_condition(_joined(ConditionOR, known), ConversionState()))
    return f"({written}) OR {CUT}" if len(written) <= MAX_CHARACTERS else EVERYTHING


def _node_of(matcher: Matcher) -> Node | None:
    parts = (_of_logsource(matcher.logsource), _of_traces(matcher.compiled.traces), _of_codes(matcher))
    known = [part for part in parts if part is not None]
    return _joined(ConditionAND, known) if known else None


def _joined(kind: type[ConditionAND] | type[ConditionOR], nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else kind(list(nodes))


def _any_of(nodes: Iterable[Node | None]) -> Node | None:
    """Return what is there where any holds; None where one is not known, or where there are too many."""
    found: list[Node] = []
    for node in nodes:
        if node is None:
            return None
        found.append(node)
    return _joined(ConditionOR, found) if 0 < len(found) <= MAX_ALTERNATIVES else None


# --- the condition ---------------------------------------------------------------------------------------------------


def _of_traces(traces: Traces | None) -> Node | None:
    match traces:
        case bytes():
            return _of_text(json.loads(b'"' + traces + b'"'))
        case All(parts):
            known = [node for part in parts if (node := _of_traces(part)) is not None]
            chosen = sorted(known, key=_breadth)[:MAX_PARTS]
            return _joined(ConditionAND, chosen) if chosen else None
        case Any(parts):
            return _any_of(map(_of_traces, parts)) if len(parts) <= MAX_ALTERNATIVES else None
        case None:
            return None


def _breadth(node: Node) -> tuple[int, int]:
    """Order by what a node costs to look for: few alternatives first, then long texts."""
    if isinstance(node, ConditionValueExpression):
        return 1, -len(str(node.value))
    breadths = [_breadth(part) for part in node.args if isinstance(part, ConditionItem | ConditionValueExpression)]
    return sum(count for count, _ in breadths), max(length for _, length in breadths)


def _of_text(text: str) -> Node | None:
    """Return what finds every value that holds the text.

    Words that are whole in the text are whole in the value too. Its first and last may be parts of longer ones, so
    they serve only where there is no whole one.
    """
    if _REWRITTEN.fullmatch(text):
        return None
    pieces = list(_WORD.finditer(text))
    whole = [piece for piece in pieces if piece.start() > 0 and piece.end() < len(text)]
    phrase = max(_runs(whole), key=lambda words: sum(map(len, words)), default=())
    if sum(map(len, phrase)) >= MIN_LETTERS:
        return _words(phrase)
    part = max((piece[0] for piece in pieces if piece[0].isascii()), key=len, default="")
    return _value(part) if len(part) >= MIN_LETTERS and not _REWRITTEN.fullmatch(part) else None


def _runs(whole: Sequence[re.Match[str]]) -> list[tuple[str, ...]]:
    """Return the runs of words that stand side by side; a word that stores may rewrite ends one."""
    runs: list[tuple[str, ...]] = [()]
    for piece in whole:
        if piece[0].isascii() and not _REWRITTEN.fullmatch(piece[0]):
            runs[-1] += (piece[0],)
        else:
            runs.append(())
    return [run for run in runs if run]


def _words(words: Iterable[str]) -> Node:
    """Return what finds the words one after another: blanks at both ends make the first and the last whole."""
    return _value(f" {' '.join(words)} ")


def _value(text: str) -> Node:
    plain = "".join(f"\\{letter}" if letter in "\\*?" else letter for letter in text)
    return ConditionValueExpression(SigmaString(plain))


# --- the logsource ---------------------------------------------------------------------------------------------------


def _of_codes(matcher: Matcher) -> Node | None:
    codes = matcher.compiled.event_codes
    if codes is None or not all(code.isascii() and code.isalnum() for code in codes):
        return None
    return _any_of(_words((code,)) for code in sorted(codes))


def _of_logsource(wanted: LogSource) -> Node | None:
    """Return what finds the events of a logsource: by the table, or by the names that they bear themselves."""
    rows = [row for row in shipped_rows() if row.gives.covers(wanted)]
    own = [_phrase(name) for name in (wanted.product, wanted.category, wanted.service) if name]
    itself = _joined(ConditionAND, [node for node in own if node is not None]) if all(own) and own else None
    return _any_of([*map(_of_row, rows), itself]) if rows else None


def _of_row(row: Row) -> Node | None:
    known = [node for _, values in row.when if (node := _any_of(map(_phrase, values))) is not None]
    return _joined(ConditionAND, known) if known else None


def _phrase(value: str) -> Node | None:
    """Return what finds a value with a wildcard at one end at most, as the table writes it."""
    words = _WORD.findall(value.strip("*"))
    if not words or not all(word.isascii() for word in words):
        return None
    begin, end = ("" if value.startswith("*") else " "), ("" if value.endswith("*") else " ")
    return _value(f"{begin}{' '.join(words)}{end}")

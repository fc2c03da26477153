"""Bodies of Elasticsearch's bulk API: lines of an action and, for most, of its document."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson

STORING: Final = frozenset({"index", "create"})
BODYLESS: Final = "delete"
ACTIONS: Final = STORING | {"update", BODYLESS}


class MalformedBulkError(Exception):
    """A body that is no bulk request; `line` counts from 1 without blank ones."""

    def __init__(self, *, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


class BulkItem(NamedTuple):
    """One action with its document."""

    action: str
    target: str
    """The index that is named; not `index`, which every tuple has."""
    id: str | None
    document: bytes
    """As sent; empty for a deletion."""


def read_bulk(body: bytes, *, index: str | None) -> list[BulkItem]:
    """Return the actions in order; `index` is for those that name none.

    rsyslog's omelasticsearch puts blank lines between the pairs. Raises: MalformedBulkError, and then nothing counts.
    """
    lines = enumerate((line for line in body.split(b"\n") if line and not line.isspace()), start=1)
    return [_item(number, line, lines, index) for number, line in lines]


def _item(number: int, line: bytes, lines: Iterator[tuple[int, bytes]], index: str | None) -> BulkItem:
    action, said = _action(number, line)
    named = said.get("_index", index)
    if not isinstance(named, str) or not named:
        raise MalformedBulkError(line=number, reason="index is missing")
    given = said.get("_id")
    if action == BODYLESS:
        return BulkItem(action, named, _text(given), b"")
    _, document = next(lines, (0, None))
    if document is None:
        raise MalformedBulkError(line=number, reason="the action has no document")
    return BulkItem(action, named, _text(given), document)


def _action(number: int, line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        said = orjson.loads(line)
    except ValueError as error:
        raise MalformedBulkError(line=number, reason="the action is not JSON") from error
    match said:
        case dict() if len(said) == 1:
            ((action, facts),) = said.items()
            if action in ACTIONS and isinstance(facts, dict):
                return action, facts
    raise MalformedBulkError(line=number, reason="expected index, create, update or delete")


def _text(given: object) -> str | None:
    return None if given is None or given == "" else str(given)

"""Bodies of Elasticsearch's bulk API: lines of an action and, for most, of its document."""

from typing import Any, Final, NamedTuple

import orjson

STORING: Final = frozenset({"index", "create"})
BODYLESS: Final = "delete"
ACTIONS: Final = STORING | {"update", BODYLESS}
_REMEMBERED: Final = 64
"""Actions of one shipment; with ids each is another one."""


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
    lines = iter([line for line in body.split(b"\n") if line and not line.isspace()])
    known: dict[bytes, _Action] = {}
    items: list[BulkItem] = []
    number = 0
    for line in lines:
        number += 1
        # Most shippers write one action above every document of a shipment.
        action = known.get(line)
        if action is None:
            action = _action(number, line, index)
            if len(known) < _REMEMBERED:
                known[line] = action
        name, target, given = action
        if name == BODYLESS:
            items.append(BulkItem(name, target, given, b""))
            continue
        document = next(lines, None)
        if document is None:
            raise MalformedBulkError(line=number, reason="the action has no document")
        number += 1
        items.append(BulkItem(name, target, given, document))
    return items


class _Action(NamedTuple):
    name: str
    target: str
    id: str | None


def _action(number: int, line: bytes, index: str | None) -> _Action:
    name, said = _named(number, line)
    target = said.get("_index", index)
    if not isinstance(target, str) or not target:
        raise MalformedBulkError(line=number, reason="index is missing")
    return _Action(name, target, _text(said.get("_id")))


def _named(number: int, line: bytes) -> tuple[str, dict[str, Any]]:
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

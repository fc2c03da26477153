"""Answers of the bulk API, joined of bytes: of a hundred items ninety-nine differ in nothing but their ids."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

from api.shippers.filtering import filtered
from ingest.sources.bulk import STORING, BulkItem

REJECTED: Final = "document_parsing_exception"
UNSUPPORTED: Final = "illegal_argument_exception"


class Answered(NamedTuple):
    """One item with what its sender is told."""

    item: BulkItem
    id: str
    refusal: str | None
    """Why it is not an event; None: it is stored."""


def bulk_answer(items: Sequence[Answered], *, took_ms: int, filter_path: str) -> bytes:
    """Return the body of the answer; `filter_path` names the parts that are wanted, empty: all."""
    head = {"errors": any(one.refusal is not None for one in items), "took": took_ms}
    parts = [orjson.dumps(filtered(head, filter_path))[1:-1]]
    written = _Items(filter_path)
    told = [text for one in items if (text := written.write(one))]
    if told:
        parts.append(b'"items":[%b]' % b",".join(told))
    return b"{%b}" % b",".join([part for part in parts if part])


class _Items:
    """Writes items; what is the same for many is written once."""

    def __init__(self, filter_path: str) -> None:
        self._filter_path = filter_path
        self._around: dict[tuple[str, str], tuple[bytes, bytes | None]] = {}
        """By action and index: what stands before and after the id of a stored item; None: it is not asked for."""

    def write(self, one: Answered) -> bytes:
        """Return the item; empty: nothing of it is wanted."""
        item = one.item
        if one.refusal is not None:
            return self._filtered(item.action, _refused(one))
        known = self._around.get((item.action, item.target))
        if known is None:
            known = self._around[item.action, item.target] = self._around_id(item)
        before, after = known
        return before if after is None else b"%b%b%b" % (before, orjson.dumps(one.id), after)

    def _around_id(self, item: BulkItem) -> tuple[bytes, bytes | None]:
        mark = "\x00"
        written = self._filtered(item.action, {"_index": item.target, "_id": mark, **stored_facts()})
        before, found, after = written.partition(b'"_id":' + orjson.dumps(mark))
        return (before + b'"_id":', after) if found else (written, None)

    def _filtered(self, action: str, facts: dict[str, Any]) -> bytes:
        kept = filtered({"items": [{action: facts}]}, self._filter_path)
        return orjson.dumps(kept["items"][0]) if kept else b""


def _refused(one: Answered) -> dict[str, Any]:
    kind = REJECTED if one.item.action in STORING else UNSUPPORTED
    return {
        "_index": one.item.target,
        "_id": one.id,
        "status": 400,
        "error": {"type": kind, "reason": one.refusal},
    }


def stored_facts() -> dict[str, Any]:
    return {
        "_version": 1,
        "result": "created",
        "_shards": {"total": 1, "successful": 1, "failed": 0},
        "_seq_no": 0,
        "_primary_term": 1,
        "status": 201,
    }


def item_facts(one: Answered) -> dict[str, Any]:
    """Return what a sender is told of a document that came by itself and is stored."""
    return {"_index": one.item.target, "_id": one.id, **stored_facts()}

"""Rule collections: several documents of one file that share text (`action: global`, `repeat`, `reset`).

As pySigma reads them (`SigmaCollection.from_dicts`): a global document is merged into each rule after it and wins where
both say something, `repeat` is the previous rule with changes, `reset` ends the global one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from sigma.collection import deep_dict_update

from detections.sigma.problems import RuleProblem
from detections.sigma.yaml_reader import MAX_NODES, Document

MAX_MERGED_NODES = 10 * MAX_NODES
"""A large global document before a thousand small ones would otherwise multiply what the reader has bounded."""
_NO_RULE = ("correlation", "filter")
_ACTIONS = ("global", "repeat", "reset")


def merged(documents: Sequence[Document], file: str) -> Iterator[Document | RuleProblem]:
    """Yield the rules that the documents stand for; a file without `action:` comes back as it is.

    A global or repeated `id` belongs to several rules: the first keeps it, each further one gets an id derived from it
    and its place, which is the same at every load.
    """
    if not any("action" in document.content for document in documents):
        yield from documents
        return
    collection = _Collection()
    for document in documents:
        yield from collection.take(document, file)
    yield from collection.unused(file)


class _Collection:
    def __init__(self) -> None:
        self._global: dict[str, Any] = {}
        self._previous: dict[str, Any] = {}
        self._ids: dict[str, int] = {}
        self._nodes = 0
        self._waiting: Document | None = None
        """A global document that no rule has taken up yet."""

    def unused(self, file: str) -> Iterator[RuleProblem]:
        if self._waiting is not None:
            line = self._waiting.line_of("action")
            yield RuleProblem(file=file, line=line, reason="tidak ada aturan sesudah `action: global` ini")

    def take(self, document: Document, file: str) -> Iterator[Document | RuleProblem]:
        content = dict(document.content)
        match content.pop("action", None):
            case None if any(key in content for key in _NO_RULE):
                yield document
            case None:
                self._waiting = None
                yield self._rule(document, _copy(content), self._global, file)
            case "global":
                yield from self.unused(file)
                self._global = self._previous = content
                self._waiting = document
            case "reset":
                self._global = {}
            case "repeat":
                self._waiting = None
                yield self._rule(document, _copy(self._previous), content, file)
            case other:
                reason = f"`action: {str(other)[:40]}` tidak dikenal; tulis salah satu dari {', '.join(_ACTIONS)}"
                yield RuleProblem(file=file, line=document.line_of("action"), reason=reason)

    def _rule(
        self, document: Document, base: dict[str, Any], over: dict[str, Any], file: str
    ) -> Document | RuleProblem:
        self._nodes += _nodes(base) + _nodes(over)
        if self._nodes > MAX_MERGED_NODES:
            reason = f"kumpulan aturan menjadi lebih dari {MAX_MERGED_NODES} simpul setelah digabung; pecah berkasnya"
            return RuleProblem(file=file, line=document.line, reason=reason)
        try:
            content = deep_dict_update(base, _copy(over))
        except (TypeError, AttributeError):
            reason = (
                "dokumen ini dan `action: global` memberi bentuk berbeda (peta dan bukan peta) pada kunci yang sama"
            )
            return RuleProblem(file=file, line=document.line, reason=reason)
        self._previous = content
        return replace(document, content=self._with_own_id(content))

    def _with_own_id(self, content: dict[str, Any]) -> Mapping[str, Any]:
        stated = str(content.get("id"))
        seen = self._ids.get(stated, 0)
        self._ids[stated] = seen + 1
        if "id" not in content or not seen:
            return content
        try:
            return {**content, "id": str(uuid5(UUID(stated), str(seen)))}
        except ValueError:
            return content  # no UUID: the parser says so


def _copy(tree: Any) -> Any:  # noqa: ANN401  a YAML tree
    if isinstance(tree, dict):
        return {name: _copy(value) for name, value in tree.items()}
    return [_copy(value) for value in tree] if isinstance(tree, list) else tree


def _nodes(tree: object) -> int:
    if isinstance(tree, dict):
        return 1 + sum(map(_nodes, tree.values()))
    return 1 + sum(map(_nodes, tree)) if isinstance(tree, list) else 1

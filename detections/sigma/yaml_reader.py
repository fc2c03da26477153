"""Rule files as text become plain documents with line numbers; hostile YAML is refused before it is built."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_FILE_BYTES = 1024 * 1024
MAX_NODES = 20_000
"""SigmaHQ's largest rule has about 1,500 nodes."""
MAX_DEPTH = 20


class RuleTextError(Exception):
    """A rule file that cannot be read as YAML; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML document of a rule file."""

    content: Mapping[str, Any]
    line: int
    """Where it begins, from 1."""
    key_lines: Mapping[str, int]
    """Line of each key of the first two levels: `level`, `detection`, `detection.condition`."""

    def line_of(self, *keys: str) -> int:
        """Return the line of the first of these keys that is there, else where the document begins."""
        return next((self.key_lines[key] for key in keys if key in self.key_lines), self.line)


def read_documents(text: str) -> tuple[Document, ...]:
    """Return the documents of a rule file, empty ones left out.

    Raises: RuleTextError for broken YAML, duplicate keys, aliases and files beyond the limits of this module.
    """
    if len(text.encode(errors="replace")) > MAX_FILE_BYTES:
        raise RuleTextError(line=1, reason=f"berkas lebih dari {MAX_FILE_BYTES} bita; pecah menjadi beberapa berkas")
    try:
        _refuse_hostile_shape(text)
        return tuple(_documents(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RuleTextError(
            line=mark.line + 1 if mark else 1, reason=f"YAML tidak dapat dibaca: {error.problem}"
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        # ValueError: YAML's own constructors, for a date such as 2026-13-45.
        raise RuleTextError(line=1, reason=f"YAML tidak dapat dibaca: {error}") from error


def _refuse_hostile_shape(text: str) -> None:
    """Look at the flat stream of parse events first: building the tree recurses, and aliases multiply it."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise RuleTextError(line=line, reason="alias YAML (*nama) tidak didukung; tulis nilainya langsung")
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RuleTextError(line=line, reason=f"YAML bersarang lebih dari {MAX_DEPTH} tingkat")
        if nodes > MAX_NODES:
            raise RuleTextError(line=line, reason=f"lebih dari {MAX_NODES} simpul YAML dalam satu berkas")


def _documents(text: str) -> Iterator[Document]:
    loader = yaml.CSafeLoader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is None or (isinstance(node, yaml.ScalarNode) and node.value == ""):
                continue  # a trailing `---`
            yield _document(loader, node)
    finally:
        loader.dispose()


def _document(loader: yaml.CSafeLoader, node: yaml.Node) -> Document:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise RuleTextError(line=line, reason="isi berkas harus berupa peta (`title:`, `logsource:`, `detection:`)")
    _refuse_duplicate_keys(node)
    content = loader.construct_document(node)
    return Document(content=content, line=line, key_lines=dict(_key_lines(node)))


def _refuse_duplicate_keys(root: yaml.Node) -> None:
    """YAML keeps the last of two equal keys without a word, and with it half of a selection."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if str(key.value) in seen:
                    reason = f"kunci `{key.value}` ditulis dua kali; gabungkan nilainya dalam satu daftar"
                    raise RuleTextError(line=key.start_mark.line + 1, reason=reason)
                seen.add(str(key.value))
                waiting.append(value)


def _key_lines(node: yaml.MappingNode) -> Iterator[tuple[str, int]]:
    for key, value in node.value:
        yield str(key.value), key.start_mark.line + 1
        if isinstance(value, yaml.MappingNode):
            for inner, _ in value.value:
                yield f"{key.value}.{inner.value}", inner.start_mark.line + 1

"""Rule files as text become plain documents with line numbers; hostile YAML is refused before it is built."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

MAX_FILE_BYTES = 1024 * 1024
MAX_NODES = 20_000
"""SigmaHQ's largest rule has about 1,500 nodes."""
MAX_DEPTH = 20
_TAG = "tag:yaml.org,2002:"
_IMPLICIT = yaml.CSafeLoader.yaml_implicit_resolvers
"""What a plain text may be instead of a text, by its first character."""


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
        loader = yaml.CSafeLoader(text)
        try:
            return tuple(_Reader(loader).documents())
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RuleTextError(
            line=mark.line + 1 if mark else 1, reason=f"YAML tidak dapat dibaca: {error.problem}"
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        # ValueError: text with half of a surrogate pair, which no file has.
        raise RuleTextError(line=1, reason=f"YAML tidak dapat dibaca: {error}") from error


class _Reader:
    """Builds values from the flat stream of parse events, in one look.

    PyYAML's own way takes twice the time: its tree of nodes is built by recursion, so that the stream must be looked
    through for hostile depth before, and each node is made a value in Python.
    """

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self._loader = loader
        self._next: Callable[[], Any] = loader.get_event
        self._nodes = 0
        self._lines: dict[str, int] = {}

    def documents(self) -> Iterator[Document]:
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                document = self._document(self._next())
                if document is not None:
                    yield document

    def _document(self, event: yaml.Event) -> Document | None:
        self._lines = {}
        value = self._value(event, 0, "")
        if isinstance(event, yaml.MappingStartEvent):
            return Document(content=value, line=_line(event), key_lines=self._lines)
        if isinstance(event, yaml.ScalarEvent) and event.value == "":
            return None  # a trailing `---`
        reason = "isi berkas harus berupa peta (`title:`, `logsource:`, `detection:`)"
        raise RuleTextError(line=_line(event), reason=reason)

    def _value(self, event: yaml.Event, depth: int, prefix: str | None) -> Any:  # noqa: ANN401  a YAML tree
        """Return what begins with the event. `prefix`: of the names under which lines of keys are noted."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            reason = f"lebih dari {MAX_NODES} simpul YAML dalam satu berkas"
            raise RuleTextError(line=_line(event), reason=reason)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if not isinstance(event, yaml.CollectionStartEvent):
            reason = "alias YAML (*nama) tidak didukung; tulis nilainya langsung"
            raise RuleTextError(line=_line(event), reason=reason)
        if depth == MAX_DEPTH:
            raise RuleTextError(line=_line(event), reason=f"YAML bersarang lebih dari {MAX_DEPTH} tingkat")
        _refuse_tag(event)
        return self._mapping(depth, prefix) if isinstance(event, yaml.MappingStartEvent) else self._sequence(depth)

    def _sequence(self, depth: int) -> list[Any]:
        values, following, end = [], self._next, yaml.SequenceEndEvent
        while type(event := following()) is not end:
            values.append(self._value(event, depth + 1, None))
        return values

    def _mapping(self, depth: int, prefix: str | None) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        seen: set[str] = set()
        following, end = self._next, yaml.MappingEndEvent
        while type(event := following()) is not end:
            key, text = self._key(event), event.value
            if text in seen:
                # YAML keeps the last of two equal keys without a word, and with it half of a selection.
                reason = f"kunci `{text}` ditulis dua kali; gabungkan nilainya dalam satu daftar"
                raise RuleTextError(line=_line(event), reason=reason)
            seen.add(text)
            inner = None
            if prefix is not None:
                self._lines[prefix + text] = _line(event)
                inner = f"{text}." if prefix == "" else None
            values[key] = self._value(following(), depth + 1, inner)
        return values

    def _key(self, event: yaml.Event) -> Any:  # noqa: ANN401  a number or a date may be a key
        if isinstance(event, yaml.CollectionStartEvent):
            raise RuleTextError(line=_line(event), reason="kunci YAML harus berupa satu nilai, bukan daftar atau peta")
        if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
            raise RuleTextError(line=_line(event), reason="kunci gabung `<<` tidak didukung; tulis nilainya langsung")
        return self._value(event, 0, None)

    def _scalar(self, event: yaml.ScalarEvent) -> Any:  # noqa: ANN401  a number, a date, a truth, a text
        text: str = event.value
        tag = event.tag
        if tag is None or tag == "!":
            tag = _tag_of_plain(text) if event.implicit[0] else None
            if tag is None:
                return text
        node = yaml.ScalarNode(tag, text, cast("yaml.error.Mark", event.start_mark))
        try:
            return self._loader.construct_document(node)
        except ValueError as error:  # of YAML's own constructors: 2026-13-45, a number of thousands of digits
            reason = f"nilai `{text[:40]}` bukan angka atau tanggal yang sah; tulis dalam tanda kutip"
            raise RuleTextError(line=_line(event), reason=reason) from error


def _tag_of_plain(text: str) -> str | None:
    """Return what a text without quotes stands for; None: for itself."""
    for tag, pattern in _IMPLICIT.get(text[:1], ()):
        if pattern.match(text):
            return str(tag)
    return None


def _refuse_tag(event: yaml.CollectionStartEvent) -> None:
    if event.tag not in (None, "!", f"{_TAG}map", f"{_TAG}seq"):
        reason = f"tag YAML `{event.tag[:40]}` tidak didukung; tulis nilainya tanpa tag"
        raise RuleTextError(line=_line(event), reason=reason)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1

"""Hostile YAML text becomes plain values with the line of each; nothing is constructed, no alias is followed."""

import re
from dataclasses import dataclass
from typing import Final

import yaml

MAX_BYTES: Final = 256 * 1024
# The same reader in C, ten times faster; a PyYAML built without libyaml has the other one only.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH: Final = 12
MAX_NODES: Final = 20_000
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_NOTHING: Final = ("", "~", "null")

Plain = str | int | bool | None | list["Plain"] | dict[str, "Plain"]
Place = tuple[str | int, ...]


class UnreadableSourceError(Exception):
    """A file that is no playbook at all; `reason` is in Bahasa Indonesia, `line` counts from 1."""

    def __init__(self, *, line: int, reason: str) -> None:
        super().__init__(f"baris {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something is written: the way to it through the values (a form's field), and its line in the text."""

    place: Place
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    values: Plain
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of the value there, or of the nearest thing around it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1


def read_source(text: str) -> Source:
    """Return the values and their lines. Raises: UnreadableSourceError."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UnreadableSourceError(line=1, reason=f"berkas lebih besar dari {MAX_BYTES // 1024} KiB")
    try:
        _refuse_bombs(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise UnreadableSourceError(line=_line_of(error), reason=f"bukan YAML yang sah: {_words_of(error)}") from error
    lines: dict[Place, int] = {}
    return Source(values=_plain(node, (), lines), lines=lines)


def _refuse_bombs(text: str) -> None:
    """Look at the flat events first: composing recurses, and an alias may stand for a billion nodes."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableSourceError(line=line, reason="alias YAML (*nama) tidak diterima")
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None:
            raise UnreadableSourceError(line=line, reason="tag YAML (!nama) tidak diterima")
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise UnreadableSourceError(line=line, reason="susunan terlalu dalam atau terlalu banyak isi")


def _plain(node: yaml.Node | None, place: Place, lines: dict[Place, int]) -> Plain:
    if node is None:
        return None
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*place, index), lines) for index, child in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> Plain:
    values: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise UnreadableSourceError(line=line, reason="kunci harus berupa kata")
        key = str(key_node.value)
        if key in values:
            raise UnreadableSourceError(line=line, reason=f"kunci {key!r} ditulis dua kali")
        lines[(*place, key)] = line
        values[key] = _plain(value_node, (*place, key), lines)
    return values


def _scalar(node: yaml.ScalarNode) -> Plain:
    """Read a scalar by YAML 1.2's core words: YAML 1.1 makes `no`, the key of every step, a boolean."""
    text = str(node.value)
    if node.style:
        return text
    if text in _NOTHING:
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if _INTEGER.fullmatch(text) else text


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else 1


def _words_of(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "tidak terbaca")

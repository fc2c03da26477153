"""Plain values become YAML text that `source.read_source` gives back unchanged."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from playbooks.source import Plain

# Everything else is written in quotes: what looks like a number, a date or a boolean in some YAML is text here.
_BARE: Final = re.compile(r"[a-z][a-z0-9_-]*")
_NOT_BARE: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# JSON leaves these as they are; YAML folds the line breaks among them and refuses the rest.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def write_values(values: Mapping[str, Plain]) -> str:
    """Return the values as YAML in block style, keys in the order given."""
    return "\n".join(_mapping(values, indent="")) + "\n" if values else "{}\n"


def _mapping(values: Mapping[str, Plain], *, indent: str) -> Iterator[str]:
    for key, value in values.items():
        # A bare `no` is a key of every step; our reader takes keys as they are written.
        name = key if _BARE.fullmatch(key) else _text(key)
        yield from _entry(f"{indent}{name}:", value, indent=indent + "  ")


def _entry(head: str, value: Plain, *, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield head
        yield from _mapping(value, indent=indent)
    elif isinstance(value, list) and value:
        yield head
        for one in value:
            yield from _element(one, indent=indent)
    else:
        yield f"{head} {_scalar(value)}"


def _element(value: Plain, *, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        lines = _mapping(value, indent=indent + "  ") if isinstance(value, dict) else _nested(value, indent=indent)
        first, *rest = lines
        yield f"{indent}- {first.removeprefix(indent + '  ')}"
        yield from rest
    else:
        yield f"{indent}- {_scalar(value)}"


def _nested(values: list[Plain], *, indent: str) -> Iterator[str]:
    for one in values:
        yield from _element(one, indent=indent + "  ")


def _scalar(value: Plain) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _text(value)
        case dict():
            return "{}"
        case list():
            return "[]"


def _text(text: str) -> str:
    if _BARE.fullmatch(text) and text not in _NOT_BARE:
        return text
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))

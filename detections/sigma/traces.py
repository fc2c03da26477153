"""Texts that stand in the raw bytes of every event a rule matches, joined by and / or.

Where they are not there, the rule need not be asked, and the event not even be decoded. The texts are in lower case, to
be looked for without regard to case, and written as JSON writes them when it escapes only what it must.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import orjson

MIN_LENGTH = 3
_RARE = frozenset("^`~|;<>{}$%#!?*+=@&")
"""Signs of which two beside each other are seldom enough to be told by."""
MAX_LENGTH = 64
"""Of a run of a literal; the first of it tell as much, and searches are built of them."""
MAX_ALTERNATIVES = 2000
MAX_LETTERS = 3
"""Of a text that is nothing but letters beyond ASCII."""
_CASED = (*range(0x80, 0xD800), *range(0xE000, 0x1E944))
"""Where Unicode has letters with a case, up to Adlam."""

_PRINTABLE = re.compile("[ -~]+")
_NUMBER_LIKE = re.compile(r"[0-9eE.+-]+")
"""1e5 and 100000.0 are the same number: no text to rely on."""


class All(NamedTuple):
    """All of them stand in the event."""

    parts: "tuple[Traces, ...]"


class Any(NamedTuple):
    """At least one does."""

    parts: "tuple[Traces, ...]"


Traces: TypeAlias = bytes | All | Any


def of_text(text: str) -> Traces | None:
    """Return the runs of a literal that are always written in the same way; None where it has none.

    Control characters may be written in more than one way; a letter beyond ASCII in each of its cases.
    """
    lowered = text.lower()
    runs = [run for run in _runs(lowered) if _tells_enough(run)]
    plain: list[Traces | None] = [written(run[:MAX_LENGTH]) for run in runs if not _NUMBER_LIKE.fullmatch(run)]
    if not plain:
        plain = [any_of(map(written, _cases(letter))) for letter in lowered if not letter.isascii()][:MAX_LETTERS]
    return all_of(part for part in plain if part is not None)


def _tells_enough(run: str) -> bool:
    return len(run) >= MIN_LENGTH or not run.isascii() or (len(run) > 1 and _RARE.issuperset(run))


def _cases(letter: str) -> tuple[str, ...]:
    """Return every character that is this one in lower case; none for a surrogate, which UTF-8 cannot write."""
    return _by_lower_case().get(letter, ())


@lru_cache(maxsize=1)
def _by_lower_case() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for other in map(chr, _CASED):
        lowered = other.lower()
        found[lowered] = (*found.get(lowered, ()), other)
    return found


def written(text: str) -> bytes:
    """Return the text as it stands within a JSON string."""
    return orjson.dumps(text)[1:-1]


def _runs(text: str) -> list[str]:
    if text.isascii():
        return _PRINTABLE.findall(text)
    kept = "".join(character if _is_usable(character) else "\0" for character in text)
    return [run for run in kept.split("\0") if run]


def _is_usable(character: str) -> bool:
    if character < "\x80":
        return " " <= character <= "~"
    is_surrogate = "\ud800" <= character <= "\udfff"
    return not is_surrogate and character.upper() == character == character.lower()


def all_of(parts: Iterable[Traces | None]) -> Traces | None:
    """Return what is there where all parts hold; a part without traces adds none."""
    usable: dict[Traces, None] = {}
    for part in parts:
        if isinstance(part, All):
            usable.update(dict.fromkeys(part.parts))
        elif part is not None:
            usable[part] = None
    return _joined(All, usable)


def any_of(parts: Iterable[Traces | None]) -> Traces | None:
    """Return what is there where any part holds; None where one has no traces, or where there are too many."""
    found: dict[Traces, None] = {}
    for part in parts:
        if part is None:
            return None
        found.update(dict.fromkeys(part.parts if isinstance(part, Any) else (part,)))
    return _joined(Any, found) if len(found) <= MAX_ALTERNATIVES else None


def _joined(kind: type[All] | type[Any], parts: dict[Traces, None]) -> Traces | None:
    if not parts:
        return None
    return next(iter(parts)) if len(parts) == 1 else kind(tuple(parts))


Cost = Callable[[bytes], float]
"""The share of events in which a text stands, from 0 to 1."""


def witness_of(traces: Traces, cost: Cost) -> frozenset[bytes]:
    """Return the texts of which one stands in every event with these traces, and that are seldom there otherwise."""
    return _cheapest(traces, cost)[1]


def _cheapest(traces: Traces, cost: Cost) -> tuple[float, frozenset[bytes]]:
    match traces:
        case bytes():
            return cost(traces), frozenset({traces})
        case All(parts):
            # The bytes settle ties, so that the same rule gets the same witness at every start.
            return min((_cheapest(part, cost) for part in parts), key=lambda one: (one[0], sorted(one[1])))
        case Any(parts):
            chosen = [_cheapest(part, cost) for part in parts]
            return sum(one[0] for one in chosen), frozenset[bytes]().union(*(one[1] for one in chosen))

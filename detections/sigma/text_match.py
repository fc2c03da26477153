"""Sigma strings with their wildcards become tests on one text; none of them backtracks."""

import re
from collections.abc import Callable, Sequence
from enum import Enum, auto

import hyperscan
from sigma.types import Placeholder, SigmaString, SpecialChars

from detections.sigma.problems import UnsupportedRuleError

TextTest = Callable[[str], bool]

MANY_LITERALS = 24
"""From here on one Hyperscan search is faster than a loop over `literal in text`."""

MULTI, SINGLE = SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE


def parts_of(value: SigmaString, *, lower: bool) -> tuple[str | SpecialChars, ...]:
    """Return the string's literal runs and wildcards, runs of `*` made one, literals lower-cased if asked.

    Raises: UnsupportedRuleError for a placeholder that nothing filled in.
    """
    parts: list[str | SpecialChars] = []
    for part in value.s:
        if isinstance(part, Placeholder):
            reason = (
                f"placeholder %{part.name}% (|expand) belum diisi; beri nilainya lewat --placeholders atau --pipeline"
            )
            raise UnsupportedRuleError(reason=reason)
        if part is MULTI and parts and parts[-1] is MULTI:
            continue
        parts.append(part.lower() if lower and isinstance(part, str) else part)
    return tuple(part for part in parts if part != "")


class Shape(Enum):
    """How a text with one literal run has to stand in a value."""

    WHOLE = auto()
    INSIDE = auto()
    START = auto()
    END = auto()


def shape_of(parts: Sequence[str | SpecialChars]) -> tuple[Shape, str] | None:
    """Return how a string with one literal run stands, and the literal; None for any other string."""
    match tuple(parts):
        case (str(literal),):
            return Shape.WHOLE, literal
        case (SpecialChars.WILDCARD_MULTI, str(literal), SpecialChars.WILDCARD_MULTI):
            return Shape.INSIDE, literal
        case (str(literal), SpecialChars.WILDCARD_MULTI):
            return Shape.START, literal
        case (SpecialChars.WILDCARD_MULTI, str(literal)):
            return Shape.END, literal
        case _:
            return None


def compile_any_literal(shape: Shape, literals: Sequence[str]) -> TextTest:
    """Return the test whether one of the literals stands in a text in that way."""
    wanted = tuple(dict.fromkeys(literals))
    match shape:
        case Shape.WHOLE:
            return frozenset(wanted).__contains__
        case Shape.START:
            return lambda text: text.startswith(wanted)
        case Shape.END:
            return lambda text: text.endswith(wanted)
        case Shape.INSIDE if len(wanted) == 1:
            only = wanted[0]
            return lambda text: only in text
        case Shape.INSIDE if len(wanted) > MANY_LITERALS:
            return _compile_literal_search(wanted)
        case Shape.INSIDE:
            return _inside_one_by_one(wanted)


def _inside_one_by_one(literals: tuple[str, ...]) -> TextTest:
    def inside(text: str) -> bool:
        for literal in literals:  # noqa: SIM110  a loop costs half of what any() does here
            if literal in text:
                return True
        return False

    return inside


def _compile_literal_search(literals: tuple[str, ...]) -> TextTest:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[literal.encode("utf-8", "replace") for literal in literals],
        ids=list(range(len(literals))),
        elements=len(literals),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(literals),
        literal=True,
    )

    def inside(text: str) -> bool:
        hits: list[int] = []
        database.scan(text.encode("utf-8", "replace"), match_event_handler=lambda *_: hits.append(1))
        return bool(hits)

    return inside


def compile_text_test(parts: Sequence[str | SpecialChars]) -> TextTest:
    """Return the test for what `parts_of` gave."""
    shaped = shape_of(parts)
    if shaped is not None:
        return compile_any_literal(shaped[0], [shaped[1]])
    return bool if tuple(parts) == (MULTI,) else _compile_glob(parts)


def _compile_glob(parts: Sequence[str | SpecialChars]) -> TextTest:
    """Return a test that finds the segments between `*` leftmost, one after the other: linear, unlike `.*a.*b.*`."""
    segments: list[list[str | SpecialChars]] = [[]]
    for part in parts:
        if part is MULTI:
            segments.append([])
        else:
            segments[-1].append(part)
    if len(segments) == 1:
        whole = _segment(segments[0])
        return lambda text: whole.fullmatch(text) is not None
    head, tail = _segment(segments[0]), _segment(segments[-1])
    tail_length = sum(len(part) if isinstance(part, str) else 1 for part in segments[-1])
    middle = [_segment(segment) for segment in segments[1:-1] if segment]

    def matches(text: str) -> bool:
        start = head.match(text)
        if start is None:
            return False
        at, end = start.end(), len(text) - tail_length
        for segment in middle:
            found = segment.search(text, at)
            if found is None:
                return False
            at = found.end()
        return at <= end and tail.fullmatch(text, end) is not None

    return matches


def _segment(parts: Sequence[str | SpecialChars]) -> re.Pattern[str]:
    # Literals and `.` only, no quantifier: nothing to backtrack over.
    return re.compile("".join(re.escape(part) if isinstance(part, str) else "." for part in parts), re.DOTALL)

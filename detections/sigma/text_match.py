"""Sigma strings with their wildcards become tests on one text; none of them backtracks."""

import re
from collections.abc import Callable, Sequence

import hyperscan

from detections.sigma.tree import Parts, Shape, Wild, shape_of

TextTest = Callable[[str], bool]

MANY_LITERALS = 24
"""From here on one Hyperscan search is faster than a loop over `literal in text`."""


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


def compile_text_test(parts: Parts) -> TextTest:
    """Return the test for a text with its wildcards."""
    shaped = shape_of(parts)
    if shaped is not None:
        return compile_any_literal(shaped[0], [shaped[1]])
    return bool if parts == (Wild.MANY,) else _compile_glob(parts)


def _compile_glob(parts: Parts) -> TextTest:
    """Return a test that finds the segments between `*` leftmost, one after the other: linear, unlike `.*a.*b.*`."""
    segments: list[list[str | Wild]] = [[]]
    for part in parts:
        if part is Wild.MANY:
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


def _segment(parts: Sequence[str | Wild]) -> re.Pattern[str]:
    # Literals and `.` only, no quantifier: nothing to backtrack over.
    return re.compile("".join(re.escape(part) if isinstance(part, str) else "." for part in parts), re.DOTALL)

"""Sigma strings with their wildcards become tests on one text; none of them backtracks."""

import re
from collections.abc import Callable, Sequence

from sigma.types import Placeholder, SigmaString, SpecialChars

from detections.sigma.problems import UnsupportedRuleError

TextTest = Callable[[str], bool]

MULTI, SINGLE = SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE


def parts_of(value: SigmaString, *, lower: bool) -> tuple[str | SpecialChars, ...]:
    """Return the string's literal runs and wildcards, runs of `*` made one, literals lower-cased if asked.

    Raises: UnsupportedRuleError for a placeholder that nothing filled in.
    """
    parts: list[str | SpecialChars] = []
    for part in value.s:
        if isinstance(part, Placeholder):
            reason = f"placeholder %{part.name}% (|expand) belum diisi; beri nilainya lewat --pipeline"
            raise UnsupportedRuleError(reason=reason)
        if part is MULTI and parts and parts[-1] is MULTI:
            continue
        parts.append(part.lower() if lower and isinstance(part, str) else part)
    return tuple(part for part in parts if part != "")


def compile_text_test(parts: Sequence[str | SpecialChars]) -> TextTest:
    """Return the test for what `parts_of` gave."""
    match tuple(parts):
        case (str(literal),):
            return literal.__eq__
        case (SpecialChars.WILDCARD_MULTI,):
            return bool
        case (SpecialChars.WILDCARD_MULTI, str(literal), SpecialChars.WILDCARD_MULTI):
            return lambda text: literal in text
        case (str(literal), SpecialChars.WILDCARD_MULTI):
            return lambda text: text.startswith(literal)
        case (SpecialChars.WILDCARD_MULTI, str(literal)):
            return lambda text: text.endswith(literal)
        case general:
            return _compile_glob(general)


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

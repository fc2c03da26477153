"""Texts that stand in everything a regular expression matches, told from the pattern; in doubt none.

Only what is sure is used: plain characters that no quantifier can leave out, in groups too; of alternatives each must
have one. A construct this does not know gives up the whole pattern, which then simply has no witness.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from detections.sigma.traces import Traces, all_of, any_of, of_text, witness_of

MAX_DEPTH = 40
MAX_MARKS = 4
"""To look for more than these costs as much as the search they are to save."""

_QUANTIFIER = re.compile(r"(?:([*?])|(\+)|\{(\d{0,9})(?:,\d{0,9})?\})[?+]?")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w*:\]|[^\]\\])*\]", re.DOTALL)
_GROUP = re.compile(r"\((?:\?(?::|P<\w+>|<(?![=!])\w+>|[imsU]+:))?(?!\?|\*)")
_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_OPTIONS = re.compile(r"\(\?[imsU]+\)")
_MARKS = re.compile(r"[!-@\[-`{-~]+")
"""What is written in one way only, whatever letters are equal to which."""
_KIND_ESCAPES = frozenset("dDwWsSbBAzZhHvVRntrf")
"""A class, a place or a control character: nothing to look for, and no more of the pattern belongs to it."""


class _UnsureError(Exception):
    """A construct this reader does not know."""


@dataclass(slots=True)
class _Sequence:
    """What one alternative needs; `run` is the text being read, of which `take` says what can be relied on."""

    take: Callable[[str], Traces | None]
    needs: list[Traces] = field(default_factory=list)
    run: str = ""

    def end_run(self) -> None:
        found = self.take(self.run)
        if found is not None:
            self.needs.append(found)
        self.run = ""


@dataclass(slots=True)
class _Reader:
    pattern: str
    take: Callable[[str], Traces | None]
    at: int = 0

    def alternatives(self, depth: int) -> Traces | None:
        """Read up to the end of the group (or of the pattern)."""
        if depth > MAX_DEPTH:
            raise _UnsureError
        branches: list[Traces | None] = []
        sequence = _Sequence(self.take)
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self.pattern[self.at] == "|":
                self.at += 1
                sequence.end_run()
                branches.append(all_of(sequence.needs))
                sequence = _Sequence(self.take)
            else:
                self._item(sequence, depth)
        sequence.end_run()
        return any_of([*branches, all_of(sequence.needs)])

    def _item(self, sequence: _Sequence, depth: int) -> None:
        letter, inner = self._atom(depth)
        found = _QUANTIFIER.match(self.pattern, self.at)
        if found is None:
            self._add(sequence, letter, inner)
            return
        self.at = found.end()
        at_least = 0 if found[1] else 1 if found[2] else int(found[3] or 0)
        if at_least:
            self._add(sequence, letter, inner)
        # Once, or more often: what follows need not stand right behind it.
        sequence.end_run()

    @staticmethod
    def _add(sequence: _Sequence, letter: str, inner: Traces | None) -> None:
        if letter:
            sequence.run += letter
            return
        sequence.end_run()
        if inner is not None:
            sequence.needs.append(inner)

    def _atom(self, depth: int) -> tuple[str, Traces | None]:
        """Return the character that the next atom is, or what a group needs; neither for anything else."""
        match self.pattern[self.at]:
            case "\\":
                return self._escape(), None
            case "[":
                return self._skip(_CLASS), None
            case "(":
                return "", self._group(depth)
            case "." | "^" | "$":
                self.at += 1
                return "", None
            case "*" | "+" | "?":
                raise _UnsureError
            case letter:
                self.at += 1
                return letter, None

    def _escape(self) -> str:
        letter = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        if letter in _KIND_ESCAPES:
            return ""
        if not letter or letter.isalnum():
            raise _UnsureError
        return letter

    def _skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self.pattern, self.at)
        if found is None:
            raise _UnsureError
        self.at = found.end()
        return ""

    def _group(self, depth: int) -> Traces | None:
        if _OPTIONS.match(self.pattern, self.at):
            self._skip(_OPTIONS)
            return None
        is_look_around = _LOOK_AROUND.match(self.pattern, self.at) is not None
        self._skip(_LOOK_AROUND if is_look_around else _GROUP)
        inner = self.alternatives(depth + 1)
        if self.pattern[self.at : self.at + 1] != ")":
            raise _UnsureError
        self.at += 1
        return None if is_look_around else inner


def traces_of_regex(pattern: str) -> Traces | None:
    """Return what stands in every text that the pattern matches, in any case of letters; None: nothing is sure."""
    return _read(pattern, of_text)


def marks_of_regex(pattern: str) -> tuple[str, ...]:
    """Return runs of ASCII that are no letters, of which one stands in every text that the pattern matches.

    Empty: nothing is sure. To be looked for in the text itself, before a search that costs more.
    """
    found = _read(pattern, _marks)
    if found is None:
        return ()
    marks = witness_of(found, _rarity)
    return tuple(sorted(mark.decode() for mark in marks)) if len(marks) <= MAX_MARKS else ()


def _read(pattern: str, take: Callable[[str], Traces | None]) -> Traces | None:
    reader = _Reader(pattern, take)
    try:
        found = reader.alternatives(0)
    except _UnsureError:
        return None
    return found if reader.at == len(pattern) else None


def _marks(run: str) -> Traces | None:
    return all_of(mark.encode() for mark in _MARKS.findall(run))


_EVERYWHERE = frozenset(b"'\"\\.:-/0123456789")


def _rarity(mark: bytes) -> float:
    """Return the less, the seldomer the mark: paths and versions are full of some."""
    return float(0.3 ** sum(0.1 if letter in _EVERYWHERE else 1 for letter in mark))

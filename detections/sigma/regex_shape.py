"""How large a regular expression becomes when its repeats are written out, told from its text alone.

Hyperscan and PCRE write counted repeats out before they compile: `(ab{1,90}){1,90}` is thirteen characters and
thousands of states. This reads no more of the syntax than that takes, and where in doubt it counts too much.
"""

import re
from dataclasses import dataclass, field

from detections.sigma.problems import UnsupportedRuleError

_COUNTED = re.compile(r"\{(\d{1,9})(?:(,)(\d{0,9}))?\}")
_OPTIONS = re.compile(r"\(\?([a-zA-Z]*)(-[a-zA-Z]*)?([:)])")
_GROUP_HEAD = re.compile(r"\((?:\?(?:[:=!>|]|<[=!]|P?<\w*>|'\w*'|[a-zA-Z-]*:?))?")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\w*:\]|[^\]\\])*\]", re.DOTALL)
_NOT_OF_BYTES = frozenset("xuNpPXCRhHvVQEoUKGkgc0123456789")
"""Escapes that may name a character beyond ASCII, or mean another thing where text is not UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegexShape:
    positions: int
    """Characters and classes, each as often as its repeats can repeat it."""
    written: int
    """The same with every repeat taken once: as the pattern is written."""
    choices: int
    """Places where a search may go on or go past, counted in the same way; compile time grows with their square."""
    nesting: int
    """Repeats within repeats; to compile a group that repeats takes twice as long as what it repeats."""
    is_plain: bool
    """Names nothing beyond ASCII: all other characters are alike to it."""
    ignores_case: bool
    """Begins with an option such as `(?i)`."""


@dataclass(slots=True)
class _Level:
    """One group being read; `last` is what a quantifier would repeat."""

    positions: int = 0
    choices: int = 0
    nesting: int = 0
    last_positions: int = 0
    last_choices: int = 0
    last_nesting: int = 0

    def add(self, *, positions: int, choices: int, nesting: int = 0) -> None:
        self.settle()
        self.last_positions, self.last_choices, self.last_nesting = positions, choices, nesting

    def repeat(self, *, times: int, at_least: int) -> None:
        is_single = self.last_positions <= 1 and not self.last_choices
        # `.{0,200}` is one thing to Hyperscan; a group is written out, with a way past each round.
        ways = 0 if times == at_least else 1 if is_single else max(times - at_least, 1)
        self.last_nesting += 1
        self.last_positions *= times
        self.last_choices = self.last_choices * times + ways

    def settle(self) -> None:
        self.positions += self.last_positions
        self.choices += self.last_choices
        self.nesting = max(self.nesting, self.last_nesting)
        self.last_positions = self.last_choices = self.last_nesting = 0


@dataclass(slots=True)
class _Reader:
    pattern: str
    at: int = 0
    written: int = 0
    is_plain: bool = True
    ignores_case: bool = False
    levels: list[_Level] = field(default_factory=lambda: [_Level()])

    def step(self) -> None:
        match self.pattern[self.at]:
            case "\\":
                self._escape(self.pattern[self.at + 1 : self.at + 2])
            case "[":
                self._class()
            case "(":
                self._open()
            case ")":
                self.at += 1
                self.close_group()
            case "*" | "+" | "?" | "{" as sign:
                self._quantifier(sign)
            case "|" | "^" | "$":
                self.levels[-1].settle()
                self.at += 1
            case _:
                self._atom(length=1)

    def _atom(self, *, length: int) -> None:
        self.levels[-1].add(positions=1, choices=0)
        self.written += 1
        self.at += length

    def _escape(self, letter: str) -> None:
        self.is_plain &= letter not in _NOT_OF_BYTES
        self._atom(length=2)

    def _class(self) -> None:
        found = _CLASS.match(self.pattern, self.at)
        if found is not None:
            self.is_plain &= _NOT_OF_BYTES.isdisjoint(re.findall(r"\\(.)", found.group(), re.DOTALL))
        self._atom(length=len(found.group()) if found is not None else 1)

    def _open(self) -> None:
        if self.pattern.startswith("(?#", self.at):
            end = self.pattern.find(")", self.at)
            self.at = end + 1 if end >= 0 else len(self.pattern)
            return
        options = _OPTIONS.match(self.pattern, self.at)
        if options is not None and "x" in options[1]:
            raise UnsupportedRuleError(reason="regex dengan pilihan (?x) tidak didukung; tulis polanya tanpa spasi")
        if options is not None and "i" in options[1] + (options[2] or ""):
            self._note_case(options)
        # `(*UTF8)` and its like change what the whole pattern means.
        self.is_plain &= not self.pattern.startswith("(*", self.at)
        head = _GROUP_HEAD.match(self.pattern, self.at)
        assert head is not None
        self.at = head.end()
        self.levels.append(_Level())

    def _note_case(self, options: re.Match[str]) -> None:
        """Case that is ignored in a part only takes Unicode's own folding."""
        self.ignores_case = self.at == 0 and options[2] is None and options[3] == ")"
        self.is_plain &= self.ignores_case

    def close_group(self) -> None:
        if len(self.levels) == 1:
            return  # one too many: the compiler will say so
        group = self.levels.pop()
        group.settle()
        self.levels[-1].add(positions=group.positions, choices=group.choices, nesting=group.nesting)

    def _quantifier(self, sign: str) -> None:
        counted = _COUNTED.match(self.pattern, self.at)
        if sign == "{" and counted is None:
            self._atom(length=1)
            return
        at_least, times = (1, 1) if counted is None else _bounds(counted)
        # Whether `*`, `+`, `?` or `{3,}`: one round of it is written out, and a choice is left.
        is_open = counted is None or bool(counted[2] and not counted[3])
        self.levels[-1].repeat(times=times, at_least=0 if is_open else at_least)
        self.at += 1 if counted is None else len(counted.group())
        if self.pattern[self.at : self.at + 1] in ("?", "+"):
            self.at += 1  # lazy or possessive


def _bounds(counted: re.Match[str]) -> tuple[int, int]:
    at_least = int(counted[1])
    return at_least, max(at_least, int(counted[3] or 0), 1)


def shape_of_regex(pattern: str) -> RegexShape:
    """Raises: UnsupportedRuleError for a pattern in which spaces may mean nothing."""
    reader = _Reader(pattern=pattern, is_plain=pattern.isascii())
    while reader.at < len(pattern):
        reader.step()
    while len(reader.levels) > 1:  # a parenthesis too few
        reader.close_group()
    reader.levels[0].settle()
    return RegexShape(
        positions=reader.levels[0].positions,
        written=reader.written,
        choices=reader.levels[0].choices,
        nesting=reader.levels[0].nesting,
        is_plain=reader.is_plain,
        ignores_case=reader.ignores_case,
    )

"""Spells and cuts the texts of one document, and remembers what a footnote has to say about it."""

from collections.abc import Callable, Iterable

from ir_platform.documents import limits
from ir_platform.documents.limits import cut_chars, cut_lines, left_out
from ir_platform.documents.spelling import NOTICE

Spell = Callable[[str], str]


class Writer:
    def __init__(self, spell: Spell) -> None:
        self._spell = spell
        self._left = limits.MAX_DOCUMENT_CHARS
        self._has_spelled = False

    def text(self, text: str, *, max_chars: int = limits.MAX_NOTE_CHARS, max_lines: int = limits.MAX_TEXT_LINES) -> str:
        """The limit holds for the spelled text, which may be eight times as long as what was given."""
        given = cut_lines(cut_chars(text, max_chars=max_chars), max_lines=max_lines)
        spelled = self._spell(given)
        self._has_spelled = self._has_spelled or spelled.count("[U+") > given.count("[U+")
        shown = cut_chars(spelled, max_chars=min(max_chars + len(limits.CUT_MARK), self._left))
        self._left = max(0, self._left - len(shown))
        return shown

    def notices(self) -> tuple[str, ...]:
        cut = (limits.DOCUMENT_CUT,) if self._left == 0 else ()
        return (*cut, NOTICE) if self._has_spelled else cut

    def name(self, text: str) -> str:
        return self.text(text, max_chars=limits.MAX_NAME_CHARS, max_lines=1)

    def sample(self, text: str) -> str:
        return self.text(text, max_chars=limits.MAX_SAMPLE_CHARS, max_lines=1)

    def lines(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Names of which more than a list's worth are left out without a word."""
        return tuple(self.name(text) for text in list(texts)[: limits.MAX_LIST_ITEMS])

    def names(self, texts: tuple[str, ...], *, what: str) -> tuple[str, ...]:
        shown = tuple(self.sample(text) for text in texts[: limits.MAX_LIST_ITEMS])
        rest = left_out(len(texts), limits.MAX_LIST_ITEMS, what)
        return shown if rest is None else (*shown, rest)

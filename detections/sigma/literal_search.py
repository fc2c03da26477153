"""Which of many texts stand in some bytes of JSON: one Hyperscan pass, without regard to the case of ASCII letters.

Compiled where it can be (`literal_search.pxd`).
"""

import re
from collections.abc import Sequence

import hyperscan
import orjson

_ODD_LETTERS = ("\u0130", "\u212a", "\u017f")
"""Equal to an ASCII letter (i, K, s) where case is ignored; a search of bytes does not know that."""
_NEEDLESS_ESCAPE = rb"(?:^|[^\\])(?:\\\\)*\\[u/]"
"""A writer may escape what need not be escaped (`\\u0041`, `\\/`): a text is then not in the bytes as it is."""
_PLAIN = re.compile(rb"[^A-Za-z0-9_ \x80-\xff]")
_FLAGS = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH


class LiteralSearch:
    """Not for two threads at once: Hyperscan's scratch space belongs to one scan."""

    def __init__(self, database: hyperscan.Database, count: int) -> None:
        """`database`: of `count` texts, as `of` and `load` make it."""
        self._database, self._count = database, count
        self._scan, self._take = database.scan, self._note
        self._found: list[int] = []
        self._has_doubt = False

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "LiteralSearch":
        return cls(_compile(texts), len(texts))

    @classmethod
    def load(cls, saved: bytes, *, count: int) -> "LiteralSearch":
        """Return the search that `dump` gave for `count` texts; it must come from where only we write.

        Raises: hyperscan.error for what was saved by another version or for another processor.
        """
        database = hyperscan.loadb(saved, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        return cls(database, count)

    def _note(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        if number >= self._count:
            self._has_doubt = True
        self._found.append(number)

    def dump(self) -> bytes:
        return hyperscan.dumpb(self._database)

    def find(self, body: bytes) -> list[int] | None:
        """Return the numbers of the texts found, None where the bytes do not tell. To be read before the next call."""
        self._found.clear()
        self._has_doubt = False
        self._scan(body, self._take)
        return self._find_again(body) if self._has_doubt else self._found

    def _find_again(self, body: bytes) -> list[int] | None:
        """Look once more at what has odd letters or needless escapes."""
        if _has_odd_letter(body.decode("utf-8", "replace")):
            return None
        canonical = orjson.dumps(orjson.loads(body))
        if canonical != body:
            self._found.clear()
            self._scan(canonical, self._take)
            if _has_odd_letter(canonical.decode()):
                return None
        return [number for number in self._found if number < self._count]


def _has_odd_letter(text: str) -> bool:
    return any(letter in text for letter in _ODD_LETTERS)


def _compile(texts: Sequence[bytes]) -> hyperscan.Database:
    count = len(texts)
    extra = [_NEEDLESS_ESCAPE, *(re.escape(letter.encode()) for letter in _ODD_LETTERS)]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[*(_PLAIN.sub(_escaped, text) for text in texts), *extra],
        ids=list(range(count + len(extra))),
        elements=count + len(extra),
        flags=[_FLAGS] * (count + len(extra)),
    )
    return database


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\x%02x" % found.group()[0]

"""Which of many texts stand in some bytes of JSON: one Hyperscan pass, without regard to the case of ASCII letters."""

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

    def __init__(self, texts: Sequence[bytes]) -> None:
        self._take(_compile(texts), len(texts))

    @classmethod
    def load(cls, saved: bytes, *, count: int) -> "LiteralSearch":
        """Return the search that `dump` gave for `count` texts; it must come from where only we write.

        Raises: hyperscan.error for what was saved by another version or for another processor.
        """
        search = cls.__new__(cls)
        database = hyperscan.loadb(saved, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        search._take(database, count)
        return search

    def _take(self, database: hyperscan.Database, count: int) -> None:
        self._database, self._count = database, count
        self.searched = b""
        """What the last search was made in: the body without its needless escapes."""
        self._found: list[int] = []
        found = self._found.append
        # As a default argument the list costs no look-up per match.
        self._note = lambda number, start, end, flags, context, found=found: found(number)

    def dump(self) -> bytes:
        return hyperscan.dumpb(self._database)

    def find(self, body: bytes) -> list[int] | None:
        """Return the numbers of the texts found, None where the bytes do not tell. To be read before the next call."""
        self.searched = body
        found = self._found
        found.clear()
        self._database.scan(body, self._note)
        if found and max(found) >= self._count:
            return self._find_again(body)
        return found

    def _find_again(self, body: bytes) -> list[int] | None:
        """Look once more at what has odd letters or needless escapes."""
        if any(letter in body.decode("utf-8", "replace") for letter in _ODD_LETTERS):
            return None
        canonical = orjson.dumps(orjson.loads(body))
        if canonical != body:
            self.searched = canonical
            self._found.clear()
            self._database.scan(canonical, self._note)
            if any(letter in canonical.decode() for letter in _ODD_LETTERS):
                return None
        return [number for number in self._found if number < self._count]


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

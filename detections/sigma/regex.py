"""Regular expressions of rules, run so that no pattern and no value can make them slow.

Hyperscan compiles a pattern to automata and never backtracks. What it cannot express (look-around, back-references)
goes to Chimera, Hyperscan's hybrid with PCRE, whose own match limit ends a search that backtracks too long; it is given
at most FALLBACK_BYTES of a value. What neither takes is refused with the rule, and so is what would compile for long.

A pattern that names nothing beyond ASCII treats all other characters alike, so it is matched against text with one
byte for each. In UTF-8 every dot is an automaton of its own: `union.{0,200}select` compiles in 5 ms, not in 900 ms.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import hyperscan

from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.regex_shape import RegexShape, shape_of_regex

MAX_PATTERN_CHARACTERS = 4096
MAX_POSITIONS = 2000
"""The worst found below this compile in about half a second, in Chimera in one. SigmaHQ's largest has 1,000."""
MAX_UTF8_POSITIONS = 400
"""The same for a pattern that names characters beyond ASCII. SigmaHQ's largest of these has 20."""
MAX_CHOICES = 100
"""`a` + `.?` * n + `b` compiles in 0.06 s for n = 100, in 0.6 s for 200, and for 1,000 in many minutes. SigmaHQ: 39."""
MAX_GROWTH = 100_000
"""What is written times what its repeats add. 140 words around `.{0,100}` (98,000) compile in 1.6 s, 150 words around
`.{0,900}` (950,000) in 10 s. SigmaHQ: 23,310."""
MAX_NESTING = 12
"""Of repeats within repeats: `((a+)+)+` and so on compiles in 0.003 s at 18, and each further one doubles that: in
0.7 s at 26. SigmaHQ: 2."""
FALLBACK_BYTES = 2048
"""PCRE recurses on the C stack, about 500 bytes a character in the worst case: this stays far below 8 MiB."""

_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_ANY_OTHER = "\xff"
"""Stands for a character beyond ASCII; no class but a negated one, and no letter, has it."""
_FOLDED = str.maketrans({"\u212a": "k", "\u017f": "s"})
"""The Kelvin sign and the long s: the only characters beyond ASCII that equal ASCII letters where case is ignored."""


class SearchStore(Protocol):
    """Keeps what patterns were compiled to: a pattern takes milliseconds to compile, and a fraction of one to read."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, content: bytes) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A pattern with what decides how it is compiled and how text is given to it."""

    pattern: str
    shape: RegexShape
    ignore_case: bool
    multiline: bool
    dotall: bool

    @property
    def to_bytes(self) -> Callable[[str], bytes]:
        if not self.shape.is_plain:
            return _utf8
        return _folded_bytes if self.ignore_case or self.shape.ignores_case else _plain_bytes

    @property
    def flags(self) -> int:
        """How Hyperscan is to take it."""
        flags: int = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
        flags |= 0 if self.shape.is_plain else hyperscan.HS_FLAG_UTF8
        flags |= hyperscan.HS_FLAG_CASELESS if self.ignore_case else 0
        flags |= hyperscan.HS_FLAG_MULTILINE if self.multiline else 0
        return flags | (hyperscan.HS_FLAG_DOTALL if self.dotall else 0)

    @property
    def name(self) -> str:
        """A file name: the same for what compiles to the same, and of nothing else."""
        return "re-" + blake2b(repr((self.pattern, self.flags)).encode(), digest_size=16).hexdigest()


def compile_search(
    pattern: str, *, ignore_case: bool, multiline: bool, dotall: bool, store: SearchStore | None = None
) -> Callable[[str], bool]:
    """Return a function that says whether the pattern occurs in a text. `store` keeps what it was compiled to.

    Classes such as `\\w` mean ASCII, as in PCRE without UCP. Raises: UnsupportedRuleError.
    """
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise UnsupportedRuleError(reason=f"regex lebih panjang dari {MAX_PATTERN_CHARACTERS} karakter")
    shape = shape_of_regex(pattern)
    _refuse_large(pattern, shape)
    wanted = _Wanted(pattern=pattern, shape=shape, ignore_case=ignore_case, multiline=multiline, dotall=dotall)
    return _hyperscan(wanted, store) or _fallback(wanted)


def _refuse_large(pattern: str, shape: RegexShape) -> None:
    limit = MAX_POSITIONS if shape.is_plain else MAX_UTF8_POSITIONS
    growth = shape.written * (shape.positions - shape.written)
    if shape.nesting > MAX_NESTING:
        depth = f"{shape.nesting} tingkat (paling banyak {MAX_NESTING})"
        reason = f"regex `{pattern[:200]}` mengulang grup di dalam grup sampai {depth}; sederhanakan polanya"
        raise UnsupportedRuleError(reason=reason)
    if shape.positions > limit or shape.choices > MAX_CHOICES or growth > MAX_GROWTH:
        reason = (
            f"regex `{pattern[:200]}` terlalu besar setelah pengulangannya diuraikan: {shape.positions} posisi "
            f"(paling banyak {limit}), {shape.choices} pilihan ({MAX_CHOICES}), pertumbuhan {growth} ({MAX_GROWTH}); "
            "perkecil angka dalam {}"
        )
        raise UnsupportedRuleError(reason=reason)


def _hyperscan(wanted: _Wanted, store: SearchStore | None) -> Callable[[str], bool] | None:
    """Return None for a pattern that Hyperscan does not take."""
    database = _kept(wanted, store)
    if database is None:
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        try:
            database.compile(expressions=[wanted.pattern.encode()], ids=[0], elements=1, flags=[wanted.flags])
        except (hyperscan.error, UnicodeEncodeError):
            return None
        if store is not None:
            store.write(wanted.name, hyperscan.dumpb(database))
    return _searcher(database, wanted.to_bytes, limit_bytes=None)


def _kept(wanted: _Wanted, store: SearchStore | None) -> hyperscan.Database | None:
    """Return what is kept of the pattern; None too for what another version or processor wrote."""
    saved = store.read(wanted.name) if store is not None else None
    if saved is None:
        return None
    try:
        database = hyperscan.loadb(saved, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error:
        return None
    return database


def _fallback(wanted: _Wanted) -> Callable[[str], bool]:
    flags = hyperscan.CH_FLAG_SINGLEMATCH
    flags |= 0 if wanted.shape.is_plain else hyperscan.CH_FLAG_UTF8
    flags |= hyperscan.CH_FLAG_CASELESS if wanted.ignore_case else 0
    flags |= hyperscan.CH_FLAG_MULTILINE if wanted.multiline else 0
    flags |= hyperscan.CH_FLAG_DOTALL if wanted.dotall else 0
    database = hyperscan.Database(chimera=True, mode=hyperscan.CH_MODE_NOGROUPS)
    try:
        database.compile(expressions=[wanted.pattern.encode()], ids=[0], elements=1, flags=[flags])
    except (hyperscan.error, UnicodeEncodeError) as error:
        reason = f"regex `{wanted.pattern[:200]}` tidak didukung mesin pencari (Hyperscan, PCRE); sederhanakan polanya"
        raise UnsupportedRuleError(reason=reason) from error
    return _searcher(database, wanted.to_bytes, limit_bytes=FALLBACK_BYTES)


def _searcher(
    database: hyperscan.Database, to_bytes: Callable[[str], bytes], *, limit_bytes: int | None
) -> Callable[[str], bool]:
    scan = database.scan
    hits: list[int] = []
    take = hits.append

    def note(number: int, *_: object) -> None:
        take(number)

    # One list for all searches: like the database's scratch space it serves one at a time.
    def found(text: str) -> bool:
        hits.clear()
        data = to_bytes(text)
        if limit_bytes is not None and len(data) > limit_bytes:
            data = _cut(data, limit_bytes) if to_bytes is _utf8 else data[:limit_bytes]
        scan(data, note)
        return bool(hits)

    return found


def _cut(data: bytes, limit: int) -> bytes:
    # Between characters: Hyperscan's UTF-8 mode is undefined on broken sequences.
    return data[:limit].decode("utf-8", "ignore").encode()


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _plain_bytes(text: str) -> bytes:
    return text.encode() if text.isascii() else _BEYOND_ASCII.sub(_ANY_OTHER, text).encode("latin-1")


def _folded_bytes(text: str) -> bytes:
    return text.encode() if text.isascii() else _plain_bytes(text.translate(_FOLDED))

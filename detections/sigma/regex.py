"""Regular expressions of rules, run so that no pattern and no value can make them slow.

Hyperscan compiles a pattern to automata and never backtracks. What it cannot express (look-around, back-references)
goes to Chimera, Hyperscan's hybrid with PCRE, whose own match limit ends a search that backtracks too long; it is given
at most FALLBACK_BYTES of a value. What neither takes is refused with the rule.
"""

from collections.abc import Callable

import hyperscan

from detections.sigma.problems import UnsupportedRuleError

MAX_PATTERN_CHARACTERS = 4096
FALLBACK_BYTES = 2048
"""PCRE recurses on the C stack, about 500 bytes a character in the worst case: this stays far below 8 MiB."""


def compile_search(pattern: str, *, ignore_case: bool, multiline: bool, dotall: bool) -> Callable[[str], bool]:
    """Return a function that says whether the pattern occurs in a text.

    Classes such as `\\w` mean ASCII, as in PCRE without UCP. Raises: UnsupportedRuleError.
    """
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise UnsupportedRuleError(reason=f"regex lebih panjang dari {MAX_PATTERN_CHARACTERS} karakter")
    flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    flags |= hyperscan.HS_FLAG_CASELESS if ignore_case else 0
    flags |= hyperscan.HS_FLAG_MULTILINE if multiline else 0
    flags |= hyperscan.HS_FLAG_DOTALL if dotall else 0
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(expressions=[pattern.encode()], ids=[0], elements=1, flags=[flags])
    except (hyperscan.error, UnicodeEncodeError):
        return _fallback(pattern, ignore_case=ignore_case, multiline=multiline, dotall=dotall)
    return _searcher(database, limit_bytes=None)


def _fallback(pattern: str, *, ignore_case: bool, multiline: bool, dotall: bool) -> Callable[[str], bool]:
    flags = hyperscan.CH_FLAG_UTF8 | hyperscan.CH_FLAG_SINGLEMATCH
    flags |= hyperscan.CH_FLAG_CASELESS if ignore_case else 0
    flags |= hyperscan.CH_FLAG_MULTILINE if multiline else 0
    flags |= hyperscan.CH_FLAG_DOTALL if dotall else 0
    database = hyperscan.Database(chimera=True, mode=hyperscan.CH_MODE_NOGROUPS)
    try:
        database.compile(expressions=[pattern.encode()], ids=[0], elements=1, flags=[flags])
    except (hyperscan.error, UnicodeEncodeError) as error:
        reason = f"regex `{pattern[:200]}` tidak didukung mesin pencari (Hyperscan, PCRE); sederhanakan polanya"
        raise UnsupportedRuleError(reason=reason) from error
    return _searcher(database, limit_bytes=FALLBACK_BYTES)


def _searcher(database: hyperscan.Database, *, limit_bytes: int | None) -> Callable[[str], bool]:
    def found(text: str) -> bool:
        hits: list[int] = []
        data = text.encode("utf-8", "replace")
        if limit_bytes is not None and len(data) > limit_bytes:
            # Cut between characters: Hyperscan's UTF-8 mode is undefined on broken sequences.
            data = data[:limit_bytes].decode("utf-8", "ignore").encode()
        database.scan(data, match_event_handler=lambda *_: hits.append(1))
        return bool(hits)

    return found

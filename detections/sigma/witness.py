"""Witnesses: texts of which at least one stands in the raw bytes of every event that a rule matches.

They let one Hyperscan pass over an event's body rule out almost every rule before anything is decoded.
"""

import json
import re
from collections.abc import Iterable

from sigma.types import SpecialChars

Witness = frozenset[bytes]
"""Any of these, in lower case; to be looked for without regard to case."""

MIN_LENGTH = 3
MAX_ALTERNATIVES = 400

_USABLE = re.compile(r"[ -~]+")
"""Printable ASCII: control characters and what lies beyond ASCII may be written in more than one way in JSON."""
_NUMBER_LIKE = re.compile(r"[0-9eE.+-]+")
"""1e5 and 100000.0 are the same number: no text to rely on."""

# Texts that stand in a great share of Windows events; a rule that has a rarer one uses that.
_COMMON = frozenset(
    json.dumps(text)[1:-1].encode()
    for text in (
        *(".exe", ".dll", "cmd.exe", "\\cmd.exe", "powershell", "powershell.exe", "\\powershell.exe", "\\svchost.exe"),
        *("svchost.exe", "explorer.exe", "\\explorer.exe", "c:\\", "c:\\windows", "c:\\windows\\", "\\windows\\"),
        *("\\system32\\", "c:\\windows\\system32\\", "c:\\users\\", "\\users\\", "\\appdata\\", "program files"),
        *("c:\\program files", "windows", "microsoft", "microsoft corporation", "system", "authority", "administrator"),
        *("true", "false", "get", "http", "https://", "localhost", "hklm\\", "nt authority\\system", " /c ", " -c "),
    )
)


def of_string(parts: Iterable[str | SpecialChars]) -> Witness | None:
    """Return the witness of a Sigma string: its longest literal run as it stands in JSON; None where it has none."""
    runs = (run for part in parts if isinstance(part, str) for run in _USABLE.findall(part.lower()))
    usable = [run for run in runs if len(run) >= MIN_LENGTH and not _NUMBER_LIKE.fullmatch(run)]
    encoded = [json.dumps(run)[1:-1].encode() for run in usable]
    return frozenset({min(encoded, key=_frequency)}) if encoded else None


def of_any(children: Iterable[Witness | None]) -> Witness | None:
    """Return the witness of alternatives: one of each must do; None where a single one has none."""
    together: set[bytes] = set()
    for child in children:
        if child is None:
            return None
        together |= child
    return frozenset(together) if 0 < len(together) <= MAX_ALTERNATIVES else None


def of_all(children: Iterable[Witness | None]) -> Witness | None:
    """Return the rarest witness among parts that all must match; None where none of them has one."""
    usable = [child for child in children if child is not None]
    return min(usable, key=_total_frequency) if usable else None


def _total_frequency(witness: Witness) -> tuple[float, tuple[bytes, ...]]:
    # The bytes settle ties, so that the same rule gets the same witness at every start.
    return sum(map(_frequency, witness)), tuple(sorted(witness))


def _frequency(literal: bytes) -> float:
    """Return a guess of how often a text stands in an event; longer texts are rarer."""
    if literal in _COMMON:
        return 0.5
    return 0.5 ** min(len(literal), 14)

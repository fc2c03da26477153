"""Characters that paper cannot show, written out as `[U+202E]`, so that no text hides or reorders another."""

import unicodedata
from functools import cache
from pathlib import Path

GLYPHS_FILE = Path(__file__).parent / "templates" / "glyphs.txt"

NOTICE = "Karakter yang tidak dapat dicetak ditulis sebagai [U+kode]."

_KEPT_BREAKS = frozenset("\n\t")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls (XML forbids most), invisible and direction-changing characters, halves of pairs, unassigned ones."""


def spell_for_word(text: str) -> str:
    """Return the text with unprintable characters spelled out; Word finds a font for all the others."""
    return "".join(letter if _prints_in_word(letter) else _spelled(letter) for letter in text)


def spell_for_pdf(text: str) -> str:
    """Return the text, composed (NFC), with all spelled out that the embedded fonts cannot draw.

    Combining marks that have no composed letter are among these: stacked up, they would cover other lines.
    """
    composed = unicodedata.normalize("NFC", text).expandtabs(4)
    return "".join(letter if _prints_in_pdf(letter) else _spelled(letter) for letter in composed)


def _prints_in_word(letter: str) -> bool:
    return letter in _KEPT_BREAKS or unicodedata.category(letter) not in _UNPRINTABLE


def _prints_in_pdf(letter: str) -> bool:
    return letter in " \n" or letter in _drawable()


def _spelled(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


@cache
def _drawable() -> frozenset[str]:
    """The characters the fonts inside typst have, as `scripts/make_pdf_glyphs.py` found them."""
    ranges = (line.split("-") for line in GLYPHS_FILE.read_text(encoding="ascii").splitlines() if line[0] != "#")
    return frozenset(chr(point) for first, last in ranges for point in range(int(first, 16), int(last, 16) + 1))

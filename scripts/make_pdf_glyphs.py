"""Write down which characters the fonts inside typst can draw; run it again when typst is updated.

PDF/A refuses a character without a glyph, so each candidate is compiled alone and the refusals are counted out.
Usage: `python scripts/make_pdf_glyphs.py` (about a minute); the result is `ir_platform/documents/templates/glyphs.txt`.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import typst

TARGET = Path(__file__).resolve().parents[1] / "ir_platform" / "documents" / "templates" / "glyphs.txt"
SOURCE = (
    b'#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#set document(title: "x")\n#text(sys.inputs.letter)'
)
NOT_OURS = ("CJK", "HANGUL", "YI SYLLABLE", "VAI", "EGYPTIAN", "CANADIAN", "ETHIOPIC")
"""Scripts that no font in typst has; left out to save an hour."""


def is_candidate(letter: str) -> bool:
    """Letters, numbers, punctuation and symbols of the basic plane; marks and invisible characters are spelled out."""
    name = unicodedata.name(letter, "")
    return unicodedata.category(letter)[0] in "LNPS" and not name.startswith(NOT_OURS)


def has_glyph(letter: str) -> bool:
    try:
        typst.compile(
            SOURCE, format="pdf", ignore_system_fonts=True, sys_inputs={"letter": letter}, pdf_standards=["a-2u"]
        )
    except typst.TypstError:
        return False
    return True


def as_ranges(points: Iterable[int]) -> Iterator[str]:
    """Yield `0041-005A` for each unbroken run of rising code points."""
    start = end = None
    for point in points:
        if end is not None and point == end + 1:
            end = point
            continue
        if start is not None:
            yield f"{start:04X}-{end:04X}"
        start = end = point
    if start is not None:
        yield f"{start:04X}-{end:04X}"


def main() -> None:
    points = (point for point in range(0x20, 0x1_0000) if is_candidate(chr(point)) and has_glyph(chr(point)))
    lines = [f"# typst {typst.__version__}: made by scripts/make_pdf_glyphs.py", *as_ranges(points)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()

"""How much of a content is printed: a hostile or endless content must not make an endless document."""

MAX_STEPS = 200
MAX_EVIDENCE = 300
MAX_FINDINGS = 60
MAX_SAMPLES = 10
"""Sample lines of one finding."""
MAX_LIST_ITEMS = 20
"""Tags, advice, kelengkapan items and footnotes."""
MAX_SAMPLE_CHARS = 500
MAX_NAME_CHARS = 300
"""Names, titles, times and everything else that stands on one line of a form."""
MAX_NOTE_CHARS = 2_000
"""A catatan or an alasan."""
MAX_URAIAN_CHARS = 10_000
MAX_TEXT_LINES = 120
"""Lines of one text."""
MAX_DOCUMENT_CHARS = 300_000
"""Of a whole document, spelled out. The worst text found took typst 2 s and 0.6 GB; ten times as much, 100 s."""

CUT_MARK = " … [dipotong]"
DOCUMENT_CUT = "Isi dokumen melebihi batas panjang; yang bertanda [dipotong] selengkapnya pada catatan insiden."


def cut_lines(text: str, *, max_lines: int) -> str:
    """Return at most `max_lines` lines, with a mark where some were left out; one line is all lines in one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if max_lines == 1:
        return " ".join(lines)
    return "\n".join(lines[:max_lines]) + (CUT_MARK if len(lines) > max_lines else "")


def cut_chars(text: str, *, max_chars: int) -> str:
    """Return at most `max_chars` characters, with a mark where some were left out."""
    return text if len(text) <= max_chars else text[:max_chars] + CUT_MARK


def left_out(found: int, limit: int, what: str) -> str | None:
    """Return the closing row of a list that is longer than `limit`, None where nothing was left out."""
    if found <= limit:
        return None
    return f"… dan {found - limit} {what} lagi tidak dicetak; selengkapnya pada catatan insiden."

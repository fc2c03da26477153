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
MAX_NOTE_CHARS = 4_000
"""A catatan or an alasan."""
MAX_URAIAN_CHARS = 10_000
MAX_TEXT_LINES = 120
"""Line breaks inside one text."""

CUT_MARK = " … [dipotong]"


def cut_text(text: str, *, max_chars: int, max_lines: int = 1) -> str:
    """Return at most `max_chars` characters on at most `max_lines` lines, and a mark where something was left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = " ".join(lines) if max_lines == 1 else "\n".join(lines[:max_lines])
    if len(joined) > max_chars:
        return joined[:max_chars] + CUT_MARK
    return joined + CUT_MARK if 1 < max_lines < len(lines) else joined


def left_out(found: int, limit: int, what: str) -> str | None:
    """Return the closing row of a list that is longer than `limit`, None where nothing was left out."""
    if found <= limit:
        return None
    return f"… dan {found - limit} {what} lagi tidak dicetak; selengkapnya pada catatan insiden."

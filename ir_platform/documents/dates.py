"""Indonesian dates in words, read back into an instant or spelled out as a Berita Acara does."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

_MONTHS = (
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
)
_ZONES = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0}
"""Hours ahead of UTC; Indonesia has no summer time."""

_WORDS = re.compile(
    r"(?P<day>[0-9]{1,2}) (?P<month>[A-Za-z]+) (?P<year>[0-9]{4})"
    r" pukul (?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2}) (?P<zone>[A-Z]+)"
)

UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""Where the words are no date; the first instant a ZIP archive can carry."""


def instant_of(words: str) -> datetime:
    """Return the instant of `21 November 2026 pukul 14.05 WITA`, UNDATED for other words or for a day that is none."""
    found = _WORDS.fullmatch(words.strip())
    if found is None or found["month"].lower() not in _MONTHS or found["zone"] not in _ZONES:
        return UNDATED
    try:
        local = datetime(
            int(found["year"]),
            _MONTHS.index(found["month"].lower()) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            tzinfo=timezone(timedelta(hours=_ZONES[found["zone"]])),
        )
        return max(local.astimezone(UTC), UNDATED)
    except (ValueError, OverflowError):
        return UNDATED


_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_DAY_WORDS = re.compile(r"(?P<day>[0-9]{1,2}) (?P<month>[A-Za-z]+) (?P<year>[0-9]{4})")
_FIGURES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")


def date_words(day: date) -> str:
    """Return `21 November 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def day_of(moment: str) -> str:
    """Return `21 November 2026` of `21 November 2026 pukul 14.05 WITA`; other words are given back whole."""
    return moment.partition(" pukul ")[0]


def day_in_words(words: str) -> str:
    """Return `Sabtu tanggal dua puluh satu bulan November tahun dua ribu dua puluh enam (21-11-2026)`.

    Empty where the words are no date.
    """
    found = _DAY_WORDS.fullmatch(words.strip())
    if found is None or found["month"].lower() not in _MONTHS:
        return ""
    try:
        day = date(int(found["year"]), _MONTHS.index(found["month"].lower()) + 1, int(found["day"]))
    except ValueError:
        return ""
    month = _MONTHS[day.month - 1].capitalize()
    return (
        f"{_DAYS[day.weekday()]} tanggal {figure_in_words(day.day)} bulan {month} "
        f"tahun {figure_in_words(day.year)} ({day:%d-%m-%Y})"
    )


def figure_in_words(number: int) -> str:
    """Return a number from 1 to 9999 in Indonesian words: `seribu sembilan ratus sembilan puluh delapan`."""
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    parts = (_many(thousands, "ribu", "seribu"), _many(hundreds, "ratus", "seratus"), _below_hundred(rest))
    return " ".join(part for part in parts if part)


def _many(count: int, word: str, one: str) -> str:
    return one if count == 1 else f"{_FIGURES[count]} {word}" if count else ""


def _below_hundred(number: int) -> str:
    if number < len(_FIGURES):
        return _FIGURES[number]
    tens, rest = divmod(number, 10)
    if tens == 1:
        return f"{_FIGURES[rest]} belas"
    return f"{_FIGURES[tens]} puluh {_FIGURES[rest]}".strip()

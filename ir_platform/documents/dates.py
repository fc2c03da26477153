"""Indonesian dates in words, read back into an instant."""

import re
from datetime import UTC, datetime, timedelta, timezone

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

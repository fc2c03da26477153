"""The office's time zone, by the name people say (WIB, WITA, WIT) or the IANA name, and times in its words."""

from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_IANA_OF: Final = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_LABELS: Final = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
}
_MONTHS: Final = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905
)


class UnknownZoneError(Exception):
    """A zone name that is neither WIB, WITA, WIT nor in the IANA data base."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"zona waktu tidak dikenal: {name!r}; pakai WIB, WITA, WIT atau nama seperti Asia/Makassar")
        self.name = name


def zone_of(name: str) -> ZoneInfo:
    """Return the zone called `WITA` or `Asia/Makassar`. Raises: UnknownZoneError."""
    try:
        return ZoneInfo(_IANA_OF.get(name.strip().upper(), name.strip()))
    # ZoneInfo answers a path-like key with ValueError and a folder name with an OSError.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZoneError(name=name) from error


def zone_label(zone: tzinfo, at: datetime) -> str:
    """Return what people call the zone at that time, `WITA`."""
    return _LABELS.get(str(zone)) or at.astimezone(zone).tzname() or "UTC"


def clock_words(at: datetime, zone: tzinfo) -> str:
    """Return `14.05 WITA`."""
    return f"{at.astimezone(zone):%H.%M} {zone_label(zone, at)}"


def date_words(at: datetime, zone: tzinfo) -> str:
    """Return `21 November 2026`."""
    local = at.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def moment_words(at: datetime, zone: tzinfo) -> str:
    """Return `21 November 2026 pukul 14.05 WITA`."""
    return f"{date_words(at, zone)} pukul {clock_words(at, zone)}"

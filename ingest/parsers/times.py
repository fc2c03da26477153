"""Times as logs write them, as nanoseconds since 1970."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from ir_platform.domain.event import to_datetime, to_ns

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_NS: Final = 1_000_000_000
_CLOCK_SLACK: Final = timedelta(days=1)
"""A line may be this much newer than the file or the moment of receipt: zones and clocks are set wrongly."""

_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,18}))? ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def _iso_second_ns(day: str, clock: str, offset: str, zone: ZoneInfo) -> int | None:
    try:
        naive = datetime.fromisoformat(f"{day}T{clock}")
        return to_ns(naive.replace(tzinfo=_fixed_zone(offset) if offset else zone).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _fixed_zone(offset: str) -> timezone:
    """`Z`, `UTC`, `+07`, `+0700`, `+07:00`. Raises: ValueError from 24 hours on."""
    if offset.upper() in ("Z", "UTC"):
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if offset[0] == "-" else delta)


def iso_ns(text: str, zone: ZoneInfo) -> int | None:
    """Return the instant of an ISO 8601 time (`T` or blank; zone optional, then `zone`), None where it is none."""
    match = _ISO.match(text)
    if match is None:
        return None
    day, clock, fraction, offset = match.groups()
    second = _iso_second_ns(day, clock, offset or "", zone)
    if second is None or not fraction:
        return second
    return second + int(fraction[:9].ljust(9, "0"))


@lru_cache(maxsize=4096)
def _clf_second_ns(text: str) -> int | None:
    try:
        day = f"{text[7:11]}-{_MONTHS[text[3:6]]:02d}-{text[:2]}"
        local = datetime.fromisoformat(f"{day}T{text[12:20]}")
        return to_ns(local.replace(tzinfo=_fixed_zone(text[21:])).astimezone(UTC))
    except (ValueError, KeyError, OverflowError):
        return None


def clf_ns(text: str) -> int | None:
    """Return the instant of an Apache time, `26/Dec/2016:16:16:28 +0200`."""
    return _clf_second_ns(text)


YearlessReader = Callable[[str], int | None]


def yearless_reader(*, zone: ZoneInfo, year: int | None, reference_ns: int) -> YearlessReader:
    """Return a reader of `Feb 21 21:54:44` (RFC 3164; also `Feb 21 2026 21:54:44`), None where it is no time.

    Without `year` it is the last year that does not put the time more than a day after `reference_ns`:
    a December line read in January is last year's.
    """
    latest = to_datetime(reference_ns).astimezone(zone).replace(tzinfo=None) + _CLOCK_SLACK

    @lru_cache(maxsize=4096)
    def read_minute(month: str, day: str, given_year: str, hour_minute: str) -> int | None:
        try:
            fixed = int(given_year) if given_year else year
            local = _yearless(_MONTHS[month], int(day), hour_minute, year=fixed, latest=latest)
            return to_ns(local.replace(tzinfo=zone).astimezone(UTC))
        except (ValueError, KeyError, OverflowError):
            return None

    def read(text: str) -> int | None:
        minute = read_minute(text[:3], text[4:6], text[7:-9].strip(), text[-8:-3])
        second = int(text[-2:])
        if minute is None or second > 60:
            return None
        return minute + second * _NS

    return read


def _yearless(month: int, day: int, hour_minute: str, *, year: int | None, latest: datetime) -> datetime:
    """Raises: ValueError for a day that no year has, or that `year` has not."""
    hour, minute = int(hour_minute[:2]), int(hour_minute[3:])
    if year is not None:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001  the caller adds the zone
    # 29 February may need to go back eight years (1896 to 1904 had no leap year between them).
    for candidate in range(latest.year, latest.year - 9, -1):
        try:
            local = datetime(candidate, month, day, hour, minute)  # noqa: DTZ001  the caller adds the zone
        except ValueError:
            if day > 29 or month != 2:
                raise
            continue
        if local <= latest:
            return local
    raise ValueError(f"no year has day {day} of month {month}")


def epoch_ns(value: float) -> int | None:
    """Return the instant of an epoch in seconds, milliseconds, microseconds or nanoseconds, told by its size.

    1e11 seconds is the year 5138, 1e11 milliseconds is 1973: between them the unit is never in doubt for a log.
    """
    magnitude = abs(value)
    for limit, factor in ((1e11, _NS), (1e14, 1_000_000), (1e17, 1_000), (1e20, 1)):
        if magnitude < limit:
            return value * factor if isinstance(value, int) else _float_ns(value, factor)
    return None


def _float_ns(value: float, factor: int) -> int:
    # A double holds an epoch to about 0.2 microseconds: finer digits would be made up.
    return round(value * (factor / 1_000)) * 1_000 if factor >= 1_000 else int(value)

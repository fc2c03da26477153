"""How text, numbers, times and addresses are brought to the form in which they are compared."""

import math
import re
import struct
from calendar import isleap, monthrange
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, ip_address
from socket import AF_INET, inet_pton
from typing import Final

from ir_platform.domain.event import to_ns

_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII,
)
MAX_TIME_US: Final = 2**62
"""Times beyond are cut to it; far outside what a datetime can say."""
_DAY_US: Final = 86_400_000_000
_MAPPED_V4: Final = 0xFFFF << 32


def fold(text: str) -> str:
    """Return the text as it is compared: lower case, and outside ASCII only letters and digits kept.

    Signs outside ASCII become spaces because stores disagree about which of them belong to a word.
    """
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return "".join(c if c.isascii() or c.isalnum() else " " for c in lowered)


def words(folded: str) -> list[str]:
    """Return the words of folded text: runs of letters and digits."""
    return _WORD.findall(folded)


def number(value: object) -> float | None:
    """Return a finite number for a number or for text that is one, else None."""
    if isinstance(value, str):
        if len(value) > 32 or not _NUMBER.fullmatch(value):
            return None
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def number_text(value: float) -> str:
    """Return the one text of a number: `443` for 443, 443.0 and `0443`."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def sortable(value: float) -> str:
    """Return 16 hex digits that are ordered as the numbers are (IEEE 754 with the sign folded in)."""
    bits: int = struct.unpack(">Q", struct.pack(">d", value + 0.0))[0]
    return f"{bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63:016x}"


@lru_cache(maxsize=65_536)
def address(text: str) -> int | None:
    """Return an IP address as a 128-bit number, IPv4 as `::ffff:a.b.c.d`; None where the text is not one."""
    try:
        return _MAPPED_V4 | int.from_bytes(inet_pton(AF_INET, text), "big")
    except (OSError, ValueError):  # not the plain IPv4 that nearly all are
        pass
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return _MAPPED_V4 | int(found) if isinstance(found, IPv4Address) else int(found)


@lru_cache(maxsize=65_536)
def address_text(value: int) -> str:
    """Return the canonical text of `address`; a mapped IPv4 address is written as IPv4."""
    return str(IPv4Address(value & 0xFFFFFFFF)) if value >> 32 == 0xFFFF else str(ip_address(value.to_bytes(16, "big")))


def time_span(text: str) -> tuple[int, int] | None:
    """Return [from, to) in microseconds since 1970 of an ISO 8601 time, as long as its last part: a day, a second.

    A time without an offset is UTC. None where the text is not a time.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        start = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), micro, UTC
        )
        from_us = to_ns(start) // 1000 - _offset_us(zone)
    except (ValueError, OverflowError):
        return None
    if month is None:
        days = 366 if isleap(int(year)) else 365
        return from_us, from_us + days * _DAY_US
    if day is None:
        return from_us, from_us + monthrange(int(year), int(month))[1] * _DAY_US
    return from_us, from_us + _length_us(hour, minute, second, fraction)


def _offset_us(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (minutes if zone[0] == "+" else -minutes) * 60_000_000


def _length_us(hour: str | None, minute: str | None, second: str | None, fraction: str | None) -> int:
    if fraction is not None:
        return int(10 ** max(0, 6 - len(fraction)))
    if second is not None:
        return 1_000_000
    if minute is not None:
        return 60_000_000
    return _DAY_US if hour is None else 3_600_000_000

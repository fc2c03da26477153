"""Fresh ids and the time: the only place where either is made."""

import secrets
import time
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """Return 26 characters: 48 bits of milliseconds, then 80 random bits, so that ids rise with time (ULID)."""
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))

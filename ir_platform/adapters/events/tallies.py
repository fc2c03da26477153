"""What both stores share in counting events by a value."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Final

from ir_platform.adapters.events.query.fields import ADDRESS_FIELDS, NUMBER_FIELDS
from ir_platform.domain.event import to_datetime
from ir_platform.ports import Tally

MAX_VALUES: Final = 20_000
"""Values told apart in one part of a store, the most frequent ones; both stores refuse to hold many more."""


def require_countable(field: str) -> str:
    """Raises: ValueError for a field that is neither an address nor a number."""
    if field not in ADDRESS_FIELDS and field not in NUMBER_FIELDS:
        raise ValueError(f"events cannot be counted by {field!r}")
    return field


def require_number(field: str) -> str:
    """Raises: ValueError."""
    if field not in NUMBER_FIELDS:
        raise ValueError(f"not a number: {field!r}")
    return field


def largest_first(sums: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the order in which a store gives values: by their first sum, else by their count."""
    return {"order": {"sum0" if sums else "_count": "desc"}}


def key_text(key: float | str) -> str:
    """Return a value as text: an address canonical (stores hold IPv4 as IPv6), a number without its `.0`."""
    if not isinstance(key, str):
        return str(int(key))
    address = ip_address(key)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def merged_tallies(found: Iterable[tuple[str, int, tuple[int, ...]]], *, limit: int) -> tuple[Tally, ...]:
    """Return the values' counts and sums over all parts of the store, the largest first sum first."""
    merged: dict[str, tuple[int, tuple[int, ...]]] = {}
    for key, count, sums in found:
        known = merged.get(key, (0, (0,) * len(sums)))
        merged[key] = known[0] + count, tuple(a + b for a, b in zip(known[1], sums, strict=True))
    tallies = [Tally(key=key, count=count, sums=sums) for key, (count, sums) in merged.items()]
    return tuple(sorted(tallies, key=lambda one: (*(-total for total in one.sums), -one.count, one.key))[:limit])


def span_of(ends: Sequence[tuple[float, float]]) -> tuple[datetime, datetime] | None:
    """Return the oldest and the newest of (first, last) pairs in microseconds; a float holds these exactly to 2255."""
    if not ends:
        return None
    first, last = min(one for one, _ in ends), max(one for _, one in ends)
    return to_datetime(int(first) * 1000), to_datetime(int(last) * 1000)

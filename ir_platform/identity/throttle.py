"""How fast one may try passwords: per account and per address, in memory, by the time it is told."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final

FREE_FAILURES: Final = 5
"""Wrong passwords in a row before one has to wait."""
ADDRESS_FREE_FAILURES: Final = 20
"""More for an address: an office's people share one."""
FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=5)
"""Waits double up to this; short enough that nobody can lock a colleague out for a day."""
FORGOTTEN_AFTER: Final = timedelta(hours=1)
MAX_REMEMBERED: Final = 10_000
"""Accounts and addresses together; the longest untouched is forgotten first."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: datetime
    waits_until: datetime


class SignInThrottle:
    """Counts failed sign-ins; safe for threads; forgets everything at a restart."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._lock = Lock()

    def begin(self, *, username: str, address: str, now: datetime) -> timedelta:
        """Return how long this account or address still has to wait; zero: try now, and it counts as failed already.

        Counting first leaves no moment in which many tries at once pass the same check.
        """
        keys = _keys(username, address)
        with self._lock:
            ends = [known.waits_until for key in keys if (known := self._failures.get(key)) is not None]
            wait = max([timedelta(), *(end - now for end in ends)])
            if not wait:
                for key in keys:
                    self._note(key, now)
                while len(self._failures) > MAX_REMEMBERED:
                    self._failures.popitem(last=False)
        return wait

    def succeed(self, *, username: str, address: str) -> None:
        """Forget the account's failures and take this try back from the address.

        The address keeps its other failures, or an attacker's own account would clear them.
        """
        account, place = _keys(username, address)
        with self._lock:
            self._failures.pop(account, None)
            known = self._failures.get(place)
            if known is not None:
                known.count -= 1
                known.waits_until = known.last + _wait_after(known.count - ADDRESS_FREE_FAILURES)

    def _note(self, key: tuple[str, str], now: datetime) -> None:
        known = self._failures.pop(key, None)
        count = 1 if known is None or now - known.last > FORGOTTEN_AFTER else known.count + 1
        free = FREE_FAILURES if key[0] == "account" else ADDRESS_FREE_FAILURES
        self._failures[key] = _Failures(count=count, last=now, waits_until=now + _wait_after(count - free))


def _keys(username: str, address: str) -> tuple[tuple[str, str], tuple[str, str]]:
    # Cut, because what is typed as a name has no limit and is kept here.
    return ("account", username[:64]), ("address", _network_of(address))


def _network_of(address: str) -> str:
    """Return an IPv6 address as its /64, which one subscriber has to himself, and all else as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address


def _wait_after(too_many: int) -> timedelta:
    if too_many < 0:
        return timedelta()
    doublings: int = 2 ** min(too_many, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)

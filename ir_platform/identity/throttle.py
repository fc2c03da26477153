"""How fast one may try passwords: per account and per address, the same whichever process of the API is asked."""

from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from ir_platform.domain.sign_in import Failures
from ir_platform.ports import State

FREE_FAILURES: Final = 5
"""Wrong passwords in a row before one has to wait."""
ADDRESS_FREE_FAILURES: Final = 20
"""More for an address: an office's people share one."""
FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=5)
"""Waits double up to this; short enough that nobody can lock a colleague out for a day."""
FORGOTTEN_AFTER: Final = timedelta(hours=1)
"""What is older is removed by `ir_platform.app.upkeep`; a flood of names grows no faster than passwords are hashed."""


class SignInThrottle:
    """Counts failed sign-ins in the database."""

    def __init__(self, state: State) -> None:
        self._state = state

    def begin(self, *, username: str, address: str, now: datetime) -> timedelta:
        """Return how long this account or address still has to wait; zero: try now, and it counts as failed already.

        Counting first leaves no moment in which many tries at once pass the same check.
        """
        keys = _keys(username, address)
        # Who has to wait writes nothing: only tries that cost the hash of a password may make the table grow.
        with self._state.read() as uow:
            known = [one for one in map(uow.sign_in_failures.of, keys) if one is not None]
        if wait := _wait_of(known, now):
            return wait
        with self._state.write() as uow:
            # Always the account first: two that took their locks in another order would wait for each other.
            locked = [uow.sign_in_failures.lock(key, now) for key in keys]
            wait = _wait_of(locked, now)
            for one in locked if not wait else ():
                uow.sign_in_failures.save(failed_again(one, now))
        return wait

    def succeed(self, *, username: str, address: str, now: datetime) -> None:
        """Forget the account's failures and take this try back from the address.

        The address keeps its other failures, or an attacker's own account would clear them.
        """
        account, place = _keys(username, address)
        with self._state.write() as uow:
            uow.sign_in_failures.forget(account)
            uow.sign_in_failures.save(one_less(uow.sign_in_failures.lock(place, now)))


def failed_again(known: Failures, now: datetime) -> Failures:
    count = 1 if now - known.last > FORGOTTEN_AFTER else known.count + 1
    return replace(known, count=count, last=now, waits_until=now + _wait_after(count - _free(known.key)))


def one_less(known: Failures) -> Failures:
    count = max(0, known.count - 1)
    return replace(known, count=count, waits_until=known.last + _wait_after(count - _free(known.key)))


def _wait_of(known: list[Failures], now: datetime) -> timedelta:
    return max([timedelta(), *(one.waits_until - now for one in known)])


def _free(key: str) -> int:
    return FREE_FAILURES if key.startswith("account:") else ADDRESS_FREE_FAILURES


def _keys(username: str, address: str) -> tuple[str, str]:
    # Cut, because what is typed as a name has no limit and is kept here.
    return f"account:{username[:64]}", f"address:{_network_of(address)}"


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

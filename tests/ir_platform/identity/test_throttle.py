"""Failed sign-ins: counted once for the account and once for the address, by every process alike, on both databases."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.identity.throttle import FORGOTTEN_AFTER, FREE_FAILURES, LONGEST_WAIT, SignInThrottle
from tests.ir_platform.adapters.sql.conftest import database_url, state
from tests.support.builders import NOON
from tests.support.postgres import postgres_server

__all__ = ["database_url", "postgres_server", "state"]

SPAWN = multiprocessing.get_context("spawn")
ADDRESS = "192.0.2.1"


@pytest.fixture
def throttle(state: SqlState) -> SignInThrottle:
    return SignInThrottle(state)


def fail(throttle: SignInThrottle, times: int, *, username: str = "kasi", address: str = ADDRESS) -> None:
    for _ in range(times):
        assert not throttle.begin(username=username, address=address, now=NOON)


def wait(
    throttle: SignInThrottle, *, username: str = "kasi", address: str = ADDRESS, after: timedelta = timedelta()
) -> timedelta:
    return throttle.begin(username=username, address=address, now=NOON + after)


def test_the_account_has_to_wait_from_every_address(throttle: SignInThrottle) -> None:
    for number in range(FREE_FAILURES):
        fail(throttle, 1, address=f"192.0.2.{number}")

    assert wait(throttle, address="198.51.100.1") == timedelta(seconds=2)


def _fail_elsewhere(url: str) -> None:
    elsewhere = SqlState(url)
    fail(SignInThrottle(elsewhere), FREE_FAILURES)
    elsewhere.close()


def test_failures_that_another_process_has_counted_make_one_wait_here(
    throttle: SignInThrottle, database_url: str
) -> None:
    process = SPAWN.Process(target=_fail_elsewhere, args=(database_url,))

    process.start()
    process.join()

    assert process.exitcode == 0
    assert wait(throttle) == timedelta(seconds=2)
    assert not wait(throttle, username="another", address="198.51.100.1")


def test_of_many_tries_at_once_no_more_than_the_free_ones_pass(throttle: SignInThrottle) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: wait(throttle), range(24)))

    assert sum(not one for one in waits) == FREE_FAILURES


def test_a_success_and_failures_at_once_lose_none_of_the_address_failures(throttle: SignInThrottle) -> None:
    def try_and_err(number: int) -> None:
        assert not wait(throttle, username=f"user{number}")

    def try_and_succeed(number: int) -> None:
        assert not wait(throttle, username=f"own{number}")
        throttle.succeed(username=f"own{number}", address=ADDRESS, now=NOON)

    with ThreadPoolExecutor(4) as pool:
        acts = [try_and_err if number % 2 else try_and_succeed for number in range(20)]
        list(pool.map(lambda pair: pair[1](pair[0]), enumerate(acts)))

    for number in range(10):
        assert not wait(throttle, username=f"later{number}")
    assert wait(throttle, username="another") == timedelta(seconds=2)


def test_an_address_that_tries_many_accounts_has_to_wait(throttle: SignInThrottle) -> None:
    for number in range(20):
        fail(throttle, 1, username=f"user{number}")

    assert wait(throttle, username="another") == timedelta(seconds=2)
    assert not wait(throttle, username="another", address="198.51.100.1")


def test_one_ipv6_network_is_one_address(throttle: SignInThrottle) -> None:
    for number in range(20):
        fail(throttle, 1, username=f"user{number}", address=f"2001:db8::{number:x}")

    assert wait(throttle, username="another", address="2001:db8::ffff")
    assert not wait(throttle, username="another", address="2001:db8:0:1::1")


def test_waits_double_up_to_five_minutes(throttle: SignInThrottle) -> None:
    fail(throttle, 5)
    passed, waits = timedelta(), []
    for _ in range(10):
        waits.append(wait(throttle, after=passed))
        passed += waits[-1]
        assert not wait(throttle, after=passed)

    assert [one.total_seconds() for one in waits] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert waits[-1] == LONGEST_WAIT


def test_after_an_hour_failures_are_forgotten(throttle: SignInThrottle) -> None:
    fail(throttle, 5)

    assert not wait(throttle, after=FORGOTTEN_AFTER + timedelta(seconds=1))
    assert not wait(throttle, after=FORGOTTEN_AFTER + timedelta(seconds=1))


def test_a_success_clears_the_account_but_not_what_the_address_did_to_others(throttle: SignInThrottle) -> None:
    for number in range(19):
        fail(throttle, 1, username=f"user{number}")
    for _ in range(3):
        assert not wait(throttle, username="own")
        throttle.succeed(username="own", address=ADDRESS, now=NOON)

    assert not wait(throttle, username="victim")
    assert wait(throttle, username="victim")


def test_who_has_to_wait_leaves_nothing_behind(throttle: SignInThrottle, state: SqlState) -> None:
    for number in range(20):
        fail(throttle, 1, username=f"user{number}")

    assert wait(throttle, username="made-up")

    with state.read() as uow:
        assert uow.sign_in_failures.of("account:made-up") is None

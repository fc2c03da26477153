"""What is remembered of an event's partition: told apart by every value that decides, and never without a limit."""

from collections.abc import Callable
from typing import Any

import pytest

from detections.sigma import routes
from detections.sigma.partition import Partition
from tests.support.uncompiled_rooms import Uncompiled

VALUES: tuple[Any, ...] = (1, True, 1.0, "1", ["1"], [1], [True], "True", None, "None", {"a": 1}, [], [["1"]], "['1']")
NAMES = ("event.category", "event.code")
with Uncompiled("detections"):
    from detections.sigma import partition as plain_partition
    from detections.sigma import routes as plain_routes

Kind = tuple[Callable[..., Any], Callable[[], Any]]


@pytest.fixture(params=["compiled", "uncompiled"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """What makes routes, and a partition that it takes."""
    if request.param == "compiled":
        return routes.Routes, lambda: Partition([], [], None)
    return plain_routes.Routes, lambda: plain_partition.Partition([], [], None)


def test_values_that_are_written_otherwise_are_told_apart(kind: Kind) -> None:
    known, partitions = kind[0](NAMES), [kind[1]() for _ in VALUES]
    for value, partition in zip(VALUES, partitions, strict=True):
        known.find({"event.category": value})
        known.learn(partition)

    found = [known.find({"event.category": value}) for value in VALUES]

    assert all(one is other for one, other in zip(found, partitions, strict=True))


def test_values_that_do_not_decide_make_no_difference(kind: Kind) -> None:
    known, partition = kind[0](NAMES), kind[1]()
    known.find({"event.code": "7", "message": "a"})
    known.learn(partition)

    assert known.find({"event.code": "7", "message": "b"}) is partition
    assert known.find({"event.code": "7", "other": "a"}) is None


def test_a_long_value_is_not_remembered(kind: Kind) -> None:
    known = kind[0](NAMES)
    fields = {"event.code": "7" * (routes.MAX_VALUE_CHARACTERS + 1)}
    known.find(fields)
    known.learn(kind[1]())

    assert known.find(fields) is None


def test_what_anybody_can_make_up_is_remembered_up_to_a_limit(kind: Kind) -> None:
    known, first = kind[0](NAMES), kind[1]()
    known.find({"event.code": "first"})
    known.learn(first)
    for number in range(routes.MAX_REMEMBERED):
        known.find({"event.code": str(number)})
        known.learn(kind[1]())

    assert known.find({"event.code": "first"}) is None

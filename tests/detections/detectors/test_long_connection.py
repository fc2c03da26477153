"""Long connections outwards, and those that are long by nature."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.long_connection import LongConnectionDetector
from tests.detections.detectors.traffic import a_flow, found_by

HOUR_NS = 3_600_000_000_000


def long(hours: float = 10, **changes: object) -> Observed:
    return a_flow(**{"event__duration": int(hours * HOUR_NS), **changes})


def test_a_connection_of_hours_is_told_once_a_day_with_its_length() -> None:
    found = found_by(LongConnectionDetector(), [long(), long(12)])

    assert [dict(one.figures)["lama"] for one in found] == ["10 jam"]


def test_parts_of_one_connection_are_added_up_also_over_a_restart() -> None:
    before, after = LongConnectionDetector(), LongConnectionDetector()
    parts = [
        a_flow(part * 1_800, source__port=50_000, event__duration=HOUR_NS // 2, network__connection__part=part)
        for part in range(18)
    ]
    first = found_by(before, parts[:9])

    after.restore(before.snapshot())
    second = found_by(after, parts[9:])

    assert first == []
    assert [dict(one.figures)["lama"] for one in second] == ["8 jam"]


def test_connections_one_after_another_are_not_one_long_one() -> None:
    flows = [a_flow(n * 1_800, source__port=50_000, event__duration=HOUR_NS // 2) for n in range(40)]

    assert found_by(LongConnectionDetector(), flows) == []


@pytest.mark.parametrize(
    "flows",
    [
        [long(7)],
        [long(destination__port=1194, network__transport="udp")],
        [long(destination__ip="10.10.0.5")],
        [long(destination__packets=0, destination__bytes=0)],
        [long(source__ip="198.51.100.7")],
    ],
    ids=["shorter", "the office's VPN", "inside", "unanswered", "from outside"],
)
def test_what_is_long_by_nature_is_not_told(flows: list[Observed]) -> None:
    assert found_by(LongConnectionDetector(), flows) == []


def test_a_place_that_many_stay_connected_with_is_told_no_more() -> None:
    found = found_by(LongConnectionDetector(), [long(source__ip=f"10.10.1.{n}") for n in range(40)])

    assert len(found) == 4


def test_a_told_connection_stays_told_after_a_restart() -> None:
    before, after = LongConnectionDetector(), LongConnectionDetector()
    before.observe([long()])

    after.restore(before.snapshot())

    assert after.observe([long()]) == ()

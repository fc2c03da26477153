"""Lateral movement: one host that talks with many new ones, and those that always do."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.fan_out import FanOutDetector
from tests.detections.detectors.traffic import a_flow, found_by


def talk(number: int, *, every: float = 20, day: int = 0, **changes: object) -> Observed:
    ends = {"destination__ip": f"10.10.2.{number}", "destination__port": 445}
    return a_flow(day * 86_400 + number * every, day * 1_000 + number, **{**ends, **changes})


def test_a_host_that_talks_with_many_new_ones_on_ports_of_administration_is_told() -> None:
    found = found_by(FanOutDetector(), [talk(n) for n in range(30)])

    assert [dict(one.group) for one in found] == [{"source.ip": "10.10.1.2"}]
    assert dict(found[0].figures)["perangkat baru dihubungi"] == "10"


@pytest.mark.parametrize(
    "flows",
    [
        [talk(n) for n in range(9)],
        [talk(n, every=600) for n in range(60)],
        [talk(n % 5) for n in range(60)],
        [talk(n, destination__port=443) for n in range(60)],
        [talk(n, destination__payload_bytes=0) for n in range(60)],
        [talk(n, destination__ip=f"203.0.113.{n}") for n in range(60)],
        [talk(n % 8, every=20, day=day) for day in range(10) for n in range(8)],
        [talk(day * 8 + n, every=20, day=day) for day in range(5) for n in range(8)],
    ],
    ids=["one too few", "slow", "few hosts", "web", "a scan", "outside", "the same every day", "a few new ones a day"],
)
def test_ordinary_administration_is_no_lateral_movement(flows: list[Observed]) -> None:
    assert found_by(FanOutDetector(), flows) == []


def test_known_hosts_stay_known_after_a_restart() -> None:
    before, after = FanOutDetector(), FanOutDetector()
    found_by(before, [talk(n, every=3_000) for n in range(20)])

    after.restore(before.snapshot())

    assert found_by(after, [talk(n, day=2) for n in range(20)]) == []

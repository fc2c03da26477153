"""Beacons: a clock with jitter and gaps, and people who only come back often."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.detectors.base import Observed
from detections.detectors.beaconing import BeaconingDetector, beat_of
from tests.detections.detectors.traffic import a_flow, found_by


def calls(
    *, gap: float, count: int, jitter: float = 0.0, missed: frozenset[int] = frozenset(), **changes: object
) -> list[Observed]:
    random = Random(7)
    return [
        a_flow(beat * gap + random.uniform(-jitter, jitter) * gap, beat, **changes)
        for beat in range(count)
        if beat not in missed
    ]


@pytest.mark.parametrize(
    "flows",
    [
        calls(gap=60, count=40),
        calls(gap=60, count=60, jitter=0.1),
        calls(gap=300, count=40, missed=frozenset(range(10, 22))),
        calls(gap=60, count=60, jitter=0.05, missed=frozenset({5, 6, 14, 20, 33, 34, 35})),
    ],
    ids=["exact", "jitter", "an hour without network", "missed beats"],
)
def test_a_clock_is_found_in_spite_of_jitter_and_gaps(flows: list[Observed]) -> None:
    found = found_by(BeaconingDetector(), flows, at_once=1)

    assert len(found) == 1
    assert dict(found[0].group)["destination.port"] == "443"
    assert float(dict(found[0].figures)["keteraturan"].removesuffix(" %").replace(",", ".")) >= 85


@pytest.mark.parametrize(
    "flows",
    [
        calls(gap=60, count=14),
        calls(gap=30, count=60, jitter=0.9),
        calls(gap=60, count=60, destination__port=123, network__transport="udp"),
        calls(gap=60, count=60, destination__ip="10.10.0.5"),
        calls(gap=60, count=60, destination__packets=0, destination__bytes=0),
        calls(gap=0.5, count=60),
        [a_flow(n * 60, n, source__payload_bytes=300 + n * n * 40) for n in range(60)],
        [flow for host in range(6) for flow in calls(gap=60, count=40, source__ip=f"10.10.1.{host}")],
    ],
    ids=[
        "too few",
        "a person",
        "time",
        "a server of ours",
        "nobody answers",
        "one page",
        "different sizes",
        "a service that everybody uses",
    ],
)
def test_what_comes_back_for_another_reason_is_no_beacon(flows: list[Observed]) -> None:
    assert found_by(BeaconingDetector(), sorted(flows, key=lambda flow: flow.time_ns)) == []


@given(st.floats(10, 3_600), st.integers(20, 60), st.sets(st.integers(1, 18), max_size=6))
def test_missed_beats_do_not_change_the_beat(gap: float, count: int, missed: set[int]) -> None:
    times = [1e9 + beat * gap for beat in range(count) if beat not in missed]

    beat = beat_of(times)

    assert beat is not None
    assert beat.gap_seconds == pytest.approx(gap, rel=1e-3)
    assert beat.regularity > 0.99


def test_a_beacon_goes_on_counting_after_a_restart_and_is_told_once_a_day() -> None:
    before, after = BeaconingDetector(), BeaconingDetector()
    flows = calls(gap=60, count=120)
    first = found_by(before, flows[:60])

    after.restore(before.snapshot())

    assert len(first) == 1
    assert found_by(after, flows[60:]) == []

"""Floods: what drowns a victim, and what only is a lot."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.flood import ABUSED, DATAGRAMS, REFLECTED, SYN, FloodDetector, Thresholds
from tests.detections.detectors.traffic import HALF_OPEN, SERVER, TALKED, a_flow, found_by

SMALL = Thresholds(half_open=50, datagrams=200, reflectors=5, reflected_bytes=5_000, amplified_bytes=5_000)


def a_syn(number: int, **changes: object) -> Observed:
    given = {"source__ip": f"198.51.100.{number % 250}", "source__packets": 1, "source__bytes": 60}
    silent = {"source__payload_bytes": 0, "destination__packets": 0, "destination__bytes": 0}
    ends = {"destination__ip": SERVER, "destination__payload_bytes": 0, "tcp__flags": HALF_OPEN}
    return a_flow(number / 1000, number, **{**given, **silent, **ends, **changes})


def a_datagram(number: int, **changes: object) -> Observed:
    return a_syn(number, **{"network__transport": "udp", "tcp__flags": None, "source__packets": 10, **changes})


def a_reflection(number: int, **changes: object) -> Observed:
    given = {"source__port": 123, "destination__port": 41_000, "source__bytes": 4_800}
    return a_datagram(number, **{**given, **changes})


def an_abuse(number: int, **changes: object) -> Observed:
    asked = {"source__ip": "198.51.100.7", "source__bytes": 70, "destination__port": 11211, "destination__packets": 9}
    return a_datagram(number, **{**asked, "destination__bytes": 12_000, **changes})


@pytest.mark.parametrize(
    ("flows", "title"),
    [
        ([a_syn(n) for n in range(60)], SYN.title),
        ([a_syn(0, tanggap__flows=60, source__packets=60)], SYN.title),
        ([a_datagram(n) for n in range(30)], DATAGRAMS.title),
        ([a_reflection(n) for n in range(12)], REFLECTED.title),
        ([an_abuse(n) for n in range(3)], ABUSED.title),
    ],
    ids=["SYN", "SYN, sampled", "UDP", "reflection", "own service abused"],
)
def test_a_flood_is_told_once_with_its_victim(flows: list[Observed], title: str) -> None:
    found = found_by(FloodDetector(SMALL), flows, at_once=7)

    assert [one.rule_title for one in found] == [title]
    assert dict(found[0].group)["destination.ip"] == SERVER
    assert dict(found[0].figures)["sumber berbeda"]


@pytest.mark.parametrize(
    "flows",
    [
        [a_syn(n, tcp__flags=TALKED, source__packets=9, source__payload_bytes=400) for n in range(500)],
        [a_syn(n * 1_000) for n in range(500)],
        [a_syn(n, destination__ip=f"10.10.0.{n % 250}") for n in range(500)],
        [a_datagram(n, destination__packets=9, destination__bytes=900) for n in range(500)],
        [a_datagram(0, source__packets=36_000, event__duration=3_600_000_000_000)],
        [a_datagram(n, destination__ip="239.255.255.250") for n in range(500)],
        [a_reflection(n, source__ip="198.51.100.7", source__packets=1) for n in range(100)],
        [an_abuse(n, destination__bytes=400) for n in range(300)],
        [an_abuse(n, destination__ip="198.51.100.9") for n in range(300)],
    ],
    ids=[
        "a busy web server",
        "spread over a day",
        "a scan",
        "answered",
        "a long quiet stream",
        "multicast",
        "one name server's late answers",
        "answers as short as questions",
        "somebody else's service",
    ],
)
def test_much_traffic_is_no_flood(flows: list[Observed]) -> None:
    assert found_by(FloodDetector(SMALL), flows) == []


def test_a_flood_cut_by_a_restart_is_still_found() -> None:
    before, after = FloodDetector(SMALL), FloodDetector(SMALL)
    before.observe([a_syn(n) for n in range(30)])

    after.restore(before.snapshot())

    assert len(after.observe([a_syn(n) for n in range(30, 60)])) == 1

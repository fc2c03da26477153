"""Port scans: what is one, and what only looks like one."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.detectors.bank import read_facts
from detections.detectors.base import Observed
from detections.detectors.port_scan import HORIZONTAL, SLOW, VERTICAL, PortScanDetector, Thresholds
from detections.sigma.view import EventView
from ir_platform.domain.alert import Detection
from tests.support.builders import NOON, an_event

PORTS_OF_ONE_HOST, HOSTS_ON_ONE_PORT = Thresholds().ports_of_one_host, Thresholds().hosts_on_one_port
REFUSED = ["syn", "rst", "ack"]
TALKED = ["fin", "syn", "psh", "ack"]


def a_flow(number: int, **changes: Any) -> Observed:
    ecs = {
        "event__dataset": "flow",
        "source__ip": "203.0.113.9",
        "source__port": 40_000 + number,
        "source__packets": 1,
        "destination__ip": "10.0.0.5",
        "destination__port": 443,
        "destination__packets": 1,
        "network__transport": "tcp",
        "tcp__flags": REFUSED,
        **changes,
    }
    event = an_event(NOON + timedelta(seconds=number), number, **ecs)
    return read_facts(Observed(event.id, event.time_ns, EventView(event.fields())))


def found_in(flows: list[Observed]) -> tuple[Detection, ...]:
    return PortScanDetector().observe(flows)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tcp__flags": ["syn"], "destination__packets": 0},
        {"tcp__flags": ["syn", "rst", "ack"], "source__packets": 2},
        {"tcp__flags": ["fin"], "destination__packets": 0},
        {"tcp__flags": ["fin", "psh", "urg"], "destination__packets": 0},
        {"tcp__flags": [], "destination__packets": 0},
        {"zeek__conn__conn_state": "S0"},
        {"zeek__conn__conn_state": "REJ"},
        {"network__transport": "udp", "tcp__flags": None, "destination__packets": 0},
        {"event__dataset": "fortigate.traffic", "event__action": "connection_denied", "source__ip": "10.0.0.9"},
    ],
    ids=["refused", "silent", "half-open", "fin", "xmas", "null", "zeek S0", "zeek REJ", "udp", "firewall"],
)
def test_many_ports_of_one_host_tried_in_vain_are_a_scan(changes: dict[str, Any]) -> None:
    found = found_in([a_flow(port, destination__port=port + 1, **changes) for port in range(40)])

    assert [detection.rule_id for detection in found] == [VERTICAL.id]
    assert dict(found[0].group)["destination.ip"] == "10.0.0.5"
    assert (found[0].source, found[0].event_count) == ("detector", 40)
    assert dict(found[0].figures) == {
        "percobaan gagal": "40",
        "rentang": "39 detik",
        "ambang": "15 port dalam 5 menit",
    }


def test_one_port_of_many_hosts_tried_in_vain_is_a_scan_by_its_source() -> None:
    found = found_in([a_flow(host, destination__ip=f"10.0.1.{host}") for host in range(60)])

    assert [(detection.rule_id, detection.group) for detection in found] == [
        (HORIZONTAL.id, (("source.ip", "203.0.113.9"),))
    ]


@pytest.mark.parametrize(
    "flows",
    [
        [a_flow(n, tcp__flags=TALKED, source__packets=9) for n in range(200)],
        [a_flow(n) for n in range(200)],
        [a_flow(n, tcp__flags=TALKED, source__packets=9, destination__ip=f"10.0.1.{n}") for n in range(200)],
        [
            a_flow(
                n,
                source__port=53,
                destination__ip=f"10.0.1.{n % 40}",
                destination__port=30_000 + n,
                network__transport="udp",
                tcp__flags=None,
                destination__packets=0,
            )
            for n in range(200)
        ],
        [a_flow(n, destination__port=n + 1) for n in range(PORTS_OF_ONE_HOST - 1)],
        [a_flow(n * 60, destination__port=n % 20 + 1) for n in range(60)],
        [a_flow(n, destination__port=n + 1, event__dataset="dns") for n in range(60)],
        [a_flow(n, destination__port=n + 1, source__packets=50) for n in range(60)],
        [a_flow(n, destination__port=None, network__transport="icmp") for n in range(60)],
        [
            a_flow(n, destination__port=n + 1, event__dataset="cisco.asa", event__action="connection_denied")
            for n in range(60)
        ],
    ],
    ids=[
        "web client, one server",
        "client of a server that is off",
        "web client, many servers",
        "answers of a name server",
        "one port too few",
        "slow",
        "not a flow",
        "conversations",
        "ping",
        "the internet at the firewall",
    ],
)
def test_ordinary_traffic_is_no_scan(flows: list[Observed]) -> None:
    assert found_in(flows) == ()


@given(st.integers(1, 60), st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_scan_is_found_from_the_threshold_on_in_any_order(ports: int, hosts: int, random: Any) -> None:
    flows = [a_flow(n, destination__port=n + 1) for n in range(ports)]
    flows += [a_flow(n, source__ip="203.0.113.10", destination__ip=f"10.0.1.{n}") for n in range(hosts)]
    random.shuffle(flows)

    kinds = {detection.rule_id for detection in found_in(flows)}

    assert (VERTICAL.id in kinds) is (ports >= PORTS_OF_ONE_HOST)
    assert (HORIZONTAL.id in kinds) is (hosts >= HOSTS_ON_ONE_PORT)


def test_a_scan_spread_over_hours_is_told_once_and_says_how_long_it_took() -> None:
    found = found_in([a_flow(n * 400, destination__port=n + 1) for n in range(50)])

    assert [detection.rule_id for detection in found] == [SLOW.id]
    assert dict(found[0].figures)["layanan dicoba"] == "30"
    assert dict(found[0].figures)["rentang"] == "3,2 jam"


def test_a_fast_scan_is_not_told_again_as_a_slow_one() -> None:
    detector = PortScanDetector()

    found = detector.observe([a_flow(port, destination__port=port + 1) for port in range(59)])
    found += detector.observe([a_flow(7_200, destination__port=70)])

    assert [detection.rule_id for detection in found] == [VERTICAL.id]


def test_a_scan_cut_by_a_restart_is_still_found() -> None:
    before, after = PortScanDetector(), PortScanDetector()
    before.observe([a_flow(port, destination__port=port + 1) for port in range(10)])

    after.restore(before.snapshot())

    assert len(after.observe([a_flow(port, destination__port=port + 1) for port in range(10, 20)])) == 1

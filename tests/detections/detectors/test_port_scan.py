"""Port scans: what is one, and what only looks like one."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.detectors.base import Observed
from detections.detectors.port_scan import HORIZONTAL, HOSTS_ON_ONE_PORT, PORTS_OF_ONE_HOST, VERTICAL, PortScanDetector
from detections.sigma.view import EventView
from ir_platform.domain.alert import Detection
from tests.support.builders import NOON, an_event

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
    return Observed(event.id, event.time_ns, EventView(event.fields()))


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
        {"network__connection__state": "S0"},
        {"network__connection__state": "REJ"},
        {"network__transport": "udp", "tcp__flags": None, "destination__packets": 0},
    ],
    ids=["refused", "silent", "half-open", "fin", "xmas", "null", "zeek S0", "zeek REJ", "udp"],
)
def test_many_ports_of_one_host_tried_in_vain_are_a_scan(changes: dict[str, Any]) -> None:
    found = found_in([a_flow(port, destination__port=port + 1, **changes) for port in range(40)])

    assert [detection.rule_id for detection in found] == [VERTICAL.id]
    assert found[0].group == (("source.ip", "203.0.113.9"), ("destination.ip", "10.0.0.5"))
    assert (found[0].source, found[0].event_count) == ("detector", 40)


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
        [a_flow(n * 60, destination__port=n + 1) for n in range(60)],
        [a_flow(n, destination__port=n + 1, event__dataset="dns") for n in range(60)],
        [a_flow(n, destination__port=n + 1, source__packets=50) for n in range(60)],
        [a_flow(n, destination__port=None, network__transport="icmp") for n in range(60)],
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


def test_a_scan_cut_by_a_restart_is_still_found() -> None:
    before, after = PortScanDetector(), PortScanDetector()
    before.observe([a_flow(port, destination__port=port + 1) for port in range(10)])

    after.restore(before.snapshot())

    assert len(after.observe([a_flow(port, destination__port=port + 1) for port in range(10, 20)])) == 1

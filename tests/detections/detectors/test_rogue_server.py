"""DHCP servers and IPv6 routers: a second one that nobody ordered, and one that was always there."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.rogue_server import RogueServerDetector, Thresholds
from ir_platform.domain.alert import Level
from tests.detections.detectors.traffic import found_by, observed

OURS, NEW = "10.10.0.1", "10.10.0.66"


def offer(seconds: float, server: str, *, router: str = "", pool: str = "10.10.0", kind: str = "OFFER") -> Observed:
    fields = {
        "event.dataset": "dhcp",
        "dhcp.message_type": kind,
        "source.ip": server,
        "destination.ip": "255.255.255.255",
        "dhcp.assigned_ip": f"{pool}.{int(seconds) % 200 + 20}",
        "dhcp.router": [router] if router else [],
    }
    return observed(seconds, int(seconds), fields)


def advertisement(seconds: float, mac: str) -> Observed:
    fields = {"event.dataset": "icmp", "icmp.type": 134, "source.ip": "fe80::1", "source.mac": mac}
    return observed(seconds, int(seconds), fields)


def test_a_second_server_is_told_once_and_louder_where_it_gives_another_way_out() -> None:
    same = [offer(n, (OURS, NEW)[n > 5]) for n in range(12)]
    other = [offer(n, (OURS, NEW)[n > 5], router=(OURS, NEW)[n > 5]) for n in range(12)]

    quiet, loud = (found_by(RogueServerDetector(), events) for events in (same, other))

    assert [(dict(one.group), one.level) for one in quiet] == [({"source.ip": NEW}, Level.MEDIUM)]
    assert [(dict(one.group), one.level) for one in loud] == [({"source.ip": NEW}, Level.HIGH)]
    assert dict(loud[0].figures)["membagikan"] == NEW


def test_a_second_router_of_ipv6_is_told_by_its_hardware_address() -> None:
    events = [advertisement(n, f"02:00:00:00:00:0{1 + (n > 5)}") for n in range(12)]

    assert [dict(one.group) for one in found_by(RogueServerDetector(), events)] == [{"source.mac": "02:00:00:00:00:02"}]


@pytest.mark.parametrize(
    "events",
    [
        [offer(n, OURS) for n in range(20)],
        [offer(n, OURS) for n in range(9)] + [offer(9, NEW)],
        [offer(n, (OURS, NEW)[n % 2], pool=("10.10.0", "10.20.0")[n % 2]) for n in range(20)],
        [offer(n, (OURS, NEW)[n % 2], kind="REQUEST") for n in range(20)],
        [advertisement(n, "02:00:00:00:00:01") for n in range(20)],
    ],
    ids=["one", "one stray answer", "two networks", "clients ask", "one router"],
)
def test_one_server_for_each_network_is_as_it_should_be(events: list[Observed]) -> None:
    assert found_by(RogueServerDetector(), events) == []


def test_a_server_that_the_office_has_named_is_not_told() -> None:
    detector = RogueServerDetector(Thresholds(known_servers=(NEW,)))

    assert found_by(detector, [offer(n, (OURS, NEW)[n % 2]) for n in range(20)]) == []


def test_known_servers_are_remembered_over_a_restart() -> None:
    before, after = RogueServerDetector(), RogueServerDetector()
    before.observe([offer(n, OURS) for n in range(4)])

    after.restore(before.snapshot())

    assert len(after.observe([offer(n, NEW) for n in range(4, 8)])) == 1

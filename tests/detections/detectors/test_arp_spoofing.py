"""ARP: an address that two claim in turn, and addresses that move for good."""

import pytest

from detections.detectors.arp_spoofing import ArpSpoofingDetector
from detections.detectors.base import Observed
from tests.detections.detectors.traffic import found_by, observed

OWNER, THIEF = "02:00:00:00:00:01", "02:00:00:00:00:66"
GATEWAY = "10.10.0.1"


def claim(seconds: float, mac: str, address: str = GATEWAY) -> Observed:
    fields = {"event.dataset": "arp", "arp.operation": "reply", "source.ip": address, "source.mac": mac}
    return observed(seconds, int(seconds * 10), fields)


def test_an_address_that_two_claim_in_turn_is_told_once_with_both() -> None:
    found = found_by(ArpSpoofingDetector(), [claim(n, (OWNER, THIEF)[n % 2]) for n in range(20)])

    assert [dict(one.group) for one in found] == [{"source.ip": GATEWAY}]
    assert dict(found[0].figures)["alamat MAC"] == f"{OWNER}, {THIEF}"


@pytest.mark.parametrize(
    "events",
    [
        [claim(n, OWNER) for n in range(60)],
        [claim(n, OWNER) for n in range(20)] + [claim(n, THIEF) for n in range(20, 40)],
        [claim(n, OWNER, f"10.10.0.{n}") for n in range(60)],
        [claim(n, ("00:00:5e:00:01:0a", OWNER)[n % 2]) for n in range(60)],
        [claim(n * 3_600, (OWNER, THIEF)[n % 2]) for n in range(60)],
        [claim(n, (OWNER, THIEF)[n % 2], "0.0.0.0") for n in range(60)],
        [claim(n, f"02:00:00:00:01:{n:02x}") for n in range(60)],
    ],
    ids=["one owner", "a new card", "proxy ARP", "VRRP", "a laptop's two cards", "probes", "a pool of guests"],
)
def test_addresses_that_move_for_good_are_no_spoofing(events: list[Observed]) -> None:
    assert found_by(ArpSpoofingDetector(), events) == []


def test_claims_are_remembered_over_a_restart() -> None:
    before, after = ArpSpoofingDetector(), ArpSpoofingDetector()
    before.observe([claim(n, (OWNER, THIEF)[n % 2]) for n in range(4)])

    after.restore(before.snapshot())

    assert len(after.observe([claim(n, (OWNER, THIEF)[n % 2]) for n in range(4, 8)])) == 1

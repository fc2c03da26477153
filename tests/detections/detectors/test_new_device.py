"""New devices: told once the network is known, and only those that can be named."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.new_device import NewDeviceDetector
from tests.detections.detectors.traffic import found_by, observed

DAY = 86_400


def request(days: float, mac: str, kind: str = "REQUEST") -> Observed:
    fields = {"event.dataset": "dhcp", "dhcp.message_type": kind, "dhcp.client.mac": mac, "dhcp.client.hostname": "PC"}
    return observed(days * DAY, int(days * 1000), fields)


def known(days: int = 10) -> list[Observed]:
    return [request(day, f"00:1b:21:00:00:{number:02x}") for day in range(days) for number in range(5)]


def test_a_device_that_comes_after_the_network_is_known_is_told_once() -> None:
    found = found_by(
        NewDeviceDetector(), [*known(), request(10, "00:1B:21:00:00:99"), request(11, "00:1b:21:00:00:99")]
    )

    assert [dict(one.group) for one in found] == [{"source.mac": "00:1b:21:00:00:99"}]
    assert dict(found[0].figures)["perangkat dikenal"] == "5"


@pytest.mark.parametrize(
    "event",
    [
        request(10, "00:1b:21:00:00:01"),
        request(3, "00:1b:21:00:00:99"),
        request(10, "02:1b:21:00:00:99"),
        request(10, "00:1b:21:00:00:99", "OFFER"),
        request(10, ""),
        observed(10 * DAY, 1, {"event.dataset": "arp", "source.mac": "00:1b:21:00:00:99", "labels.capture": "a"}),
    ],
    ids=["known", "while learning", "a made-up address", "the server's answer", "no address", "a capture"],
)
def test_what_is_no_new_device_is_not_told(event: Observed) -> None:
    assert found_by(NewDeviceDetector(), sorted([*known(), event], key=lambda one: one.time_ns)) == []


def test_a_changed_switch_is_no_flood_of_messages() -> None:
    flood = [request(10, f"00:1b:22:00:{n // 256:02x}:{n % 256:02x}") for n in range(300)]

    assert len(found_by(NewDeviceDetector(), [*known(), *flood])) == 20


def test_what_was_learned_outlives_a_restart() -> None:
    before, after = NewDeviceDetector(), NewDeviceDetector()
    found_by(before, known())

    after.restore(before.snapshot())

    assert after.observe([request(10, "00:1b:21:00:00:01")]) == ()
    assert len(after.observe([request(10, "00:1b:21:00:00:99")])) == 1

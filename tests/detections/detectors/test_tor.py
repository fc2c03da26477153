"""Tor: names that relays make up, and names that only look odd."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.tor import TorDetector
from tests.detections.detectors.traffic import a_flow, an_exchange, found_by

ODD = "www.4gk67zpn3brh7qxg.com"


@pytest.mark.parametrize(
    "events",
    [
        [an_exchange("tls", tls__client__server_name=ODD), a_flow(destination__port=9001)],
        [an_exchange("tls", tls__server__subject="CN=www.axslhtfqq.net", tls__server__issuer="CN=www.hkthpnxdv7w.com")],
        [an_exchange("tls", tls__client__ja3="e7d705a3286e19ea42f587b344ee6865")],
        [an_exchange("dns", dns__question__name="expyuzz4wqqyqhjn.onion")],
        [a_flow(destination__port=9001), a_flow(1, 1, destination__port=9001, destination__ip="203.0.113.81")],
    ],
    ids=["name and port", "certificate", "fingerprint", "onion", "two relays"],
)
def test_signs_of_tor_are_told_once_with_what_they_are(events: list[Observed]) -> None:
    found = found_by(TorDetector(), events * 3, at_once=1)

    assert [dict(one.group) for one in found] == [{"source.ip": "10.10.1.2"}]
    assert dict(found[0].figures)["tanda"]


@pytest.mark.parametrize(
    "events",
    [
        [an_exchange("tls", tls__client__server_name=ODD)],
        [a_flow(destination__port=9001)] * 5,
        [an_exchange("tls", tls__client__server_name=name) for name in ("www.kaltimprov.com", "www.facebook.com")],
        [an_exchange("tls", tls__server__subject="CN=www.contoh.com", tls__server__issuer="CN=Contoh CA")],
        [
            a_flow(destination__port=9001, destination__ip="10.10.0.5"),
            a_flow(destination__port=9030, source__ip="1.2.3.4"),
        ],
    ],
    ids=["one odd name", "one relay port", "words", "an ordinary certificate", "inside and from outside"],
)
def test_a_single_weak_sign_is_not_told(events: list[Observed]) -> None:
    assert found_by(TorDetector(), events) == []


def test_signs_add_up_over_a_restart() -> None:
    before, after = TorDetector(), TorDetector()
    before.observe([a_flow(destination__port=9001)])

    after.restore(before.snapshot())

    assert len(after.observe([an_exchange("tls", tls__client__server_name=ODD)])) == 1

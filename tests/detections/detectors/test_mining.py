"""Coin mining: a miner's words, names and connections, and what only shares a port."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.mining import MiningDetector
from tests.detections.detectors.traffic import a_flow, an_exchange, found_by

HOUR_NS = 3_600_000_000_000


def thin(**changes: object) -> Observed:
    given = {"destination__port": 3333, "event__duration": HOUR_NS, "source__payload_bytes": 9_000}
    return a_flow(**{**given, "destination__payload_bytes": 20_000, **changes})


@pytest.mark.parametrize(
    ("event", "sign"),
    [
        (an_exchange("stratum", stratum__method="mining.subscribe"), "protokol stratum"),
        (an_exchange("dns", dns__question__name="xmr-eu1.nanopool.org", dns__type="query"), "nama kolam tambang"),
        (an_exchange("tls", tls__client__server_name="pool.supportxmr.com"), "nama kolam tambang"),
        (thin(), "koneksi panjang dan tipis ke port 3333"),
        (a_flow(network__protocol="stratum"), "protokol stratum"),
    ],
)
def test_a_miner_is_told_once_a_day(event: Observed, sign: str) -> None:
    found = found_by(MiningDetector(), [event] * 20, at_once=3)

    assert [dict(one.figures)["tanda"] for one in found] == [sign]


@pytest.mark.parametrize(
    "event",
    [
        an_exchange("dns", dns__question__name="bukannanopool.org", dns__type="query"),
        an_exchange("tls", tls__client__server_name="www.nicehash.com"),
        thin(destination__port=443),
        thin(event__duration=HOUR_NS // 10),
        thin(destination__payload_bytes=90_000_000),
        thin(destination__payload_bytes=0),
        thin(destination__ip="10.10.0.5"),
    ],
    ids=["another name", "reading about it", "web", "short", "a download", "silence", "inside"],
)
def test_what_only_looks_like_mining_is_not_told(event: Observed) -> None:
    assert found_by(MiningDetector(), [event]) == []


def test_what_a_miner_said_of_itself_is_told() -> None:
    said = an_exchange("stratum", stratum__method="login", stratum__agent="XMRig/6.21", user__name="48edfHu7V9")

    [found] = found_by(MiningDetector(), [said])

    assert dict(found.figures) == {
        "tanda": "protokol stratum", "perintah": "login", "program": "XMRig/6.21", "dompet atau akun": "48edfHu7V9",
    }  # fmt: skip


def test_a_told_miner_stays_told_after_a_restart() -> None:
    before, after = MiningDetector(), MiningDetector()
    before.observe([thin()])

    after.restore(before.snapshot())

    assert after.observe([thin()]) == ()

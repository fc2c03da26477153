"""Weak TLS and certificates out of date, judged at the time of the handshake."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.weak_tls import EXPIRED, WEAK, WeakTlsDetector, is_weak_cipher, version_of
from tests.detections.detectors.traffic import an_exchange, found_by


def handshake(seconds: float = 0, **changes: object) -> Observed:
    given = {"destination__port": 443, "tls__version": "1.3", "tls__cipher": "0x1301"}
    return an_exchange("tls", seconds, int(seconds), **{**given, **changes})


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"tls__version": "1.0"}, WEAK.title),
        ({"tls__version": "TLS 1.1"}, WEAK.title),
        ({"tls__version": "SSLv3"}, WEAK.title),
        ({"tls__version": None, "zeek__ssl__version": "TLSv10", "event__dataset": "zeek.ssl"}, WEAK.title),
        ({"tls__version": "1.2", "tls__cipher": "0x0005"}, WEAK.title),
        ({"tls__version": "1.2", "tls__cipher": "TLS_RSA_WITH_3DES_EDE_CBC_SHA"}, WEAK.title),
        ({"tls__server__not_after": "2026-11-01T00:00:00.000Z"}, EXPIRED.title),
        ({"tls__server__not_before": "2026-12-01T00:00:00.000Z"}, EXPIRED.title),
        ({"suricata__eve__tls__notafter": "2026-11-01T00:00:00"}, EXPIRED.title),
    ],
)
def test_a_weak_or_outdated_server_is_told_once_a_week(changes: dict[str, object], title: str) -> None:
    found = found_by(WeakTlsDetector(), [handshake(n * 3_600, **changes) for n in range(48)])

    assert [(one.rule_title, dict(one.group)["destination.ip"]) for one in found] == [(title, "203.0.113.80")]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tls__version": "1.2", "tls__cipher": "0xc02f"},
        {"tls__version": None, "tls__cipher": None},
        {"tls__version": "1.0", "tls__established": False},
        {"tls__server__not_after": "2026-11-20T00:00:00.000Z"},
        {"tls__server__not_before": "2046-12-01T00:00:00.000Z"},
        {"tls__server__not_after": "bukan tanggal", "tls__version": "sangat baru"},
    ],
    ids=["1.3", "1.2", "nothing told", "refused", "ended today", "a clock that was never set", "nonsense"],
)
def test_a_sound_or_unreadable_handshake_is_not_told(changes: dict[str, object]) -> None:
    assert found_by(WeakTlsDetector(), [handshake(**changes)]) == []


def test_versions_and_ciphers_are_read_as_everybody_writes_them() -> None:
    assert [version_of(text) for text in ("TLSv12", "1.3", "TLS 1.1", "SSLv3", "", "GREASE")] == [
        "1.2", "1.3", "1.1", "3.0", "", ""
    ]  # fmt: skip
    weak = ("0x000a", "TLS_ECDHE_RSA_WITH_RC4_128_SHA")
    sound = ("0x1302", "0x", "TLS_AES_128_GCM_SHA256")
    assert [is_weak_cipher(one) for one in (*weak, *sound)] == [True, True, False, False, False]


def test_what_was_told_stays_told_after_a_restart() -> None:
    before, after = WeakTlsDetector(), WeakTlsDetector()
    before.observe([handshake(tls__version="1.0")])

    after.restore(before.snapshot())

    assert after.observe([handshake(60, tls__version="1.0")]) == ()

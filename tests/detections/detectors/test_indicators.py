"""Known-bad indicators: found in whatever event names them, told once a day and host."""

from datetime import timedelta
from typing import Any

import pytest

from detections.detectors.base import Observed
from detections.detectors.indicators import CAME, CONTACTED, FILE, IndicatorsDetector
from detections.indicators.model import Feed, IndicatorSet, Kind, checked
from tests.detections.detectors.traffic import a_flow, an_exchange, found_by, observed
from tests.support.builders import NOON

SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
JA3 = "d41d8cd98f00b204e9800998ecf8427e"
BAD = {
    Kind.IP: "203.0.113.80",
    Kind.DOMAIN: "jahat.example",
    Kind.URL: "http://bagus.example/unduh/x.exe",
    Kind.JA3: JA3,
    Kind.JA4: "t13d1516h2_8daaf6152771_b186095e22b6",
    Kind.SHA256: SHA256,
}


def known() -> IndicatorSet:
    made = [checked(kind, value, title="Uji") for kind, value in BAD.items()]
    feed = Feed(
        name="bssn",
        source="BSSN",
        format="MISP",
        sha256="0" * 64,
        imported_at=NOON,
        expires_at=NOON + timedelta(days=30),
        indicators=tuple(one for one in made if one is not None),
    )
    return IndicatorSet([feed])


def elsewhere(**fields: Any) -> Observed:
    return an_exchange("tls", destination__ip="192.0.2.1", **fields)


@pytest.mark.parametrize(
    ("event", "rule", "value"),
    [
        (a_flow(), CONTACTED, "203.0.113.80"),
        (a_flow(source__ip="203.0.113.80", destination__ip="10.10.0.5"), CAME, "203.0.113.80"),
        (an_exchange("dns", destination__ip="10.10.0.53", dns__question__name="c2.Jahat.example"), CONTACTED,
         "jahat.example"),
        (an_exchange("dns", destination__ip="10.10.0.53", dns__resolved_ip=["192.0.2.1", "203.0.113.80"]), CONTACTED,
         "203.0.113.80"),
        (elsewhere(tls__client__server_name="jahat.example"), CONTACTED, "jahat.example"),
        (elsewhere(tls__client__ja3=JA3.upper()), CONTACTED, JA3),
        (elsewhere(tls__client__ja4=BAD[Kind.JA4]), CONTACTED, BAD[Kind.JA4]),
        (elsewhere(url__domain="Bagus.example", url__original="/unduh/x.exe"), CONTACTED, BAD[Kind.URL]),
        (elsewhere(file__hash__sha256=SHA256), FILE, SHA256),
        (observed(0, 0, {"winlog.event_data.Hashes": f"MD5={JA3[::-1]},SHA256={SHA256.upper()}"}), FILE, SHA256),
        (observed(0, 0, {"event.dataset": "auth", "source.ip": "203.0.113.80"}), CAME, "203.0.113.80"),
    ],
)  # fmt: skip
def test_an_indicator_is_found_wherever_an_event_names_it(event: Observed, rule: Any, value: str) -> None:
    found = IndicatorsDetector(indicators=known()).observe([event])

    assert [(one.rule_title, dict(one.group)["threat.indicator.name"]) for one in found] == [(rule.title, value)]
    assert dict(found[0].figures)["sumber indikator"] == "BSSN (bssn)"


@pytest.mark.parametrize(
    "event",
    [
        a_flow(destination__ip="203.0.113.81"),
        an_exchange("dns", destination__ip="10.10.0.53", dns__question__name="bukanjahat.example"),
        elsewhere(url__domain="bagus.example", url__original="/unduh/y.exe"),
        a_flow(source__ip="203.0.113.80", destination__ip="10.10.0.5", event__action="connection_denied"),
        a_flow(seconds=40 * 86_400),
        observed(0, 0, {"message": "203.0.113.80"}),
    ],
    ids=["a neighbour", "a name that ends alike", "another page", "refused at the firewall", "expired", "only a text"],
)
def test_what_only_looks_like_an_indicator_is_not_told(event: Observed) -> None:
    assert IndicatorsDetector(indicators=known()).observe([event]) == ()


def test_the_same_indicator_at_the_same_host_is_told_once_a_day_also_over_a_restart() -> None:
    before, after = IndicatorsDetector(indicators=known()), IndicatorsDetector(indicators=known())
    first = found_by(before, [a_flow(n * 60, n) for n in range(50)])

    after.restore(before.snapshot())
    second = found_by(after, [a_flow(3_600, 60), a_flow(3_600, 61, source__ip="10.10.1.3"), a_flow(90_000, 62)])

    assert len(first) == 1
    assert [dict(one.group)["source.ip"] for one in second] == ["10.10.1.3", "10.10.1.2"]


def test_without_indicators_nothing_is_looked_at() -> None:
    assert IndicatorsDetector().observe([a_flow()]) == ()

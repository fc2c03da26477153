"""Laws of every detector: nothing an event says makes it fail, and a restart between two batches changes nothing."""

from datetime import timedelta
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from detections.catalog import new_detectors
from detections.detectors.bank import Bank, read_facts
from detections.detectors.base import Observed
from detections.detectors.office import OfficeThresholds
from detections.indicators.model import Feed, IndicatorSet, Kind, checked
from detections.sigma.view import EventView
from tests.support.builders import NOON, an_event

DATASETS = (
    "flow", "zeek.conn", "suricata.flow", "fortigate.traffic", "dns", "http", "tls", "zeek.ssl", "arp", "icmp", "dhcp",
    "ftp", "pop3", "snmp", "ldap", "stratum", "file", "auth",
)  # fmt: skip
TEXTS = (
    "", "10.10.1.2", "203.0.113.80", "fe80::1", "x.jahat.example", "NXDOMAIN", "USER", "S0", "1.0", "0x0005", "\x00",
    "9999-12-31T00:00:00Z",
)  # fmt: skip
NAMES = (
    "event.dataset", "source.ip", "source.port", "source.mac", "source.packets", "source.bytes", "destination.ip",
    "destination.port",
    "destination.packets", "destination.bytes", "network.transport", "tcp.flags", "event.duration", "event.start",
    "event.end", "event.action", "dns.question.name", "dns.response_code", "dns.resolved_ip", "ftp.command",
    "ftp.response.code", "user.name", "tls.version", "tls.cipher", "tls.client.ja3", "tls.server.not_after",
    "tls.server.subject", "icmp.type", "dhcp.message_type", "dhcp.client.mac", "tanggap.flows", "url.original",
    "url.domain", "file.hash.sha256", "winlog.event_data.Hashes", "zeek.conn.conn_state", "network.connection.part",
)  # fmt: skip

values = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=30),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 70_000),
    st.just(2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.lists(st.sampled_from(TEXTS), max_size=3),
)
documents = st.builds(
    lambda dataset, fields: {"event.dataset": dataset, **fields},
    st.sampled_from(DATASETS),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=14),
)


def seen(number: int, fields: dict[str, Any]) -> Observed:
    ecs = {name.replace(".", "__"): value for name, value in fields.items()}
    event = an_event(NOON + timedelta(seconds=number * 40), number, **ecs)
    return read_facts(Observed(event.id, event.time_ns, EventView(event.fields())))


def a_bank() -> Bank:
    known = checked(Kind.DOMAIN, "jahat.example"), checked(Kind.NETWORK, "203.0.113.0/24")
    feed = Feed(
        name="uji",
        source="uji",
        format="MISP",
        sha256="",
        imported_at=NOON,
        expires_at=NOON + timedelta(days=900),
        indicators=tuple(one for one in known if one is not None),
    )
    return Bank(new_detectors(OfficeThresholds(indicators=IndicatorSet([feed]))))


@settings(max_examples=60)
@given(st.lists(documents, max_size=25))
def test_whatever_events_say_every_detector_goes_on_and_a_restart_changes_nothing(found: list[dict[str, Any]]) -> None:
    events = [seen(number, fields) for number, fields in enumerate(found)]
    half = len(events) // 2
    through, before, after = a_bank(), a_bank(), a_bank()

    told = [*through.observe(events[:half]), *through.observe(events[half:])]
    told_before = [*before.observe(events[:half])]
    after.restore(orjson.loads(orjson.dumps(before.snapshot())))
    told_after = [*after.observe(events[half:])]

    assert [*told_before, *told_after] == told


@settings(max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_the_same_events_give_the_same_ids(numbers: list[int]) -> None:
    fields = {"event.dataset": "tls", "tls.version": "1.0", "destination.port": 443}
    events = [seen(at, {**fields, "destination.ip": f"203.0.113.{number}"}) for at, number in enumerate(numbers)]

    first, second = ([one.id for one in a_bank().observe(events)] for _ in range(2))

    assert first == second
    assert len(first) == len(set(first))

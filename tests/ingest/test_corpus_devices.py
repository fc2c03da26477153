"""What we read of devices' and servers' real logs agrees with Elastic's integrations in the fields that rules use."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.catalog import detect_format, read_events
from ingest.parsers.flat import flatten
from ingest.parsers.times import iso_ns

UTC = ZoneInfo("UTC")
CORE = (
    "@timestamp",
    "event.code",
    "event.severity",
    "source.ip",
    "source.port",
    "destination.ip",
    "destination.port",
    "network.transport",
    "network.bytes",
    "source.user.name",
    "source.mac",
    "process.pid",
    "file.path",
    "message",
)
CASES = [
    # Of the ASA's 2,000 messages ours are those that rules ask for. Theirs calls the inner end of an inbound ICMP
    # connection its source.
    ("elastic/cisco_asa/log/test-additional-messages.log", "cisco", "UTC", 2023, 0.90),
    ("elastic/cisco_asa/log/test-asa-fix.log", "cisco", "UTC", None, 1.0),
    ("elastic/cisco_asa/log/test-anyconnect-messages.log", "cisco", "UTC", None, 1.0),
    ("elastic/cisco_asa/log/test-filtered.log", "cisco", "UTC", 2023, 1.0),
    ("elastic/cisco_asa/log/test-dap-records.log", "cisco", "UTC", None, 1.0),
    ("elastic/apache/error/test-error-basic.log", "weberror", "Etc/GMT-2", None, 1.0),
    ("elastic/apache/error/test-error-ubuntu.log", "weberror", "Etc/GMT-2", None, 1.0),
    ("elastic/apache/error/test-error-trace.log", "weberror", "Etc/GMT-2", None, 1.0),
    ("elastic/nginx/error/test-error-raw.log", "weberror", "UTC", None, 1.0),
    ("filebeat/iptables/log/geo.log", "iptables", "UTC", 2019, 1.0),
]


def _pairs(path: Path, *, zone: str, year: int | None) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Our events with theirs, by the line."""
    records = read_events(path, timezone=ZoneInfo(zone), year=year)
    ours = {event["event.original"]: event for parsed in records if parsed.event for event in (parsed.event.fields(),)}
    said = json.loads(path.with_name(path.name + "-expected.json").read_text())
    for document in said["expected"] if isinstance(said, dict) else said:
        theirs = flatten(document)
        yield ours[theirs.get("event.original") or theirs["log.original"]], theirs


def _same(field: str, ours: object, theirs: object) -> bool:
    if field != "@timestamp":
        return ours == theirs
    times = [iso_ns(str(value), UTC) for value in (ours, theirs)]
    return None not in times and len({time // 1_000_000 for time in times if time is not None}) == 1


@pytest.mark.parametrize(("name", "format_name", "zone", "year", "share"), CASES, ids=[case[0] for case in CASES])
def test_core_fields_are_theirs(
    name: str, format_name: str, zone: str, year: int | None, share: float, logs: Path, record_property: Any
) -> None:
    pairs = list(_pairs(logs / name, zone=zone, year=year))

    agreed = [
        _same(field, ours.get(field), theirs[field]) for ours, theirs in pairs for field in CORE if field in theirs
    ]

    record_property("agreed", f"{sum(agreed)} of {len(agreed)}")
    assert detect_format(logs / name) == format_name
    assert sum(agreed) / len(agreed) >= share

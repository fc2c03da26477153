"""What we read of real logs agrees with what Elastic's integrations and Filebeat's modules say of the same lines.

Every field of theirs is the same in ours, or its name stands in DIFFERENCES with the reason.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.detecting import detect_format
from ingest.parsers.flat import flatten
from ingest.parsers.times import iso_ns
from ingest.reading import read_events

UTC = ZoneInfo("UTC")
SHIPPER = "written by the shipper or its store, not read from the line"
LOOKED_UP = "looked up or derived in a database that is not here"
DIFFERENCES = {
    "ecs.version": SHIPPER,
    "event.created": SHIPPER,
    "event.ingested": SHIPPER,
    "event.module": SHIPPER,
    "event.timezone": SHIPPER,
    "fileset.name": SHIPPER,
    "input.type": SHIPPER,
    "log.offset": SHIPPER,
    "service.type": SHIPPER,
    "tags": SHIPPER,
    "event.id": "ours names the record, theirs is Zeek's uid (zeek.session_id)",
    "source.geo": LOOKED_UP,
    "source.as": LOOKED_UP,
    "destination.geo": LOOKED_UP,
    "destination.as": LOOKED_UP,
    "user_agent.name": LOOKED_UP,
    "user_agent.version": LOOKED_UP,
    "user_agent.os": LOOKED_UP,
    "user_agent.device": LOOKED_UP,
    "network.community_id": "computed by them where Suricata or Zeek did not write it",
    "related": "repeats other fields; the store searches those",
    "host.hostname": "we write host.name, which grouping uses",
    "url.extension": "follows from url.path",
    "url.path": "theirs is decoded; rules look for what the client sent",
    "url.query": "theirs is decoded; rules look for what the client sent",
    "url.domain": "of the virtual host in front of the line, which theirs joins to another line",
    "url.port": "theirs is text",
    "destination.domain": "the virtual host; ours is url.domain",
    "destination.ip": "an address in the virtual host's place is url.domain; IPv6 is compressed",
    "destination.port": "the virtual host's; ours is url.port",
    "destination.address": "the same as destination.ip",
    "source.address": "the same as source.ip",
    "source.ip": "IPv6 is compressed",
    "nginx.access.remote_ip_list": "ours is related.ip where there is more than one",
    "apache.access.ssl": "ours is tls.*",
    "event.dataset": "ours names the kind of record (suricata.alert), theirs the file (suricata.eve)",
    "event.category": "ECS 1.0 had other values; ours also names a session's start",
    "event.duration": "theirs ends at the record's time, not the flow's",
    "event.start": "theirs is cut to milliseconds",
    "event.end": "theirs is the record's time",
    "event.outcome": "ECS 1.0 kept the program's own word",
    "event.kind": "theirs is empty for system.syslog",
    "process.name": "theirs takes launchd's job into the name: com.apple.xpc.launchd[1] (com.apple.quicklook[21498])",
    "message": "theirs repeats rule.category for Suricata",
    "suricata.eve": "ours are the ECS names (rule.*, tls.*, dns.*)",
    "system.auth.ssh.event": "theirs repeats the words of a PAM error; ours is event.reason",
    "http.request.referrer": "theirs keeps '-' for none",
    "user.name": "theirs keeps '-' for none",
    "user_agent.original": "theirs keeps '-' for none",
    "zeek": "ours are the ECS names where there are any",
    "log.file.path": SHIPPER,
    "traefik": "columns only Traefik writes after the combined format",
}
CASES = [
    ("elastic/system/auth/test-auth.log", "UTC", 2023),
    ("filebeat/system/auth/test.log", "UTC", 2023),
    ("elastic/system/syslog/test-darwin-syslog.log", "Etc/GMT+2", 2023),
    ("elastic/system/syslog/test-suse-syslog.log", "Etc/GMT+2", None),
    ("elastic/system/syslog/test-tz-offset.log", "Etc/GMT+2", None),
    ("filebeat/system/syslog/suse-syslog.log", "UTC", None),
    ("elastic/apache/access/test-access-basic.log", "UTC", None),
    ("elastic/apache/access/test-access-darwin.log", "UTC", None),
    ("elastic/apache/access/test-access-ssl-request.log", "UTC", None),
    ("elastic/nginx/access/test-access.log", "UTC", None),
    ("elastic/nginx/access/test-nginx.log", "UTC", None),
    ("elastic/nginx/access/test-test-with-host.log", "UTC", None),
    ("filebeat/traefik/access/test.log", "UTC", None),
    ("filebeat/iis/access/test-iis-7.5.log", "UTC", None),
    ("filebeat/suricata/eve/eve-alerts.log", "UTC", None),
    ("filebeat/suricata/eve/eve-small.log", "UTC", None),
    ("filebeat/zeek/http/http-json.log", "UTC", None),
    ("filebeat/zeek/ssl/ssl-json.log", "UTC", None),
]


def _events(path: Path, *, zone: str, year: int | None) -> list[dict[str, Any]]:
    records = read_events(path, timezone=ZoneInfo(zone), year=year)
    return [parsed.event.fields() for parsed in records if parsed.event]


def _pairs(path: Path, *, zone: str, year: int | None) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Our events with theirs: in order, or by the line where theirs joined several to one."""
    ours = _events(path, zone=zone, year=year)
    said = json.loads(path.with_name(path.name + "-expected.json").read_text())
    theirs = [flatten(document) for document in (said["expected"] if isinstance(said, dict) else said)]
    by_line = {event["event.original"]: event for event in ours}
    for number, expected in enumerate(theirs):
        first_line = str(expected.get("event.original", "")).split("\n")[0]
        yield by_line.get(first_line) or ours[number], expected


def _plain(name: str, value: object) -> Any:
    if name in ("@timestamp", "event.start", "event.end"):
        time_ns = iso_ns(str(value), UTC)
        return None if time_ns is None else time_ns // 1_000_000
    return value.lower() if name == "http.request.method" and isinstance(value, str) else value


def _is_explained(name: str) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in DIFFERENCES for length in range(1, len(parts) + 1))


@pytest.mark.parametrize(("name", "zone", "year"), CASES, ids=[case[0] for case in CASES])
def test_our_fields_are_theirs_or_the_difference_is_explained(
    name: str, zone: str, year: int | None, logs: Path, record_property: Any
) -> None:
    same: Counter[str] = Counter()
    other: list[tuple[str, object, object]] = []
    for ours, theirs in _pairs(logs / name, zone=zone, year=year):
        for field, value in theirs.items():
            if field.startswith("_tmp") or field == "event.original":
                continue
            if field == "@timestamp" and isinstance(value, int):
                # Filebeat's Zeek module lost the fraction of the second.
                same[field] += _plain(field, ours[field]) // 1000 * 1000 == value
            elif _plain(field, ours.get(field)) == _plain(field, value):
                same[field] += 1
            elif not _is_explained(field):
                other.append((field, value, ours.get(field)))

    record_property("same_fields", same.total())
    assert other == []
    assert same["@timestamp"] or same["message"] or "filebeat" in name
    assert same.total() > 0


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("elastic/system/auth", "auth"),
        ("elastic/system/syslog", "syslog"),
        ("elastic/apache/access", "access"),
        ("elastic/nginx/access", "access"),
        ("filebeat/auditd", "auditd"),
        ("filebeat/iis/access", "iis"),
        ("filebeat/suricata/eve", "eve"),
        ("filebeat/zeek", "zeek"),
        ("zeek", "zeek"),
    ],
)
def test_every_real_log_is_recognised(folder: str, name: str, logs: Path) -> None:
    found = Counter(detect_format(path) for path in (logs / folder).rglob("*.log"))

    assert set(found) == {name}


def test_every_row_of_every_zeek_log_is_an_event(logs: Path) -> None:
    manifest = json.loads((logs / "manifest.json").read_text())["logs"]
    zeek = [entry for entry in manifest if entry["group"] == "zeek-tsv"]

    for entry in zeek:
        assert len(_events(logs / entry["file"], zone="UTC", year=None)) == entry["records"], entry["file"]
    assert len(zeek) > 300

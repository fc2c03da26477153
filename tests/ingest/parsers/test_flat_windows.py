"""Flat Windows events read by the names of their fields are the events the parser makes of them."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers import flat_windows, windows
from ingest.reading import LINE_LIMIT_BYTES, LineReader
from ir_platform.domain.event import Event
from tests.support.uncompiled_rooms import Uncompiled

with Uncompiled("ingest"):
    from ingest.reading import LineReader as PlainReader

SYSMON = "Microsoft-Windows-Sysmon/Operational"
TEXTS = st.sampled_from(
    ["", "-", "C:\\x.exe", "203.0.113.9", "fe80::1%eth0", "443", "0", "65536", "\u00b2", "9" * 5000]
)
VALUES = st.one_of(
    TEXTS,
    st.text(max_size=4),
    st.sampled_from([1, 0, 443, 70_000, -1, 1.5, 1e300, 2**63, True, False, None]),
    st.lists(st.one_of(TEXTS, st.sampled_from([1, None, True, [], {}])), max_size=3),
    st.dictionaries(st.sampled_from(["a", "ip"]), TEXTS, max_size=2),
)
NAMES = st.sampled_from(
    [
        *("Image", "CommandLine", "ParentImage", "IpAddress", "SourceIp", "DestinationIp", "IpPort", "SourcePort"),
        *("DestinationPort", "TargetUserName", "SubjectUserName", "Computer", "Hostname", "Provider_Name"),
        *("SourceName", "EventRecordID", "Level", "host", "Event", "winlog.channel", "event.original", "a.b", "Data"),
        *("event.code", "Threat Name", "@other", "message"),
    ]
)
DOCUMENTS = st.tuples(
    st.fixed_dictionaries(
        {"Channel": st.sampled_from(["Security", SYSMON, "System", "", 7, ["Security"]])},
        optional={
            "EventID": st.sampled_from([1, "4624", 4625, 4688, 1.0, True, None, [1]]),
            "EventId": st.sampled_from([1, "4624"]),
            "event_id": st.just(3),
            "@timestamp": st.sampled_from(
                [
                    *("2026-11-20T00:00:06.100Z", "2026-11-20T00:00:06.100000Z", "2026-11-20T00:00:06.123456789Z"),
                    *("2026-11-20T00:00:60.100Z", "2026-13-20T00:00:06.100Z", "1500-01-01T00:00:00.000Z"),
                    *("2026-11-20T00:00:06.10\u0663Z", "2026-11-20 00:00:06.100Z", "2026-11-20T00:00:06,100Z"),
                    "2026-11-20T00:00:00Z",
                    "2026-11-20T00:00:00.123456Z",
                    1_795_132_803,
                    "none",
                    "1601-01-01T00:00:00Z",
                ]
            ),
            "UtcTime": st.just("2026-11-20 00:00:06.100"),
        },
    ),
    st.dictionaries(NAMES, VALUES, max_size=8),
).map(lambda made: {**made[0], **made[1]})


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[LineReader, Any]:
    path = tmp_path_factory.mktemp("lines") / "events.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    compiled = LineReader(path, format="jsonl", timezone=ZoneInfo("Asia/Makassar"), year=None)
    return compiled, PlainReader(path, format="jsonl", timezone=ZoneInfo("Asia/Makassar"), year=None)


@given(document=DOCUMENTS, ending=st.sampled_from(["", "\r"]))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_event_is_the_parser_s_or_left_to_it(
    readers: tuple[LineReader, Any], document: dict[str, Any], ending: str
) -> None:
    line = (json.dumps(document) + ending).encode()
    decoded = orjson.loads(line)
    parsed = readers[0].read(line, offset=5, record=7)
    assert parsed is not None

    quick = [reader.read_document(decoded, line, offset=5, record=7) for reader in readers]

    assert quick[0] == quick[1]
    assert quick[0] is None or fields_of(quick[0]) == without_the_line(parsed.event)


def fields_of(event: Event) -> list[tuple[str, Any]]:
    return list(event.fields().items())


def without_the_line(event: Event | None) -> list[tuple[str, Any]]:
    return [] if event is None else [one for one in fields_of(event) if one[0] != "event.original"]


def test_an_ordinary_event_is_not_left_to_the_parser(readers: tuple[LineReader, Any]) -> None:
    document = {"Channel": SYSMON, "EventID": 1, "@timestamp": "2026-11-20T00:00:00Z", "Image": "a", "Data": ["x"]}
    line = orjson.dumps(document)

    event = readers[0].read_document(document, line, offset=0, record=0)

    assert event is not None
    assert event.fields()["process.executable"] == "a"


def test_a_line_over_the_limit_is_left_to_the_parser(readers: tuple[LineReader, Any]) -> None:
    document = {"Channel": SYSMON, "EventID": 1, "@timestamp": "2026-11-20T00:00:00Z", "Image": "a" * LINE_LIMIT_BYTES}

    assert readers[0].read_document(document, orjson.dumps(document), offset=0, record=0) is None


@pytest.mark.parametrize("port", ["\u00b2", "9" * 5000, "65536", "-1", 0, None, True, [443]])
def test_what_is_no_port_is_left_out_and_stops_nothing(port: object) -> None:
    assert windows.port_of(port) == 0


def test_shapes_that_lines_make_up_are_forgotten_not_hoarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flat_windows, "MAX_SHAPES", 4)
    path = Path(__file__)
    reader = LineReader(path, format="jsonl", timezone=ZoneInfo("UTC"), year=None)

    for number in range(20):
        reader.read_document({f"made up {number}": "x"}, b"{}", offset=0, record=0)

    assert reader._quick is not None
    assert len(reader._quick._shapes) <= 4

"""Events made of pieces of their line are those made of its values, byte for byte."""

import importlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parsers import windows_spans
from ingest.reading import LINE_LIMIT_BYTES, LineReader
from ir_platform.domain.flat_line import FlatLine
from tests.ingest.parsers.test_flat_windows import DOCUMENTS, SYSMON
from tests.support.uncompiled_rooms import Uncompiled

with Uncompiled("ingest"):
    PlainReader: Any = importlib.import_module("ingest.reading").LineReader

ORDINARY = {"Channel": SYSMON, "EventID": 1, "@timestamp": "2026-11-20T00:00:00.123Z", "Image": "C:\\a", "Data": ["x"]}
SECURITY = st.fixed_dictionaries(
    {
        "Channel": st.just("Security"),
        "EventID": st.sampled_from([4624, "4625", 4634, 4688, 4689, 4720, 4740, 1102, 5140, " 4624"]),
        "@timestamp": st.sampled_from(["2026-11-20T00:00:06.100Z", "2026-11-20T00:00:06.100001Z"]),
    },
    optional={
        name: st.sampled_from(["", "-", "budi", "S-1-5-18", "\u00e9", "203.0.113.9", 443, "443", True, ["a"]])
        for name in (
            *("TargetUserName", "SubjectUserName", "TargetUserSid", "TargetDomainName", "SubjectUserSid", "TargetSid"),
            *("SubjectDomainName", "IpAddress", "IpPort", "ProcessName", "ProcessId", "Image", "Computer"),
        )
    },
)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[LineReader, Any]:
    path = tmp_path_factory.mktemp("lines") / "events.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    compiled = LineReader(path, format="jsonl", timezone=ZoneInfo("Asia/Makassar"), year=None)
    return compiled, PlainReader(path, format="jsonl", timezone=ZoneInfo("Asia/Makassar"), year=None)


def taken_apart(content: bytes) -> FlatLine:
    line = FlatLine()
    line.read(content)
    return line


@given(document=st.one_of(DOCUMENTS, SECURITY))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_event_is_the_one_made_of_the_values_or_left_to_others(
    readers: tuple[LineReader, Any], document: dict[str, Any]
) -> None:
    content = orjson.dumps(document)
    expected = readers[0].read_document(document, content, offset=5, record=7)

    found = [reader.read_spans(taken_apart(content), offset=5, record=7) for reader in readers]

    assert found[0] == found[1]
    assert found[0] is None or found[0] == expected


@pytest.mark.parametrize("wanted", [ORDINARY, {**ORDINARY, "Channel": "Security", "EventID": "4624", "IpPort": "443"}])
def test_an_ordinary_event_is_not_left_to_others(readers: tuple[LineReader, Any], wanted: dict[str, Any]) -> None:
    content = orjson.dumps(wanted)

    event = readers[0].read_spans(taken_apart(content), offset=0, record=0)

    assert event is not None
    assert event == readers[0].read_document(wanted, content, offset=0, record=0)


@pytest.mark.parametrize(
    "content", [b"", b"{}", orjson.dumps(ORDINARY).replace(b",", b", "), orjson.dumps({**ORDINARY, "Image": None})]
)
def test_what_is_written_in_another_way_is_left_to_others(readers: tuple[LineReader, Any], content: bytes) -> None:
    assert readers[0].read_spans(taken_apart(content), offset=0, record=0) is None


def test_a_line_over_the_limit_is_left_to_others(readers: tuple[LineReader, Any]) -> None:
    content = orjson.dumps({**ORDINARY, "Image": "a" * LINE_LIMIT_BYTES})

    assert readers[0].read_spans(taken_apart(content), offset=0, record=0) is None


def test_shapes_that_lines_make_up_are_forgotten_not_hoarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_spans, "MAX_SHAPES", 4)
    reader = LineReader(Path(__file__), format="jsonl", timezone=ZoneInfo("UTC"), year=None)
    line = FlatLine()

    for number in range(20):
        line.read(b'{"made up %d":"x"}' % number)
        reader.read_spans(line, offset=0, record=0)

    assert reader._quickest is not None
    assert len(reader._quickest._shapes) <= 4

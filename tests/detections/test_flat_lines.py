"""Looking at lines of JSON before reading them changes no hit."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detections import flat_lines
from detections.sigma import line_view
from detections.sigma.ruleset import RuleSet
from detections.standalone import FileMatcher, Place
from ingest.parsers import windows
from ingest.reading import LineReader
from ir_platform.domain.event import Event
from tests.detections.making import a_rule, rules_from

DETECTIONS = (
    ("{product: windows, service: security}", "s:\n  EventID: 4625\n  IpAddress|contains: '10.'\ncondition: s"),
    ("{product: windows, service: security}", "s:\n  source.ip|startswith: '10.'\ncondition: s"),
    ("{product: windows, category: process_creation}", "s:\n  Image|endswith: '\\cmd.exe'\ncondition: s"),
    (
        "{product: windows, category: process_creation}",
        "s:\n  CommandLine|contains: 'whoami'\nf:\n  User: null\ncondition: s and not f",
    ),
    ("{product: windows, category: process_creation}", "s:\n  CommandLine|re: 'who[a-z]+i$'\ncondition: s"),
    ("{product: windows}", "s:\n  host.name|contains: 'web'\ncondition: s"),
    ("{product: windows}", "k: ['whoami', 'cmd']\ncondition: k"),
    ("{product: windows, category: process_creation}", "s:\n  ThreatName|exists: true\ncondition: s"),
    ("{category: webserver}", "s:\n  url.path|contains: 'whoami'\ncondition: s"),
    ("{product: linux}", "k: ['whoami']\ncondition: k"),
    ("{category: x}", "s:\n  user.name|fieldref: User\ncondition: s"),
    ("{product: windows, category: registry_delete}", "s:\n  TargetObject: null\ncondition: s"),
    ("{product: windows}", "s:\n  event.action: created-process\ncondition: s"),
)
SYSMON = "Microsoft-Windows-Sysmon/Operational"
TEXTS = st.sampled_from(
    ["", "C:\\cmd.exe", "C:\\CMD.EXE", "whoami", "WHOAM\u0130", "/whoami", "10.0.0.1", "4625", "web-1", "DeleteKey"]
)
VALUES = st.one_of(
    TEXTS,
    st.sampled_from([1, 0, 1.0, True, None, 4625, 12, 4688]),
    st.lists(TEXTS, max_size=2),
    st.lists(st.lists(TEXTS, max_size=2), max_size=2),
    st.dictionaries(st.sampled_from(["name", "ip", "path", "channel"]), TEXTS, max_size=2),
)
NAMES = st.sampled_from(
    [
        *("Image", "CommandLine", "User", "IpAddress", "SourceIp", "NewProcessName", "Computer", "host", "Threat Name"),
        *(
            "EventType",
            "TargetObject",
            "user",
            "source",
            "url",
            "process.executable",
            "winlog",
            "message",
            "SourceName",
        ),
        *("event.dataset", "event.kind", "event.original", "winlog.channel", "winlog.event_data.Image", "category"),
    ]
)
ROUTES = st.fixed_dictionaries(
    {},
    optional={
        "Channel": st.sampled_from(["Security", SYSMON, "SECURITY", "Application", 7, ["Security"]]),
        "EventID": st.sampled_from([1, "1", 1.0, True, 4625, "4625", 4688, 12, "0x1", " 1", "4625.0", None]),
        "product": st.sampled_from(["windows", "linux"]),
        "category": st.sampled_from(["x", "webserver"]),
        "event.dataset": st.sampled_from(["nginx.access", "system.security"]),
        "Event ID": st.just(1),
        "EventId": st.sampled_from([1, 4688]),
    },
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    texts = [
        a_rule(detection, logsource=logsource).replace("555555555501", f"5555555557{number:02d}")
        for number, (logsource, detection) in enumerate(DETECTIONS)
    ]
    found = rules_from(tmp_path_factory.mktemp("rules"), *texts)
    assert found.skipped == ()
    return found


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> LineReader:
    path = tmp_path_factory.mktemp("lines") / "events.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return LineReader(path, format="jsonl", timezone=ZoneInfo("UTC"), year=None)


def event_of(reader: LineReader, line: bytes) -> Event | None:
    parsed = reader.read(line, offset=0, record=0)
    return None if parsed is None else parsed.event


@given(
    lines=st.lists(
        st.tuples(st.dictionaries(NAMES, VALUES, max_size=6), ROUTES, st.booleans(), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_line_gives_the_alerts_its_event_gives_whatever_came_before_it(
    rules: RuleSet, reader: LineReader, lines: list[tuple[dict[str, Any], dict[str, Any], bool, bool]]
) -> None:
    quick, plain = FileMatcher(rules), FileMatcher(rules)
    place = Place(file="f", record=0)
    for fields, route, escaped, slashes in lines * 2:
        separators = (",", ":") if escaped == slashes else (", ", ": ")
        text = json.dumps({**route, **fields}, ensure_ascii=escaped, separators=separators)
        line = (text.replace("/", "\\/") if slashes else text).encode()
        clean = quick.is_clean(line)

        event = event_of(reader, line)

        expected = plain.match(place, event)[0] if event is not None else []
        found = quick.match_line(place, event)[0] if event is not None and not clean else []
        assert found == expected


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"{}",
        b'{"a": null}',
        b"\xff",
        b"\0" * 9,
        b'{"a": 1} x',
        b'{"Event": {"System": 1}}',
    ],
)
def test_what_is_no_plain_event_is_never_passed_over(rules: RuleSet, line: bytes) -> None:
    assert not FileMatcher(rules).is_clean(line)


def test_the_names_the_reader_takes_for_routing_fields_are_known() -> None:
    routing = {"winlog.channel", "winlog.event_id", "winlog.provider_name", "winlog.record_id", "winlog.opcode"}
    taken = {name for name, ours in windows._SYSTEM_KEYS.items() if ours in routing and name not in FIELD_MAP_NAMES}

    assert taken <= {*flat_lines.READER_NAMES}


FIELD_MAP_NAMES = {"Channel", "EventID", "Provider_Name", "EventRecordID", "Opcode"}


@pytest.mark.parametrize("source", ["Image", "CommandLine", "ParentImage", "IpAddress", "SourceIp", "DestinationIp"])
def test_every_field_the_reader_derives_is_listed_with_its_source(source: str) -> None:
    before = {"Channel": SYSMON, "EventID": 1, source: "10.0.0.1"}
    after = dict(before)
    windows.add_windows_fields(after)

    derived = {name for name in after if name not in before and not name.startswith(line_view._ALWAYS_ADDED)}

    assert derived
    assert all(source in line_view._ADDED_FROM[name] for name in derived)


def test_shapes_and_partitions_that_lines_make_up_are_forgotten_not_hoarded(
    rules: RuleSet, reader: LineReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat_lines, "MAX_SHAPES", 4)
    monkeypatch.setattr(flat_lines, "MAX_PARTITIONS_OF_SHAPE", 4)
    matcher = FileMatcher(rules)

    for number in range(20):
        documents = ({f"name{number}": "x"}, {"Channel": f"made up {number}", "EventID": 1})
        # The second way of writing is left to the JSON parser.
        for line in [json.dumps(fields).encode() for fields in (*documents, *({**one, "n": 1.5} for one in documents))]:
            event = event_of(reader, line)
            if not matcher.is_clean(line) and event is not None:
                matcher.match_line(Place(file="f", record=0), event)

    long = ({"n" * flat_lines.MAX_NAMES_CHARACTERS: "x", "n": 1.5}, {"Channel": "x" * 300, "EventID": 1})
    assert not any(matcher.is_clean(json.dumps(one).encode()) for one in long)

    for shapes in (matcher._lines._shapes, matcher._lines._span_shapes):
        assert 0 < len(shapes) <= 4
        assert all(len(shape.partitions) <= 4 for shape in shapes.values())

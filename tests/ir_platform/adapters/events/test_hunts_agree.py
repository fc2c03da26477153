"""One rule, three ways: the stream engine, a hunt in the embedded store and one in Elasticsearch find the same."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from detections.cases import read_cases
from detections.catalog import SHIPPED_RULES
from detections.retro import rescan
from detections.sigma.ruleset import RuleSet, load_rule_set
from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.reader import ElasticEventReader
from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.app.cli.rules import _read_lines
from ir_platform.app.retro_hunt import StoreHunt
from ir_platform.domain.event import Event, batch_of
from ir_platform.ports import EventReader
from tests.detections.making import RULE_ID, a_rule
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED
from tests.support.builders import NOON, an_event

ODD_RULES = (
    "s:\n  A|contains: ['mimikatz', '\\sekurlsa.exe -log']\ncondition: s",
    "s:\n  A|endswith: '\\psexec.exe'\nf:\n  B|startswith: 'C:\\Windows\\'\ncondition: s and not f",
    "s:\n  A: ['payload*stage?', 'exact value']\ncondition: s",
    "k: ['loader_stage', 'très bizarre']\ncondition: k",
    "s:\n  A|cased: 'Mimikatz'\ncondition: s",
    "s:\n  A|re: 'psexe[cs]v?c\\.exe'\ncondition: s",
    "s:\n  source.ip|cidr: '2001:db8::/32'\ncondition: s",
    "s:\n  source.ip: '2001:db8:0:0:0:0:0:7'\ncondition: s",
    "s:\n  EventID: [4688, 4689]\n  B: null\ncondition: s",
    "s:\n  source.port|gte: 1024\ncondition: s",
    "s:\n  C: true\ncondition: s",
)
ODD_VALUES: tuple[Any, ...] = (
    "MIMIKATZ", "xmimikatzx", "Mimikatz", "C:\\tmp\\SEKURLSA.exe -log", "c:\\x\\PsExec.exe", "psexesvc.exe",
    "PAYLOAD one STAGE2", "payloadstage", "Exact Value", "exact values", "a loader_stage b", "loader-stage",
    "TRÈS BIZARRE", "très  bizarre", "x " * 700 + "mimikatz", "x " * 20_000 + "mimikatz", "", None, 7, 4688.0, True,
    ["a", "mimikatz"], ["mimi", "katz"], {"inner": "mimikatz"}, "\u0130mimikatz", "mimi\u212aatz", "mimi\x00katz",
    "2001:DB8::7", "2001:db8:0:0:0:0:0:7", "00443",
)  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """The same events in both stores, and at hand."""

    embedded: EventReader
    elasticsearch: EventReader
    events: list[Event]
    rules: RuleSet
    begin: datetime
    end: datetime


def odd_events() -> Iterator[Event]:
    heads: tuple[dict[str, Any], ...] = (
        {"winlog.channel": "Security", "event.code": "4688"},
        {"Channel": "SECURITY", "EventID": 4688.0},
        {"product": "Windows", "service": "security", "source.port": "01024"},
        {"event.dataset": "nginx.access"},
    )
    number = 0
    for head in heads:
        for value in ODD_VALUES:
            for name in ("A", "source.ip", "winlog.event_data.B"):
                number += 1
                fields = {**head, name: value, "C": number % 2 == 0}
                if number % 50 == 0:
                    fields = {**{f"filler{one}": "x" for one in range(600)}, **fields}
                yield an_event(NOON + timedelta(seconds=number), record=number, **fields)


def case_events() -> Iterator[Event]:
    """Every event of the cases of our own rules, each with an id of its own."""
    for number, case in enumerate(read_cases([SHIPPED_RULES]).cases):
        events = [*_read_lines(case.format, case.lines)] if case.lines else []
        for place, event in enumerate(events):
            yield Event(type(event.id)(f"{number:04}-{place:06}"), event.time_ns, event.body)
        for place, fields in enumerate(case.events, start=len(events)):
            plain = {name: value for name, value in fields.items() if name != "@timestamp"}
            yield an_event(NOON - timedelta(hours=1, seconds=number), record=100_000 + 1_000 * number + place, **plain)


@pytest.fixture(scope="module")
def ways(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    folder = tmp_path_factory.mktemp("rules")
    for number, detection in enumerate(ODD_RULES):
        rule = a_rule(detection).replace(RULE_ID, RULE_ID.replace("501", f"6{number:02}"))
        (folder / f"{number}.yml").write_text(rule, encoding="utf-8")
    events = sorted([*odd_events(), *case_events()], key=lambda event: event.time_ns)
    client, namespace, store = connect(Address(url=elasticsearch_url)), uuid4().hex, tmp_path_factory.mktemp("store")
    writers = (
        EmbeddedEventWriter(store, dedup_days=7, clock=lambda: RECEIVED),
        ElasticEventWriter(client, clock=lambda: RECEIVED, namespace=namespace),
    )
    for writer in writers:
        for first in range(0, len(events), 500):
            writer.append(batch_of(events[first : first + 500]))
        writer.flush()
    yield Ways(
        embedded=EmbeddedEventReader(store),
        elasticsearch=ElasticEventReader(client, namespace=namespace),
        events=events,
        rules=load_rule_set([SHIPPED_RULES, folder]),
        begin=events[0].at - timedelta(seconds=1),
        end=events[-1].at + timedelta(seconds=1),
    )
    for writer in writers:
        writer.close()


def hunter(ways: Ways, reader: EventReader) -> StoreHunt:
    return StoreHunt(
        reader=reader, rules=lambda: ways.rules, detectors=lambda: (), max_events=1_000_000, max_seconds=600
    )


Told = dict[frozenset[tuple[str, str]], tuple[int, int]]
"""By what a finding is about: how many findings, of how many events."""


def in_the_stream(ways: Ways) -> dict[str, Told]:
    """All rules at once, as the intake runs them."""
    found: dict[str, Told] = defaultdict(dict)
    for one in rescan(ways.rules, (), [batch_of(ways.events)]):
        detections, events = found[one.rule_id].get(frozenset(one.group), (0, 0))
        found[one.rule_id][frozenset(one.group)] = detections + 1, events + one.event_count
    return found


def in_store(ways: Ways, reader: EventReader, rule_ids: Sequence[str]) -> tuple[dict[str, Told], int]:
    hunt = StoreHunt(
        reader=reader, rules=lambda: ways.rules, detectors=lambda: (), max_events=1_000_000, max_seconds=600
    )
    hunted = hunt.over_candidates(
        frozenset(rule_ids), time_from=ways.begin, time_to=ways.end, on_progress=lambda percent: None
    )
    assert (hunted.is_complete, hunted.further_entities) == (True, 0)
    found: dict[str, Told] = defaultdict(dict)
    for one in hunted.hits:
        found[one.rule_id][frozenset(one.group)] = one.detections, one.events
    return found, hunted.events


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.xdist_group("elasticsearch")
def test_every_rule_finds_the_same_in_the_stream_and_in_both_stores(ways: Ways) -> None:
    assert ways.rules.skipped == ()
    telling = [info.id for info in ways.rules.infos if info.id not in ways.rules.silent]
    # A rule of the odd ones alone, ours a few together: each asks the stores in its own way.
    ours, odd = telling[: -len(ODD_RULES)], telling[-len(ODD_RULES) :]
    hunts = [*(ours[first : first + 8] for first in range(0, len(ours), 8)), *([one] for one in odd)]

    stream = in_the_stream(ways)
    read = 0
    for rule_ids in hunts:
        expected = {one: stream[one] for one in rule_ids if one in stream}
        for reader in (ways.embedded, ways.elasticsearch):
            found, candidates = in_store(ways, reader, rule_ids)
            assert found == expected, (rule_ids, type(reader).__name__)
            read += candidates

    assert len(stream) > 0.9 * len(telling)
    # A hunt reads what may match, not all that is stored.
    assert read < 2 * len(ways.events) * len(hunts) / 2

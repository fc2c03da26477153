"""Of the core ECS fields that the expected documents of real logs state, at least 95 of 100 are ours too, per format.

What differs stands in `agreement.yaml` with its reason, and the shares are printed at the end of the run.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from ingest.detecting import detect_format
from ingest.parsers.flat import flatten
from ingest.parsers.times import iso_ns
from ingest.reading import read_events

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("agreement.yaml").read_text(encoding="utf-8"))
FORMATS = sorted({case["format"] for case in TABLE["cases"]})
GOAL = 0.95
UTC = ZoneInfo("UTC")
MS, SECOND = 1_000_000, 1_000_000_000


@dataclass
class Tally:
    """What was compared of one format."""

    same: int = 0
    set_aside: int = 0
    other: Counter[str] = field(default_factory=Counter)

    @property
    def compared(self) -> int:
        return self.same + self.other.total()


@pytest.fixture(scope="module")
def tallies(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for case in TABLE["cases"]:
        for ours, theirs in _pairs(case, logs=logs, scratch=tmp_path_factory.mktemp("documents")):
            _compare(found[case["format"]], case["format"], ours, theirs)
    return found


def _pairs(case: dict[str, Any], *, logs: Path, scratch: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Our events with theirs, by the line, by the audit event's number, else in order."""
    path = logs / case["file"]
    said = json.loads(path.with_name(path.name + "-expected.json").read_text(encoding="utf-8"))
    theirs = [flatten(document) for document in (said["expected"] if isinstance(said, dict) else said)]
    source = _as_lines(path, scratch) if case.get("documents") else path
    assert detect_format(source) == case["format"], case["file"]
    zone = ZoneInfo(case.get("zone", "UTC"))
    records = list(read_events(source, timezone=zone, year=case.get("year")))
    ours = [parsed.event.fields() for parsed in records if parsed.event]
    assert sum(1 for parsed in records if parsed.rejection) == case.get("refused", 0), case["file"]
    by_line = {event["event.original"].split("\n")[0]: event for event in ours}
    by_number = {event["auditd.sequence"]: event for event in ours if "auditd.sequence" in event}
    for number, document in enumerate(theirs[: len(theirs) - case.get("refused", 0)]):
        line = str(document.get("event.original") or document.get("log.original") or "").split("\n")[0]
        yield by_line.get(line) or by_number.get(document.get("auditd.log.sequence")) or ours[number], document


def _as_lines(path: Path, scratch: Path) -> Path:
    documents = json.loads(path.read_text(encoding="utf-8"))["events"]
    lines = scratch / f"{path.stem}.jsonl"
    lines.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    return lines


def _compare(tally: Tally, format_name: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for name, value in theirs.items():
        if not _is_core(name):
            continue
        found = ours.get(name, ours.get(TABLE["names"].get(name, name)))
        if name in TABLE["set_aside"].get(format_name, {}):
            tally.set_aside += 1
        elif _is_same(name, found, value):
            tally.same += 1
        else:
            tally.other[name] += 1


def _is_core(name: str) -> bool:
    return any(name == core or name.startswith(f"{core}.") for core in TABLE["core"])


def _is_same(name: str, ours: object, theirs: object) -> bool:
    if name == "@timestamp":
        ours_ns = iso_ns(str(ours), UTC)
        if isinstance(theirs, int):  # Filebeat's Zeek module lost the fraction of the second
            return ours_ns is not None and ours_ns // SECOND == theirs // 1000
        theirs_ns = iso_ns(str(theirs), UTC)
        return ours_ns is not None and theirs_ns is not None and ours_ns // MS == theirs_ns // MS
    return _plain(name, ours) == _plain(name, theirs)


def _plain(name: str, value: object) -> object:
    if value in TABLE["nothing"]:
        return None
    if not isinstance(value, str):
        return value
    if name == "event.outcome":
        return TABLE["outcomes"].get(value, value)
    if name == "http.request.method":
        return value.lower()
    return str(ip_address(value)) if name.endswith(".ip") else value


@pytest.mark.parametrize("format_name", FORMATS)
def test_at_least_95_percent_of_the_core_fields_are_theirs_and_the_rest_is_explained(
    format_name: str, tallies: dict[str, Tally], record_property: Any
) -> None:
    tally = tallies[format_name]

    share = tally.same / tally.compared

    record_property(
        "agreed",
        f"{format_name}: {tally.same} of {tally.compared} core fields ({share:.1%}), {tally.set_aside} set aside; "
        f"different: {dict(tally.other) or 'none'}",
    )
    assert tally.other.keys() <= TABLE["differences"].get(format_name, {}).keys()
    assert share >= GOAL


def test_no_difference_is_listed_that_is_none(tallies: dict[str, Tally]) -> None:
    listed = {(format_name, name) for format_name, names in TABLE["differences"].items() for name in names}

    assert listed == {(format_name, name) for format_name, tally in tallies.items() for name in tally.other}

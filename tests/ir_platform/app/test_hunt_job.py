"""Looking back, as a job of the worker and as a command: what rules find among stored events."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from detections.catalog import shipped_rules
from ir_platform.app.cli.rules import rules
from ir_platform.app.ingest_file import FileIngest
from ir_platform.app.jobs import JobFailedError, Work
from ir_platform.app.retro_hunt import StoreHunt
from ir_platform.app.tools import locate_tshark
from ir_platform.app.wiring import event_reader, event_writer, make_examination, open_files
from ir_platform.domain.event import EventId, batch_of
from ir_platform.domain.job import JobKind, queued_job
from ir_platform.ports import BadQueryError, EventReader, FoundEvent, HistogramBucket, Page
from tests.detections.making import RULE_ID, a_rule
from tests.ir_platform.app.house import House, a_house
from tests.support.builders import NOON, an_event

SCANNER_RULE = "web_scanner_user_agent"
SCAN = {
    "event.dataset": "apache.access",
    "event.category": ["web"],
    "source.ip": "203.0.113.9",
    "user_agent.original": "sqlmap/1.8",
    "host.name": "portal-01",
    "url.original": "/",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose store holds three requests of a scanner among others."""
    with a_house(tmp_path / "var") as made:
        writer = event_writer(made.settings)
        scans = [an_event(NOON + timedelta(minutes=n), record=n, **SCAN) for n in range(3)]
        others = [
            an_event(NOON + timedelta(seconds=n), record=100 + n, **{**SCAN, "user_agent.original": "Firefox"})
            for n in range(50)
        ]
        writer.append(batch_of([*scans, *others]))
        writer.flush()
        writer.close()
        yield made


def scanner_rule_id(house: House) -> str:
    listed = json.loads(irp(house, "list", "--json").stdout)
    return str(next(one["id"] for one in listed if Path(one["file"] or "").stem == SCANNER_RULE))


def irp(house: House, *arguments: str) -> Any:
    return CliRunner().invoke(rules, [*arguments, "--data", str(house.settings.data_dir)])


def hunted(house: House, *rule_ids: str, minutes: int = 60) -> dict[str, Any]:
    work = Work(
        state=house.state,
        files=open_files(house.settings),
        ingest=FileIngest(settings=house.settings, find_tshark=locate_tshark),
        settings=house.settings,
        clock=lambda: house.clock[0],
        examination=make_examination(house.settings, house.state),
    )
    end = NOON + timedelta(minutes=minutes)
    payload = {"aturan": list(rule_ids), "dari": NOON.isoformat(), "sampai": end.isoformat()}
    job = queued_job(JobKind.HUNT_RULES, payload, job_id="job-1", now=NOON)
    found: dict[str, Any] = json.loads(work.do(job, lambda phase, percent, result=None, /: None).result)
    return found


def test_a_job_finds_what_the_rule_finds_among_stored_events(house: House) -> None:
    rule_id = scanner_rule_id(house)

    found = hunted(house, rule_id, "gone")

    [hit] = found["hits"]
    assert (hit["rule_id"], hit["group"]["source.ip"], hit["detections"]) == (rule_id, "203.0.113.9", 3)
    assert (found["is_complete"], found["unusable"]) == (True, ["gone"])
    # The store was asked for candidates: not every event was read.
    assert found["events"] < 53


def test_events_outside_the_time_are_not_looked_at(house: House) -> None:
    found = hunted(house, scanner_rule_id(house), minutes=1)

    assert [hit["detections"] for hit in found["hits"]] == [1]


def test_a_job_for_rules_that_are_not_there_fails_with_a_reason(house: House) -> None:
    with pytest.raises(JobFailedError, match="tidak ada di antara yang dipakai"):
        hunted(house, "gone")


def test_the_command_finds_the_same_with_and_without_asking_the_store(house: House) -> None:
    times = ("--from", "2026-11-20", "--to", "2026-11-21", "--json")

    asked = irp(house, "hunt", SCANNER_RULE, *times)
    full = irp(house, "hunt", SCANNER_RULE, "--full", *times)

    assert (asked.exit_code, full.exit_code) == (1, 1)
    assert json.loads(asked.stdout)["hits"] == json.loads(full.stdout)["hits"] != []
    assert json.loads(asked.stdout)["events"] < json.loads(full.stdout)["events"] == 53


def test_any_rule_can_be_tried_on_stored_events_without_being_taken_in(house: House, tmp_path: Path) -> None:
    rule = a_rule("s:\n  user_agent.original|contains: firefox\ncondition: s", logsource="{category: webserver}")
    (tmp_path / "rule.yml").write_text(rule)

    times = ("--from", "2026-11-20", "--to", "2026-11-21", "--json")

    done = irp(house, "hunt", "--rules", str(tmp_path / "rule.yml"), *times)

    [hit] = json.loads(done.stdout)["hits"]
    assert (hit["rule_id"], hit["detections"]) == (RULE_ID, 50)


@pytest.mark.parametrize("arguments", [["gone"], []])
def test_a_hunt_without_a_rule_that_is_there_is_refused(house: House, arguments: list[str]) -> None:
    done = irp(house, "hunt", *arguments, "--from", "2026-11-20", "--to", "2026-11-21")

    assert (done.exit_code, done.stdout) == (2, "")


def test_nothing_found_ends_with_0(house: House) -> None:
    done = irp(house, "hunt", SCANNER_RULE, "--from", "2025-01-01", "--to", "2025-01-02", "--json")

    assert (done.exit_code, json.loads(done.stdout)["hits"]) == (0, [])


def test_where_the_store_refuses_the_question_everything_is_read(house: House) -> None:
    rule_id = scanner_rule_id(house)
    hunt = StoreHunt(
        reader=RefusingReader(event_reader(house.settings)),
        rules=shipped_rules,
        detectors=lambda: (),
        max_events=1_000,
        max_seconds=60,
    )

    found = hunt.over_candidates(
        frozenset({rule_id}),
        time_from=NOON,
        time_to=NOON + timedelta(hours=1),
        on_progress=lambda percent: None,
    )

    assert ([hit.detections for hit in found.hits], found.events) == ([3], 53)


@dataclass(frozen=True)
class RefusingReader:
    """A store that takes no question but for everything."""

    reader: EventReader

    def search(self, query: str, **rest: Any) -> Page[FoundEvent]:
        self._refuse(query)
        return self.reader.search(query, **rest)

    def histogram(self, query: str, **rest: Any) -> tuple[HistogramBucket, ...]:
        self._refuse(query)
        return self.reader.histogram(query, **rest)

    def get(self, ids: Sequence[EventId]) -> tuple[FoundEvent, ...]:
        return self.reader.get(ids)

    def _refuse(self, query: str) -> None:
        if query != "*":
            raise BadQueryError(query=query, at=0, reason="Pola terlalu luas")

"""A capture's events judged in a child: what is written is what is judged, and a child that ends is noticed."""

import json
import os
from array import array
from pathlib import Path
from typing import NoReturn

import pytest

from detections.sigma.cache import RuleCache
from detections.sigma.match import PartitionStore
from detections.sigma.rule_set import RuleSet
from detections.sigma.ruleset import load_rule_set
from ingest.parsers.base import assemble_event
from ir_platform.app.capture_judge import CaptureJudge, JudgeStoppedError, batch_written
from ir_platform.domain.event import EventBatch, batch_of, derive_event_id

ORIGIN = "pcap:abc"
RULE = """
title: Halaman masuk dibuka
id: 0b0e5f2e-7a7e-4a3c-9a59-2f1d3a0e1c11
status: test
level: low
logsource:
  category: webserver
detection:
  pilih:
    url.path: /masuk
  condition: pilih
"""


def events(*fields: dict[str, object], begun: int = 0) -> EventBatch:
    return batch_of(
        [
            assemble_event(derive_event_id(ORIGIN, begun + number, b""), 1_700_000_000_000_000_000 + number, one)
            for number, one in enumerate(fields)
        ]
    )


def test_events_read_back_are_those_that_were_written() -> None:
    batch = events({"event.dataset": "dns", "dns.question.name": "a\nb"}, {"event.dataset": "http"})

    read = batch_written(b"\n".join(batch.bodies) + b"\n", array("q", batch.times_ns).tobytes())

    assert read == batch


def test_an_alert_names_the_line_of_its_event_behind_the_flows(tmp_path: Path) -> None:
    rule = tmp_path / "aturan.yml"
    rule.write_text(RULE, encoding="utf-8")

    def rules() -> tuple[RuleSet, PartitionStore]:
        return load_rule_set([rule]), RuleCache(tmp_path / "kept").find("0" * 32)

    visit = {"event.dataset": "http", "network.protocol": "http", "event.category": ["network"], "url.path": "/masuk"}
    with CaptureJudge(tmp_path, rules=rules, detectors=()) as judge:
        judge.put(events({"event.dataset": "flow"}, {"event.dataset": "flow"}), are_flows=True)
        judge.put(events({"event.dataset": "dns"}, visit, begun=2), are_flows=False)
        judged = judge.finish(EventBatch(), origin=ORIGIN)

    [alert] = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text().splitlines()]
    assert (judged.alerts, judge.flows, judge.events) == (1, 2, 2)
    assert alert["source"] == {"file": "events.jsonl", "record": 1}
    assert len((tmp_path / "flows.jsonl").read_text().splitlines()) == 2


def test_a_judge_that_ends_before_its_time_is_noticed(tmp_path: Path) -> None:
    def dies() -> NoReturn:
        os._exit(3)

    with CaptureJudge(tmp_path, rules=dies, detectors=()) as judge, pytest.raises(JudgeStoppedError):
        judge.finish(EventBatch(), origin=ORIGIN)

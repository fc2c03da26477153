"""Rules read by several processes make the same rule set as rules read by one."""

import os
import pickle
from pathlib import Path
from uuid import UUID

import pytest
from sigma.processing.pipeline import ProcessingPipeline

from detections.sigma.problems import RuleReaderDiedError
from detections.sigma.rule_set import RuleSet
from detections.sigma.ruleset import load_rule_set
from detections.sigma.shares import LEAST_FILES

PROCESSES = 2
PIPELINE = """
name: uji
priority: 10
transformations:
  - id: names
    type: field_name_mapping
    mapping: {Old: New}
  - id: no
    type: rule_failure
    message: tidak boleh
    rule_conditions:
      - type: logsource
        category: firewall
"""
SELECTION = "detection:\n  s:\n    Old|contains: 'x{number}'\n  condition: s\n"
WINDOWS = "logsource: {product: windows, service: security}\n"
VALUES = {"admins": ("budi", "siti")}


def an_id(number: int) -> str:
    return str(UUID(int=number))


def a_numbered_rule(number: int) -> str:  # noqa: PLR0911  one per kind
    """Return a rule of the kind that the number stands for: sound, broken in some way, a filter, a correlation."""
    head = f"title: Aturan {number}\nid: {an_id(number)}\nname: rule_{number}\n"
    match number % 20:
        case 1:
            return head + WINDOWS + "detection:\n  s:\n    A|re: '(?<=a)b{3}'\n  condition: s\n"
        case 2:
            return head + WINDOWS + "detection:\n  s:\n    A|re: '('\n  condition: s\n"
        case 3:
            return head + WINDOWS + "detection:\n  s:\n    A|expand: '%admins%'\n  condition: s\n"
        case 4:
            return head + WINDOWS + "detection:\n  s:\n    A|expand: '%nobody%'\n  condition: s\n"
        case 5:
            return head + "logsource: {category: firewall}\n" + SELECTION
        case 6:
            return head.replace(an_id(number), an_id(number - 6)) + WINDOWS + SELECTION
        case 7:
            return "title: ["
        case 8:
            names = f"[rule_{number - 8}, rule_{number - 7}]"
            counted = f"correlation:\n  type: temporal\n  rules: {names}\n  group-by: [Old]\n  timespan: 5m\n"
            return head + counted
        case 9:
            counted = "  type: event_count\n  group-by: [A]\n  timespan: 1m\n  condition: {gte: 3}\n"
            return f"{head}correlation:\n  rules: [rule_{number - 7}]\n{counted}"
        case 10:
            wanted = f"filter:\n  rules: [{an_id(number - 10)}]\n  own:\n    B: budi\n  condition: not own\n"
            return head + WINDOWS + wanted
        case 11:
            return f"{head}tanggap:\n  dasar: true\n  periksa: [satu]\n{WINDOWS}{SELECTION}\n---\ntitle: x\n"
        case _:
            return f"{head}tags: [attack.t1059]\n{WINDOWS}{SELECTION.replace('{number}', str(number))}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    for number in range(PROCESSES * LEAST_FILES + 1):
        (folder / f"{number:04}.yml").write_text(a_numbered_rule(number), encoding="utf-8")
    return folder


def said(rules: RuleSet) -> list[object]:
    """Return all that a rule set says, in order."""
    compiled = [(one.index, one.logsource, *map(pickle.loads, one.compiled.parts[:2])) for one in rules.matchers]
    grouped = [
        (one.rule_id, one.sources, one.asks, {k: [field.name for _, field in by] for k, by in one.group_by.items()})
        for one in rules.correlations
    ]
    return [rules.infos, compiled, grouped, rules.silent, rules.skipped, rules.rows]


def test_what_several_processes_read_is_what_one_reads(folder: Path) -> None:
    one = load_rule_set([folder], pipeline=ProcessingPipeline.from_yaml(PIPELINE), placeholders=VALUES)

    shared = load_rule_set(
        [folder], pipeline=ProcessingPipeline.from_yaml(PIPELINE), placeholders=VALUES, processes=PROCESSES
    )

    assert said(shared) == said(one)
    assert len(shared.correlations) > 10
    assert len({problem.reason.split()[0] for problem in shared.skipped}) > 5  # every kind of problem is in it


class DyingElsewhere(ProcessingPipeline):
    """Ends a process that is not ours."""

    def apply(self, rule):  # type: ignore[no-untyped-def]
        if os.getpid() != self.ours:
            os._exit(7)
        return super().apply(rule)


def test_a_process_that_ends_before_it_is_done_takes_no_rules_away_unseen(folder: Path) -> None:
    pipeline = DyingElsewhere()
    pipeline.ours = os.getpid()

    with pytest.raises(RuleReaderDiedError) as told:
        load_rule_set([folder], pipeline=pipeline, processes=PROCESSES)

    assert told.value.exit_code == 7

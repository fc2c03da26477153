"""Our own rules: each says what a reader needs, and each has cases that must and must not match."""

from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma.rule import SigmaRule

from detections.cases import read_cases
from detections.catalog import DETECTORS, SHIPPED_RULES, shipped_rules
from detections.sigma.load import load_rules
from detections.sigma.ruleset import RuleSet
from ir_platform.app.cli.rules import rules as rules_command

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return shipped_rules()


def test_every_rule_loads(rules: RuleSet) -> None:
    assert rules.skipped == ()
    assert rules.loaded == len(rules.infos)


def test_every_rule_that_raises_alerts_has_cases_both_ways_and_no_case_is_an_orphan(rules: RuleSet) -> None:
    files = read_cases([SHIPPED_RULES])
    kinds: dict[str, set[bool]] = defaultdict(set)
    for case in files.cases:
        kinds[case.rule].add(case.must_match)

    assert files.problems == ()
    assert kinds == {info.name: {True, False} for info in rules.infos if info.id not in rules.silent}


def test_every_case_holds() -> None:
    done = CliRunner().invoke(rules_command, ["test"])

    assert (done.exit_code, done.stdout) == (0, "")


def test_every_rule_says_what_to_look_at_and_what_it_may_be_instead(rules: RuleSet) -> None:
    for info in rules.infos:
        assert info.false_positives, info.title
        assert any(tag.startswith("attack.t") for tag in info.tags), info.title
        assert info.look_at or info.id in rules.silent, info.title


def test_every_rule_is_ours_dated_and_described() -> None:
    for one in load_rules([SHIPPED_RULES]).rules:
        assert (one.rule.author, bool(one.rule.date), bool(one.rule.description)) == ("Tanggap", True, True), one.file
        assert one.rule.level is not None
        assert isinstance(one.rule, SigmaRule) or one.rule.group_by


def test_every_detector_has_a_page_and_names_what_to_look_at() -> None:
    for make in DETECTORS:
        detector = make()
        assert (REPOSITORY / "docs" / "detectors" / f"{detector.name}.md").is_file()
        assert all(info.look_at and info.source == "detector" for info in detector.infos)

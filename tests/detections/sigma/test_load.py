"""Rules that cannot be used are named with file, line and reason; hostile ones do no harm."""

from pathlib import Path

import pytest

from detections.sigma.ruleset import load_rule_set
from detections.sigma.view import EventView
from tests.detections.making import RULE_ID, a_rule, rules_from

GOOD = "selection:\n  A: x\ncondition: selection"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("title: [", 2, "YAML"),
        ("- a\n- b\n", 1, "peta"),
        ("title: x\nfoo: bar\n", 1, "bukan aturan Sigma"),
        (a_rule("selection:\n  A: x\ncondition: nothing"), 9, "condition"),
        (a_rule("selection:\n  A|contians: x\ncondition: selection"), 6, "pengubah"),
        (a_rule("selection:\n  A|re: '('\ncondition: selection"), 6, "regex"),
        (a_rule("selection:\n  A: x\n  A: y\ncondition: selection"), 9, "dua kali"),
        (a_rule("selection:\n  A|expand: '%x%'\ncondition: selection"), 1, "%x%"),
        (a_rule("selection:\n  A: 2026-01-01\ncondition: selection"), 6, "tanda kutip"),
        (a_rule(GOOD).replace("level: high", "level: huge"), 4, "level"),
        (a_rule(GOOD).replace("status: test", "status: unsupported"), 3, "unsupported"),
        (a_rule(GOOD, extra="action: global\n"), 10, "action: global"),
        (a_rule(GOOD, extra="action: again\n"), 10, "again"),
        (f"a: &a [1]\nb: *a\n{a_rule(GOOD)}", 2, "alias"),
        (a_rule(f"selection:\n  A: x\ncondition: {'(' * 40}selection{')' * 40}"), 9, "bersarang"),
        (a_rule(f"selection:\n  A|windash: '{' -a' * 30}'\ncondition: selection"), 6, "windash"),
        ("title: " + "[" * 5000, 1, "bersarang"),
        ("a:\n" + "- 1\n" * 30_000, 19_999, "simpul"),
        ("title: 5\nlogsource: 7\ndetection: 9\n", 1, ""),
    ],
)
def test_a_rule_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    rules = rules_from(tmp_path, text)

    assert rules.loaded == 0
    assert len(rules.skipped) == 1
    assert rules.skipped[0].file == str(tmp_path / "rule_0.yml")
    assert words in rules.skipped[0].reason
    assert rules.skipped[0].line == line


def test_a_broken_rule_does_not_keep_its_neighbour_out(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, f"{a_rule(GOOD)}\n---\ntitle: x\n")

    assert rules.loaded == 1
    assert [problem.line for problem in rules.skipped] == [12]


def test_the_second_rule_of_an_id_is_named_not_dropped(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, a_rule(GOOD), a_rule(GOOD))

    assert rules.loaded == 1
    assert RULE_ID in rules.skipped[0].reason


def test_a_correlation_over_a_rule_that_is_not_there_is_named(tmp_path: Path) -> None:
    correlation = (
        "title: K\nid: 11111111-2222-4333-8444-555555555502\ncorrelation:\n  type: event_count\n"
        "  rules: [missing]\n  group-by: [source.ip]\n  timespan: 5m\n  condition: {gte: 3}\n"
    )

    rules = rules_from(tmp_path, correlation)

    assert rules.loaded == 0
    assert "missing" in rules.skipped[0].reason


def test_correlations_that_refer_to_each_other_are_named(tmp_path: Path) -> None:
    def one(name: str, other: str, number: int) -> str:
        return (
            f"title: {name}\nname: {name}\nid: 11111111-2222-4333-8444-55555555550{number}\ncorrelation:\n"
            f"  type: event_count\n  rules: [{other}]\n  group-by: [source.ip]\n  timespan: 5m\n"
            "  condition: {gte: 3}\n"
        )

    rules = rules_from(tmp_path, one("first", "second", 3), one("second", "first", 4))

    assert rules.loaded == 0
    assert len(rules.skipped) == 2


def test_a_filter_takes_events_away_from_the_rule_it_names(tmp_path: Path) -> None:
    sigma_filter = (
        "title: F\nid: 11111111-2222-4333-8444-555555555505\nlogsource: {product: windows, service: security}\n"
        f"filter:\n  rules: [{RULE_ID}]\n  ours:\n    B: budi\n  condition: not ours\n"
    )

    rules = rules_from(tmp_path, a_rule(GOOD), sigma_filter)

    matcher = rules.matchers[0].compiled
    assert matcher.accepts(EventView({"A": "x"}))
    assert not matcher.accepts(EventView({"A": "x", "B": "budi"}))


def test_case_documents_are_no_rules_and_no_problem(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, a_rule(GOOD), "rule: x\nmatch: []\nno_match: []\n")

    assert (rules.loaded, rules.skipped) == (1, ())


def test_a_folder_and_a_file_in_it_load_each_rule_once(tmp_path: Path) -> None:
    rules_from(tmp_path, a_rule(GOOD))

    rules = load_rule_set([tmp_path, tmp_path / "rule_0.yml"])

    assert (rules.loaded, rules.skipped) == (1, ())

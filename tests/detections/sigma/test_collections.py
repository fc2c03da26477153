"""Rule collections: what `action: global`, `repeat` and `reset` make of the documents of one file."""

from pathlib import Path

from detections.sigma.ruleset import RuleSet
from detections.sigma.view import EventView
from tests.detections.making import RULE_ID, rules_from

GLOBAL = (
    f"action: global\ntitle: Uji\nid: {RULE_ID}\nstatus: test\nlevel: high\n"
    "detection:\n  selection:\n    A: x\n  condition: selection\n"
)
SYSMON = "---\nlogsource: {product: windows, service: sysmon}\n"
SECURITY = "---\nlogsource: {product: windows, service: security}\ndetection:\n  selection:\n    B: y\n"


def titles_matched(rules: RuleSet, fields: dict[str, str]) -> list[str]:
    view = EventView(fields)
    return [rules.infos[one.index].title for one in rules.matchers if one.compiled.accepts(view)]


def test_a_global_document_is_merged_into_every_rule_after_it(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, GLOBAL + SYSMON + SECURITY)

    services = [one.logsource.service for one in rules.matchers]
    matched = [one.compiled.accepts(EventView({"A": "x"})) for one in rules.matchers]
    assert (services, matched) == (["sysmon", "security"], [True, False])


def test_the_first_rule_of_a_collection_keeps_the_id_and_the_others_get_steady_ones(tmp_path: Path) -> None:
    first = [info.id for info in rules_from(tmp_path, GLOBAL + SYSMON + SECURITY).infos]
    again = [info.id for info in rules_from(tmp_path, GLOBAL + SYSMON + SECURITY).infos]

    assert first[0] == RULE_ID
    assert first[1] != RULE_ID
    assert first == again


def test_repeat_is_the_rule_before_it_with_changes(tmp_path: Path) -> None:
    repeat = "---\naction: repeat\ntitle: Kedua\ndetection:\n  selection:\n    A: z\n"

    rules = rules_from(tmp_path, GLOBAL + SYSMON + repeat)

    assert titles_matched(rules, {"A": "x"}) == ["Uji"]
    assert titles_matched(rules, {"A": "z"}) == ["Kedua"]


def test_after_reset_a_rule_stands_alone(tmp_path: Path) -> None:
    alone = (
        "---\naction: reset\n---\ntitle: Sendiri\nstatus: test\nlogsource: {category: x}\n"
        "detection:\n  s:\n    C: x\n  condition: s\n"
    )

    rules = rules_from(tmp_path, GLOBAL + SYSMON + alone)

    assert titles_matched(rules, {"C": "x"}) == ["Sendiri"]


def test_a_correlation_takes_nothing_from_the_global_document(tmp_path: Path) -> None:
    named = GLOBAL.replace("title: Uji", "title: Uji\nname: uji")
    correlation = (
        "---\ntitle: K\nid: 11111111-2222-4333-8444-555555555502\ncorrelation:\n  type: event_count\n"
        "  rules: [uji]\n  group-by: [A]\n  timespan: 5m\n  condition: {gte: 3}\n"
    )

    rules = rules_from(tmp_path, named + SYSMON + correlation)

    assert rules.skipped == ()
    assert [rules.infos[1].title, len(rules.correlations)] == ["K", 1]


def test_a_collection_that_grows_without_bound_when_merged_is_refused(tmp_path: Path) -> None:
    values = ", ".join(f"v{number}" for number in range(9000))
    many = f"action: global\ntitle: Uji\ndetection:\n  s:\n    A: [{values}]\n  condition: s\n"

    rules = rules_from(tmp_path, many + "---\nlogsource: {category: x}\n" * 100)

    assert rules.loaded == 22
    assert {"simpul" in problem.reason for problem in rules.skipped} == {True}


def test_a_global_document_of_another_shape_than_the_rule_is_named(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, GLOBAL + "---\nlogsource: {category: x}\ndetection: no\n")

    assert rules.loaded == 0
    assert "bentuk" in rules.skipped[0].reason

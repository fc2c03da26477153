"""What a store is asked before a rule is: every event the rule matches is among what the query finds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detections.catalog import shipped_rules
from detections.retro import narrowed
from detections.sigma.match import decode
from detections.sigma.ruleset import RuleSet
from detections.sigma.store_query import EVERYTHING, store_query
from ir_platform.adapters.events.query.evaluate import matches
from ir_platform.adapters.events.query.forms import forms_of
from ir_platform.adapters.events.query.parser import parse_query
from tests.detections.making import a_rule, rules_from

LOGSOURCE = "{product: windows, service: security}"
DETECTIONS = (
    "s:\n  A|contains: ['kabak', 'C:\\ab\\cab.exe -x']\ncondition: s",
    "s:\n  A|endswith: '\\kab.abc'\n  B: 'abab'\ncondition: s",
    "s:\n  A|startswith: 'bca.ab'\nf:\n  B|contains: 'cab'\ncondition: s and not f",
    "s:\n  A: ['aaa', 'b*abc*a']\nt:\n  B: null\ncondition: s or t",
    "k: ['bbb', 'a?cab']\ncondition: k",
    "s:\n  event.code: [1, 2]\n  A|contains: 'abc'\ncondition: s",
    "s:\n  A|re: 'ab+cab'\ncondition: s",
    "s:\n  A|cased: 'ABCab'\ncondition: s",
    "s:\n  A|contains|all: ['abc/', '\"cab']\ncondition: s",
    "s:\n  source.ip|contains: 'b::a'\ncondition: s",
    "s:\n  source.port: '0080'\ncondition: s",
    "s:\n  A|contains: '_abc_cab_'\ncondition: s",
    "s:\n  A|contains: 'éabcé'\ncondition: s",
)
ALPHABET = 'abcABC\\/"._- \u212a\u0130é12\x00'
PIECES = [
    "kabak",
    "abc",
    "cab",
    "kab",
    "C:\\ab\\cab.exe -x",
    "\\kab.abc",
    "bca.ab",
    "_abc_cab_",
    "éabcé",
    "abb",
    "ABCab",
    "bbb",
]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    texts = [
        a_rule(detection, logsource=LOGSOURCE).replace("555555555501", f"5555555556{number:02d}")
        for number, detection in enumerate(DETECTIONS)
    ]
    made = rules_from(tmp_path_factory.mktemp("rules"), *texts)
    assert made.skipped == ()
    return made


texts = st.one_of(
    st.text(ALPHABET, max_size=12),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(ALPHABET, max_size=3)), max_size=4).map("".join),
)
values = st.one_of(
    texts,
    st.integers(0, 3),
    st.none(),
    st.booleans(),
    st.lists(texts, max_size=3),
    st.dictionaries(st.sampled_from(["x", "y"]), texts, max_size=2),
    st.sampled_from(["AB::A", "ab:0:0:0:0:0:0:a", "0080", 80, 80.0]),
)
names = st.sampled_from(["A", "B", "event.code", "EventID", "other", "source.ip", "source.port", "message"])
channels = st.sampled_from(
    [{"winlog.channel": "Security"}, {"Channel": "SECURITY"}, {"product": "Windows", "service": "security"}, {}]
)


def is_found(query: str, fields: dict[str, Any]) -> bool:
    return matches(parse_query(query), forms_of("id", 0, fields))


@given(fields=st.dictionaries(names, values), channel=channels)
@settings(max_examples=500, deadline=None)
def test_no_event_that_a_rule_matches_is_missed(
    rules: RuleSet, fields: dict[str, Any], channel: dict[str, Any]
) -> None:
    event = {**channel, **fields}
    body = json.dumps(event).encode()
    view = decode(body)
    assert view is not None

    found = rules.matcher().match(body, view)

    for index in found:
        alone = narrowed(rules, frozenset({rules.infos[index].id}))
        assert is_found(store_query(alone), json.loads(body)), rules.infos[index]


@pytest.mark.parametrize(
    "large",
    [
        {"A": "x " * 20_000 + "kabak"},
        {**{f"field{number}": "x" for number in range(600)}, "A": "kabak"},
        {"A": ["x"] * 3_000 + ["kabak"]},
        {"deep": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": "x"}}}}}}}}}, "A": "kabak"},
    ],
    ids=["long value", "many fields", "many values", "deep"],
)
def test_an_event_that_was_too_large_to_be_indexed_whole_is_a_candidate_of_every_rule(
    rules: RuleSet, large: dict[str, Any]
) -> None:
    first = narrowed(rules, frozenset({rules.infos[0].id}))

    assert is_found(store_query(first), {"winlog.channel": "Security", **large})


def test_events_of_other_logsources_and_without_the_rules_words_are_no_candidates(rules: RuleSet) -> None:
    query = store_query(narrowed(rules, frozenset({rules.infos[0].id})))

    assert not is_found(query, {"winlog.channel": "Security", "A": "nothing"})
    assert not is_found(query, {"event.dataset": "nginx.access", "A": "kabak"})
    assert is_found(query, {"winlog.channel": "Security", "A": "xKABAKx"})


def test_rules_together_are_asked_for_together(rules: RuleSet) -> None:
    chosen = narrowed(rules, frozenset({rules.infos[0].id, rules.infos[7].id}))

    query = store_query(chosen)

    for fields in ({"A": "kabak"}, {"A": "C:\\ab\\cab.exe -x"}, {"A": "ABCab"}):
        assert is_found(query, {"winlog.channel": "Security", **fields})


def test_too_many_rules_for_one_query_are_asked_about_everything() -> None:
    assert store_query(shipped_rules()) == EVERYTHING


def test_every_rule_of_ours_alone_has_a_query_that_stores_can_read() -> None:
    rules = shipped_rules()

    for info in rules.infos:
        query = store_query(narrowed(rules, frozenset({info.id})))
        assert query != EVERYTHING, info.title
        parse_query(query)


def test_a_rule_about_nothing_in_particular_is_asked_about_everything(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, a_rule("s:\n  A: null\ncondition: s", logsource="{product: windows}"))

    assert store_query(rules) == EVERYTHING

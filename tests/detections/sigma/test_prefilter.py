"""The prefilter saves work and never loses a match."""

import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detections.sigma import partition as partitions
from detections.sigma.match import decode
from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.regex import compile_search
from detections.sigma.ruleset import RuleSet
from tests.detections.making import a_rule, rules_from

DETECTIONS = (
    "s:\n  A|contains: ['abc', 'C:\\ab\\']\ncondition: s",
    "s:\n  A|endswith: 'kab'\n  B: 'abab'\ncondition: s",
    "s:\n  A|startswith: 'bca'\nf:\n  B|contains: 'cab'\ncondition: s and not f",
    "s:\n  A: ['aaa', 'b*b*a']\nt:\n  B: null\ncondition: s or t",
    "k: ['bbb', 'a?cab']\ncondition: k",
    "s:\n  event.code: [1, 2]\n  A|contains: 'a'\ncondition: s",
    "s:\n  A|re: 'a+b'\ncondition: s",
    "s:\n  A|cased: 'ABC'\ncondition: s",
    "s:\n  A|contains|all: ['ab/', '\"ca']\ncondition: s",
    "s:\n  A|contains: ['é', 'ω']\ncondition: s",
    "s:\n  A|re: '(?:ab|c\\\\)+[0-9]?ca\\.b{0,2}'\ncondition: s",
)
ALPHABET = 'abcABC\\/"\u212a\u0130éÉ\u2126Ω. 12\x00'


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    texts = [
        a_rule(detection).replace("555555555501", f"5555555556{number:02d}")
        for number, detection in enumerate(DETECTIONS)
    ]
    return rules_from(tmp_path_factory.mktemp("rules"), *texts)


PIECES = st.sampled_from(["ab/", '"ca', "C:\\ab\\", "ca.bb", "abca.", "é", "Ω", "ABC", "kab", "\u212aab"])
texts = st.lists(st.one_of(st.text(ALPHABET, max_size=4), PIECES), max_size=4).map("".join)
values = st.one_of(texts, st.integers(0, 3), st.none(), st.lists(st.text(ALPHABET, max_size=6), max_size=3))


@given(
    fields=st.dictionaries(st.sampled_from(["A", "B", "event.code", "EventID", "other"]), values),
    escaped=st.booleans(),
    slashes=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_no_match_is_lost_however_the_event_is_written(
    rules: RuleSet, fields: dict[str, Any], escaped: bool, slashes: bool
) -> None:
    text = json.dumps({"winlog.channel": "Security", **fields}, ensure_ascii=escaped)
    body = (text.replace("/", "\\/") if slashes else text).encode()
    view = decode(body)
    assert view is not None

    found = rules.matcher().match(body, view)

    assert found == tuple(one.index for one in rules.matchers if one.compiled.accepts(view))


@given(events=st.lists(st.dictionaries(st.sampled_from(["A", "B", "event.code"]), values), min_size=6, max_size=12))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_match_is_lost_when_witnesses_are_chosen_again(
    rules: RuleSet, monkeypatch: pytest.MonkeyPatch, events: list[dict[str, Any]]
) -> None:
    for name, value in (("WATCHED_EVENTS", 3), ("SAMPLE_EVERY", 1), ("MAX_FOUND", -1.0)):
        monkeypatch.setattr(partitions, name, value)
    matcher = rules.matcher()

    for fields in events:
        body = json.dumps({"winlog.channel": "Security", **fields}).encode()
        view = decode(body)
        assert view is not None
        assert matcher.match(body, view) == tuple(one.index for one in rules.matchers if one.compiled.accepts(view))


def test_a_witness_that_stands_in_every_event_gives_way_to_a_rarer_one(tmp_path: Path) -> None:
    rule = a_rule("s:\n  A|endswith: 'program-of-this-office.exe'\n  B|contains: 'rare'\ncondition: s")
    matcher = rules_from(tmp_path, rule).matcher()
    body = json.dumps({"winlog.channel": "Security", "A": "program-of-this-office.exe", "B": "x"}).encode()
    view = decode(body)
    assert view is not None
    partition = matcher.partition_of(view)
    before = len(partition._search.find(body) or ()) if partition._search else 0

    for _ in range(2 * partitions.WATCHED_EVENTS):
        partition._found += 2  # as if two more witnesses had been found
        matcher.match(body, view)

    assert partition._search is not None
    assert (before, list(partition._search.find(body) or ())) == (1, [])


def test_a_partition_comes_back_as_it_was_kept(rules: RuleSet) -> None:
    body = json.dumps({"winlog.channel": "Security", "A": "xabcx", "B": "kab"}).encode()
    view = decode(body)
    assert view is not None
    partition = rules.matcher().partition_of(view)

    again = partitions.Partition.load(partition.dump(rules.matchers), rules.matchers)

    assert again.find(body, view) == partition.find(body, view) != ()
    assert again.asked == partition.asked


def test_rules_whose_witness_is_not_in_the_event_are_not_asked(rules: RuleSet) -> None:
    matcher = rules.matcher()
    body = json.dumps({"winlog.channel": "Security", "event.code": "9", "A": string.digits, "B": "x"}).encode()
    view = decode(body)
    assert view is not None

    matcher.match(body, view)

    # Left are those without a witness: `B: null` and the regular expression.
    assert matcher.counters.asked == 2


@pytest.mark.parametrize("pattern", ["^(a+)+$", r"^(a|aa)+\1b$", "^(?=(a+)+b)c", "((a*)*)*b"])
def test_a_pattern_that_backtracks_without_end_elsewhere_ends_here(pattern: str) -> None:
    search = compile_search(pattern, ignore_case=False, multiline=False, dotall=False)

    found = search("a" * 100_000 + "!")

    assert not found


@pytest.mark.parametrize("pattern", ["a" * 5000, "(?<=a+)b"])
def test_a_pattern_that_no_engine_runs_safely_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedRuleError, match="regex"):
        compile_search(pattern, ignore_case=False, multiline=False, dotall=False)


def test_look_around_works_on_the_part_of_a_value_it_is_given() -> None:
    search = compile_search("b(?=c)", ignore_case=False, multiline=False, dotall=False)

    found = search("é" * 1000 + "bc"), search("é" * 3000 + "bc")

    assert found == (True, False)


def test_an_event_about_our_own_pipeline_is_never_matched() -> None:
    body = json.dumps({"event.kind": "pipeline_error", "A": "abc"}).encode()

    assert decode(body) is None

"""The engine finds exactly what Sigma's meaning, written plainly, finds: each modifier, and random rules."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma.modifiers import modifier_mapping
from sigma.rule import SigmaRule

from detections.sigma.encodings import rewritten
from detections.sigma.fields import FieldMap
from detections.sigma.load import LoadedRule, LoadedRules
from detections.sigma.match import decode
from detections.sigma.ruleset import build_rule_set
from tests.detections.sigma.plain import plainly_matches

CHANNEL = {"winlog.channel": "Security"}
UTF16 = b64encode(b"\xff\xfe" + "ya".encode("utf-16-le")).decode()
UTF16BE = b64encode("ya".encode("utf-16-be")).decode()
WIDE = b64encode("ya".encode("utf-16-le")).decode()

# Modifiers of a field `A` and a value, an event that matches and one that does not.
CASES: dict[str, tuple[str, Any, dict[str, Any], dict[str, Any]]] = {
    "all": ("contains|all", ["ab", "cd"], {"A": "cd ab"}, {"A": "ab"}),
    "neq": ("neq", 5, {"A": 6}, {"A": 5}),
    "base64": ("base64", "ya", {"A": b64encode(b"ya").decode()}, {"A": "ya"}),
    "base64offset": ("base64offset|contains", "kata", {"A": b64encode(b"-kata-").decode()}, {"A": "kata"}),
    "cased": ("cased", "Ab", {"A": "Ab"}, {"A": "ab"}),
    "cidr": ("cidr", "10.1.0.0/16", {"A": "10.1.2.3"}, {"A": "10.2.0.1"}),
    "contains": ("contains", "b*d", {"A": "abccde"}, {"A": "acb"}),
    "day": ("day", 21, {"A": "2026-11-21T01:02:03Z"}, {"A": "2026-11-22T01:02:03Z"}),
    "dotall": ("re|dotall", "a.b", {"A": "a\nb"}, {"A": "ab"}),
    "endswith": ("endswith", "\\b?", {"A": "a\\bc"}, {"A": "\\bcd"}),
    "exists": ("exists", True, {"A": ""}, {"B": "x"}),
    "expand": ("expand", "plain", {"A": "plain"}, {"A": "%plain%"}),
    "fieldref": ("fieldref", "B", {"A": "x", "B": "X"}, {"A": "x", "B": "y"}),
    "gt": ("gt", 5, {"A": "6"}, {"A": 5}),
    "gte": ("gte", 5, {"A": 5.0}, {"A": "4.9"}),
    "hour": ("hour", 23, {"A": "2026-11-21T23:02:03+08:00"}, {"A": "2026-11-21T22:59:59+08:00"}),
    "i": ("re|i", "^ab$", {"A": "AB"}, {"A": "abc"}),
    "ignorecase": ("re|ignorecase", "^ab$", {"A": "aB"}, {"A": "b"}),
    "lt": ("lt", 5, {"A": 4}, {"A": "5"}),
    "lte": ("lte", 5, {"A": "5"}, {"A": "six"}),
    "m": ("re|m", "^b$", {"A": "a\nb"}, {"A": "ab"}),
    "minute": ("minute", 7, {"A": "2026-11-21T23:07:03Z"}, {"A": "2026-11-21T23:08:03Z"}),
    "month": ("month", 11, {"A": "2026-11-21"}, {"A": "2026-10-21"}),
    "multiline": ("re|multiline", "^b$", {"A": "b\na"}, {"A": "b a"}),
    "re": ("re", "a[0-9]{2}b", {"A": "xa12b"}, {"A": "xA12b"}),
    "utf16": ("utf16|base64", "ya", {"A": UTF16}, {"A": UTF16BE}),
    "utf16be": ("utf16be|base64", "ya", {"A": UTF16BE}, {"A": WIDE}),
    "s": ("re|s", "a.b", {"A": "a\nb"}, {"A": "a\n\nb"}),
    "startswith": ("startswith", "ab?", {"A": "ABcd"}, {"A": "ab"}),
    "utf16le": ("utf16le|base64", "ya", {"A": WIDE}, {"A": UTF16BE}),
    "week": ("week", 47, {"A": "2026-11-21T00:00:00Z"}, {"A": "2026-11-23T00:00:00Z"}),
    "wide": ("wide|base64", "ya", {"A": WIDE}, {"A": UTF16BE}),
    "windash": ("windash|contains", " -x ", {"A": "a /x b"}, {"A": "a x b"}),
    "year": ("year", 2026, {"A": "2026-01-01T00:00:00Z"}, {"A": "2025-12-31T23:59:59Z"}),
}


def matches(rule: SigmaRule, fields: dict[str, Any]) -> bool:
    """The engine's answer, prefilter and all, with fields under their own names only."""
    loaded = LoadedRules(rules=(LoadedRule(rule=rule, file="x.yml", line=1),), skipped=())
    rules = build_rule_set(loaded, FieldMap([], {}))
    assert rules.skipped == ()
    body = json.dumps({**CHANNEL, **fields}).encode()
    view = decode(body)
    assert view is not None
    return bool(rules.matcher().match(body, view))


def rule_of(detection: dict[str, Any]) -> SigmaRule:
    logsource = {"category": "any"}
    return SigmaRule.from_dict({"title": "Uji", "logsource": logsource, "detection": rewritten(detection)})


@pytest.mark.parametrize("name", sorted({*modifier_mapping, *CASES}))
def test_every_modifier_pysigma_knows_means_what_it_says(name: str) -> None:
    modifiers, value, matching, other = CASES[name]
    rule = rule_of({"s": {f"A|{modifiers}": value}, "condition": "s"})
    events = ({**matching, "category": "any"}, {**other, "category": "any"})

    found = [matches(rule, fields) for fields in events]

    assert found == [True, False]
    assert [plainly_matches(rule, fields) for fields in events] == found


@pytest.mark.parametrize("before", [b"", b"-", b"--", b"---"])
@pytest.mark.parametrize("text", ["kata", "sandi", "x", "powershell"])
def test_text_with_a_byte_order_mark_is_found_at_every_offset(before: bytes, text: str) -> None:
    rule = rule_of({"s": {"A|utf16|base64offset|contains": text}, "condition": "s"})
    encoded = b64encode(before + b"\xff\xfe" + text.encode("utf-16-le") + b"--").decode()

    found = matches(rule, {"A": encoded, "category": "any"}), matches(rule, {"A": text, "category": "any"})

    assert found == (True, False)


# --- random rules over random events ---------------------------------------------------------------------------------

LETTERS = st.text(alphabet='abkABK\u212a\u0130\u0131\u017f\xe9 -/\\*?"%0189.', max_size=6)
LITERALS = st.text(alphabet='abkABK -/"\xe9.', min_size=1, max_size=5)
ASCII = st.text(alphabet="abkABK -/.", min_size=1, max_size=5)
NUMBERS = st.one_of(st.integers(-3, 12), st.sampled_from([0.5, 1.0, 8.0]))
ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.1.1", "::1", "1"])
REGEXES = st.sampled_from(
    ["a+b", "^ab", "b$", "a|kb", "(?:ab)?k", "a.b", "[^a]b", "(a|b){2}", "ab{0}k", "ab*(k|bb)", r"a\.b", "k(?=b)"]
)
NAMES = st.sampled_from(["A", "B", "C"])
ITEMS = st.one_of(
    st.tuples(st.sampled_from(["", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased"]), LETTERS),
    st.tuples(st.sampled_from(["", "|contains", "|contains|all", "|endswith"]), st.lists(LETTERS, min_size=1)),
    st.tuples(st.sampled_from(["|contains|windash", "|base64offset|contains", "|wide|base64offset|contains"]), ASCII),
    st.tuples(st.sampled_from(["", "|lt", "|gte", "|neq"]), NUMBERS),
    st.tuples(st.sampled_from(["|re", "|re|i"]), REGEXES),
    st.tuples(st.just("|cidr"), st.sampled_from(["10.0.0.0/24", "10.0.0.0/8", "::/64"])),
    st.tuples(st.just("|exists"), st.booleans()),
    st.tuples(st.sampled_from(["|fieldref", "|fieldref|startswith", "|fieldref|contains"]), NAMES),
    st.tuples(st.just(""), st.one_of(st.none(), st.booleans())),
)
SELECTIONS = st.one_of(
    st.dictionaries(NAMES, ITEMS, min_size=1, max_size=2).map(
        lambda chosen: {f"{name}{modifier}": value for name, (modifier, value) in chosen.items()}
    ),
    st.lists(LITERALS, min_size=1, max_size=2),
)
CONDITIONS = st.sampled_from(
    ["x", "x and y", "x or y", "x and not y", "not x", "1 of them", "all of x*", "not (x or y)", "not 1 of them"]
)
DETECTIONS = st.fixed_dictionaries({"x": SELECTIONS, "y": SELECTIONS, "condition": CONDITIONS})
TEXTS = st.one_of(LETTERS, LITERALS, ADDRESSES, st.sampled_from(["ab", "AB k", "a\nb", "true", "8.0", "kb"]))
VALUES = st.one_of(TEXTS, NUMBERS, st.none(), st.booleans(), st.lists(TEXTS, max_size=3))
EVENTS = st.dictionaries(NAMES, VALUES, max_size=3)


@given(detection=DETECTIONS, events=st.lists(EVENTS, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_rules_find_what_they_plainly_mean(detection: dict[str, Any], events: list[dict[str, Any]]) -> None:
    rule = rule_of(detection)

    found = [matches(rule, {**fields, "category": "any"}) for fields in events]

    assert found == [plainly_matches(rule, {**CHANNEL, **fields, "category": "any"}) for fields in events]


def test_the_plain_evaluator_reads_rules_as_they_are_written(tmp_path: Path) -> None:
    text = "title: Uji\nlogsource: {category: any}\ndetection:\n  s:\n    A|contains: 'b'\n  condition: s\n"
    rule = SigmaRule.from_dict(yaml.safe_load(text))

    assert [plainly_matches(rule, {"A": value}) for value in ("abc", "ac", None)] == [True, False, False]

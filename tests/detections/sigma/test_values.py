"""Every way in which Sigma compares a field with a value."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from detections.sigma.predicates import MAX_KNOWN, MAX_KNOWN_CHARACTERS, SHORT_CHARACTERS, Known
from tests.detections.making import a_rule, is_matched

WORD = "JABEAGEAdABh"


@pytest.mark.parametrize(
    ("selection", "matching", "other"),
    [
        ("Image: cmd.exe", {"Image": "CMD.EXE"}, {"Image": "cmd.exe2"}),
        ("Image|contains: evil", {"Image": "an EVIL one"}, {"Image": "a good one"}),
        ("Image|startswith: 'C:\\Temp\\'", {"Image": "c:\\temp\\a.exe"}, {"Image": "d:\\c:\\temp\\"}),
        ("Image|endswith: '\\a.exe'", {"Image": "C:\\A.EXE"}, {"Image": "C:\\a.exe.txt"}),
        ("Image|contains|all: [one, two]", {"Image": "two, one"}, {"Image": "one"}),
        ("Image|cased: Cmd", {"Image": "Cmd"}, {"Image": "cmd"}),
        ("Image|contains|cased: Cmd", {"Image": "a Cmd b"}, {"Image": "a cmd b"}),
        ("Image: 'a*c?e'", {"Image": "abbbcde"}, {"Image": "abbbce"}),
        ("Image: 'a\\*c'", {"Image": "a*c"}, {"Image": "abc"}),
        ("Image: '*.e?e'", {"Image": "x.exe"}, {"Image": "x.ee"}),
        ("Image: '8???'", {"Image": "8080"}, {"Image": "80800"}),
        ("Image: 'a*bc*bd'", {"Image": "abcbcbd"}, {"Image": "abcd"}),
        ("Image|re: '^a[0-9]+b$'", {"Image": "a12b"}, {"Image": "A12b"}),
        ("Image|re|i: '^a[0-9]+b$'", {"Image": "A12B"}, {"Image": "ab"}),
        ("Image|re|m: '^two$'", {"Image": "one\ntwo"}, {"Image": "one two"}),
        ("Image|re|s: 'one.two'", {"Image": "one\ntwo"}, {"Image": "onetwo"}),
        ("Image|re: 'b(?!c)'", {"Image": "abd"}, {"Image": "abc"}),
        ("Image|base64: data", {"Image": b64encode(b"data").decode()}, {"Image": "data"}),
        (
            "Image|wide|base64offset|contains: IEX",
            {"Image": b64encode("x IEX".encode("utf-16le")).decode()},
            {"Image": "IEX"},
        ),
        ("Image|contains|windash: ' -enc '", {"Image": "ps /enc x"}, {"Image": "ps enc x"}),
        ("Image|contains|windash: ' -enc '", {"Image": "ps –enc x"}, {"Image": "ps +enc x"}),
        ("Ip|cidr: 10.0.0.0/8", {"Ip": "10.200.3.4"}, {"Ip": "11.0.0.1"}),
        ("Ip|cidr: 'fe80::/10'", {"Ip": "fe80::1"}, {"Ip": "not an address"}),
        ("Port|lt: 1024", {"Port": "443"}, {"Port": 1024}),
        ("Port|lte: 1024", {"Port": 1024}, {"Port": 1025}),
        ("Port|gt: 1024", {"Port": 1025}, {"Port": "many"}),
        ("Port|gte: 1.5", {"Port": 1.5}, {"Port": 1.4}),
        ("Port: 443", {"Port": "443"}, {"Port": 4430}),
        ("Port: 443", {"Port": 443.0}, {"Port": True}),
        ("Port: [80, 443]", {"Port": "443.0"}, {"Port": "44300e-2x"}),
        ("Port: [80, web]", {"Port": "WEB"}, {"Port": 81}),
        ("Ip|cidr: [10.0.0.0/8, 'fe80::/10']", {"Ip": "fe80::1"}, {"Ip": "11.0.0.1"}),
        ("Image|contains: '^^'", {"Image": "c^^md"}, {"Image": "c^m^d"}),
        ("Port|neq: 443", {"Port": 80}, {"Port": 443}),
        ("Port|exists: true", {"Port": 0}, {"Other": 1}),
        ("Port|exists: false", {"Other": 1}, {"Port": 0}),
        ("Image: null", {"Other": 1}, {"Image": "x"}),
        ("Image: null", {"Image": ""}, {"Image": "x"}),
        ("Image: ''", {"Other": 1}, {"Image": "x"}),
        ("Image: '*'", {"Image": "x"}, {"Image": ""}),
        ("Image: [null, x]", {"Image": "x"}, {"Image": "y"}),
        ("Initiated: true", {"Initiated": "true"}, {"Initiated": "false"}),
        ("Initiated: 'true'", {"Initiated": True}, {"Initiated": False}),
        ("Image|fieldref: Parent", {"Image": "Same", "Parent": "same"}, {"Image": "a", "Parent": "b"}),
        ("Image|fieldref|endswith: Parent", {"Image": "C:\\a", "Parent": "\\a"}, {"Image": "\\a", "Parent": "C:\\a"}),
        ("Image: two", {"Image": ["one", "two"]}, {"Image": ["one", "twofold"]}),
        ("Image|contains: 'e'', ''t'", {"Image": "one', 'two"}, {"Image": ["one", "two"]}),
        ("At|hour: 4", {"At": "2026-11-20T04:30:00Z"}, {"At": "2026-11-20T05:30:00Z"}),
        ("At|year: 2026", {"At": "2026-11-20T04:30:00Z"}, {"At": "yesterday"}),
    ],
)
def test_a_selection_matches_what_it_says_and_nothing_else(
    tmp_path: Path, selection: str, matching: dict[str, Any], other: dict[str, Any]
) -> None:
    rule = a_rule(f"selection:\n  {selection}\ncondition: selection")

    found = is_matched(tmp_path, rule, matching), is_matched(tmp_path, rule, other)

    assert found == (True, False)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("one and two", False),
        ("one or two", True),
        ("one and not two", True),
        ("1 of them", True),
        ("all of them", False),
        ("1 of o*", True),
        ("all of o* and not (two or not one)", True),
        ("[two, one]", True),
        ("[two, two and one]", False),
    ],
)
def test_a_condition_joins_its_selections_as_written(tmp_path: Path, condition: str, expected: bool) -> None:
    rule = a_rule(f"one:\n  A: x\ntwo:\n  B: y\ncondition: {condition}")

    found = is_matched(tmp_path, rule, {"A": "x", "B": "z"})

    assert found is expected


@pytest.mark.parametrize(
    ("keywords", "text", "expected"),
    [
        ("[evil, bad]", "so BAD", True),
        ("[evil, bad]", "so good", False),
        ("{'|all': [one, two]}", "two and one", True),
        ("{'|all': [one, two]}", "only one", False),
        ("['se*t']", "a secret", True),
        ("{'|re': 'a[0-9]b'}", "xa1bx", True),
        ("[4625]", "code 4625 seen", True),
    ],
)
def test_keywords_are_looked_for_in_every_field(tmp_path: Path, keywords: str, text: str, expected: bool) -> None:
    rule = a_rule(f"keywords: {keywords}\ncondition: keywords")

    found = is_matched(tmp_path, rule, {"Anything": text})

    assert found is expected


def test_a_keyword_is_not_looked_for_in_the_name_of_the_file_it_came_from(tmp_path: Path) -> None:
    rule = a_rule("keywords: [evil]\ncondition: keywords")

    found = is_matched(tmp_path, rule, {"log.file.path": "/var/log/evil.log"})

    assert not found


@pytest.mark.parametrize(
    ("rule_field", "event_field"),
    [
        ("Image", "winlog.event_data.Image"),
        ("Image", "Event.EventData.Image"),
        ("Image", "process.executable"),
        ("Image", "winlog.event_data.NewProcessName"),
        ("process.executable", "winlog.event_data.Image"),
        ("source.ip", "src_ip"),
        ("src_ip", "source.ip"),
        ("user.name", "winlog.event_data.TargetUserName"),
        ("host", "host.name"),
        ("ThreatName", "winlog.event_data.Threat Name"),
        ("SubjectUserName", "winlog.user_data.LogFileCleared.SubjectUserName"),
    ],
)
def test_a_field_is_found_under_native_and_ecs_names(tmp_path: Path, rule_field: str, event_field: str) -> None:
    rule = a_rule(f"selection:\n  {rule_field}: wanted\ncondition: selection")

    found = is_matched(tmp_path, rule, {event_field: "wanted"})

    assert found


def test_a_rule_about_who_acted_is_not_given_who_was_acted_on(tmp_path: Path) -> None:
    rule = a_rule("selection:\n  SubjectUserName: budi\ncondition: selection")

    found = is_matched(tmp_path, rule, {"winlog.event_data.TargetUserName": "budi"})

    assert not found


@pytest.mark.parametrize("before", [0, 2 * SHORT_CHARACTERS])
def test_one_of_many_texts_is_found_in_short_values_and_in_long_ones(tmp_path: Path, before: int) -> None:
    words = [f"word{number}z" for number in range(100)]
    rule = a_rule(f"selection:\n  Image|contains: {words}\ncondition: selection")

    found = [is_matched(tmp_path, rule, {"Image": "-" * before + text}) for text in ("a WORD99Z", "a word100z")]

    assert found == [True, False]


def test_a_test_gives_the_same_answers_about_more_texts_than_it_remembers() -> None:
    known = Known(lambda text: text.endswith("7"))
    texts = [str(number) for number in range(3 * MAX_KNOWN)] * 2 + ["7" * 2 * MAX_KNOWN_CHARACTERS]

    found = [known.passes(text) for text in texts]

    assert found == [text.endswith("7") for text in texts]

"""Hostile rules are refused or bounded when they are loaded; hostile events cost bounded time and hide no neighbour.

Each case runs in a process of its own group of limits: processor seconds, so that a busy machine fails nothing.
"""

import json
import multiprocessing
import resource
import string
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detections.sigma.match import decode
from detections.sigma.ruleset import RuleSet
from detections.standalone import FileMatcher, Place
from ir_platform.domain.event import EventId, make_event
from tests.detections.making import a_rule, rules_from

RULE_CPU_SECONDS = 10
EVENT_CPU_SECONDS = 5
GOOD = "s:\n  A: x\ncondition: s"


def within(cpu_seconds: int, work: Callable[[], object]) -> None:
    """Do the work in a forked child that is killed when it has used so much processor time; its failure is ours."""
    child = multiprocessing.get_context("fork").Process(target=_limited, args=(cpu_seconds, work))
    child.start()
    child.join()
    assert child.exitcode == 0, f"status {child.exitcode}"


def _limited(cpu_seconds: int, work: Callable[[], object]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + cpu_seconds, spent + cpu_seconds))
    work()


# --- rules -----------------------------------------------------------------------------------------------------------

NESTED_GROUPS = "(" * 60 + "a" + ")+" * 60
REGEXES = [
    "(a+)+$",
    "(a|a)*b",
    "(.*a){20}",
    "(x+x+)+y",
    r"(\w+\s?)*$",
    "a{1,1000}{1,1000}",
    "(((a{1,90}){1,90}){1,90})",
    ".*" * 500,
    "(?=(a+)+b)" * 50,
    NESTED_GROUPS,
    "[a-z]{1,65535}",
    "|".join(f"a{number}.*b" for number in range(600)),
    r"(\1a)+",
    "\\",
    "(?i)" + "é?" * 300,
    "(?:" * 200 + "a" + ")" * 200,
]


@pytest.mark.parametrize("pattern", REGEXES, ids=range(len(REGEXES)))
def test_a_catastrophic_regex_is_refused_or_harmless(tmp_path: Path, pattern: str) -> None:
    rule = a_rule(f"s:\n  A|re: {json.dumps(pattern)}\ncondition: s")

    def load_and_ask() -> None:
        rules = rules_from(tmp_path, rule)
        assert len(rules.skipped) + rules.loaded == 1
        for value in ("a" * 50_000, "x" * 50_000 + "!", "é" * 20_000):
            ask(rules, {"A": value})

    within(RULE_CPU_SECONDS, load_and_ask)


def ask(rules: RuleSet, fields: dict[str, Any]) -> tuple[int, ...]:
    body = json.dumps({"winlog.channel": "Security", **fields}).encode()
    view = decode(body)
    assert view is not None
    return rules.matcher().match(body, view)


@pytest.mark.parametrize(
    "text",
    [
        a_rule(f"s:\n  A: '{'*' * 900_000}'\ncondition: s"),
        a_rule(f"s:\n  A: '{'*a' * 400_000}'\ncondition: s"),
        a_rule(f"s:\n  A: '{'*?' * 5_000_000}'\ncondition: s"),
        a_rule(f"s:\n  A|contains: '{'?' * 900_000}'\ncondition: s"),
        a_rule("s:\n  A|contains:\n" + "    - '*a*b*'\n" * 15_000 + "condition: s"),
        a_rule(f"s:\n  A|base64offset|contains: '{'a' * 900_000}'\ncondition: s"),
        a_rule("s:\n  A|windash|contains: '" + "-a " * 200_000 + "'\ncondition: s"),
        a_rule(f"s:\n  A: x\ncondition: {'not ' * 900}s"),
        a_rule(f"s:\n  A: x\ncondition: {' and '.join(['s'] * 700)}"),
        a_rule(f"s:\n  A: x\ncondition: {'1 of s* or ' * 300}s"),
        a_rule("\n".join(f"s{number}:\n  A: x" for number in range(3_000)) + "\ncondition: 1 of s* and all of s*"),
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
        "- " * 5_000 + "x\n",
        "{" * 5_000,
        "title: x\n" + "---\n" * 20_000,
        "!!python/object/apply:os.system ['true']\n",
        a_rule("s:\n  A|expand: '" + "%x%" * 2_000 + "'\ncondition: s"),
        a_rule(GOOD, extra="action: repeat\n") + "".join("---\naction: repeat\n" for _ in range(4_000)),
    ],
    ids=lambda text: text[-40:].strip()[:20],
)
def test_a_rule_file_made_to_keep_the_loader_busy_is_bounded(tmp_path: Path, text: str) -> None:
    def load() -> None:
        rules = rules_from(tmp_path, text, a_rule(GOOD, extra="name: neighbour\n").replace("555501", "555599"))
        names = [rules.infos[index].name for index in ask(rules, {"A": "x"})]
        # Whatever became of it, its neighbour is there and finds what it should.
        assert "neighbour" in names

    within(RULE_CPU_SECONDS * 3, load)


YAML_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "title: x\n",
                    "detection:\n",
                    "  s:\n",
                    "    A: x\n",
                    "    A|re: '",
                    "  condition: ",
                    "s",
                    "logsource:\n",
                ),
                *(
                    "  category: x\n",
                    "---\n",
                    "- ",
                    "{",
                    "}",
                    "[",
                    "]",
                    "'",
                    '"',
                    "|",
                    ">",
                    "&a ",
                    "*a",
                    ": ",
                    "\n",
                    "\t",
                ),
                *(
                    "action: global\n",
                    "filter:\n",
                    "correlation:\n",
                    "1 of them",
                    " and ",
                    " not ",
                    "(",
                    ")",
                    "%x%",
                    "?*\\",
                ),
            ]
        ),
        st.text(string.printable, max_size=6),
    ),
    max_size=30,
).map("".join)


@given(text=YAML_PIECES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_as_a_rule_file_is_loaded_or_named(text: str) -> None:
    with TemporaryDirectory() as folder:
        rules = rules_from(Path(folder), text)

    assert rules.loaded + len(rules.skipped) <= text.count("\n") + text.count("---") + 2


# --- events ----------------------------------------------------------------------------------------------------------

DETECTIONS = (
    "s:\n  A|re: '(a+)+b$'\ncondition: s",
    "s:\n  A: '*a*b*c*d*e*'\ncondition: s",
    "s:\n  A|contains: ['aab', 'whoami']\ncondition: s",
    "k: ['needle', 'a*b*c']\ncondition: k",
    "s:\n  A|cidr: 10.0.0.0/8\ncondition: s",
    "s:\n  A|gt: 5\ncondition: s",
    "s:\n  A|fieldref: B\ncondition: s",
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    texts = [
        a_rule(detection).replace("555555555501", f"5555555558{number:02d}")
        for number, detection in enumerate(DETECTIONS)
    ]
    found = rules_from(tmp_path_factory.mktemp("rules"), *texts)
    assert found.skipped == ()
    return found


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"A": "whoami"}
    for _ in range(depth):
        tree = {"x": tree}
    return tree


@pytest.mark.parametrize(
    "fields",
    [
        {"A": "a" * 1_000_000},
        {"A": "abcd" * 250_000},
        {"A": ["a" * 1000] * 1000, "B": ["b" * 1000] * 1000},
        {f"field{number}": "a" * 90 for number in range(10_000)},
        {"A": "9" * 100_000},
        {"A": "1e" + "9" * 1000},
        {"A": "\u212a\u0130" * 100_000},
        {"A": "\\u0041/" * 50_000},
        {"A": "0" * 100_000 + "::"},
        nested(200),
    ],
    ids=range(10),
)
def test_a_hostile_event_costs_little_and_hides_no_neighbour(rules: RuleSet, fields: dict[str, Any]) -> None:
    place = Place(file="f", record=0)
    hostile = make_event(EventId("h"), 0, {"winlog.channel": "Security", **fields})
    neighbour = make_event(EventId("n"), 0, {"winlog.channel": "Security", "A": "whoami"})

    def match() -> None:
        matcher = FileMatcher(rules)
        for _ in range(3):
            matcher.is_clean(hostile.body)
            matcher.match(place, hostile)
            assert matcher.match(place, neighbour)[0]

    within(EVENT_CPU_SECONDS, match)


@given(line=st.one_of(st.binary(max_size=60), st.text(max_size=40).map(lambda text: json.dumps({"A": text}).encode())))
@settings(max_examples=300, deadline=None)
def test_any_bytes_as_a_line_are_looked_at_without_harm(rules: RuleSet, line: bytes) -> None:
    matcher = FileMatcher(rules)

    matcher.is_clean(line)

    event = make_event(EventId("n"), 0, {"winlog.channel": "Security", "A": "whoami"})
    assert matcher.match(Place(file="f", record=0), event)[0]

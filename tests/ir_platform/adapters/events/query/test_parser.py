"""How the search language is read, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.events.query.evaluate import matches
from ir_platform.adapters.events.query.forms import forms_of
from ir_platform.adapters.events.query.parser import MAX_CLAUSES, MAX_DEPTH, MAX_WILDCARDS, parse_query
from ir_platform.adapters.events.query.syntax import (
    And,
    Everything,
    Exists,
    Match,
    Not,
    NumberRange,
    Or,
    Query,
    TimeRange,
)
from ir_platform.ports import BadQueryError

A, B, C = Match(None, "a"), Match(None, "b"), Match(None, "c")
DAY_US = 86_400_000_000
NOV_20_US = 1_795_132_800_000_000


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Everything()),
        ("  * ", Everything()),
        ("a b", And((A, B))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a OR b c", Or((A, And((B, C))))),
        ("a && b || !c", Or((And((A, B)), Not(C)))),
        ("NOT a b", And((Not(A), B))),
        ("-a +b", And((Not(A), B))),
        ("NOT NOT a", A),
        ("(a OR b) c", And((Or((A, B)), C))),
        ('"a b"', Match(None, "a b")),
        ("user.name:root", Match("user.name", "root")),
        ('user.name:"a b"', Match("user.name", "a b")),
        ("user.name:(a OR b)", Or((Match("user.name", "a"), Match("user.name", "b")))),
        ("source.port:0443", Match("source.port", "443")),
        ("source.ip:2001:DB8:0::1", Match("source.ip", "2001:db8::1")),
        ("fe80::1", Match(None, "fe80::1")),
        ("_exists_:user.name", Exists("user.name")),
        ("user.name:*", Exists("user.name")),
        ("source.port:[1 TO 10}", NumberRange("source.port", 1.0, 10.0, True, False)),
        ("source.port:[* TO 10]", NumberRange("source.port", None, 10.0)),
        ("source.port:>=10", NumberRange("source.port", 10.0, None)),
        ("source.port:<10", NumberRange("source.port", None, 10.0, True, False)),
        ("@timestamp:2026-11-20", TimeRange("@timestamp", NOV_20_US, NOV_20_US + DAY_US)),
        ("@timestamp:>2026-11-20", TimeRange("@timestamp", NOV_20_US + DAY_US, None)),
        ('@timestamp:["2026-11-20T08:00:00+08:00" TO *]', TimeRange("@timestamp", NOV_20_US, None)),
        (r"file.path:C\:\Windows\cmd.exe", Match("file.path", r"C:\Windows\cmd.exe")),
        (r"user.name:a\*b\ c", Match("user.name", "a*b c")),
        ("ANDROID", Match(None, "ANDROID")),
        ("user.name:OR", Match("user.name", "OR")),
    ],
)
def test_a_query_is_read_as(text: str, tree: object) -> None:
    assert parse_query(text) == tree


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("(a", 0),
        ("a)", 1),
        ("a AND", 5),
        ("AND a", 0),
        ("a OR OR b", 5),
        ('"a', 0),
        ('"a"b', 3),
        ("user.name:", 0),
        ("source.port:[1 TO", 12),
        ("source.port:[1 10]", 12),
        ("source.port:[a TO b]", 12),
        ("source.ip:[x TO y]", 10),
        ("source.ip:10.0.0.0/33", 10),
        ("web-1 source.ip:(10.0.0.1 OR 10.0.0/8)", 29),
        ("@timestamp:kemarin", 11),
        ("@timestamp:2026*", 11),
        ("event.id:abc*", 9),
        ("message:[1 TO 2]", 8),
        ("---", 2),
        ('"..."', 0),
        ("x" * 5_000, 4_096),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_with_its_place(text: str, at: int) -> None:
    with pytest.raises(BadQueryError) as caught:
        parse_query(text)

    assert caught.value.at == at


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1),
        " ".join(["a"] * (MAX_CLAUSES + 1)),
        "user.name:" + "*a" * (MAX_WILDCARDS + 1),
        '"' + "a " * 65 + '"',
    ],
)
def test_a_query_over_a_limit_is_refused(text: str) -> None:
    with pytest.raises(BadQueryError, match="ebih dari"):
        parse_query(text)


@given(st.one_of(st.text(max_size=60), st.text(alphabet='ab:()[]{}"\\*?<>=&|!+- ANDORTO/.', max_size=60)))
def test_any_text_is_a_query_that_can_be_asked_or_is_refused(text: str) -> None:
    refused_at = None
    try:
        tree: Query = parse_query(text)
    except BadQueryError as error:
        refused_at, tree = error.at, Everything()

    assert refused_at is None or 0 <= refused_at <= len(text)
    assert matches(tree, forms_of("x", 0, {"user.name": "root"})) in (True, False)

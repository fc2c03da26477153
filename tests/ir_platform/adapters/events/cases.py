"""Events of every kind of field, ordinary and odd, and queries that ask for what is in them or near it."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from ir_platform.adapters.events.query.evaluate import matches
from ir_platform.adapters.events.query.forms import fields_of, forms_of
from ir_platform.adapters.events.query.parser import parse_query
from ir_platform.domain.event import Event, derive_event_id, make_event, to_ns
from ir_platform.ports import BadQueryError
from tests.support.builders import NOON

KEYWORDS = ("user.name", "host.name", "event.code")
MIXED = ("process.command_line", "winlog.event_data.Image", "kolom aneh.é", "a\\b")
TEXTS = ("event.original", "message")
NUMBERS = ("source.port", "event.severity")
LOOSE = ("winlog.event_id", "kolom.angka")
ADDRESSES = ("source.ip", "related.ip")
DATES = ("event.start",)

words_of_text = st.sampled_from(
    [
        "failed",
        "Failed",
        "password",
        "root",
        "web-1",
        "C:\\Windows\\cmd.exe",
        "10.0.0.7",
        "2026-11-20T04:00:00Z",
        "é",
        "*",
    ]
)
plain = st.one_of(
    st.lists(words_of_text, min_size=1, max_size=4).map(" ".join),
    st.text(alphabet="abAB01 .-_/\\:*?\"'éΣſİß\n\x1f\x1e\u0301\u4e2d²", max_size=8),
)
numbers = st.one_of(
    st.integers(-5, 70_000),
    st.floats(-10, 10, allow_nan=False),
    st.sampled_from(["80", "0443", "x", 2**70, True]),
)
addresses = st.sampled_from(
    ["10.0.0.7", "10.0.1.7", "10.255.0.1", "192.168.1.1", "::1", "2001:db8::7", "::ffff:10.0.0.7", "-", "FE80::1"]
)
dates = st.sampled_from(["2026-11-20T04:00:00.5Z", "2026-11-20T12:00:00+08:00", "2025-02-28", "kemarin"])


def _values(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(one, st.lists(one, max_size=3))


fields = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(KEYWORDS + MIXED, _values(st.one_of(plain, numbers))),
        **dict.fromkeys(TEXTS, _values(plain)),
        **dict.fromkeys(NUMBERS + LOOSE, _values(numbers)),
        **dict.fromkeys(ADDRESSES, _values(addresses)),
        **dict.fromkeys(DATES, _values(dates)),
        "user": st.fixed_dictionaries({}, optional={"name": plain}),
    },
)


@st.composite
def _events(draw: st.DrawFn) -> list[Event]:
    given_fields = draw(st.lists(fields, min_size=1, max_size=12))
    at = [to_ns(NOON + timedelta(seconds=draw(st.integers(0, 3)))) for _ in given_fields]
    return [make_event(derive_event_id("law", number, b""), at[number], one) for number, one in enumerate(given_fields)]


def _quoted(text: str) -> str:
    return '"' + "".join("\\" + c if c in '"\\' else c for c in text) + '"'


def _clause(draw: st.DrawFn, events: list[Event]) -> str:
    """Ask for what is in one of the events, or for a part of it, or for something near."""
    there = draw(st.sampled_from(events)).fields()
    name = draw(st.sampled_from([*there, *KEYWORDS, *MIXED]))
    value = there.get(name, "x")
    value = draw(st.sampled_from(value)) if isinstance(value, list) and value else value
    text = str(value)
    asked = "".join("\\" + c if c in '+-&|!(){}[]^"~*?:\\/<>= ' else c for c in name)
    part = text[draw(st.integers(0, len(text))) :][: draw(st.integers(1, 8))]
    wild = "".join("\\" + c if c in '+-&|!(){}[]^"~*?:\\/<>= ' else c for c in part if not c.isspace())
    return draw(
        st.sampled_from(
            [
                f"{asked}:{_quoted(text)}",
                _quoted(text),
                _quoted(part),
                f"{asked}:{_quoted(part)}",
                f"{asked}:*{wild}*",
                f"{asked}:{wild}*",
                f"*{wild}",
                f"{asked}:?{wild}*",
                f"_exists_:{asked}",
                f"{asked}:*",
                "source.port:[80 TO 443]",
                "winlog.event_id:{0 TO 70000]",
                "kolom.angka:<=3",
                "event.severity:>2.5",
                "source.ip:10.0.0.0/15",
                "related.ip:[10.0.0.7 TO 192.168.1.1}",
                "source.ip:2001:db8::/32",
                "10.0.0.0/8",
                "event.start:2026-11-20",
                "@timestamp:[2026-11-20T04:00:01 TO *]",
                f"event.id:{there['event.id']}",
                "*",
            ]
        )
    )


@st.composite
def events_and_queries(draw: st.DrawFn) -> tuple[list[Event], list[str]]:
    events = draw(_events())
    queries = []
    for _ in range(12):
        clauses = [_clause(draw, events) for _ in range(draw(st.integers(1, 3)))]
        joined = clauses[0]
        for clause in clauses[1:]:
            joined = f"({joined}) {draw(st.sampled_from(['AND', 'OR', 'AND NOT', '']))} {clause}"
        queries.append(draw(st.sampled_from(["", "NOT "])) + joined)
    return events, [query for query in queries if _is_readable(query)]


def _is_readable(query: str) -> bool:
    try:
        parse_query(query)
    except BadQueryError:
        return False
    return True


def expected_ids(query: str, events: list[Event]) -> set[str]:
    """Return the ids of the events of which the plain evaluator says they match."""
    tree = parse_query(query)
    return {event.id for event in events if matches(tree, forms_of(event.id, event.time_ns, fields_of(event.body)))}

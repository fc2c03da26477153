"""What of an event can be found, and the limits on it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.events.query.evaluate import matches
from ir_platform.adapters.events.query.forms import (
    CUT,
    MAX_EVENT_WORD_CHARACTERS,
    MAX_FIELDS,
    MAX_VALUES,
    MAX_WHOLE_CHARACTERS,
    fields_of,
    forms_of,
)
from ir_platform.adapters.events.query.parser import parse_query
from ir_platform.adapters.events.query.syntax import Exists
from tests.support.uncompiled import uncompiled

EVENT: dict[str, Any] = {
    "event.original": "Failed password for invalid user Admin-2 from 10.0.0.7 port 22",
    "host.name": "WEB-1",
    "winlog.event_data.Image": r"C:\Windows\System32\cmd.exe",
    "winlog.event_data.When": "2026-11-20T04:00:00Z",
    "winlog.event_id": 4624,
    "source.ip": "10.0.0.7",
    "source.port": "22",
    "tags": ["alpha", "beta"],
}


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("failed", True),
        ("FAILED", True),
        ("fail", False),
        ("fail*", True),
        ('"password failed"', False),
        ('"admin-2 from"', True),
        ("10.0.0.7", True),
        ("10.0.0.*", True),
        ("host.name:web-1", True),
        ("host.name:web", False),
        ("host.name:w?b*", True),
        ("winlog.event_data.Image:cmd.exe", True),
        (r"winlog.event_data.Image:*\\CMD.exe", True),
        (r"winlog.event_data.Image:*\\cmd", False),
        ("winlog.event_data.When:2026", True),
        ("winlog.event_id:4624", True),
        ("winlog.event_id:[4600 TO 4700]", True),
        ("source.port:22", True),
        ("source.port:<22", False),
        ("source.ip:10.0.0.0/29", True),
        ("source.ip:10.0.0.8/29", False),
        ("10.0.0.0/8", True),
        ("destination.ip:10.0.0.0/8", False),
        ("tags:(alpha AND beta)", True),
        ('"alpha beta"', False),
        ("_exists_:source.port", True),
        ("_exists_:source", False),
    ],
)
def test_an_event_is_found_by(query: str, is_found: bool) -> None:
    forms = forms_of("id", 0, EVENT)

    assert matches(parse_query(query), forms) is is_found


def test_fields_and_values_beyond_the_limits_are_not_searched() -> None:
    many_fields = forms_of("id", 0, {f"f{number}": "x" for number in range(MAX_FIELDS + 1)})
    many_values = forms_of("id", 0, {"f": ["x"] * (MAX_VALUES + 1)})
    long_value = forms_of("id", 0, {"f": "x" * (MAX_WHOLE_CHARACTERS + 1)})
    much_text = forms_of("id", 0, {"f": ["x " * 5_000] * 100})

    assert len(many_fields.names) == MAX_FIELDS + 1
    assert len(many_values.others) == MAX_VALUES
    assert long_value.whole == []
    assert sum(map(len, much_text.others)) == MAX_EVENT_WORD_CHARACTERS


@pytest.mark.parametrize(
    "fields",
    [
        {f"f{number}": "x" for number in range(MAX_FIELDS + 1)},
        {"f": ["x"] * (MAX_VALUES + 1)},
        {"f" * 200: "x"},
        {"f": "x " * 20_000},
        {"f": ["x " * 5_000] * 100},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": "x"}}}}}}}}},
    ],
)
def test_an_event_of_which_something_cannot_be_found_says_so(fields: dict[str, Any]) -> None:
    cut, whole = forms_of("id", 0, fields), forms_of("id", 0, EVENT)

    assert matches(Exists(CUT), cut)
    assert not matches(Exists(CUT), whole)


@given(st.binary(max_size=200))
def test_any_bytes_have_fields_or_none(body: bytes) -> None:
    assert isinstance(fields_of(body), dict)


def test_a_deeply_nested_body_is_searched_to_a_limit_and_not_followed_beyond() -> None:
    body = b'{"a":' * 200 + b"1" + b"}" * 200

    forms = forms_of("id", 0, fields_of(body))

    assert forms.whole == []


NAMES = st.sampled_from(
    ("@timestamp", "event.id", "message", "host.name", "source.ip", "source.port", "event.start", "file.path", "lain",
     "l" * 129, "a\x1fb")
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=70)
    | st.sampled_from(("1", "01", "10.0.0.7", "::1", "2026-11-20T04:00:00Z", "ID", "x " * 9_000)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("b", "c")), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip
ATTRIBUTES = (
    "names", "whole", "texts", "mixed", "others", "addresses", "numbers", "loose_numbers", "is_cut", "id", "time_us"
)  # fmt: skip


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=8), min_size=1, max_size=4))
def test_forms_are_the_same_compiled_or_not_and_whatever_was_seen_before(events: list[dict[str, Any]]) -> None:
    plain = uncompiled("ir_platform.adapters.events.query.forms")
    plain.__dict__["MAX_KNOWN"] = 0  # forgets each value once another comes

    for fields in events:
        ours, theirs = forms_of("ID", 5_000, fields), plain.forms_of("ID", 5_000, fields)

        assert [getattr(ours, one) for one in ATTRIBUTES] == [getattr(theirs, one) for one in ATTRIBUTES]

"""A line taken apart says what a JSON parser says of it, and is left alone where it might not."""

import importlib
import json
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ir_platform.domain import flat_line
from tests.support.uncompiled_rooms import Uncompiled

with Uncompiled("ir_platform"):
    plain_flat_line: Any = importlib.import_module("ir_platform.domain.flat_line")

KINDS = {str: (flat_line.PLAIN, flat_line.TEXT), int: (flat_line.INTEGER,), bool: (flat_line.LITERAL,)}
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "C:\\x", '"', "®", "\u20ac", "\U0001f600", "\x00", "\x0b", "\x1f", "\x7f"]),
)
SCALARS = st.one_of(TEXTS, st.integers(), st.sampled_from([0, -1, 10**17, 10**18, 1.5, None, True, False]))
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.just({}), st.just([[]]))
NAMES = st.one_of(st.sampled_from(["Image", "EventID", "Channel", "a b", "é", 'a"', "\\", ""]), TEXTS)
BITS = st.sampled_from(
    [
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b" ", b"\n", b"0", b"01", b"-0", b"-", b"1", b"1.0", b"1e5"),
        *(b"true", b"false", b"null", b"tru", b'"a":', b'"b":1', b'"a":1,', b'"\\u0041"', b'"\\ud800"', b'"\\u00e9"'),
        *(b'"\\u000a"', b'"\\u001F"', b'"\\u001f"', b'"\\/"', b'"\\x"', b'"\xc3\xa9"', b'"\xc3"', b'"\xed\xa0\x80"'),
        *(b'"\xf4\x90\x80\x80"', b'"\xf0\x9f\x98\x80"', b'"\xe0\x80\x80"', b'"\xc0\x80"', b"\xff", b"\x00"),
    ]
)


@pytest.fixture(scope="module")
def twins() -> tuple[Any, Any]:
    return flat_line.FlatLine(), plain_flat_line.FlatLine()


def test_one_is_compiled_and_the_other_made_of_its_source() -> None:
    assert str(plain_flat_line.__file__).endswith(".py")
    assert plain_flat_line is not flat_line


def said(line: Any) -> list[tuple[str, Any, int]] | None:
    """Return name, value and kind of each field; None where the line is left alone."""
    if line.names is None:
        return None
    return [(name, orjson.loads(line.raw(slot)), line.kinds[slot]) for slot, name in enumerate(line.names.all)]


def assert_says_what_json_says(line: Any, content: bytes) -> None:
    found = said(line)
    document = orjson.loads(content)
    assert found is not None
    assert [(name, value) for name, value, _ in found] == list(document.items())
    assert line.has_value == any(document.values())
    assert [line.is_empty(slot) for slot in range(len(found))] == [value == "" for _, value, _ in found]
    for _, value, kind in found:
        assert kind in KINDS.get(type(value), (flat_line.LIST,))
        assert (kind == flat_line.PLAIN) == (
            isinstance(value, str) and orjson.dumps(value) == f'"{value}"'.encode("ascii", "replace")
        )
    if line.is_compact:
        assert orjson.dumps(document) == content


@given(document=st.dictionaries(NAMES, VALUES, max_size=6), spaced=st.booleans(), escaped=st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_document_says_the_same_taken_apart_or_is_left_alone(
    twins: tuple[Any, Any], document: dict[str, Any], spaced: bool, escaped: bool
) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    content = json.dumps(document, separators=separators, ensure_ascii=escaped).encode("utf-8", "surrogatepass")

    compiled, plain = (one.read(content) for one in twins)

    assert compiled == plain
    assert said(twins[0]) == said(twins[1])
    if compiled:
        assert_says_what_json_says(twins[0], content)


@given(bits=st.lists(BITS, max_size=12))
@settings(max_examples=500, deadline=None)
def test_no_bytes_are_taken_apart_that_a_parser_refuses_or_reads_otherwise(
    twins: tuple[Any, Any], bits: list[bytes]
) -> None:
    for content in (b"".join(bits), b'{"a":' + b"".join(bits) + b"}"):
        compiled, plain = (one.read(content) for one in twins)

        assert compiled == plain
        if compiled:
            assert_says_what_json_says(twins[0], content)


def test_an_ordinary_line_is_taken_apart() -> None:
    content = '{"Channel":"Security","EventID":4624,"Path":"C:\\\\x","Company":"®","Is":true,"All":["a",1]}'.encode()
    line = flat_line.FlatLine()

    assert line.read(b'{"%b":1}' % (b"a" * flat_line.MAX_NAME_BYTES))
    assert line.read(content)
    assert said(line) == [
        ("Channel", "Security", flat_line.PLAIN),
        ("EventID", 4624, flat_line.INTEGER),
        ("Path", "C:\\x", flat_line.TEXT),
        ("Company", "®", flat_line.TEXT),
        ("Is", True, flat_line.LITERAL),
        ("All", ["a", 1], flat_line.LIST),
    ]
    assert line.says(0, b'"Security"')
    assert not line.says(0, b'"Securit"')


@pytest.mark.parametrize(
    "content",
    [
        *(b'{"a":1,"a":2}', b'{"b":1,"a":1,"a":2}', b'{"a":null}', b'{"a":{}}', b'{"a":1} '),
        b'{"%b":1}' % (b"a" * (flat_line.MAX_NAME_BYTES + 1)),
    ],
)
def test_what_is_not_plainly_one_thing_is_left_alone(content: bytes) -> None:
    assert not flat_line.FlatLine().read(content)


def test_lines_with_the_same_names_share_them() -> None:
    line = flat_line.FlatLine()
    line.read(b'{"a":1,"b":2}')
    first = line.names

    line.read(b'{"a":"x","b":[1]}')

    assert line.names is first


@pytest.mark.parametrize("module", [flat_line, plain_flat_line])
def test_names_that_lines_make_up_are_forgotten_not_hoarded(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    line = module.FlatLine()
    many = b"{" + b",".join(b'"n%d":1' % number for number in range(module.MAX_FIELDS)) + b"}"
    assert line.read(many)
    assert not line.read(many[:-1] + b',"one more":1}')

    for number in range(100):
        made_up = many.replace(b'"n', b'"m%d_' % number)
        assert line.read(made_up)

    assert line.known <= module.MAX_KNOWN_NAMES

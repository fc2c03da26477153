"""Messages over TCP are cut the same wherever the network cuts the bytes, and nothing a sender does grows memory."""

from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.framing import BrokenFramingError, Frame, Framer

LIMIT = 40
MESSAGES = st.lists(
    st.binary(min_size=1, max_size=30).map(lambda content: b"<" + content.replace(b"\n", b"-").rstrip(b"\r\0") + b">")
)
CUTS = st.lists(st.integers(min_value=1, max_value=20))


def _fed(stream: bytes, cuts: list[int]) -> list[Frame]:
    framer = Framer(limit_bytes=LIMIT)
    found: list[Frame] = []
    at = 0
    for length in cuts:
        found += framer.feed(stream[at : at + length])
        at += length
    found += framer.feed(stream[at:])
    return found + framer.finish()


@given(messages=MESSAGES, cuts=CUTS)
def test_counted_messages_come_out_as_they_went_in(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(b"%d %b" % (len(message), message) for message in messages)

    assert _fed(stream, cuts) == [Frame(message, False) for message in messages]


@given(messages=MESSAGES, cuts=CUTS)
def test_lines_come_out_as_they_went_in(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(message + b"\n" for message in messages)

    assert _fed(stream, cuts) == [Frame(message, False) for message in messages]


@given(lengths=st.lists(st.integers(min_value=1, max_value=200)), cuts=CUTS)
def test_a_message_over_the_limit_is_cut_and_the_next_is_whole(lengths: list[int], cuts: list[int]) -> None:
    messages = [b"x" * length for length in lengths]
    expected = [Frame(message[:LIMIT], len(message) > LIMIT) for message in messages]

    counted = _fed(b"".join(b"%d %b" % (len(message), message) for message in messages), cuts)
    lines = _fed(b"".join(message + b"\n" for message in messages), cuts)

    assert counted == expected
    assert lines == expected


@given(stream=st.binary(max_size=300), cuts=CUTS)
def test_any_bytes_are_frames_or_broken_framing(stream: bytes, cuts: list[int]) -> None:
    try:
        frames = _fed(stream, cuts)
    except BrokenFramingError:
        return

    assert all(len(frame.content) <= LIMIT for frame in frames)


@pytest.mark.parametrize("stream", [b"5 hello6x world", b"5 hello9999999999 x", b"1 a<" + b"x" * LIMIT])
def test_a_count_that_is_none_breaks_the_connection(stream: bytes) -> None:
    framer = Framer(limit_bytes=LIMIT)

    with pytest.raises(BrokenFramingError):
        framer.feed(stream + b" " * 20)


@pytest.mark.parametrize("line", [b"203.0.113.9 - - [x]", b"2026-11-20T08:00:00Z web-1 app: x", b"9999999999 x", b"7"])
def test_a_line_that_begins_with_a_digit_is_no_count(line: bytes) -> None:
    assert _fed(line + b"\n" + line, [1, 1, 2]) == [Frame(line, False)] * 2


@given(
    messages=MESSAGES, counts=st.lists(st.booleans()), ends=st.lists(st.sampled_from([b"", b"\n", b"\r\n"])), cuts=CUTS
)
def test_counted_messages_may_have_newlines_after_them_and_lines_among_them(
    messages: list[bytes], counts: list[bool], ends: list[bytes], cuts: list[int]
) -> None:
    stream = b"6 <1>abc"
    for message, is_counted, end in zip_longest(messages, counts[: len(messages)], ends[: len(messages)]):
        stream += b"%d %b%b" % (len(message), message, end or b"") if is_counted else message + b"\n"

    assert _fed(stream, cuts) == [Frame(b"<1>abc", False), *(Frame(message, False) for message in messages)]


def test_half_a_counted_message_is_lost_and_an_unended_line_is_kept_when_the_sender_goes() -> None:
    assert _fed(b"10 hel", []) == []
    assert _fed(b"<1>hel", []) == [Frame(b"<1>hel", False)]


def test_lines_that_begin_with_a_blank_continue_the_message_before_them() -> None:
    trace = b"<11>app: Gagal\n\tat a.b(C:1)\n  at d.e\n<11>next\n plain\n"

    assert _fed(trace, [3, 9, 1, 12]) == [
        Frame(b"<11>app: Gagal\n\tat a.b(C:1)\n  at d.e", False),
        Frame(b"<11>next\n plain", False),
    ]


def test_without_priorities_every_line_stands_alone() -> None:
    assert _fed(b"date=1 a\n b\n", []) == [Frame(b"date=1 a", False), Frame(b" b", False)]


def test_a_continued_message_stays_within_the_limit() -> None:
    frames = _fed(b"<1>" + b"a" * 30 + b"\n " + b"b" * 30 + b"\n c\n", [])

    assert [len(frame.content) for frame in frames] == [33, 31, 2]


def test_a_line_that_waits_is_let_go_when_nothing_comes() -> None:
    framer = Framer(limit_bytes=LIMIT)

    assert framer.feed(b"<1>a\n") == []
    assert framer.is_holding
    assert framer.release() == [Frame(b"<1>a", False)]
    assert not framer.is_holding

"""GELF over TCP is cut at its null bytes wherever the network cuts it, and one that never ends grows no memory."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.framing import Frame
from ingest.sources.nul_framing import NulFramer

LIMIT = 40
CUTS = st.lists(st.integers(min_value=1, max_value=20))


def fed(stream: bytes, cuts: list[int]) -> list[Frame]:
    framer, found, at = NulFramer(limit_bytes=LIMIT), list[Frame](), 0
    for length in cuts:
        found += framer.feed(stream[at : at + length])
        at += length
    return [*found, *framer.feed(stream[at:]), *framer.finish()]


@given(lengths=st.lists(st.integers(1, 100)), cuts=CUTS, is_ended=st.booleans())
def test_messages_come_out_as_they_went_in_and_a_long_one_is_cut(
    lengths: list[int], cuts: list[int], is_ended: bool
) -> None:
    stream = b"\0".join(b"x" * length for length in lengths) + b"\0" * is_ended

    assert fed(stream, cuts) == [Frame(b"x" * min(length, LIMIT), length > LIMIT) for length in lengths]


def test_blanks_and_empty_messages_between_are_passed_over() -> None:
    assert fed(b'\0\0{"a":1}\n\0\r\n\0 {}', [3]) == [Frame(b'{"a":1}', False), Frame(b"{}", False)]


@given(stream=st.binary(max_size=300), cuts=CUTS)
def test_no_message_is_longer_than_the_limit_nor_has_a_null_byte(stream: bytes, cuts: list[int]) -> None:
    assert all(len(one.content) <= LIMIT and b"\0" not in one.content for one in fed(stream, cuts))

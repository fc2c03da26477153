"""Pieces of GELF messages: any order makes the message, and nothing hostile takes more than it may."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.gelf_chunks import MAGIC, MAX_PIECES, ChunkLimits, Chunks, Taken
from tests.support.gelf import pieces_of

REFUSED = Taken(is_refused=True)


def taken(chunks: Chunks, datagrams: Sequence[bytes], *, peer: str = "192.0.2.1", now: float = 0.0) -> list[Taken]:
    return [chunks.take(one, peer=peer, now=now) for one in datagrams]


@given(st.binary(min_size=1, max_size=2_000), st.integers(1, 128), st.randoms(use_true_random=False))
def test_pieces_in_any_order_and_doubled_make_the_message_once(content: bytes, size: int, order: object) -> None:
    datagrams = pieces_of(content, size=max(size, -(-len(content) // MAX_PIECES)))
    shuffled = [*datagrams[:-1], *datagrams[:-1]]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    chunks = Chunks(ChunkLimits())

    whole = [one.content for one in taken(chunks, [*shuffled, datagrams[-1]]) if one.content is not None]

    assert whole == [content]
    assert (chunks.held.messages, chunks.held.cost_bytes) == (0, 0)


def test_messages_of_two_senders_with_one_name_are_never_mixed() -> None:
    chunks = Chunks(ChunkLimits())
    mine, theirs = pieces_of(b"punyaku", size=4), pieces_of(b"palsu!!", size=4)

    first = taken(chunks, mine[:1])
    other = taken(chunks, theirs, peer="192.0.2.66")
    last = taken(chunks, mine[1:])

    assert [one.content for one in (*first, *other, *last)] == [None, None, b"palsu!!", b"punyaku"]


@pytest.mark.parametrize(
    "datagram",
    [
        MAGIC,
        MAGIC + b"12345678" + b"\x00",
        MAGIC + b"12345678" + b"\x00\x00isi",
        MAGIC + b"12345678" + b"\x02\x02isi",
        MAGIC + b"12345678" + b"\x00\x81isi",
        MAGIC + b"12345678" + b"\xff\xffisi",
    ],
)
def test_what_is_no_piece_is_refused_and_nothing_of_it_kept(datagram: bytes) -> None:
    chunks = Chunks(ChunkLimits())

    assert taken(chunks, [datagram]) == [REFUSED]
    assert chunks.held.cost_bytes == 0


def test_a_piece_that_contradicts_those_before_it_is_refused_and_the_message_is_still_made() -> None:
    chunks = Chunks(ChunkLimits())
    first, second = pieces_of(b"isi asli", size=4)
    forged, other_count = pieces_of(b"lainisi ", size=4)[0], pieces_of(b"isi asli nya", size=4)[1]

    outcomes = taken(chunks, [first, forged, other_count, second])

    assert outcomes == [Taken(), REFUSED, REFUSED, Taken(b"isi asli")]


def test_what_is_not_whole_in_time_is_given_up_and_counted() -> None:
    chunks = Chunks(ChunkLimits(age_seconds=5))
    early, late = pieces_of(b"satudua", size=4, name=b"A" * 8), pieces_of(b"tigaempat", size=5, name=b"B" * 8)
    taken(chunks, early[:1], now=0)
    taken(chunks, late[:1], now=3)

    given_up = chunks.forget_old(5.5)

    assert given_up == 1
    assert [one.content for one in taken(chunks, [early[1], late[1]], now=5.5)] == [None, b"tigaempat"]


def test_unfinished_messages_take_no_more_than_they_may_and_leave_room_for_other_senders() -> None:
    limits = ChunkLimits(messages=6, messages_of_peer=3, held_bytes=1_600, bytes_of_peer=800)
    chunks = Chunks(limits)
    flood = [pieces_of(b"x" * 20, size=10, name=bytes([number]) * 8)[0] for number in range(10)]
    large = pieces_of(b"y" * 2_000, size=900, name=b"besar---")[0]

    kept = [one.is_refused for one in taken(chunks, flood)].count(False)
    of_other = [one.is_refused for one in taken(chunks, flood, peer="192.0.2.2")].count(False)
    of_third = taken(chunks, flood[:1], peer="192.0.2.3")
    too_large = taken(chunks, [large], peer="192.0.2.4")

    assert (kept, of_other, of_third, too_large) == (3, 3, [REFUSED], [REFUSED])
    assert chunks.held.cost_bytes <= limits.held_bytes


@given(st.lists(st.tuples(st.binary(max_size=40), st.sampled_from(["a", "b"]), st.floats(0, 2)), max_size=60))
def test_whatever_comes_nothing_is_kept_longer_or_beyond_the_limits(datagrams: list[tuple[bytes, str, float]]) -> None:
    limits = ChunkLimits(messages=4, messages_of_peer=3, held_bytes=1_000, bytes_of_peer=700, age_seconds=1)
    chunks, now = Chunks(limits), 0.0

    for content, peer, passed in datagrams:
        now += passed
        chunks.forget_old(now)
        chunks.take(MAGIC + content, peer=peer, now=now)
        assert 0 <= chunks.held.messages <= limits.messages
        assert 0 <= chunks.held.cost_bytes <= limits.held_bytes
    chunks.forget_old(now + 2)

    assert (chunks.held.messages, chunks.held.cost_bytes) == (0, 0)

"""Lines that share a mark stand together, whatever stands between them; within bounds, and nothing is lost."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import gathering
from ingest.sources.files import DamagedArchiveError, Line
from ingest.sources.gathering import WINDOW_LINES, gather_lines

MARKS = st.sampled_from([b"", b"a", b"b", b"c"])


def lines_of(contents: list[bytes]) -> list[Line]:
    offsets = [sum(len(content) + 1 for content in contents[:n]) for n in range(len(contents) + 1)]
    return [Line(offsets[n], offsets[n + 1], content, False, n, n + 1) for n, content in enumerate(contents)]


def mark_of(line: Line) -> bytes | None:
    return line.content[:1].strip() or None


def gathered(contents: list[bytes]) -> list[bytes]:
    return [line.content for line in gather_lines(iter(lines_of(contents)), mark_of=mark_of)]


def test_lines_of_two_events_that_are_mixed_stand_together_where_the_first_of_each_stood() -> None:
    found = gathered([b"a1", b"b1", b"", b"a2", b"c1", b"b2", b"d1", b"a3"])

    assert found == [b"a1", b"a2", b"a3", b"b1", b"b2", b"", b"c1", b"d1"]


def test_lines_further_apart_than_the_window_stay_where_they_are() -> None:
    near = [b"a1", *[b""] * (WINDOW_LINES - 1), b"a2"]
    far = [b"a1", *[b""] * WINDOW_LINES, b"a2"]

    assert gathered(near)[:2] == [b"a1", b"a2"]
    assert gathered(far) == far


@given(contents=st.lists(MARKS, max_size=200))
def test_no_line_is_lost_and_lines_of_one_mark_keep_their_order(contents: list[bytes]) -> None:
    numbered = [content + str(number).encode() if content else b"" for number, content in enumerate(contents)]

    found = gathered(numbered)

    assert sorted(found) == sorted(numbered)
    for mark in (b"a", b"b", b"c"):
        assert [one for one in found if one[:1] == mark] == [one for one in numbered if one[:1] == mark]


@given(contents=st.lists(MARKS, min_size=1, max_size=60), window=st.integers(1, 4))
def test_who_reads_on_at_the_end_of_any_line_misses_nothing(contents: list[bytes], window: int) -> None:
    lines = lines_of([content + str(number).encode() for number, content in enumerate(contents)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "WINDOW_LINES", window)

        found = list(gather_lines(iter(lines), mark_of=mark_of))

    given_out: set[int] = set()
    for line in found:
        given_out.add(line.record)
        again = {other.record for other in lines if other.offset >= line.end}
        assert given_out | again == set(range(len(lines)))
        assert line.next_record == len([other for other in lines if other.offset < line.end])
    assert found[-1].end == lines[-1].end


def test_lines_that_are_mixed_without_an_end_are_held_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "HELD_BYTES", 1_000)
    taken = 0

    def endless() -> Iterator[Line]:
        nonlocal taken
        for line in lines_of([b"a" * 10, b"b" * 10] * 500):
            taken += 1
            yield line

    first = next(gather_lines(endless(), mark_of=mark_of))

    assert first.content == b"a" * 10
    assert taken == 101


def test_what_was_held_before_a_damaged_place_is_given_out_before_the_damage_is_told() -> None:
    def broken() -> Iterator[Line]:
        yield from lines_of([b"a1", b"b1", b"a2"])
        raise DamagedArchiveError(offset=9)

    found = gather_lines(broken(), mark_of=mark_of)

    assert [next(found).content for _ in range(3)] == [b"a1", b"a2", b"b1"]
    with pytest.raises(DamagedArchiveError):
        next(found)

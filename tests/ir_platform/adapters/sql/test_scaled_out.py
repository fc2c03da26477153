"""Accepted batches and key ranges on both databases: one worker's result counts, one owner writes."""

from datetime import timedelta

import pytest

from ir_platform.domain.key_range import KEY_RANGES, BatchNo, Held, RangeNo
from ir_platform.ports import State
from tests.support.builders import NOON

SECOND = timedelta(seconds=1)
RANGE = RangeNo(3)


def accept(state: State, *contents: bytes) -> list[BatchNo]:
    with state.write() as uow:
        return [uow.batches.accept(one, at=NOON + n * SECOND, due_at=NOON + SECOND) for n, one in enumerate(contents)]


def claim(state: State, owner: str, *, after_seconds: int = 0) -> Held | None:
    now = NOON + after_seconds * SECOND
    with state.write() as uow:
        return uow.ranges.claim(RANGE, owner=owner, now=now, until=now + 10 * SECOND)


def split(state: State, no: BatchNo) -> None:
    with state.write() as uow:
        uow.ranges.add_parts(no, accepted_at=NOON, contents=[b"%d-%d" % (no, n) for n in range(KEY_RANGES)])


def test_batches_are_numbered_without_a_gap_though_a_transaction_was_undone(state: State) -> None:
    first = accept(state, b"a")

    def accept_and_fail() -> None:
        with state.write() as uow:
            uow.batches.accept(b"undone", at=NOON, due_at=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        accept_and_fail()

    second = accept(state, b"b")

    assert [*first, *second] == [1, 2]
    with state.read() as uow:
        assert (uow.batches.newest(), uow.batches.count()) == (2, 2)


def test_a_batch_is_finished_by_one_worker_alone_and_gone_then(state: State) -> None:
    (no,) = accept(state, b"a")
    with state.write() as uow:
        begun = [uow.batches.begin(no, due_at=NOON) for _ in range(2)]

    with state.write() as uow:
        finished = [uow.batches.finish(no) for _ in range(2)]

    assert [(one.attempts, one.content) for one in begun if one is not None] == [(1, b"a"), (2, b"a")]
    assert finished == [True, False]
    with state.write() as uow:
        assert uow.batches.begin(no, due_at=NOON) is None


def test_workers_are_told_again_of_a_batch_only_when_it_is_due(state: State) -> None:
    accept(state, b"a", b"b", b"c")
    with state.write() as uow:
        uow.batches.begin(BatchNo(2), due_at=NOON + 60 * SECOND)

    with state.write() as uow:
        early = uow.batches.take_due(now=NOON, due_at=NOON + 9 * SECOND, limit=10)
        due = uow.batches.take_due(now=NOON + SECOND, due_at=NOON + 9 * SECOND, limit=10)
        again = uow.batches.take_due(now=NOON + SECOND, due_at=NOON + 9 * SECOND, limit=10)

    assert (early, due, again) == ((), (1, 3), ())


def test_a_range_has_one_owner_until_its_lease_is_over_and_each_has_a_higher_epoch(state: State) -> None:
    first = claim(state, "satu")
    too_early = claim(state, "dua", after_seconds=9)
    second = claim(state, "dua", after_seconds=10)

    assert first is not None
    assert second is not None
    assert too_early is None
    assert (first.epoch, second.epoch) == (1, 2)
    with state.write() as uow:
        held = [uow.ranges.is_held(RANGE, epoch=one.epoch) for one in (first, second)]
        renewed = [uow.ranges.renew(RANGE, epoch=one.epoch, until=NOON) for one in (first, second)]
    assert held == renewed == [False, True]


def test_one_that_lost_a_range_cannot_release_it_from_under_the_next(state: State) -> None:
    first = claim(state, "satu")
    second = claim(state, "dua", after_seconds=10)
    assert first is not None
    assert second is not None

    with state.write() as uow:
        uow.ranges.release(RANGE, epoch=first.epoch)
        kept = uow.ranges.holdings()[RANGE].owner
        uow.ranges.release(RANGE, epoch=second.epoch)
        released = uow.ranges.holdings()[RANGE].owner

    assert (kept, released) == ("dua", None)


def test_the_next_owner_finds_the_state_and_the_parts_behind_it(state: State) -> None:
    for no in accept(state, b"a", b"b", b"c"):
        split(state, no)
    with state.write() as uow:
        uow.ranges.save(RANGE, position=BatchNo(2), snapshot="{}")

    held = claim(state, "dua")

    assert held is not None
    assert (held.position, held.snapshot) == (2, "{}")
    with state.read() as uow:
        parts = uow.ranges.parts(RANGE, after=held.position, limit=10)
        of_another_range = uow.ranges.parts(RangeNo(0), after=BatchNo(0), limit=10)
    assert [(part.batch_no, part.content) for part in parts] == [(3, b"3-3")]
    assert [part.batch_no for part in of_another_range] == [1, 2, 3]


def test_the_oldest_batch_that_waits_is_found_matched_or_not(state: State) -> None:
    first, second = accept(state, b"a", b"b")
    with state.read() as uow:
        unmatched = uow.ranges.oldest_since(RANGE, after=first)
    with state.write() as uow:
        uow.batches.finish(second)
        uow.ranges.add_parts(second, accepted_at=NOON + 7 * SECOND, contents=[b""] * KEY_RANGES)

    with state.read() as uow:
        matched = uow.ranges.oldest_since(RANGE, after=first)
        none = uow.ranges.oldest_since(RANGE, after=second)

    assert (unmatched, matched, none) == (NOON + SECOND, NOON + 7 * SECOND, None)


def test_what_is_judged_is_what_the_slowest_range_has_judged(state: State) -> None:
    with state.write() as uow:
        for number in range(KEY_RANGES):
            uow.ranges.note_judged(RangeNo(number), judged=BatchNo(10 + number))

        assert uow.ranges.least_judged() == 10


def test_owners_are_known_while_they_say_that_they_live(state: State) -> None:
    with state.write() as uow:
        uow.ranges.say_alive("lama", now=NOON)
        uow.ranges.say_alive("baru", now=NOON)
        uow.ranges.say_alive("baru", now=NOON + 60 * SECOND)
        alive = uow.ranges.owners(since=NOON + SECOND)
        uow.ranges.forget_owner("baru", silent_before=NOON + SECOND)

        assert (alive, uow.ranges.owners(since=NOON)) == (("baru",), ())

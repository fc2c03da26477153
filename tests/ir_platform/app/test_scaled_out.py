"""The scaled-out pipeline piece by piece: nothing is lost between two pieces, and nothing is done twice."""

import itertools
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.batch_matching import BatchMatcher
from detections.catalog import new_detectors, shipped_rules
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from ir_platform.app import accepting
from ir_platform.app.accepting import Acceptance
from ir_platform.app.fencing import LostRangeError, held_by, one_at_a_time
from ir_platform.app.ingest_worker import MAX_ATTEMPTS, IngestWorker
from ir_platform.app.range_owner import RangeOwner
from ir_platform.app.range_rules import CurrentMatcher, RangeRules
from ir_platform.app.range_sharing import share
from ir_platform.app.range_work import NewerRulesError, RangeWork, in_turn
from ir_platform.app.unjudged import UnjudgedBatchesError, require_none_unjudged
from ir_platform.app.wiring import event_writer, open_pipeline
from ir_platform.domain.event import Event, EventBatch, batch_of
from ir_platform.domain.key_range import KEY_RANGES, BatchNo, Held, Holding, RangeNo, RangePart
from ir_platform.ports import StoreFullError
from tests.ir_platform.app.house import House, StoppedError
from tests.support.builders import NOON, an_event

SECOND = timedelta(seconds=1)
TAKEOVER = 5 * SECOND


@dataclass
class Rung:
    """A bell (`ports.BatchBell`) that notes which batches workers were told of."""

    numbers: list[BatchNo] = field(default_factory=list)

    def ring(self, no: BatchNo) -> None:
        self.numbers.append(no)


@dataclass
class StopsAtNumbering:
    """A bell whose process ends when it rings: everything before is committed."""

    def ring(self, no: BatchNo) -> None:
        raise StoppedError


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return shipped_rules()


def an_acceptance(house: House, bell: Any) -> Acceptance:
    return Acceptance(
        writer=event_writer(house.settings),
        state=house.state,
        triage=house.triage(),
        bell=bell,
        clock=lambda: house.clock[0],
        takeover=TAKEOVER,
        sleep=lambda seconds: None,
    )


def a_worker(house: House, rules: RuleSet) -> IngestWorker:
    matcher = BatchMatcher(rules, new_detectors(), ranges=KEY_RANGES)
    return IngestWorker(state=house.state, matcher=lambda: matcher, clock=lambda: house.clock[0], takeover=TAKEOVER)


def an_attempt(number: int, *, ip: str = "203.0.113.9") -> Event:
    return an_event(
        NOON + number * SECOND,
        number,
        event__dataset="system.auth",
        message=f"Failed password for wayan from {ip} port {1024 + number}",
        process__name="sshd",
        source__ip=ip,
        host__name="web-1",
        user__name="wayan",
    )


def attempts(first: int, last: int) -> EventBatch:
    return batch_of([an_attempt(number) for number in range(first, last)])


def rules_of_owners(house: House, rules: RuleSet) -> RangeRules:
    return RangeRules(state=house.state, load=lambda decided: rules, detectors=new_detectors, allowance=60 * SECOND)


def work_on(house: House, held: Held, loaded: RangeRules) -> RangeWork:
    """Take up the work on a range as the wiring does, by the house's clock."""
    scanner = loaded.scanner(held.range_no)
    if held.snapshot is not None:
        scanner.restore(held.snapshot)
    mine = held_by(house.state, held.range_no, epoch=held.epoch)
    return RangeWork(
        range_no=held.range_no,
        position=held.position,
        scanner=scanner,
        rules_version=loaded.version,
        state=mine,
        triage=replace(house.triage(), state=one_at_a_time(mine)),
        clock=lambda: house.clock[0],
    )


class Owner:
    """Takes every range that is free, under one name."""

    def __init__(self, house: House, rules: RuleSet, name: str) -> None:
        loaded = rules_of_owners(house, rules)
        loaded.poll()
        with house.state.write() as uow:
            now = house.clock[0]
            held = [uow.ranges.claim(RangeNo(n), owner=name, now=now, until=now + TAKEOVER) for n in range(KEY_RANGES)]
        self.works = [work_on(house, one, loaded) for one in held if one is not None]

    def advance(self) -> None:
        for work in self.works:
            while work.advance():
                pass

    def save(self) -> None:
        for work in self.works:
            work.save()


def matched(house: House, rules: RuleSet, *batches: EventBatch) -> None:
    """Take the batches in and match them."""
    rung = Rung()
    with closing(an_acceptance(house, rung)) as acceptance:
        for batch in batches:
            acceptance.carry(batch)
    for no in rung.numbers:
        a_worker(house, rules).run(no)


# --- taking in -------------------------------------------------------------------------------------------------------


def test_a_batch_is_stored_and_numbered_and_workers_are_told(house: House) -> None:
    rung = Rung()
    with closing(an_acceptance(house, rung)) as acceptance:
        first = acceptance.carry(attempts(0, 3))
        again = acceptance.carry(attempts(0, 4))
        acceptance.writer.flush()

    assert (first.stored, again.stored, again.duplicates) == (3, 1, 3)
    assert rung.numbers == [1, 2]
    assert house.stored() == 4


def test_what_was_known_already_makes_no_batch(house: House) -> None:
    rung = Rung()
    with closing(an_acceptance(house, rung)) as acceptance:
        acceptance.carry(attempts(0, 3))
        acceptance.carry(attempts(0, 3))

    assert rung.numbers == [1]


def test_what_was_stored_before_a_stop_and_not_numbered_is_numbered_at_the_start(house: House) -> None:
    rung = Rung()
    with closing(an_acceptance(house, rung)) as acceptance:
        acceptance.carry(attempts(0, 3))
        acceptance.writer.append(attempts(3, 5))  # and there the process ends

    with closing(an_acceptance(house, rung)) as acceptance:
        acceptance.recover()
        acceptance.recover()

    assert rung.numbers == [1, 2]
    with house.state.write() as uow:
        kept = uow.batches.begin(BatchNo(2), due_at=NOON)
    assert kept is not None


def test_a_batch_that_was_numbered_before_a_stop_is_not_numbered_again(house: House) -> None:
    with closing(an_acceptance(house, StopsAtNumbering())) as acceptance, pytest.raises(StoppedError):
        acceptance.carry(attempts(0, 3))

    rung = Rung()
    with closing(an_acceptance(house, rung)) as acceptance:
        acceptance.recover()
        house.clock[0] += TAKEOVER
        acceptance.tick()

    assert rung.numbers == [1]  # told of it late, because nobody was


def test_nothing_more_is_taken_in_while_too_much_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accepting, "MAX_WAITING", 1)
    with closing(an_acceptance(house, Rung())) as acceptance:
        for number in range(2):
            acceptance.carry(attempts(number, number + 1))
        acceptance.tick()
        with pytest.raises(StoreFullError):
            acceptance.carry(attempts(2, 3))
        with house.state.write() as uow:
            for one in range(KEY_RANGES):
                uow.ranges.note_judged(RangeNo(one), judged=BatchNo(2))
        acceptance.tick()

        assert acceptance.carry(attempts(2, 3)).stored == 1


def test_a_flush_waits_for_the_judges_but_not_where_none_works(house: House) -> None:
    clock = iter(range(1_000))
    with closing(an_acceptance(house, Rung())) as acceptance:
        acceptance.monotonic = lambda: float(next(clock))
        acceptance.carry(attempts(0, 3))

        acceptance.flush()

    assert next(clock) > accepting.STILL_SECONDS
    assert house.stored() == 3


# --- matching --------------------------------------------------------------------------------------------------------


def parts_of(house: House, range_no: int = 0) -> tuple[RangePart, ...]:
    with house.state.read() as uow:
        return uow.ranges.parts(RangeNo(range_no), after=BatchNo(0), limit=100)


def test_a_batch_that_is_delivered_twice_is_matched_once(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 3))
    before = [parts_of(house, number) for number in range(KEY_RANGES)]

    a_worker(house, rules).run(BatchNo(1))

    assert [parts_of(house, number) for number in range(KEY_RANGES)] == before
    assert [len(parts) for parts in before] == [1] * KEY_RANGES


def test_of_two_workers_at_one_batch_one_writes(house: House, rules: RuleSet) -> None:
    with closing(an_acceptance(house, Rung())) as acceptance:
        acceptance.carry(attempts(0, 3))
    faster = a_worker(house, rules)
    slow = a_worker(house, rules)
    matcher = slow.matcher

    def after_the_other() -> BatchMatcher:
        faster.run(BatchNo(1))
        return matcher()

    slow.matcher = after_the_other
    slow.run(BatchNo(1))

    assert [len(parts_of(house, number)) for number in range(KEY_RANGES)] == [1] * KEY_RANGES


def test_a_batch_that_ended_too_many_workers_holds_up_those_behind_it_no_longer(house: House, rules: RuleSet) -> None:
    with closing(an_acceptance(house, Rung())) as acceptance:
        acceptance.carry(attempts(0, 30))
    with house.state.write() as uow:
        for _ in range(MAX_ATTEMPTS):
            uow.batches.begin(BatchNo(1), due_at=NOON)

    a_worker(house, rules).run(BatchNo(1))
    Owner(house, rules, "satu").advance()

    assert house.alerts() == ()
    with house.state.read() as uow:
        assert uow.batches.count() == 0


def test_a_worker_matches_with_the_newest_rules(house: House, rules: RuleSet) -> None:
    loaded: list[int] = []

    def load(decided: Any) -> RuleSet:
        loaded.append(decided.version)
        return rules

    current = CurrentMatcher(state=house.state, load=load, detectors=new_detectors)

    first, again = current(), current()

    assert first is again
    assert len(loaded) == 1


# --- judging ---------------------------------------------------------------------------------------------------------


def test_an_owner_records_what_a_scanner_finds_and_says_how_far_it_is(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 12), attempts(12, 25))
    owner = Owner(house, rules, "satu")

    owner.advance()
    for work in owner.works:
        work.keep_house()

    expected = Scanner(rules).scan(attempts(0, 25))
    assert [(one.rule_id, one.event_count) for one in house.alerts()] == [(expected[0].rule_id, 25)]
    assert len(house.incidents()) == 1
    with house.state.read() as uow:
        assert uow.ranges.least_judged() == 2


def test_a_successor_repeats_what_was_not_saved_and_adds_nothing(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 15))
    first = Owner(house, rules, "satu")
    first.advance()  # and there it is killed: its findings are recorded, its state is not saved
    before = house.alerts()
    house.clock[0] += TAKEOVER
    matched(house, rules, attempts(15, 25))

    second = Owner(house, rules, "dua")
    second.advance()
    for work in second.works:
        work.keep_house()

    assert [one.id for one in house.alerts()] == [one.id for one in before]
    assert [(one.count, one.event_count) for one in house.alerts()] == [(1, 25)]
    assert len(house.incidents()) == 1


def test_a_successor_goes_on_from_what_was_saved(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 5))
    first = Owner(house, rules, "satu")
    first.advance()
    first.save()
    house.clock[0] += TAKEOVER
    assert [parts_of(house, number) for number in range(KEY_RANGES)] == [()] * KEY_RANGES
    matched(house, rules, attempts(5, 12))

    Owner(house, rules, "dua").advance()

    assert [one.event_count for one in house.alerts()] == [12]


def test_one_that_was_taken_for_dead_writes_nothing_when_it_wakes(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 25))
    asleep = Owner(house, rules, "satu")
    house.clock[0] += TAKEOVER
    Owner(house, rules, "dua")

    refused = 0
    for work in asleep.works:
        for act in (work.advance, work.save):
            try:
                act()
            except LostRangeError:
                refused += 1

    assert refused == KEY_RANGES + 1  # each save, and the one range with something to record
    assert house.alerts() == ()
    with house.state.read() as uow:
        assert uow.ranges.least_judged() == 0


def test_parts_are_judged_in_turn_and_wait_for_one_that_is_missing() -> None:
    parts = [RangePart(batch_no=BatchNo(no), accepted_at=NOON, content=b"") for no in (3, 4, 6)]

    assert [part.batch_no for part in in_turn(parts, after=BatchNo(2))] == [3, 4]
    assert [*in_turn(parts, after=BatchNo(1))] == []


def test_a_part_matched_with_newer_rules_waits_until_they_are_loaded(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 3))
    work = Owner(house, rules, "satu").works[0]
    work.rules_version = -1

    with pytest.raises(NewerRulesError):
        work.advance()

    assert work.position == 0
    work.renew(Scanner(rules), rules_version=0)
    assert work.advance()


class NotesTheTime(Scanner):
    """A scanner that notes what time it is told."""

    def __init__(self, rules: RuleSet) -> None:
        super().__init__(rules)
        self.told: list[int] = []

    def tick(self, now_ns: int) -> tuple[()]:
        self.told.append(now_ns)
        return ()


def test_while_batches_wait_the_clock_stands_at_the_oldest_of_them(house: House, rules: RuleSet) -> None:
    work = Owner(house, rules, "satu").works[0]
    scanner = NotesTheTime(rules)
    work.scanner = scanner
    matched(house, rules, attempts(0, 3))
    house.clock[0] += 60 * SECOND

    work.tick()
    work.advance()
    work.tick()

    assert scanner.told[1] - scanner.told[0] == 60 * 10**9


# --- who owns what ---------------------------------------------------------------------------------------------------


def held_in_turn(owners: Sequence[str], rounds: int, holdings: Sequence[Holding], now: datetime) -> list[Holding]:
    """Let each owner do what it is to do, again and again."""
    known = list(holdings)
    for _ in range(rounds):
        for me in owners:
            todo = share(known, me=me, owners=owners, now=now)
            for no in todo.give_back:
                known[no] = replace(known[no], owner=None, until=None)
            for no in todo.claim:
                known[no] = replace(known[no], owner=me, until=now + TAKEOVER)
    return known


@given(
    alive=st.integers(1, 10),
    before=st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=KEY_RANGES, max_size=KEY_RANGES),
)
def test_every_range_comes_to_a_living_owner_and_none_has_more_than_its_share(
    alive: int, before: list[tuple[int, bool]]
) -> None:
    owners = [f"pemilik-{number}" for number in range(alive)]
    # Who is not alive has let its lease run out.
    holdings = [
        Holding(
            range_no=RangeNo(no),
            owner=f"pemilik-{owner}",
            until=NOON + TAKEOVER if owner < alive and is_fresh else NOON,
        )
        for no, (owner, is_fresh) in enumerate(before)
    ]

    shared = held_in_turn(owners, 2, holdings, NOON)

    counts = [sum(one.owner == owner for one in shared) for owner in owners]
    assert sum(counts) == KEY_RANGES
    assert max(counts) <= -(-KEY_RANGES // alive)


def a_range_owner(house: House, rules: RuleSet, name: str) -> RangeOwner:
    """Return an owner that looks after its share at each step."""
    return RangeOwner(
        name=name,
        state=house.state,
        rules=rules_of_owners(house, rules),
        work_on=lambda held, loaded: work_on(house, held, loaded),
        clock=lambda: house.clock[0],
        takeover=TAKEOVER,
        monotonic=itertools.count().__next__,
    )


def held_by_each(house: House) -> Counter[str | None]:
    with house.state.read() as uow:
        return Counter(one.owner for one in uow.ranges.holdings())


def test_a_second_owner_gets_its_share_and_the_first_all_of_it_back(house: House, rules: RuleSet) -> None:
    first, second = a_range_owner(house, rules, "satu"), a_range_owner(house, rules, "dua")
    seen = []

    for owner in (first, second, first, second):
        owner.step()
        seen.append(held_by_each(house))
    second.stop()
    first.step()
    seen.append(held_by_each(house))

    half = KEY_RANGES // 2
    assert seen == [
        {"satu": KEY_RANGES},
        {"satu": KEY_RANGES},
        {"satu": half, None: half},
        {"satu": half, "dua": half},
        {"satu": KEY_RANGES},
    ]


def test_an_owner_that_has_lost_its_ranges_lets_go_of_them_and_works_on(house: House, rules: RuleSet) -> None:
    asleep, awake = a_range_owner(house, rules, "satu"), a_range_owner(house, rules, "dua")
    asleep.step()
    house.clock[0] += 2 * TAKEOVER
    awake.step()
    matched(house, rules, attempts(0, 25))

    asleep.step()
    awake.step()
    asleep.step()

    assert [one.event_count for one in house.alerts()] == [25]
    assert held_by_each(house)["dua"] >= KEY_RANGES // 2


# --- from one form to the other --------------------------------------------------------------------------------------


def test_the_embedded_form_goes_on_where_the_scaled_out_one_stopped(house: House, rules: RuleSet) -> None:
    matched(house, rules, attempts(0, 3))
    owner = Owner(house, rules, "satu")
    owner.advance()
    owner.save()

    with house.pipeline() as pipeline:
        pipeline.recover()

    assert house.scanner.scanned == 0


def test_the_embedded_form_does_not_start_over_batches_that_wait(house: House) -> None:
    with closing(an_acceptance(house, Rung())) as acceptance:
        acceptance.carry(attempts(0, 3))

    with pytest.raises(UnjudgedBatchesError) as refused:
        open_pipeline(house.settings, house.state)

    assert refused.value.count == 1
    with house.state.write() as uow:
        for one in range(KEY_RANGES):
            uow.ranges.note_judged(RangeNo(one), judged=BatchNo(1))
    require_none_unjudged(house.state)

"""The scaled-out pipeline with a real broker and PostgreSQL, its processes killed at random while batches flow."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from detections.catalog import rules_in_use
from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.accepting import Acceptance
from ir_platform.app.matching_children import matching_children
from ir_platform.app.wiring import event_reader, open_state
from ir_platform.app.wiring_scaled_out import open_acceptance
from ir_platform.config import Settings
from ir_platform.domain.event import EventBatch, batch_of
from ir_platform.ports import IncidentFilter
from tests.support.builders import NOON
from tests.support.causes import ATTACKERS, an_attempt, counted, counted_by_one_scanner
from tests.support.postgres import PostgresServer
from tests.support.server import wait_for
from tests.support.supervised import supervised

pytestmark = [pytest.mark.slow, pytest.mark.real]

ATTEMPTS = 30
BATCHES = 60
KILLS = {"redis": ("pool", "ranges-1", "ingest"), "rabbitmq": ("pool",)}
"""`pool`: one of the processes that Celery's parent has forked."""


def the_batches() -> list[EventBatch]:
    events = [an_attempt(number, begins=NOON) for number in range(ATTACKERS * ATTEMPTS)]
    size = len(events) // BATCHES
    return [batch_of(events[start : start + size]) for start in range(0, len(events), size)]


@pytest.fixture(params=sorted(KILLS))
def broker(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, broker: str, postgres_server: PostgresServer, tmp_path: Path
) -> Iterator[Settings]:
    broker_url: str = request.getfixturevalue(f"{broker}_url")
    with postgres_server.database(migrated=True) as database_url:
        yield Settings(
            data_dir=tmp_path / "var",
            database_url=database_url,
            broker_url=broker_url,
            pipeline="scaled_out",
            ingest_workers=2 if broker == "redis" else 1,
            range_owners=2 if broker == "redis" else 1,
            takeover_seconds=1,
        )


def test_each_cause_is_one_alert_though_workers_and_owners_are_killed_at_random(
    settings: Settings, broker: str
) -> None:
    batches, rng, kills = the_batches(), random.Random(7), KILLS[broker]
    settings.data_dir.mkdir(mode=0o700)
    expected = counted_by_one_scanner(batches, rules_in_use(settings.data_dir))  # they find the rules compiled then

    with (
        closing(open_state(settings)) as state,
        closing(open_acceptance(settings, state)) as acceptance,
        supervised(matching_children(settings), settings) as pids,
        ticking(acceptance),
    ):
        wait_for(lambda: all_ranges_are_held(state))
        for victim, some in zip(kills, in_shares(batches, len(kills)), strict=True):
            for batch in some:
                acceptance.carry(batch)
            time.sleep(rng.uniform(0.0, 0.2))
            kill(victim, pids(), rng)
        acceptance.carry(batches[0])  # sent once more, as a shipper does that heard no answer
        wait_for(lambda: is_judged(state))
        wait_for(lambda: {cause: count for cause, (_, count) in counted(state).items()} == expected)

        found = counted(state)
        with state.read() as uow:
            incidents = uow.incidents.page(IncidentFilter(), cursor=None, limit=200).items
    assert len(expected) == ATTACKERS
    assert {cause: findings for cause, (findings, _) in found.items()} == dict.fromkeys(expected, 1)
    assert len(incidents) == ATTACKERS
    assert stored_numbers(settings) == Counter({str(number): 1 for number in range(ATTACKERS * ATTEMPTS)})


@contextmanager
def ticking(acceptance: Acceptance) -> Iterator[None]:
    """Tell workers again of what nobody has finished, as the intake process does."""
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.2):
            acceptance.tick()

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def in_shares(batches: list[EventBatch], count: int) -> list[list[EventBatch]]:
    size = -(-len(batches) // count)
    return [batches[start : start + size] for start in range(0, len(batches), size)]


def kill(victim: str, pids: dict[str, int], rng: random.Random) -> None:
    pid = pids["ingest"] if victim == "pool" else pids[victim]
    if victim == "pool":
        pid = rng.choice(children_of(pid) or [pid])
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:  # it was killed a moment ago
        return []


def all_ranges_are_held(state: SqlState) -> bool:
    with state.read() as uow:
        return all(one.owner is not None for one in uow.ranges.holdings())


def is_judged(state: SqlState) -> bool:
    with state.read() as uow:
        return uow.batches.count() == 0 and uow.ranges.least_judged() == uow.batches.newest()


def stored_numbers(settings: Settings) -> Counter[str]:
    numbers: Counter[str] = Counter()
    reader, cursor = event_reader(settings), None
    while True:
        page = reader.search("labels.nomor:*", time_from=None, time_to=None, cursor=cursor, limit=200)
        numbers.update(str(found.fields["labels.nomor"]) for found in page.items)
        cursor = page.cursor
        if cursor is None:
            return numbers

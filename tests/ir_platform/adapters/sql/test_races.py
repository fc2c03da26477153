"""What several writers at once may never do, with real threads and processes on both databases."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.chain import verify
from ir_platform.audit.record import record
from ir_platform.domain.alert import AlertId
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.job import Job, JobId, JobKind, JobStatus
from ir_platform.ports import ConflictError
from tests.support.builders import NOON, a_detection, an_alert, an_incident

WRITERS = 8
SPAWN = multiprocessing.get_context("spawn")
Answer = TypeVar("Answer")


def at_once(act: Callable[[int], Answer]) -> list[Answer]:
    """Return what each of the writers got, all of them let go at the same moment."""
    barrier = Barrier(WRITERS)

    def wait_and_act(number: int) -> Answer:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(wait_and_act, range(WRITERS)))


def a_fact(text: str) -> AuditFact:
    return AuditFact(at=NOON, actor="system", actor_name="Sistem", action="x", subject=text, details="{}")


def _draw_numbers(url: str, count: int) -> None:
    state = SqlState(url)
    for _ in range(count):
        with state.write() as uow:
            uow.checkpoints.put(f"number-{uow.registers.next('INS', 2026)}", "drawn")
    state.close()


def test_register_numbers_have_no_gaps_under_eight_writing_processes(state: SqlState, database_url: str) -> None:
    processes = [SPAWN.Process(target=_draw_numbers, args=(database_url, 10)) for _ in range(WRITERS)]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0] * WRITERS
    with state.write() as uow:
        assert uow.registers.next("INS", 2026) == WRITERS * 10 + 1
        assert all(uow.checkpoints.get(f"number-{number}") for number in range(1, WRITERS * 10 + 1))


def test_a_number_drawn_by_a_transaction_that_failed_is_drawn_again(state: SqlState) -> None:
    def draw(number: int) -> list[int]:
        drawn = []
        for attempt in range(6):
            try:
                with state.write() as uow:
                    mine = uow.registers.next("INS", 2026)
                    if (attempt + number) % 3 == 0:
                        raise ConflictError(subject="x", expected=0, found=None)
                drawn.append(mine)
            except ConflictError:
                continue
        return drawn

    drawn = sorted(number for numbers in at_once(draw) for number in numbers)

    assert drawn == list(range(1, len(drawn) + 1))
    assert len(drawn) > WRITERS


def test_each_year_and_kind_counts_for_itself(state: SqlState) -> None:
    with state.write() as uow:
        numbers = [uow.registers.next(*key) for key in (("INS", 2026), ("INS", 2027), ("INS", 2026), ("BA", 2026))]

    assert numbers == [1, 1, 2, 1]


def test_of_writers_with_the_same_version_one_wins(state: SqlState) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())

    def save(number: int) -> bool:
        try:
            with state.write() as uow:
                uow.incidents.save(an_incident(judul=f"oleh {number}", hosts=(f"h{number}",)), expected_version=1)
        except ConflictError:
            return False
        return True

    won = at_once(save)

    assert won.count(True) == 1
    with state.read() as uow:
        found = uow.incidents.get(an_incident().id)
    winner = won.index(True)
    assert found == replace(an_incident(), judul=f"oleh {winner}", hosts=(f"h{winner}",), version=2)


def test_of_workers_that_want_a_job_one_gets_it(state: SqlState) -> None:
    job = Job(
        id=JobId("job-1"),
        kind=JobKind.INGEST_FILE,
        payload="{}",
        status=JobStatus.QUEUED,
        attempt=0,
        lease_until=None,
        phase="",
        percent=0,
        result=None,
        error=None,
        created_at=NOON,
        updated_at=NOON,
    )
    with state.write() as uow:
        uow.jobs.add(job)

    def lease(number: int) -> Job | None:
        with state.write() as uow:
            return uow.jobs.lease(job.id, now=NOON, until=NOON + timedelta(minutes=1 + number))

    leased = [found for found in at_once(lease) if found is not None]

    assert [found.attempt for found in leased] == [1]


def test_of_writers_with_the_same_detection_one_counts_it(state: SqlState) -> None:
    with state.write() as uow:
        uow.alerts.add(an_alert())

    def claim(number: int) -> bool:
        with state.write() as uow:
            return uow.alerts.claim_detection(a_detection(), AlertId("alert-1"), now=NOON)

    assert at_once(claim).count(True) == 1


def test_of_writers_that_open_the_same_alert_one_does(state: SqlState) -> None:
    def open_alert(number: int) -> bool:
        try:
            with state.write() as uow:
                uow.alerts.add(an_alert(id=AlertId(f"alert-{number}")))
        except ConflictError:
            return False
        return True

    assert at_once(open_alert).count(True) == 1


def test_the_chain_stays_whole_and_changes_rise_in_the_order_of_the_chain(state: SqlState) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            with state.write() as uow:
                entry = record(uow, a_fact(f"{number}-{turn}"))
                uow.changes.add("incident", str(entry.seq), NOON)

    at_once(write)

    with state.read() as uow:
        verdict = verify(uow.audit.entries(), (), head=uow.audit.lock_head())
        changes = uow.changes.after(0, limit=1_000)
    assert (verdict.ok, verdict.entries) == (True, WRITERS * 5)
    assert [(change.id, change.subject) for change in changes] == [(n, str(n)) for n in range(1, WRITERS * 5 + 1)]


def test_a_reader_who_follows_the_changes_never_misses_one(state: SqlState) -> None:
    total = (WRITERS - 1) * 10

    def write_or_follow(number: int) -> list[int]:
        if number > 0:
            for _ in range(10):
                with state.write() as uow:
                    uow.changes.add("incident", str(number), NOON)
            return []
        seen: list[int] = []
        while len(seen) < total:
            with state.read() as uow:
                seen += [change.id for change in uow.changes.after(seen[-1] if seen else 0, limit=7)]
        return seen

    followed = at_once(write_or_follow)[0]

    assert followed == list(range(1, total + 1))

"""Celery's beat, which rings for everything that falls due: it ends with its worker, and a worker with its beat."""

import os
import signal
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from ir_platform.app.jobs import add_job
from ir_platform.app.wiring import STATE_FILE
from ir_platform.domain.job import JobId, JobKind, JobStatus
from tests.support.server import Server, running, wait_for

pytestmark = pytest.mark.slow


def children_of(pid: int) -> set[int]:
    """Return the processes that this one has forked and that still run."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, facts = entry.read_text().rpartition(") ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent = facts.split()[:2]
        if int(parent) == pid and state != "Z":
            found.add(int(entry.parent.name))
    return found


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def settled_children(server: Server, *, instead_of: int = 0) -> tuple[int, set[int]]:
    """Return the worker, once it is another one than that, and its children: two that do jobs, and beat."""

    def found() -> tuple[int, set[int]] | None:
        worker = server.processes()["worker"]
        children = children_of(worker)
        return (worker, children) if worker != instead_of and len(children) == WORKERS_AND_BEAT else None

    answer = wait_for(found)
    assert answer is not None
    return answer


WORKERS_AND_BEAT = 3


def insist_that_due_jobs_are_found(server: Server) -> None:
    """Leave a job in the database without ringing for it: only beat's sweep finds it."""
    with closing(SqlState(sqlite_url(server.data / STATE_FILE))) as state:
        job_id = JobId(uuid4().hex)
        with state.write() as uow:
            add_job(uow, JobKind.RENDER_DOCUMENT, {"document_id": "none"}, job_id=job_id, now=datetime.now(UTC))

        def is_ended() -> bool:
            with state.read() as uow:
                job = uow.jobs.get(job_id)
            return job is not None and job.status in (JobStatus.DONE, JobStatus.FAILED)

        assert wait_for(is_ended)


def test_beat_ends_with_a_killed_worker_and_another_one_rings_for_the_next_worker(tmp_path: Path) -> None:
    with running(tmp_path / "var") as server:
        worker, children = settled_children(server)

        os.kill(worker, signal.SIGKILL)

        wait_for(lambda: not any(map(is_there, children)))
        settled_children(server, instead_of=worker)
        insist_that_due_jobs_are_found(server)


def test_a_worker_whose_beat_was_killed_is_replaced_by_one_that_has_a_beat(tmp_path: Path) -> None:
    with running(tmp_path / "var") as server:
        worker, _ = settled_children(server)
        beat = wait_for(lambda: server.processes().get("beat"))
        assert beat is not None

        os.kill(beat, signal.SIGKILL)

        settled_children(server, instead_of=worker)
        insist_that_due_jobs_are_found(server)
        assert not is_there(worker)


def test_nothing_of_a_group_is_left_after_it_was_told_to_stop(tmp_path: Path) -> None:
    with running(tmp_path / "var") as server:
        worker, children = settled_children(server)

        server.kill(signal.SIGTERM)

        wait_for(lambda: not any(map(is_there, {worker, *children})))

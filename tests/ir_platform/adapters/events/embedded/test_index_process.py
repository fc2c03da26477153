"""The index in a process of its own: what was appended is found, whichever of the two processes is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ir_platform.adapters.events.embedded import index_process
from ir_platform.adapters.events.embedded.index import IndexStoppedError
from ir_platform.adapters.events.embedded.index_board import IndexBoard, open_index_board
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.domain.event import EventBatch, EventId, batch_of, make_event, to_ns
from tests.support.require import REPOSITORY

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

KEEPER = """
import signal, sys, threading
from pathlib import Path
from ir_platform.adapters.events.embedded.index_board import IndexBoard
from ir_platform.adapters.events.embedded.index_process import keep_index

stopped = threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: stopped.set())
keep_index(Path(sys.argv[1]), IndexBoard(int(sys.argv[2])), stopped=stopped)
"""


@pytest.fixture
def board() -> Iterator[int]:
    descriptor = open_index_board()
    yield descriptor
    os.close(descriptor)


@contextmanager
def a_keeper(folder: Path, board: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", KEEPER, str(folder), str(board)]
    with subprocess.Popen(command, cwd=REPOSITORY, pass_fds=(board,)) as process:
        try:
            yield process
        finally:
            process.terminate()


def a_writer(folder: Path, board: int) -> EmbeddedEventWriter:
    return EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: NOW, board=IndexBoard(board))


def some_events(first: int, count: int) -> EventBatch:
    ids = [EventId(f"{number:032x}") for number in range(first, first + count)]
    return batch_of([make_event(one, to_ns(NOW), {"message": f"baris {one}"}) for one in ids])


def found_in(folder: Path) -> int:
    return EmbeddedEventReader(folder).search("baris", time_from=None, time_to=None, cursor=None, limit=1).total or 0


def test_what_was_appended_is_found_once_it_was_flushed_though_both_were_killed_meanwhile(
    tmp_path: Path, board: int
) -> None:
    writer = a_writer(tmp_path, board)
    writer.append(some_events(0, 300))
    with a_keeper(tmp_path, board) as first:
        writer.flush()
        found_first = found_in(tmp_path)
        writer.append(some_events(300, 300))
        first.send_signal(signal.SIGKILL)
    # The writer is begun anew, as after a kill: it says again where the segments end.
    writer.close()
    again = a_writer(tmp_path, board)
    again.append(some_events(500, 200))

    with a_keeper(tmp_path, board):
        again.flush()

        assert (found_first, found_in(tmp_path)) == (300, 700)
        again.close()


def test_a_process_that_is_told_to_stop_first_adds_what_its_writer_finishes(tmp_path: Path, board: int) -> None:
    writer = a_writer(tmp_path, board)
    writer.append(some_events(0, 100))

    with a_keeper(tmp_path, board) as keeper:
        writer.flush()
        keeper.terminate()
        writer.append(some_events(100, 100))
        writer.close()
        status = keeper.wait(timeout=60)

    assert (status, found_in(tmp_path)) == (0, 200)


def test_appends_go_on_and_a_flush_is_refused_where_no_process_keeps_the_index(
    tmp_path: Path, board: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_process, "MAX_BEHIND_EVENTS", 50)
    monkeypatch.setattr(index_process, "AWAY_SECONDS", 0.0)
    monkeypatch.setattr(index_process, "GIVE_UP_SECONDS", 0.0)
    writer = a_writer(tmp_path, board)

    stored = writer.append(some_events(0, 100)).stored

    with pytest.raises(IndexStoppedError):
        writer.flush()
    assert stored == 100
    writer.close()


def test_an_append_waits_while_the_index_is_far_behind(
    tmp_path: Path, board: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_process, "MAX_BEHIND_EVENTS", 50)
    monkeypatch.setattr(index_process, "AWAY_SECONDS", 600.0)
    writer, other_side = a_writer(tmp_path, board), IndexBoard(board)
    before = other_side.done

    with a_keeper(tmp_path, board):
        writer.append(some_events(0, 100))

        assert other_side.done > before
        writer.close()

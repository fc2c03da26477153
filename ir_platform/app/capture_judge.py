"""A process of its own that holds a capture's events against rules and detectors while more of them are read.

Rules and detectors take as long as reading what tshark says. The events go by way of the files they are written to
anyway, so whoever reads the capture need not wait for who judges it, and nothing is kept in memory between them.
"""

import gc
import multiprocessing
import os
import queue
import signal
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.queues import Queue
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from detections.detectors.base import Detector
from detections.scan import Scanner
from detections.sigma.match import PartitionStore
from detections.sigma.problems import RuleProblem
from detections.sigma.rule_set import RuleSet
from ir_platform.app.capture_alerts import ALERTS_FILE, EVENTS_FILE, FLOWS_FILE, AlertFile
from ir_platform.app.lifeline import follow_parent
from ir_platform.domain.event import EventBatch, EventId

_COLLECT_EVERY = 50_000
"""New objects."""
_MAX_BATCHES_AHEAD = 1_000
"""Read but not judged yet: 16 MB of times, the events themselves are on disk."""
_WAIT_SECONDS = 1.0
_ID_END, _ID_BYTES = 2, 32
"""Of a body's end: `assemble_event` writes the id last, 32 characters, `"}` behind."""


class JudgeStoppedError(Exception):
    """The process ended before it had judged all; what it wrote by then stays."""


@dataclass(frozen=True, slots=True)
class _Written:
    """Events that stand in one of the files, behind those written there before."""

    are_flows: bool
    size_bytes: int
    times_ns: bytes
    """Of each event, 64 bits of this machine."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is known only when all is read."""

    files: EventBatch
    origin: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of it."""

    alerts: int
    problems: tuple[RuleProblem, ...]
    """Rules that could not be used."""


Rules = Callable[[], tuple[RuleSet, PartitionStore]]
"""Loads the rules; with what keeps what is built of them."""


class CaptureJudge:
    """The events of one capture in its folder: written here, judged in a child process. A context manager."""

    def __init__(self, folder: Path, *, rules: Rules, detectors: Sequence[Detector]) -> None:
        """`rules` is called in the child, so that they are loaded while the capture is opened. Raises: OSError."""
        self.flows = self.events = 0
        self._files = [(folder / name).open("wb") for name in (EVENTS_FILE, FLOWS_FILE)]
        # Forked: what is imported need not be imported again. No thread of ours runs at this point.
        context = multiprocessing.get_context("fork")
        self._answers, answers = context.Pipe(duplex=False)
        self._batches: Queue[_Written | _Rest] = context.Queue(_MAX_BATCHES_AHEAD)
        self._child = context.Process(
            target=_judge, args=(folder, rules, detectors, self._batches, answers), name="judge", daemon=True
        )
        self._child.start()
        answers.close()

    def put(self, batch: EventBatch, *, are_flows: bool) -> None:
        """Write the events, flows before all others, and have them judged. Raises: JudgeStoppedError, OSError."""
        data = b"\n".join(batch.bodies) + b"\n"
        file = self._files[are_flows]
        file.write(data)
        file.flush()
        self.flows += len(batch) if are_flows else 0
        self.events += 0 if are_flows else len(batch)
        self._send(_Written(are_flows, len(data), array("q", batch.times_ns).tobytes()))

    def finish(self, files: EventBatch, *, origin: str) -> Judged:
        """Judge what the capture carried and what is left.

        `origin`: what the analysis makes its events' ids of. Raises: JudgeStoppedError.
        """
        self._send(_Rest(files, origin))
        try:
            judged: Judged = self._answers.recv()
        except EOFError as error:
            raise JudgeStoppedError from error
        self._child.join()
        return judged

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child.is_alive():
            self._child.terminate()
        self._child.join()
        self._batches.cancel_join_thread()
        self._batches.close()
        self._answers.close()
        for file in self._files:
            file.close()

    def _send(self, message: _Written | _Rest) -> None:
        while self._child.is_alive():
            try:
                self._batches.put(message, timeout=_WAIT_SECONDS)
            except queue.Full:
                continue
            return
        raise JudgeStoppedError


def _judge(
    folder: Path,
    rules: Rules,
    detectors: Sequence[Detector],
    batches: "Queue[_Written | _Rest]",
    answers: Connection,
) -> None:
    # The parent is told to stop as well, and decides for both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    follow_parent()
    rule_set, store = rules()
    scanner = Scanner(rule_set, detectors, store=store)
    descriptors = [os.open(folder / name, os.O_RDONLY) for name in (EVENTS_FILE, FLOWS_FILE)]
    places = [0, 0]
    with rare_collections(), (folder / ALERTS_FILE).open("wb") as file:
        output = AlertFile(file)
        while isinstance(message := batches.get(), _Written):
            which = message.are_flows
            data = os.pread(descriptors[which], message.size_bytes, places[which])
            places[which] += message.size_bytes
            batch = batch_written(data, message.times_ns)
            output.add(scanner.scan(batch), batch, are_flows=message.are_flows)
        output.add_files(scanner.scan(message.files), message.files)
        output.add(scanner.finish(), EventBatch(), are_flows=False)
        output.finish(origin=message.origin)
    answers.send(Judged(output.alerts, tuple(rule_set.skipped)))


def batch_written(data: bytes, times_ns: bytes) -> EventBatch:
    """Return the events of lines that `CaptureJudge.put` wrote."""
    bodies = tuple(data[:-1].split(b"\n"))
    # Not one call more than needed: one of each is made for every event.
    ids = cast("tuple[EventId, ...]", tuple([body[-_ID_END - _ID_BYTES : -_ID_END].decode("ascii") for body in bodies]))
    times = array("q")
    times.frombytes(times_ns)
    return EventBatch(ids, tuple(times), bodies)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector pass over what is there, and look less often: it took a quarter of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()

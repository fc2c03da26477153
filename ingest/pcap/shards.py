"""Several tsharks over one capture, both directions of a flow in the same; their rows in one order."""

import time
from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heapreplace
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.pcap.field_run import FieldRun, NumberedRow, Question, Seconds
from ingest.pcap.lane import Lane
from ingest.pcap.spool import Room
from ingest.pcap.tshark import Tshark, TsharkLimits


class Shards:
    """The runs of one capture, some side by side, others after them.

    How many there are changes neither the rows nor their order, but for conversations that never pause.
    """

    def __init__(
        self,
        tshark: Tshark,
        *,
        runs: int,
        question: Question,
        limits: TsharkLimits,
        seconds: Seconds = time.monotonic,
        waiting: Callable[["Shards"], None] = lambda shards: None,
    ) -> None:
        """`runs`: side by side. `waiting` is called again and again while only tshark works; what it raises ends all
        runs."""
        self._tshark, self._question, self._waiting = tshark, question, waiting
        self._confinement, self._seconds = limits.confinement(runs=runs), seconds
        self._deadline = seconds() + limits.seconds
        self._room = Room()
        self._fed = self._begun = 0
        self._lanes = [Lane(self._new_run, enough_bytes=limits.run_bytes) for _ in range(runs)]

    @property
    def stopped(self) -> str | None:
        """Why not every packet was seen, in Bahasa Indonesia; None: all were."""
        return next((run.stopped for run in self._runs() if run.stopped is not None), None)

    @property
    def taken_percent(self) -> int:
        """How much of what was fed the dissectors have taken, 100 where nothing was."""
        moved = [run.moved for run in self._runs()]
        fed = sum(put for _, put in moved)
        return 100 if not fed else sum(taken for taken, _ in moved) * 100 // fed

    def feed(self, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int, shard: int) -> None:
        """Hand over one packet (see `Packet`); packets that belong together have the same `shard`.

        Raises: CaptureUnavailableError.
        """
        self._fed += 1
        self._lanes[shard % len(self._lanes)].feed(self._fed, time_ns, link, wire, buffer, start, end, shard)

    def end(self) -> None:
        """Say that there are no more packets."""
        for lane in self._lanes:
            lane.end()

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the rows in the order in which their packets were fed, as they come; only after `end`."""
        yield from in_order([(run.first, run.rows()) for run in self._runs()])

    def exported(self, kind: str) -> list[Path]:
        """Return the folders of files exported for a protocol."""
        return [folder for run in self._runs() if (folder := run.exported(kind)).is_dir()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes:
            lane.close()

    def _runs(self) -> list[FieldRun]:
        return [run for lane in self._lanes for run in lane.runs]

    def _new_run(self) -> FieldRun:
        self._begun += 1
        run: FieldRun = FieldRun(
            self._tshark,
            number=self._begun,
            question=self._question,
            confinement=self._confinement,
            deadline=self._deadline,
            room=self._room,
            seconds=self._seconds,
            waiting=lambda: self._wait(run),
        )
        return run

    def _wait(self, run: FieldRun) -> None:
        """Called while there is no room for what the run is fed, or no row of it yet."""
        for lane in self._lanes:
            lane.hurry(run)
        self._waiting(self)


def in_order(given: Sequence[tuple[int, Iterator[NumberedRow]]]) -> Iterator[NumberedRow]:
    """Merge rows by their numbers; of each iterator, in order itself, the least number it can begin with is given.

    Nothing is asked of an iterator before its turn, so one that has to wait holds nobody up.
    """
    heap: list[tuple[int, int, NumberedRow | None, Iterator[NumberedRow]]]
    heap = [(first, place, None, rows) for place, (first, rows) in enumerate(given)]
    heapify(heap)
    while heap:
        _first, place, row, rows = heap[0]
        if row is not None:
            yield row
        following = next(rows, None)
        if following is None:
            heappop(heap)
        else:
            heapreplace(heap, (following[0], place, following, rows))

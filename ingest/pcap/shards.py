"""Several tsharks side by side over one capture, both directions of a flow in the same; their rows in one order."""

import heapq
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.pcap.field_run import FieldRun, NumberedRow, Question, Seconds
from ingest.pcap.tshark import Tshark, TsharkLimits


class Shards:
    """The runs of one capture. How many there are changes neither the rows nor their order."""

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
        """`waiting` is called again and again while only tshark works; what it raises ends all runs."""
        deadline, confinement = seconds() + limits.seconds, limits.confinement(runs=runs)
        self._fed = 0
        self._runs = [
            FieldRun(
                tshark,
                number=number,
                question=question,
                confinement=confinement,
                deadline=deadline,
                seconds=seconds,
                waiting=lambda: waiting(self),
            )
            for number in range(runs)
        ]

    @property
    def stopped(self) -> str | None:
        """Why not every packet was seen, in Bahasa Indonesia; None: all were."""
        return next((run.stopped for run in self._runs if run.stopped is not None), None)

    @property
    def taken_percent(self) -> int:
        """How much of what was fed the dissectors have taken, 100 where nothing was."""
        taken, fed = map(sum, zip(*(run.moved for run in self._runs), strict=True))
        return 100 if not fed else taken * 100 // fed

    def feed(self, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int, shard: int) -> None:
        """Hand over one packet (see `Packet`); packets that belong together have the same `shard`.

        Raises: CaptureUnavailableError.
        """
        self._fed += 1
        self._runs[shard % len(self._runs)].feed(self._fed, time_ns, link, wire, buffer, start, end)

    def end(self) -> None:
        """Say that there are no more packets."""
        for run in self._runs:
            run.end()

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the rows in the order in which their packets were fed, as they come."""
        yield from heapq.merge(*(run.rows() for run in self._runs))

    def exported(self, kind: str) -> list[Path]:
        """Return the folders of files exported for a protocol."""
        return [folder for run in self._runs if (folder := run.exported(kind)).is_dir()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for run in self._runs:
            run.close()

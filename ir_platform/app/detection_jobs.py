"""Pieces of files matched by several processes; what they print is what one process would print, in its order.

Pieces are dealt out one by one to whoever has fewest. Each process writes its alerts to the output itself, when those
of all pieces before are there; what it finds earlier it keeps, in memory while that is little. The parent deals out,
says whose turn it is, and feeds correlations meanwhile.
"""

import multiprocessing
import os
import select
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, BinaryIO, NoReturn

from detections.hits import PlacedHit
from detections.standalone import FileMatcher, dump_hit, load_hit
from ir_platform.app.alert_output import AlertOutput, OutputError, writing
from ir_platform.app.detection_run import Counts, DetectionProcessError, Piece, Reading, Run, Tell

KEPT_BYTES = 16 * 1024 * 1024
"""Alerts of one piece that wait in memory; more of them, and those of further pieces, wait on disk."""
HITS_AT_ONCE = 1_000
"""Fed to correlations between two looks at what processes say."""
PIECES_AHEAD = 2
"""A process has the next piece before it asks: waiting for it takes as long as some hundred lines."""
_LEAVES_AT_ONCE = 3
"""What a process ends with that could not do its work and has told why, or has nobody left to tell."""


# What is said between the parent and a process, one dataclass a sentence.


@dataclass(frozen=True, slots=True)
class _Match:
    number: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Write:
    """The alerts of all pieces before this one are written."""

    number: int


@dataclass(frozen=True, slots=True)
class _Matched:
    number: int
    counts: Counts
    has_hits: bool


@dataclass(frozen=True, slots=True)
class _Written:
    number: int


@dataclass(frozen=True, slots=True)
class _Unwritable:
    code: int
    reason: str


def match_in_processes(
    matcher: FileMatcher,
    pieces: Iterable[Piece],
    reading: Reading,
    *,
    jobs: int,
    descriptor: int,
    feed: Callable[[Iterable[PlacedHit]], None],
    tell: Tell,
) -> Counts:
    """Write the alerts of the pieces to `descriptor`, in their order; hand what counts for correlations to `feed`.

    Processes are forked, so that compiled rules are there without being read again: no thread may run.
    Raises: OutputError, DetectionProcessError.
    """
    with TemporaryDirectory(prefix="irp-detect-") as folder:
        orders = _Orders(matcher=matcher, reading=reading, descriptor=descriptor, folder=Path(folder), tell=tell)
        parent = _Parent(orders, pieces, jobs=jobs, feed=feed)
        try:
            return parent.run()
        finally:
            parent.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Orders:
    """What every process works with."""

    matcher: FileMatcher
    reading: Reading
    descriptor: int
    folder: Path
    """For hits, a file a piece."""
    tell: Tell

    def hits_of(self, number: int) -> Path:
        return self.folder / f"{number}.hits"


# --- the parent ------------------------------------------------------------------------------------------------------


class _Parent:
    def __init__(
        self, orders: _Orders, pieces: Iterable[Piece], *, jobs: int, feed: Callable[[Iterable[PlacedHit]], None]
    ) -> None:
        self._orders, self._jobs, self._feed = orders, jobs, feed
        self._coming = enumerate(pieces)
        self._ready: deque[_Match] = deque()
        """Found before they are asked for: finding one means to count lines."""
        self._is_all_found = False
        self._workers: dict[Connection, BaseProcess] = {}
        self._dealt: dict[Connection, int] = {}
        """How many pieces each is to match yet."""
        self._owners: dict[int, Connection] = {}
        self._turn = 0
        """The first piece whose alerts are not all written."""
        self._matched: dict[int, bool] = {}
        """Pieces whose hits are not fed yet, and whether they have any."""
        self._to_feed = 0
        self._feeding: Iterator[PlacedHit] | None = None
        self._counts = Counts()

    def run(self) -> Counts:
        while not self._is_done():
            self._deal_out()
            can_go_on = self._work_meanwhile()
            for connection in wait(list(self._workers), timeout=0 if can_go_on else None):
                assert isinstance(connection, Connection)
                self._hear(connection)
        return self._counts

    def end(self) -> None:
        """Let the processes go: their work is done, or nobody wants it any more."""
        for connection, process in self._workers.items():
            connection.close()
            process.terminate()
            process.join()

    def _is_done(self) -> bool:
        fed = self._feeding is None and not self._matched
        return self._is_all_found and not self._ready and not self._owners and fed

    def _deal_out(self) -> None:
        while self._ready and (worker := self._next_worker()) is not None:
            order = self._ready.popleft()
            self._owners[order.number] = worker
            self._dealt[worker] += 1
            self._say(worker, order)
            self._say_whose_turn(order.number)

    def _next_worker(self) -> Connection | None:
        """Return who gets the next piece; None while all have enough."""
        if len(self._workers) < self._jobs and 0 not in self._dealt.values():
            return self._new_worker()
        freest = min(self._dealt, key=self._dealt.__getitem__)
        # Of the last ones nobody has two while another has none.
        return freest if self._dealt[freest] < (1 if self._is_all_found else PIECES_AHEAD) else None

    def _new_worker(self) -> Connection:
        context = multiprocessing.get_context("fork")
        mine, theirs = context.Pipe()
        others = [*self._workers, mine]
        process = context.Process(target=_work, args=(self._orders, theirs, others), daemon=True)
        process.start()
        theirs.close()
        self._workers[mine], self._dealt[mine] = process, 0
        return mine

    def _say_whose_turn(self, number: int) -> None:
        if number == self._turn and number in self._owners:
            self._say(self._owners[number], _Write(number))

    def _say(self, worker: Connection, said: _Match | _Write) -> None:
        try:
            worker.send(said)
        except ConnectionError as error:
            raise self._ended(worker) from error

    def _ended(self, worker: Connection) -> OutputError | DetectionProcessError:
        """Return why a process is gone: what it said last, if it said something."""
        process = self._workers[worker]
        try:
            while worker.poll():
                said = worker.recv()
                if isinstance(said, _Unwritable):
                    return OutputError(code=said.code, reason=said.reason)
        except (EOFError, ConnectionError):
            pass  # it left without a word
        process.join()
        return DetectionProcessError(exit_code=process.exitcode or 0)

    def _hear(self, connection: Connection) -> None:
        try:
            said = connection.recv()
        except (EOFError, ConnectionError) as error:
            raise self._ended(connection) from error
        match said:
            case _Matched(number, counts, has_hits):
                self._counts = self._counts.plus(counts)
                self._matched[number] = has_hits
                self._dealt[connection] -= 1
            case _Written(number):
                del self._owners[number]
                self._turn = number + 1
                self._say_whose_turn(self._turn)
            case _Unwritable(code, reason):
                raise OutputError(code=code, reason=reason)

    def _work_meanwhile(self) -> bool:
        """Find a piece that may be asked for soon, or else feed some hits; say whether there is more to do."""
        if not self._is_all_found and len(self._ready) <= self._jobs:
            found = next(self._coming, None)
            self._is_all_found = found is None
            if found is not None:
                self._ready.append(_Match(*found))
            return True
        return self._feed_some()

    def _feed_some(self) -> bool:
        if self._feeding is None:
            if self._to_feed not in self._matched:
                return False
            self._feeding = self._hits() if self._matched[self._to_feed] else iter(())
        some = list(islice(self._feeding, HITS_AT_ONCE))
        self._feed(some)
        if len(some) < HITS_AT_ONCE:
            self._feeding = None
            del self._matched[self._to_feed]
            self._to_feed += 1
        return True

    def _hits(self) -> Iterator[PlacedHit]:
        path = self._orders.hits_of(self._to_feed)
        with path.open("rb") as spooled:
            yield from map(load_hit, spooled)
        path.unlink()


# --- a process that matches ------------------------------------------------------------------------------------------


def _work(orders: _Orders, connection: Connection, others: list[Connection]) -> None:
    for other in others:
        other.close()  # the parent's ends: as long as one is open here, nobody would see that the parent is gone
    with open(orders.descriptor, "wb", closefd=False) as output:
        try:
            _Worker(orders, connection, AlertOutput(output)).work()
        except OutputError as error:
            connection.send(_Unwritable(error.code, error.reason))
            os._exit(_LEAVES_AT_ONCE)  # closing the output would try once more to write what it did not take
        except (EOFError, ConnectionError):
            os._exit(_LEAVES_AT_ONCE)  # the parent is gone


class _Worker:
    """Takes pieces until it is ended. As an output it takes the alerts of the piece it is at."""

    def __init__(self, orders: _Orders, connection: Connection, output: AlertOutput) -> None:
        self._orders, self._connection, self._output = orders, connection, output
        # A connection's own `poll` makes and forgets one of these, which takes thirty times as long.
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        self._is_told_something = partial(poll.poll, 0)
        self._waiting: deque[_Match] = deque()
        self._at = -1
        """The piece that is being matched."""
        self._turn = -1
        """The piece that may be written."""
        self._found = _Kept(limit_bytes=KEPT_BYTES)
        self._kept: dict[int, _Kept] = {}
        self._hits = _Hits(orders.hits_of(self._at))
        self._run = Run(orders.matcher, orders.reading, take_hits=self._take_hits, tell=orders.tell)

    def work(self) -> NoReturn:
        """Raises: OutputError, and EOFError or ConnectionError where the parent is gone."""
        while True:
            while not self._waiting:
                self._take_order()
            self._match(self._waiting.popleft())

    def _take_order(self) -> None:
        match self._connection.recv():
            case _Match() as order:
                self._waiting.append(order)
            case _Write(number):
                self._turn = number
                if number in self._kept:
                    self._kept.pop(number).pass_on(self._output)
                    self._say_written(number)
                elif number == self._at:
                    self._found.pass_on(self._output)

    def _match(self, order: _Match) -> None:
        number, self._at = order.number, order.number
        self._found = _Kept(limit_bytes=0 if self._kept else KEPT_BYTES)
        self._hits = _Hits(self._orders.hits_of(number))
        counts = self._run.match(order.piece, self)
        self._hits.close()
        self._at = -1
        if self._turn != number:
            self._kept[number] = self._found
        self._connection.send(_Matched(number, counts, self._hits.has_some))
        if self._turn == number:
            self._say_written(number)

    def _take_hits(self, hits: list[PlacedHit]) -> None:
        """Raises: OutputError."""
        self._hits.take(hits)

    def write(self, content: bytes) -> int:
        """Raises: OutputError."""
        while self._is_told_something():
            self._take_order()
        return (self._output if self._turn == self._at else self._found).write(content)

    def _say_written(self, number: int) -> None:
        self._output.flush()
        self._connection.send(_Written(number))


class _Kept:
    """Alerts whose turn has not come: in memory, on disk from a limit on."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._contents: list[bytes] = []
        self._bytes = 0
        self._file: IO[bytes] | None = None

    def write(self, content: bytes) -> int:
        """Raises: OutputError."""
        self._contents.append(content)
        self._bytes += len(content)
        if self._bytes > self._limit_bytes:
            self._set_aside()
        return len(content)

    def _set_aside(self) -> None:
        with writing():
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115  closed when it is passed on
            self._file.writelines(self._contents)
        self._contents.clear()
        self._bytes = 0

    def pass_on(self, output: AlertOutput) -> None:
        """Write everything; then there is nothing left. Raises: OutputError."""
        if self._file is not None:
            output.append(self._file)
            self._file.close()
            self._file = None
        for content in self._contents:
            output.write(content)
        self._contents.clear()
        self._bytes = 0


class _Hits:
    """What a piece counts for in correlations: a file, made when there is something."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self.has_some = False

    def take(self, hits: list[PlacedHit]) -> None:
        """Raises: OutputError."""
        with writing():
            if self._file is None:
                self._file, self.has_some = self._path.open("wb"), True
            self._file.writelines(map(dump_hit, hits))

    def close(self) -> None:
        """Raises: OutputError."""
        with writing():
            if self._file is not None:
                self._file.close()

"""One tshark after the other, each over the address pairs that began in its time: their memory stays bounded.

tshark keeps what it has put together, and every file it is to write, until its end.
"""

import threading
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue

from ingest.pcap.field_run import FieldRun

NO_PAIR = 0
"""The number of packets that stand for themselves."""
STAY_NS = 120 * 1_000_000_000
"""A pair of addresses silent for longer has nothing half said that would be lost."""
_PAUSE_NS = 10 * 1_000_000_000
"""A tshark that has nothing to do is not kept for pairs that have been silent for longer."""
_TOO_MUCH = 8
"""A run that has this many times enough is ended, whoever still speaks in it: no file is put together without end."""


class Lane:
    """The runs of one share of the address pairs; at most one of their tsharks is there at a time.

    Once a run has enough, what begins goes to the next, and so does a pair that has been silent. The packets of those
    that follow wait on disk. A run ends when no pair is left with it; where it has far too much, or the disk is full
    and its tshark has nothing to do, it ends before, and pairs that never were silent are cut in two.
    """

    def __init__(self, new_run: Callable[[], FieldRun], *, enough_bytes: int) -> None:
        """`enough_bytes`: what a tshark may grow by before the next is given what begins."""
        self.runs: list[FieldRun] = []
        self._new_run, self._enough = new_run, enough_bytes
        self._filling: FieldRun | None = None
        self._run_of: dict[int, FieldRun] = {}
        """By the pair's number."""
        self._heard_ns: dict[int, int] = {}
        self._pairs: Counter[FieldRun] = Counter()
        self._to_carry: SimpleQueue[FieldRun | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._carry, name="tshark", daemon=True)

    def feed(
        self, number: int, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int, pair: int
    ) -> None:
        """Hand over one packet. Raises: CaptureUnavailableError where the first tshark cannot be started."""
        run = self._run_of.get(pair) if pair != NO_PAIR else self._filling
        if run is None or (run is not self._filling and self._has_left(run, pair, time_ns)):
            run = self._filling or self._begin()
            if pair != NO_PAIR:
                self._run_of[pair] = run
                self._pairs[run] += 1
        self._heard_ns[pair] = time_ns
        run.feed(number, time_ns, link, wire, buffer, start, end)
        if run.weight >= self._enough:
            self._follow(run, time_ns)

    def hurry(self, flushing: FieldRun) -> None:
        """There is no room for what one of the runs is fed: let the next begin where a tshark only waits."""
        idle = self._idle()
        if idle is not None and idle is not flushing:
            idle.end()

    def end(self) -> None:
        """Say that there are no more packets."""
        for run in self.runs:
            run.end()
        self._to_carry.put(None)

    def close(self) -> None:
        """End what still runs, and forget everything."""
        for run in self.runs:
            run.break_off()
        self._to_carry.put(None)
        if self._thread.ident is not None:
            self._thread.join()
        for run in self.runs:
            run.close()

    def _begin(self) -> FieldRun:
        run = self._filling = self._new_run()
        self.runs.append(run)
        if self._thread.ident is None:
            run.start()
            self._thread.start()
        self._to_carry.put(run)
        return run

    def _follow(self, run: FieldRun, time_ns: int) -> None:
        """See what is to come after a run that has enough."""
        if run is not self._filling:
            if run.weight >= self._enough * _TOO_MUCH:
                run.end()
            return
        self._filling = None
        idle = self._idle()
        if idle is not None and idle is not run and self._last_ns(idle) < time_ns - _PAUSE_NS:
            idle.end()

    def _idle(self) -> FieldRun | None:
        """Return the run whose tshark has nothing to do, though the next could begin."""
        now = next((run for run in self.runs if not run.is_over), None)
        return now if now is not None and now is not self._filling and now.is_starved else None

    def _last_ns(self, run: FieldRun) -> int:
        """Return when a pair of the run was heard last."""
        return max((self._heard_ns[pair] for pair, its in self._run_of.items() if its is run), default=0)

    def _has_left(self, run: FieldRun, pair: int, time_ns: int) -> bool:
        """Say whether the pair is not with this run any more."""
        if run.is_ended:
            return True
        if time_ns - self._heard_ns[pair] <= STAY_NS:
            return False
        self._pairs[run] -= 1
        if not self._pairs[run]:
            run.end()
        return True

    def _carry(self) -> None:
        while (run := self._to_carry.get()) is not None:
            run.carry()

"""An owner of key ranges: leases its share, works on it, passes it on; a dead one's ranges pass to those that live."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from ir_platform.app.fencing import LostRangeError
from ir_platform.app.range_rules import RangeRules
from ir_platform.app.range_sharing import share
from ir_platform.app.range_work import NewerRulesError, RangeWork
from ir_platform.domain.key_range import Held, RangeNo
from ir_platform.ports import Clock, State, StateUnavailableError

log = structlog.get_logger()

HOUSE_SECONDS = 1.0
IDLE_SECONDS = 0.1
RENEWALS = 4
"""Of a lease, within its time."""
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class Leases:
    """Epochs of the ranges held; shared with the thread that renews them."""

    epochs: dict[RangeNo, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, held: Held) -> None:
        with self.lock:
            self.epochs[held.range_no] = held.epoch

    def remove(self, range_no: RangeNo) -> int | None:
        with self.lock:
            return self.epochs.pop(range_no, None)

    def all(self) -> tuple[tuple[RangeNo, int], ...]:
        with self.lock:
            return tuple(self.epochs.items())


@dataclass(slots=True, kw_only=True)
class RangeOwner:
    """`step` again and again from one thread, within `renewed()`."""

    name: str
    state: State
    rules: RangeRules
    work_on: Callable[[Held, RangeRules], RangeWork]
    clock: Clock
    takeover: timedelta
    monotonic: Callable[[], float] = time.monotonic
    _held: dict[RangeNo, RangeWork] = field(default_factory=dict)
    _leases: Leases = field(default_factory=Leases)
    _house_at: float | None = None

    def step(self) -> bool:
        """Do some of what there is to do; say whether there was anything."""
        at = self.monotonic()
        if self._house_at is None or at - self._house_at >= HOUSE_SECONDS:
            self._house_at = at
            if self.rules.poll():
                self._renew_rules()
            self._share()
            self._each(RangeWork.tick)
        is_busy = self._is_behind() and self._advance()
        self._each(RangeWork.keep_house)
        return is_busy

    def stop(self) -> None:
        """Save what is held and give it back."""
        for range_no in tuple(self._held):
            self._give_back(range_no)
        with self.state.write() as uow:
            uow.ranges.forget_owner(self.name, silent_before=self.clock() - FORGOTTEN_AFTER)

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Keep the leases while the block runs; one that is lost shows at the next write."""
        done = threading.Event()
        pause = self.takeover.total_seconds() / RENEWALS

        def renew() -> None:
            while not done.wait(pause):
                try:
                    self._renew_leases()
                except StateUnavailableError as error:
                    # The thread that works is told the same, and ends the process.
                    log.warning("leases_not_renewed", reason=error.reason)

        thread = threading.Thread(target=renew, name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _renew_leases(self) -> None:
        with self.state.write() as uow:
            for range_no, epoch in self._leases.all():
                uow.ranges.renew(range_no, epoch=epoch, until=self.clock() + self.takeover)

    def _share(self) -> None:
        now = self.clock()
        with self.state.write() as uow:
            uow.ranges.say_alive(self.name, now=now)
            owners = uow.ranges.owners(since=now - self.takeover)
            todo = share(uow.ranges.holdings(), me=self.name, owners=owners, now=now)
        for range_no in todo.give_back:
            self._give_back(range_no)
        for range_no in todo.claim:
            self._claim(range_no)

    def _claim(self, range_no: RangeNo) -> None:
        now = self.clock()
        with self.state.write() as uow:
            held = uow.ranges.claim(range_no, owner=self.name, now=now, until=now + self.takeover)
        if held is None:
            return
        self._leases.add(held)
        self._held[range_no] = self.work_on(held, self.rules)
        log.info("key_range_taken", range_no=range_no, epoch=held.epoch, position=held.position)

    def _give_back(self, range_no: RangeNo) -> None:
        work, epoch = self._held.pop(range_no, None), self._leases.remove(range_no)
        if work is None or epoch is None:
            return
        try:
            work.save()
        except LostRangeError:
            log.warning("key_range_lost", range_no=range_no, epoch=epoch)
            return
        with self.state.write() as uow:
            uow.ranges.release(range_no, epoch=epoch)
        log.info("key_range_given_back", range_no=range_no, epoch=epoch)

    def _is_behind(self) -> bool:
        """Ask once for all ranges, so that a quiet night costs one small query at a time."""
        if not self._held:
            return False
        with self.state.read() as uow:
            return uow.batches.newest() > min(work.position for work in self._held.values())

    def _advance(self) -> bool:
        is_busy = False

        def advance(work: RangeWork) -> None:
            nonlocal is_busy
            is_busy |= work.advance()

        try:
            self._each(advance)
        except NewerRulesError:
            self.rules.poll()
            self._renew_rules()
        return is_busy

    def _renew_rules(self) -> None:
        self._each(lambda work: work.renew(self.rules.scanner(work.range_no), rules_version=self.rules.version))

    def _each(self, act: Callable[[RangeWork], None]) -> None:
        for range_no, work in tuple(self._held.items()):
            try:
                act(work)
            except LostRangeError as error:
                log.warning("key_range_lost", range_no=range_no, epoch=error.epoch)
                self._held.pop(range_no, None)
                self._leases.remove(range_no)


def run_owner(owner: RangeOwner) -> None:
    """Work until SIGTERM or SIGINT."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    log.info("range_owner_started", owner=owner.name)
    with owner.renewed():
        while not stopped.is_set():
            if not owner.step():
                stopped.wait(IDLE_SECONDS)
        owner.stop()

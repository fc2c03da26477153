"""What an owner does with one key range: judge the parts of batches in turn, record findings, save the state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from detections.scan import Scanner
from ir_platform.app.batch_content import unpack_part
from ir_platform.app.pipeline import CHECKPOINT_EVERY, pause_after
from ir_platform.app.triage import Triage
from ir_platform.domain.event import to_ns
from ir_platform.domain.key_range import BatchNo, RangeNo, RangePart
from ir_platform.ports import Clock, State

PARTS_AT_ONCE = 20
NOTED_EVERY = timedelta(seconds=0.25)


class NewerRulesError(Exception):
    """A part was matched with rules that are not loaded here yet; nothing was done with it."""


@dataclass(slots=True, kw_only=True)
class Pace:
    """Lets something be done now and then, less often the longer it takes."""

    pause: timedelta = CHECKPOINT_EVERY
    done_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        # A clock that was set back must not put it off until it has caught up.
        return self.done_at is None or not timedelta(0) <= now - self.done_at < self.pause

    def done(self, *, began: datetime, now: datetime) -> None:
        self.done_at, self.pause = now, pause_after(now - began)


@dataclass(slots=True, kw_only=True)
class RangeWork:
    """One held range. What it writes is refused once the range belongs to another: every method raises LostRangeError.

    Parts are judged in the order of their batches, without a gap: what comes of them is the same whoever judges them
    and however often, so that a successor who begins again at the saved position adds nothing to what is recorded.
    """

    range_no: RangeNo
    position: BatchNo
    """The last batch that was judged."""
    scanner: Scanner
    rules_version: int
    state: State
    """Fenced: only the range's owner writes."""
    triage: Triage
    """Fenced too, and one recorder of findings at a time."""
    clock: Clock
    _saved: BatchNo | None = None
    _noted: BatchNo | None = None
    _noted_at: datetime | None = None
    _ticked_ns: int = 0
    _saving: Pace = field(default_factory=Pace)
    _counting: Pace = field(default_factory=Pace)

    def advance(self) -> bool:
        """Judge some of the parts that are there; say whether there were any. Raises: NewerRulesError."""
        with self.state.read() as uow:
            parts = uow.ranges.parts(self.range_no, after=self.position, limit=PARTS_AT_ONCE)
        before = self.position
        for part in in_turn(parts, after=before):
            matched = unpack_part(part.content)
            if matched.rules_version > self.rules_version:
                raise NewerRulesError
            self.triage.record(self.scanner.judge(matched))
            self.position = part.batch_no
        return self.position != before

    def keep_house(self) -> None:
        """Tell how far this range is, bring counts up to date and save, each when it is due."""
        now = self.clock()
        if self._counting.is_due(now):
            self.triage.record(self.scanner.grown())
            self._counting.done(began=now, now=self.clock())
        if self.position == self._saved:
            return
        if self._saving.is_due(now):
            self.save()
        elif self.position != self._noted and (self._noted_at is None or now - self._noted_at >= NOTED_EVERY):
            self._note(now)

    def tick(self) -> None:
        """Tell the time: what waits for something that does not come is judged by it.

        While batches wait, time has come no further here than to the oldest of them.
        """
        now = self.clock()
        with self.state.read() as uow:
            waiting_since = uow.ranges.oldest_since(self.range_no, after=self.position)
        now_ns = to_ns(now if waiting_since is None else min(now, waiting_since))
        self._ticked_ns = max(now_ns, self._ticked_ns)
        self.triage.record(self.scanner.tick(self._ticked_ns))

    def save(self) -> None:
        """Keep the state with the position that it covers."""
        began = self.clock()
        snapshot = self.scanner.snapshot()
        with self.state.write() as uow:
            uow.ranges.save(self.range_no, position=self.position, snapshot=snapshot)
            uow.ranges.note_judged(self.range_no, judged=self.position)
        self._saved = self._noted = self.position
        self._saving.done(began=began, now=self.clock())

    def renew(self, scanner: Scanner, *, rules_version: int) -> None:
        """Go on with other rules, with the state that they leave valid."""
        scanner.restore(self.scanner.snapshot())
        self.scanner, self.rules_version = scanner, rules_version
        # The state of rules that are gone must not come back with the next owner.
        self.save()

    def _note(self, now: datetime) -> None:
        with self.state.write() as uow:
            uow.ranges.note_judged(self.range_no, judged=self.position)
        self._noted, self._noted_at = self.position, now


def in_turn(parts: Iterable[RangePart], *, after: BatchNo) -> Iterator[RangePart]:
    """Yield the parts up to the first whose batch is not matched yet."""
    expected = after + 1
    for part in parts:
        if part.batch_no != expected:
            return
        yield part
        expected += 1

"""How far time has come: what is judged when its time is over is judged by this, not by the clock alone.

Files that are loaded carry old dates, and several may be read side by side with what comes in live. So event time is
kept for each file by itself (a lane); live events share one. In a lane, time has come as far as its newest event. A
span that no event passes any more is over by the clock, once nothing was added to it for the allowance.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

LIVE = ""
MAX_LANES = 1_000


class Lanes:
    """The newest event time of each lane, and when it was seen to move."""

    def __init__(self, *, allowance_ns: int) -> None:
        self._allowance_ns = allowance_ns
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._moved: dict[str, int] = {}
        self.now_ns: int | None = None
        """The clock, where somebody tells the time; None: only events do."""
        self._started_ns: int | None = None

    def moved(self, lane: str, time_ns: int) -> None:
        """Note an event. One that is ahead of the clock does not make others late."""
        if self.now_ns is not None:
            time_ns = min(time_ns, self.now_ns)
            self._moved[lane] = self.now_ns
        self._newest[lane] = max(time_ns, self._newest.get(lane, time_ns))
        self._newest.move_to_end(lane)
        while len(self._newest) > MAX_LANES:
            gone, _ = self._newest.popitem(last=False)
            self._moved.pop(gone, None)

    def tick(self, now_ns: int) -> None:
        """Note the time by the clock."""
        if self._started_ns is None:
            self._started_ns = now_ns
        self.now_ns = now_ns

    def passed(self, lane: str, time_ns: int) -> bool:
        """Say whether the lane's events are past this time, late ones included."""
        newest = self._newest.get(lane)
        return newest is not None and newest - self._allowance_ns > time_ns

    def passed_by_clock(self, lane: str, time_ns: int, *, added_ns: int | None) -> bool:
        """Say whether the clock is past this time and nothing more has come for the allowance.

        `added_ns`: the clock when something was last added to what is judged. For a file, what matters is when an
        event of it was last read.
        """
        if self.now_ns is None or self._started_ns is None:
            return False
        last_ns = max(self._moved.get(lane, 0) if lane != LIVE else 0, added_ns or 0, self._started_ns)
        return self.now_ns - self._allowance_ns > time_ns and self.now_ns - self._allowance_ns >= last_ns

    def horizon_ns(self) -> int | None:
        """Return the time that no lane is past by more than the allowance; None: there was no event yet."""
        newest_ns = self.newest_of_all()
        return None if newest_ns is None else newest_ns - self._allowance_ns

    def newest_of_all(self) -> int | None:
        return max(self._newest.values(), default=None)

    def snapshot(self) -> Mapping[str, int]:
        return dict(self._newest)

    def restore(self, saved: Mapping[str, Any]) -> None:
        self._newest = OrderedDict((str(lane), int(time_ns)) for lane, time_ns in saved.items())
        self._moved = {}

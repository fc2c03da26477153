"""Lines that belong together though others stand between them: the records of auditd's events, by their serial.

auditd writes what several processors report at once, so that records of events are mixed. Lines with one mark, none
more than WINDOW_LINES after the one before it, are put together where the first of them stands; all others keep their
order. What is held meanwhile are WINDOW_LINES, or as many as are mixed without an end, up to HELD_BYTES.
"""

from collections.abc import Callable, Iterator

from ingest.sources.files import DamagedArchiveError, Line

WINDOW_LINES = 64
"""auditd's own readers wait 2 seconds for the rest of an event, which a file read later does not tell; on a busy server
an event's records end within some ten lines."""
HELD_BYTES = 4 * 1024 * 1024
"""What is mixed further than this is given on as it stands."""

MarkOf = Callable[[Line], bytes | None]
"""Returns what a line shares with those it belongs to; None: it stands alone."""
Run = list[tuple[Line, bytes | None]]
"""Lines with their marks."""


def gather_lines(lines: Iterator[Line], *, mark_of: MarkOf) -> Iterator[Line]:
    """Yield the lines, those that belong together one after another.

    A reader that goes on at the `end` of one of them misses nothing: of lines that are mixed, all but those that are
    yielded last end where the first of them begins.
    """
    for run in runs_of(lines, mark_of=mark_of):
        yield from _sorted(run)


def runs_of(lines: Iterator[Line], *, mark_of: MarkOf) -> Iterator[Run]:
    """Yield the lines in runs as short as can be of which no line belongs to one of another run.

    Raises: DamagedArchiveError, where `lines` does, after all lines before the damage.
    """
    runs = _Runs()
    try:
        for line in lines:
            yield from runs.add(line, mark_of(line))
    except DamagedArchiveError:
        yield from runs.finish()
        raise
    yield from runs.finish()


class _Runs:
    """Lines are counted from 0. Of a line it is sure after WINDOW_LINES more that none belongs to it directly."""

    def __init__(self) -> None:
        self._held: Run = []
        self._held_bytes = 0
        self._count = 0
        self._first = 0
        """The first line that is held."""
        self._sure = 0
        """The first line of which it is not known yet which line belongs to it."""
        self._reach = 0
        """The last line that belongs to one of the lines from `_first` to before `_sure`."""
        self._lasts: dict[bytes, int] = {}
        self._followers: dict[int, int] = {}
        """The next line that belongs to a line."""

    def add(self, line: Line, mark: bytes | None) -> Iterator[Run]:
        self._note(mark)
        self._held.append((line, mark))
        self._held_bytes += len(line.content)
        self._count += 1
        if self._held_bytes > HELD_BYTES:
            yield from self._give_up()
        else:
            yield from self._closed(up_to=self._count - WINDOW_LINES)

    def finish(self) -> Iterator[Run]:
        yield from self._closed(up_to=self._count)

    def _note(self, mark: bytes | None) -> None:
        if mark is None:
            return
        before = self._lasts.pop(mark, None)
        if before is not None and before >= self._first and self._count - before <= WINDOW_LINES:
            self._followers[before] = self._count
        self._lasts[mark] = self._count
        if len(self._lasts) > 2 * WINDOW_LINES:
            self._lasts = {mark: at for mark, at in self._lasts.items() if self._count - at < WINDOW_LINES}

    def _closed(self, *, up_to: int) -> Iterator[Run]:
        """Yield the runs that end before the line `up_to`, of those before which it is sure."""
        while self._sure < up_to:
            self._reach = max(self._reach, self._followers.pop(self._sure, self._sure))
            self._sure += 1
            if self._reach < self._sure:
                yield self._take(self._sure - self._first)

    def _take(self, size: int) -> Run:
        run, self._held = self._held[:size], self._held[size:]
        self._held_bytes -= sum(len(line.content) for line, _ in run)
        self._first += size
        return run

    def _give_up(self) -> Iterator[Run]:
        yield self._take(len(self._held))
        self._sure = self._reach = self._first
        self._lasts.clear()
        self._followers.clear()


def _sorted(run: Run) -> Iterator[Line]:
    if all(mark == run[0][1] for _, mark in run):
        yield from (line for line, _ in run)
        return
    groups: list[list[Line]] = []
    by_mark: dict[bytes, tuple[int, list[Line]]] = {}
    for place, (line, mark) in enumerate(run):
        last, group = by_mark.get(mark, (place, [])) if mark is not None else (place, [])
        if not group or place - last > WINDOW_LINES:
            group = []
            groups.append(group)
        group.append(line)
        if mark is not None:
            by_mark[mark] = place, group
    begin, end = run[0][0], run[-1][0]
    *before_last, last_line = (line for group in groups for line in group)
    for line in before_last:
        yield line._replace(end=begin.offset, next_record=begin.record)
    yield last_line._replace(end=end.end, next_record=end.next_record)

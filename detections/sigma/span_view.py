"""An event as its line of JSON shows it, of which only the values that rules ask for are made.

It answers as `detections.sigma.line_view` does for the line's fields. Compiled where it can be (`span_view.pxd`).
"""

import orjson

from detections.sigma.fields import Field
from detections.sigma.line_view import CHANNELS, RENAMED, sources_of
from detections.sigma.view import EventView
from ir_platform.domain.flat_line import PLAIN, FlatLine

MAX_KNOWN_FIELDS = 256
"""Whose places are remembered of one kind of lines: names come from lines, so from anybody."""
_PLAIN = PLAIN


class Step:
    """One of a field's names."""

    def __init__(self, slot: int, *, is_renamed: bool, is_doubtful: bool, sources: tuple[int, ...]) -> None:
        self.slot = slot
        """Of its value in the line; negative where it is not there."""
        self.is_renamed = is_renamed
        """The reader takes it away."""
        self.is_doubtful = is_doubtful
        """The reader may add it, whatever the line has."""
        self.sources = sources
        """Of the values from which the reader may add it."""


class Layout:
    """Where the fields of rules stand in lines that have the same names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        # Rules write names without blanks.
        self._slots = {name.replace(" ", ""): slot for slot, name in enumerate(names)}
        self.is_windows = not CHANNELS.isdisjoint(self._slots)
        self._known: dict[Field, tuple[Step, ...]] = {}

    def steps(self, field: Field) -> tuple[Step, ...]:
        """Return the names to look under that may decide, the best first."""
        known = self._known.get(field)
        if known is None:
            if len(self._known) >= MAX_KNOWN_FIELDS:
                self._known.clear()
            known = self._known[field] = tuple([step for step in map(self._step, field.names) if _may_decide(step)])
        return known

    def _step(self, name: str) -> Step:
        sources = sources_of(name)
        return Step(
            self._slots.get(name, -1),
            is_renamed=name == RENAMED,
            is_doubtful=sources is None,
            sources=tuple([self._slots[source] for source in sources or () if source in self._slots]),
        )


def _may_decide(step: Step) -> bool:
    return step.slot >= 0 or step.is_doubtful or bool(step.sources)


class SpanView(EventView):
    """Shows the line that was taken apart last. `unsure` as in `LineView`."""

    __slots__ = ("_layout", "_line", "unsure")

    def __init__(self, line: FlatLine) -> None:
        super().__init__({})
        self._line = line
        self._layout = Layout(())
        self.unsure = False

    def show(self, layout: Layout) -> None:
        """Begin with another line; `layout`: of its names."""
        self._layout = layout
        self.unsure = False
        self._texts.clear()
        self._lowered.clear()
        self._all_lowered = self._joined = None

    def value(self, field: Field) -> object:
        for step in self._layout.steps(field):
            if step.slot >= 0 and not self._line.is_empty(step.slot):
                if step.is_renamed:
                    self.unsure = True
                return self._made(step.slot)
            if step.is_doubtful:
                self.unsure = True
            for slot in step.sources:
                # What is empty is added empty, and that is no value either.
                if not self._line.is_empty(slot):
                    self.unsure = True
        return None

    def has(self, field: Field) -> bool:
        for step in self._layout.steps(field):
            if step.slot >= 0:
                if step.is_renamed:
                    self.unsure = True
                return True
            if step.is_doubtful or step.sources:
                self.unsure = True
        return False

    def every_text(self) -> tuple[str, ...]:
        if not self._layout.is_windows:
            self.unsure = True
        self.fields = orjson.loads(self._line.line)
        return EventView.every_text(self)

    def _made(self, slot: int) -> object:
        line = self._line.line
        if self._line.kinds[slot] == _PLAIN:
            return line[self._line.starts[slot] + 1 : self._line.ends[slot] - 1].decode("ascii")
        return orjson.loads(self._line.raw(slot))

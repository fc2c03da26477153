"""An event as its line of JSON shows it, before it is read in full: enough to be sure of most rules.

Compiled where it can be (`line_view.pxd`).
"""

from collections.abc import Mapping
from typing import Any, Final

from detections.sigma.fields import Field
from detections.sigma.view import USER_DATA, EventView

_DATA: Final = "winlog.event_data."
_ADDED_FROM: Final[Mapping[str, tuple[str, ...]]] = {
    "process.executable": ("Image",),
    "process.command_line": ("CommandLine",),
    "process.parent.executable": ("ParentImage",),
    "user.name": ("TargetUserName", "SubjectUserName"),
    "source.ip": ("IpAddress", "SourceIp"),
    "destination.ip": ("DestinationIp",),
    "source.port": ("IpPort", "SourcePort"),
    "destination.port": ("DestinationPort",),
    "host.name": ("host", "Computer", "Hostname", "ComputerName", "winlog.computer_name"),
}
"""What the reader of JSON lines adds, and from which names (`ingest.parsers.windows`); a test holds them together."""
_ALWAYS_ADDED: Final = ("event.", "log.", "tanggap.", "winlog.", "@timestamp")
RENAMED: Final = "host"
"""The one name that the reader takes away."""
CHANNELS: Final = frozenset(("Channel", "winlog.channel"))

_PLAIN: Final = frozenset((str, int, float, bool))

Sources = tuple[str, ...] | None
"""Names of which one has to be in the line for the reader to add a field; None: it may always."""


class LineView(EventView):
    """The line's own fields. `unsure` says that a rule asked for something only the event in full can tell."""

    __slots__ = ("_added", "unsure")

    def __init__(self, fields: dict[str, Any], added: dict[Field, tuple[tuple[str, Sources], ...]]) -> None:
        """`added`: what was found out about fields for other lines; one for all views of a rule set."""
        super().__init__(fields)
        self._added = added
        self.unsure = False

    def value(self, field: Field) -> object:
        names: tuple[str, ...] = field.names
        for name in names:
            value = self.fields.get(name)
            if value is not None and value != "":
                if name == RENAMED or _may_change(value):
                    self.unsure = True
                if name is not names[0]:
                    self._doubt(field, name, False)
                return value
        self._doubt(field, "", False)
        return None

    def has(self, field: Field) -> bool:
        names: tuple[str, ...] = field.names
        for name in names:
            value = self.fields.get(name)
            if value is not None:
                if name == RENAMED or _may_change(value):
                    self.unsure = True
                if name is not names[0]:
                    self._doubt(field, name, True)
                return True
        self._doubt(field, "", True)
        return False

    def _doubt(self, field: Field, found: str, is_empty_enough: bool) -> None:
        """Be unsure where the reader may add a field that is asked for before the one that was found."""
        added = self._added.get(field)
        if added is None:
            added = self._added[field] = tuple([(name, sources_of(name)) for name in field.names])
        for name, sources in added:
            if name == found:
                return
            if sources is None or self._has_one(sources, is_empty_enough):
                self.unsure = True

    def _has_one(self, names: tuple[str, ...], is_empty_enough: bool) -> bool:
        for name in names:
            value = self.fields.get(name)
            # What is empty is added empty, and that is no value either.
            if value is not None and (is_empty_enough or value != ""):
                return True
        return False

    def every_text(self) -> tuple[str, ...]:
        # Of a Windows event the reader adds copies only; of others the line itself as one text.
        if CHANNELS.isdisjoint(self.fields):
            self.unsure = True
        return EventView.every_text(self)


def _may_change(value: object) -> bool:
    """Say whether the value may become other fields, or other texts, when it is read."""
    if type(value) is list:
        return not value or not _PLAIN.issuperset(map(type, value))
    return type(value) is dict


def sources_of(name: str) -> Sources:
    """Return the names from which the reader adds a field of this name."""
    if name.startswith(_DATA):
        return (name.removeprefix(_DATA),)
    if name.startswith(USER_DATA):
        return ()  # of the record as EVTX holds it only
    if name.startswith(_ALWAYS_ADDED):
        return None
    sources = _ADDED_FROM.get(name, ())
    return (*sources, *[_DATA + source for source in sources])

"""An event as its line of JSON shows it, before it is read in full: enough to be sure of most rules."""

from collections.abc import Mapping
from functools import lru_cache
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
_RENAMED: Final = "host"
"""The one name that the reader takes away."""
_CHANNELS: Final = ("Channel", "winlog.channel")

Sources = tuple[str, ...] | None
"""Names of which one has to be in the line for the reader to add a field; None: it may always."""


class LineView(EventView):
    """The line's own fields. `unsure` says that a rule asked for something only the event in full can tell."""

    __slots__ = ("unsure",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.unsure = False

    def value(self, field: Field) -> object:
        fields = self.fields
        for name in field.names:
            value = fields.get(name)
            if value is not None and value != "":
                # Objects and lists become other fields, or other texts, when they are read.
                if type(value) in (dict, list) or name == _RENAMED:
                    self.unsure = True
                break
        else:
            value, name = None, ""
        if name != field.names[0]:
            self._doubt(field, name)
        return value

    def has(self, field: Field) -> bool:
        found = next((name for name in field.names if self.fields.get(name) is not None), "")
        self.unsure |= found == _RENAMED or type(self.fields.get(found)) in (dict, list)
        if found != field.names[0]:
            self._doubt(field, found)
        return bool(found)

    def _doubt(self, field: Field, found: str) -> None:
        """Be unsure where the reader may add a field that is asked for before the one that was found."""
        for name, sources in _added(field):
            if name == found:
                return
            if sources is None or any(source in self.fields for source in sources):
                self.unsure = True

    def every_text(self) -> tuple[str, ...]:
        # Of a Windows event the reader adds copies only; of others the line itself as one text.
        self.unsure |= not any(name in self.fields for name in _CHANNELS)
        return super().every_text()


@lru_cache(maxsize=65_536)
def _added(field: Field) -> tuple[tuple[str, Sources], ...]:
    """Return those names of the field, in order, that a reader may add, and the others with no source."""
    return tuple((name, _sources(name)) for name in field.names)


def _sources(name: str) -> Sources:
    if name.startswith(_DATA):
        return (name.removeprefix(_DATA),)
    if name.startswith(USER_DATA):
        return ()  # of the record as EVTX holds it only
    if name.startswith(_ALWAYS_ADDED):
        return None
    sources = _ADDED_FROM.get(name, ())
    return (*sources, *(_DATA + source for source in sources))

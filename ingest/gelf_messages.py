"""GELF messages as they arrive by UDP and TCP: read into events that say who sent them."""

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from ingest.intake import SENDER_FIELD
from ingest.parsers.base import ParseContext, Parsed, Reading, Refusal, Source, parsed_of
from ingest.parsers.gelf import GelfParser
from ingest.sources.gelf import GelfMessage

_FORMAT: Final = "gelf"


class GelfReader:
    """Reads what a `GelfListener` received."""

    def __init__(self, *, zone_of: Callable[[str], ZoneInfo], name_of: Callable[[str], str | None]) -> None:
        """`zone_of` an address: for its times without one; `name_of` it: what the office calls that sender."""
        self._zone_of, self._name_of = zone_of, name_of

    def read(self, message: GelfMessage) -> Parsed:
        """Return the event or the rejection of one message. Never raises."""
        text = message.content.decode("utf-8", "replace")
        context = ParseContext(timezone=self._zone_of(message.peer), year=None, reference_ns=message.received_ns)
        said: Reading | Refusal = GelfParser(context).parse(text)
        # Two equal messages are two events: nothing but the moment and the place in the stream tells them apart.
        origin = f"gelf:{message.transport}:{message.peer}:{message.received_ns}"
        source = Source(origin=origin, path=f"gelf+{message.transport}://{message.peer}", format=_FORMAT)
        if isinstance(said, Reading):
            said.fields["event.original"] = text
            said.fields.setdefault("host.name", message.peer)
            said.fields["log.source.address"] = message.peer
            if name := self._name_of(message.peer):
                said.fields[SENDER_FIELD] = name
        return parsed_of(said, source, record=message.sequence, original=message.content)

"""Messages of a syslog sender whose format the office has named: what stands behind the heading is read so."""

from typing import Final

from ingest.catalog import LINE_FORMATS
from ingest.parsers.base import ParseContext, Parser, Reading

_PLAIN: Final = frozenset(("auto", "syslog", "auth"))
"""What syslog messages are read as anyway."""
_UNKNOWN: Final = "system.syslog"
_MAX_PARSERS: Final = 64


class NamedLines:
    """Keeps a parser for each format, zone and format string."""

    def __init__(self) -> None:
        self._parsers: dict[tuple[str, str, tuple[str, ...]], Parser] = {}

    def read(self, text: str, found: Reading | None, *, format: str, context: ParseContext) -> Reading | None:
        """Return the message as its sender's format says; what the heading said of host and priority stays.

        `found`: what was read without knowing the format. A line that the format cannot read stays as it was.
        """
        if format in _PLAIN or format not in LINE_FORMATS:
            return found
        if found is not None and found.fields.get("event.dataset") != _UNKNOWN:
            return found
        parser = self._parser(format, context)
        for line in (text, *([str(found.fields.get("message", ""))] if found is not None else ())):
            said = parser.parse(line)
            if isinstance(said, Reading) and LINE_FORMATS[format].is_typical(said):
                return _joined(found, said)
        return found

    def _parser(self, format: str, context: ParseContext) -> Parser:
        key = (format, str(context.timezone), context.layouts)
        if key not in self._parsers:
            if len(self._parsers) >= _MAX_PARSERS:
                self._parsers.clear()
            self._parsers[key] = LINE_FORMATS[format].open(context)
        return self._parsers[key]


def _joined(found: Reading | None, said: Reading) -> Reading:
    heading = found.fields if found is not None else {}
    has_time = "tanggap.time_source" not in said.fields
    time_ns = said.time_ns if has_time or found is None else found.time_ns
    fields = {**heading, **said.fields}
    if found is not None and not has_time and "tanggap.time_source" not in heading:
        del fields["tanggap.time_source"]
    return Reading(time_ns, fields)

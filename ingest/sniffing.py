"""Lines of a sender whose format nobody has named: each is read by whichever parser it speaks for.

For lines that stand alone, one by one: what was found last is asked first, since a sender seldom changes. Formats whose
lines need a heading before them (CSV, IIS, Zeek's TSV) have to be named, or come as a file.
"""

from typing import Final

from ingest.catalog import LINE_FORMATS, LineFormat
from ingest.parsers.base import ParseContext, Parser, Reading, Refusal

_HEADED: Final = frozenset(("csv", "iis"))
_JSON: Final = ("eve", "gelf", "webhook", "modsecurity", "jsonl")
"""What a JSON object may be that cannot be taken for another; every other one is a document as it stands."""
_LINES: Final = tuple(
    sorted(
        (name for name in LINE_FORMATS if name not in _HEADED and name not in ("eve", "gelf", "jsonl")),
        key=lambda name: LINE_FORMATS[name].weight,
        reverse=True,
    )
)
_LIMIT: Final = 64 * 1024
"""Longer lines are asked of fewer: JSON and syslog."""
_PATIENT: Final = ("syslog",)


class SniffingParser:
    """Its state is the format that read the last line."""

    def __init__(self, context: ParseContext) -> None:
        self._context = context
        self._parsers: dict[str, Parser] = {}
        self._last = context.state if context.state in LINE_FORMATS else ""

    @property
    def state(self) -> str:
        return self._last

    @property
    def found(self) -> str:
        """The format that read the last line; empty where none has yet."""
        return self._last

    def parse(self, text: str) -> Reading | Refusal | None:
        names = _JSON if text.lstrip()[:1] == "{" else _LINES if len(text) <= _LIMIT else _PATIENT
        asked = (self._last, *(name for name in names if name != self._last)) if self._last in names else names
        spare: Reading | None = None
        for name in asked:
            reading = self._read(LINE_FORMATS[name], text)
            if reading is None:
                continue
            if LINE_FORMATS[name].is_typical(reading):
                self._last = name
                return reading
            spare = spare or reading
        self._last = ""
        return spare or Refusal("format baris tidak dikenali")

    def _read(self, known: LineFormat, text: str) -> Reading | None:
        parser = self._parsers.get(known.name)
        if parser is None:
            parser = self._parsers[known.name] = known.open(self._context)
        said = parser.parse(text)
        return said if isinstance(said, Reading) else None

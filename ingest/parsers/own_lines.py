"""Programs that write a file of their own and to syslog too: their own lines first, everything else as syslog."""

from collections.abc import Callable
from typing import Final

from ingest.parsers.base import ParseContext, Reading, ReadOwn, Refusal
from ingest.parsers.ends import Fields
from ingest.parsers.syslog import SyslogParser

_LIMIT: Final = 16 * 1024
"""Longer lines are not searched."""


class OwnLines:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext, read_own: ReadOwn) -> None:
        self._syslog = SyslogParser(context)
        self._read_own = read_own

    def parse(self, text: str) -> Reading | Refusal:
        own = self._read_own(text) if len(text) <= _LIMIT else None
        return self._syslog.parse(text) if own is None else own


def beside_syslog(open_own: Callable[[ParseContext], ReadOwn]) -> Callable[[ParseContext], OwnLines]:
    """Return what opens a parser of such a program, whose own lines `open_own` knows how to read."""

    def open_both(context: ParseContext) -> OwnLines:
        return OwnLines(context, open_own(context))

    return open_both


def own_line(
    time_ns: int | None, message: str, *, program: str, read: Callable[[str], Fields], known: Fields | None = None
) -> Reading | Refusal:
    """Return the event of a message as the same by syslog would be. `known`: what stood before the message."""
    if time_ns is None:
        return Refusal("waktu pada awal baris tidak sah")
    about = {"event.kind": "event", "process.name": program, **(known or {}), "message": message}
    return Reading(time_ns, {**about, **read(message)})

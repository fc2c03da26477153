"""Logs of name servers: what goes to syslog, and what BIND and Unbound write to files of their own.

Source: BIND 9 `channel … { file …; print-time yes; }` (`20-Nov-2026 08:00:00.123 queries: info: client …`, or ISO
times), Unbound `logfile:` (`[1795132800] unbound[53:0] info: …`). Fields: see `dns_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.dns_messages import read_bind, read_unbound
from ingest.parsers.syslog import SyslogParser
from ingest.parsers.times import iso_ns, yearless_reader

_BIND: Final = re.compile(
    r"(?:(?P<day>\d\d)-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{4}) (?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?"
    r"|(?P<iso>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,16})) "
    r"(?P<message>(?:[a-z-]{3,20}: )?(?:(?:info|notice|warning|error|critical|debug \d+): )?(?:client |[A-Za-z]).*)$",
    re.DOTALL,
)
_BIND_ISO_SAYS: Final = re.compile(
    r"(?:queries|query-errors|client|resolver|lame-servers|security|general|rate-limit|xfer-in|"
    r"xfer-out|notify|network|default|dnssec|update): |client "
)
_UNBOUND: Final = re.compile(
    r"\[(?P<epoch>\d{9,11})\] (?P<program>unbound)\[(?P<pid>\d{1,10}):[0-9a-f]{1,4}\] (?P<message>.*)$", re.DOTALL
)
_LIMIT: Final = 16 * 1024


class DnsParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._syslog = SyslogParser(context)
        self._read_old = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def parse(self, text: str) -> Reading | Refusal:
        if len(text) > _LIMIT:
            return self._syslog.parse(text)
        if match := _UNBOUND.match(text):
            fields = {"event.kind": "event", "process.name": "unbound", "process.pid": int(match["pid"])}
            message = match["message"]
            said = read_unbound(message)
            return Reading(int(match["epoch"]) * 1_000_000_000, {**fields, "message": message, **said})
        match = _BIND.match(text)
        if match is None or (match["iso"] and _BIND_ISO_SAYS.match(match["message"]) is None):
            return self._syslog.parse(text)
        time_ns = self._bind_ns(match)
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        message = match["message"]
        return Reading(
            time_ns, {"event.kind": "event", "process.name": "named", "message": message, **read_bind(message)}
        )

    def _bind_ns(self, match: re.Match[str]) -> int | None:
        if match["iso"]:
            return iso_ns(match["iso"], self._zone)
        second = self._read_old(f"{match['month']} {match['day']} {match['year']} {match['clock']}")
        return None if second is None else second + int((match["fraction"] or "").ljust(9, "0"))

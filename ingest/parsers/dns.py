"""Logs of name servers: what goes to syslog, and what BIND and Unbound write to files of their own.

Source: BIND 9 `channel … { file …; print-time yes; }` (`20-Nov-2026 08:00:00.123 queries: info: client …`, or ISO
times), Unbound `logfile:` (`[1795132800] unbound[53:0] info: …`). Fields: see `dns_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.dns_messages import read_bind, read_unbound
from ingest.parsers.own_lines import OwnLines, own_line
from ingest.parsers.times import YearlessReader, iso_ns, yearless_reader

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


def open_dns(context: ParseContext) -> OwnLines:
    read_old = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def read_own(text: str) -> Reading | Refusal | None:
        if match := _UNBOUND.match(text):
            time_ns, known = int(match["epoch"]) * 1_000_000_000, {"process.pid": int(match["pid"])}
            return own_line(time_ns, match["message"], program="unbound", read=read_unbound, known=known)
        match = _BIND.match(text)
        if match is None or (match["iso"] and _BIND_ISO_SAYS.match(match["message"]) is None):
            return None
        bind_ns = iso_ns(match["iso"], context.timezone) if match["iso"] else _bind_ns(match, read_old)
        return own_line(bind_ns, match["message"], program="named", read=read_bind)

    return OwnLines(context, read_own)


def _bind_ns(match: re.Match[str], read_old: YearlessReader) -> int | None:
    second_ns = read_old(f"{match['month']} {match['day']} {match['year']} {match['clock']}")
    return None if second_ns is None else second_ns + int((match["fraction"] or "").ljust(9, "0"))

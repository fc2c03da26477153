"""SNMP traps that net-snmp's `snmptrapd` received: its own log, and what it sends to syslog.

Source: net-snmp snmptrapd(8) `-Lf FILE` (`2026-11-20 08:00:00 sw-1 [UDP: [10.0.0.2]:161->[10.0.0.9]:162]:`, the
variables on the next line), and `-Ls`. Fields: see `snmp_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, ReadOwn, Refusal
from ingest.parsers.snmp_messages import add_sender, read_snmptrapd
from ingest.parsers.times import iso_ns

_OWN: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<host>[^\s(\[]{1,255})(?P<message> ?[\[(].*)$", re.DOTALL
)


def snmptrap_lines(context: ParseContext) -> ReadOwn:
    """Return the reader of snmptrapd's own log, whose times are in the office's zone."""

    def read_own(text: str) -> Reading | Refusal | None:
        match = _OWN.match(text)
        fields = read_snmptrapd(match["message"]) if match else None
        if match is None or fields is None:
            return None
        time_ns = iso_ns(match["time"], context.timezone)
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        if match["host"] != "<UNKNOWN>":
            fields["monitor.host"] = match["host"]
            add_sender(fields, match["host"])
        message = match["message"].strip()
        return Reading(time_ns, {"event.kind": "event", "process.name": "snmptrapd", "message": message, **fields})

    return read_own

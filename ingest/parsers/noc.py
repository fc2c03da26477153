"""Lines of a network room's monitors: what goes to syslog, and apcupsd's own events file.

Source: apcupsd `EVENTSFILE /var/log/apcupsd.events` (`2026-11-20 08:00:00 +0800  Power failure.`); LibreNMS, Zabbix
and NUT by syslog. Fields: see `noc_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.noc_messages import read_apcupsd
from ingest.parsers.syslog import SyslogParser
from ingest.parsers.times import iso_ns

_EVENTS: Final = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})  (?P<message>\S.*)$", re.DOTALL)


class NocParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._syslog = SyslogParser(context)

    def parse(self, text: str) -> Reading | Refusal:
        match = _EVENTS.match(text)
        if match is None:
            return self._syslog.parse(text)
        time_ns = iso_ns(match["time"], self._zone)
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        message = match["message"]
        fields = {"event.kind": "event", "process.name": "apcupsd", "message": message, **read_apcupsd(message)}
        return Reading(time_ns, fields)

"""Lines of a network room's monitors: what goes to syslog, and apcupsd's own events file.

Source: apcupsd `EVENTSFILE /var/log/apcupsd.events` (`2026-11-20 08:00:00 +0800  Power failure.`); LibreNMS, Zabbix
and NUT by syslog. Fields: see `noc_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.noc_messages import read_apcupsd
from ingest.parsers.own_lines import OwnLines, own_line
from ingest.parsers.times import iso_ns

_EVENTS: Final = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})  (?P<message>\S.*)$", re.DOTALL)


def open_noc(context: ParseContext) -> OwnLines:
    def read_own(text: str) -> Reading | Refusal | None:
        match = _EVENTS.match(text)
        if match is None:
            return None
        time_ns = iso_ns(match["time"], context.timezone)
        return own_line(time_ns, match["message"], program="apcupsd", read=read_apcupsd)

    return OwnLines(context, read_own)

"""OpenVPN server logs: what goes to syslog, and what the server writes to its own file.

Source: OpenVPN 2.4 to 2.6, `log` and `log-append` (`2026-11-20 08:00:00 203.0.113.9:1194 TLS: …`, before 2.5
`Fri Nov 20 08:00:00 2026 …`, with `us=` microseconds at verb 4 and above). Fields: see `vpn_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.syslog import SyslogParser
from ingest.parsers.times import iso_ns, yearless_reader
from ingest.parsers.vpn_messages import read_openvpn

_OWN: Final = re.compile(
    r"(?:(?P<iso>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)|[A-Z][a-z]{2} (?P<old>[A-Z][a-z]{2} [ \d]\d) "
    r"(?P<clock>\d\d:\d\d:\d\d) (?P<year>\d{4}))"
    r"(?: us=(?P<micros>\d{1,6}))? (?P<message>.*)$",
    re.DOTALL,
)
_SAYS: Final = re.compile(
    r"(?:[^\s/]{1,128}/)?(?:\[AF_INET6?\])?[0-9A-Fa-f.:\[\]]{4,50}:\d{1,5} "
    r"|OpenVPN \d|MULTI|TLS|Initialization|UDPv?[46]|TCPv?[46]|TUN/TAP|Diffie|SIG[A-Z0-9]+\[|ifconfig|"
    r"WARNING|NOTE|DEPRECATED|library versions|Socket Buffers|net_|/sbin/|VERIFY|CRL|PLUGIN|MANAGEMENT|"
    r"Listening"
)
_LIMIT: Final = 16 * 1024


class OpenVpnParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._syslog = SyslogParser(context)
        self._read_old = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def parse(self, text: str) -> Reading | Refusal:
        match = _OWN.match(text)
        if match is None or len(text) > _LIMIT or _SAYS.match(match["message"]) is None:
            return self._syslog.parse(text)
        if match["iso"]:
            time_ns = iso_ns(match["iso"], self._zone)
        else:
            time_ns = self._read_old(f"{match['old']} {match['year']} {match['clock']}")
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        message = match["message"]
        time_ns += int(match["micros"] or 0) * 1000
        said = read_openvpn(message)
        return Reading(time_ns, {"event.kind": "event", "message": message, "process.name": "openvpn", **said})

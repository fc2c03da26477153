"""OpenVPN server logs: what goes to syslog, and what the server writes to its own file.

Source: OpenVPN 2.4 to 2.6, `log` and `log-append` (`2026-11-20 08:00:00 203.0.113.9:1194 TLS: …`, before 2.5
`Fri Nov 20 08:00:00 2026 …`, with `us=` microseconds at verb 4 and above). Fields: see `vpn_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.own_lines import OwnLines, own_line
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


def open_openvpn(context: ParseContext) -> OwnLines:
    read_old = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def read_own(text: str) -> Reading | Refusal | None:
        match = _OWN.match(text)
        if match is None or _SAYS.match(match["message"]) is None:
            return None
        second_ns = (
            iso_ns(match["iso"], context.timezone)
            if match["iso"]
            else read_old(f"{match['old']} {match['year']} {match['clock']}")
        )
        time_ns = None if second_ns is None else second_ns + int(match["micros"] or 0) * 1000
        return own_line(time_ns, match["message"], program="openvpn", read=read_openvpn)

    return OwnLines(context, read_own)

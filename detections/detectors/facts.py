"""What network events say, whoever wrote them: our own captures, Zeek, Suricata or a firewall.

Compiled where it can be (`facts.pxd`): it is asked of every event, and what it says of a flow by every detector.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from detections.address_ranges import AddressRanges
from ir_platform.domain.event import to_ns


class Sort(StrEnum):
    """What kind of network event it is."""

    FLOW = "flow"
    DNS = "dns"
    HTTP = "http"
    TLS = "tls"
    ARP = "arp"
    ICMP = "icmp"
    DHCP = "dhcp"
    LOGIN = "login"
    """A protocol in which people sign in, encrypted or not: FTP, POP3, IMAP, Telnet, SMTP, LDAP, SNMP."""
    SIGN_IN = "sign_in"
    """A person at a door: SSH, VPN, a device's administration, a web site, Windows, as the door itself tells."""
    STRATUM = "stratum"
    OTHER = "other"

    # That of enumerations is written in Python, and every event is sorted by it.
    __hash__ = str.__hash__


_SORTS: Final[Mapping[str, Sort]] = {
    "flow": Sort.FLOW,
    "zeek.conn": Sort.FLOW,
    "suricata.flow": Sort.FLOW,
    "fortigate.traffic": Sort.FLOW,
    **dict.fromkeys(("dns", "zeek.dns", "suricata.dns"), Sort.DNS),
    **dict.fromkeys(("http", "zeek.http", "suricata.http"), Sort.HTTP),
    **dict.fromkeys(("tls", "quic", "zeek.ssl", "suricata.tls"), Sort.TLS),
    "arp": Sort.ARP,
    **dict.fromkeys(("icmp", "icmpv6"), Sort.ICMP),
    **dict.fromkeys(("dhcp", "zeek.dhcp", "suricata.dhcp"), Sort.DHCP),
    **dict.fromkeys(("ftp", "zeek.ftp", "pop3", "imap", "telnet", "smtp", "ldap", "snmp"), Sort.LOGIN),
    "stratum": Sort.STRATUM,
}
_FIREWALL_ACTIONS: Final = frozenset({"connection_denied", "connection_allowed", "connection_ended"})
_SIGN_INS: Final = frozenset({"admin_login", "ssh_login", "vpn_login", "web_login", "ftp_login", "logged-in"})
_DENIED: Final = "connection_denied"


def sort_of(fields: dict[str, Any]) -> Sort:
    """Return the kind of network event; OTHER for all that no detector but the indicators' reads."""
    # Any JSON value may stand there: what is no text names no kind.
    dataset, action = fields.get("event.dataset"), fields.get("event.action")
    sort = _SORTS.get(dataset) if isinstance(dataset, str) else None
    if sort is not None:
        return sort
    if fields.get("dns.question.name"):
        return Sort.DNS
    if not isinstance(action, str):
        return Sort.OTHER
    return Sort.FLOW if action in _FIREWALL_ACTIONS else Sort.SIGN_IN if action in _SIGN_INS else Sort.OTHER


class Connection:
    """A two-way flow; the source sent first. A number that the writer did not give is 0, see `is_counted`."""

    def __init__(self, source: str, destination: str, start_ns: int) -> None:
        self.source, self.destination, self.start_ns = source, destination, start_ns
        self.source_port = self.destination_port = 0
        self.transport = ""
        self.protocol = ""
        """What it carries, lower case, where its writer knew; '' where not."""
        self.duration_ns = 0
        self.packets_out = self.packets_in = 0
        self.bytes_out = self.bytes_in = 0
        self.payload_out = self.payload_in = 0
        self.flags: frozenset[str] | None = None
        """TCP flags seen either way, lower case; None: not told."""
        self.is_failed: bool | None = None
        """What its writer says of it; None: nothing."""
        self.is_denied = False
        """A firewall refused it."""
        self.is_counted = False
        """Whether packets or bytes were told at all."""
        self.weight = 1
        """How many connections it stands for; more than one where a flood was sampled."""
        self.is_part = False
        """A later part of a connection that has been told before."""

    @property
    def is_answered(self) -> bool:
        return self.packets_in > 0 or self.bytes_in > 0

    @property
    def end_ns(self) -> int:
        return self.start_ns + self.duration_ns

    @property
    def service(self) -> str:
        return f"{self.transport}/{self.destination_port}"

    @property
    def is_half_open(self) -> bool:
        """Whether it began with a SYN and carried nothing: unanswered, or never completed. Of TCP only."""
        if self.packets_out > _PROBE_PACKETS * self.weight or self.payload_out > 0:
            return False
        if self.flags is not None:
            return "syn" in self.flags and self.flags.isdisjoint(_TALK)
        return self.is_failed is True


_PROBE_PACKETS: Final = 3
"""A probe sends a SYN and its repeats; a source that sent more had a conversation."""
_TALK: Final = frozenset(("psh", "fin"))
_TALKED: Final = frozenset(("psh", "p", "fin", "f"))
"""Data is pushed and a conversation ends with FIN; a refusal, a half-open scan and silence have neither. Zeek's too."""
_FRAME_OVERHEAD: Final = 54
"""Ethernet, IPv4 and TCP without options: what a packet has at least around its payload."""
_FIRST_EPHEMERAL_PORT: Final = 1024
_SECOND_NS: Final = 1_000_000_000
# Zeek's conn_state: S0 no answer, REJ refused, RSTOS0 SYN then RST without answer, RSTRH / SH half-open.
_FAILED_STATES: Final = frozenset({"s0", "rej", "rstos0", "rstrh", "sh"})
_SURICATA_FLAGS: Final = ("syn", "ack", "fin", "rst", "psh")
MAX_FLAGS: Final = 16
_LATEST_NS: Final = 2**62
"""What detectors keep has to fit into 64 bits."""
_LONGEST_NS: Final = 366 * 86_400 * _SECOND_NS


def connection_of(fields: dict[str, Any], time_ns: int) -> Connection | None:
    """Return what a flow event says; None where it has no ends. Turned round where its beginning was not recorded."""
    source, destination = fields.get("source.ip"), fields.get("destination.ip")
    if not isinstance(source, str) or not isinstance(destination, str) or not source or not destination:
        return None
    found = Connection(source, destination, _start_of(fields, time_ns))
    found.packets_out, found.packets_in = whole(fields.get("source.packets")), whole(fields.get("destination.packets"))
    found.bytes_out, found.bytes_in = whole(fields.get("source.bytes")), whole(fields.get("destination.bytes"))
    found.duration_ns = _duration_of(fields, found.start_ns)
    found.source_port = whole(fields.get("source.port"))
    found.destination_port = whole(fields.get("destination.port"))
    transport = fields.get("network.transport")
    found.transport = transport.lower() if isinstance(transport, str) else str(transport or "").lower()
    found.protocol = text_of(fields.get("network.protocol")).lower()
    found.payload_out = _payload(fields, _SOURCE_PAYLOAD, found.bytes_out, found.packets_out)
    found.payload_in = _payload(fields, _DESTINATION_PAYLOAD, found.bytes_in, found.packets_in)
    found.flags, found.is_failed = _flags(fields), _is_failed(fields)
    found.is_denied = fields.get("event.action") == _DENIED
    found.is_counted = "source.packets" in fields or "source.bytes" in fields
    found.weight = max(whole(fields.get("tanggap.flows")), 1)
    found.is_part = whole(fields.get("network.connection.part")) > 0
    if found.is_denied:
        # What was refused carried nothing, whatever the firewall counted of it.
        found.packets_in = found.bytes_out = found.bytes_in = found.payload_out = found.payload_in = 0
    elif _is_backwards(found):
        _turn(found)
    return found


def text_of(value: object) -> str:
    """Return a field's value as text, of a list the first; '' where there is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)


def _duration_of(fields: dict[str, Any], start_ns: int) -> int:
    told_ns = whole(fields.get("event.duration"), _LONGEST_NS)
    if told_ns or "event.end" not in fields or "event.start" not in fields:
        return told_ns
    return min(max(_instant(fields["event.end"], start_ns) - start_ns, 0), _LONGEST_NS)


def _start_of(fields: dict[str, Any], time_ns: int) -> int:
    """Return when it began: Suricata writes a flow when it is over, our captures and Zeek time it at its beginning."""
    if fields.get("event.dataset") in ("suricata.flow", "suricata.netflow"):
        return _instant(fields.get("event.start"), time_ns)
    return time_ns


def _instant(value: object, otherwise: int) -> int:
    if not isinstance(value, str):
        return otherwise
    try:
        told_ns = to_ns(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return otherwise
    return told_ns if 0 <= told_ns < _LATEST_NS else otherwise


_SOURCE_PAYLOAD: Final = ("source.payload_bytes", "zeek.conn.orig_bytes")
_DESTINATION_PAYLOAD: Final = ("destination.payload_bytes", "zeek.conn.resp_bytes")


def _payload(fields: dict[str, Any], names: tuple[str, str], size: int, packets: int) -> int:
    for name in names:
        told = fields.get(name)
        if told is not None:
            return whole(told)
    return max(size - packets * _FRAME_OVERHEAD, 0)


def _flags(fields: dict[str, Any]) -> frozenset[str] | None:
    told = fields.get("tcp.flags")
    if isinstance(told, list):
        return _flag_set(" ".join(map(str, told[:MAX_FLAGS])))
    if "suricata.eve.tcp.tcp_flags" in fields:
        return frozenset([name for name in _SURICATA_FLAGS if fields.get(f"suricata.eve.tcp.{name}") is True])
    return None


@lru_cache(maxsize=512)
def _flag_set(names: str) -> frozenset[str]:
    """Return the flags; there are few different sets of them."""
    return frozenset(names.lower().split())


def _is_failed(fields: dict[str, Any]) -> bool | None:
    state = fields.get("network.connection.state") or fields.get("zeek.conn.conn_state")
    return str(state).lower() in _FAILED_STATES if state else None


def _is_backwards(one: Connection) -> bool:
    """Say whether it runs from a service's port to a client's: the first packet recorded was an answer."""
    return (
        0 < one.source_port < _FIRST_EPHEMERAL_PORT <= one.destination_port
        and (one.flags is None or "syn" not in one.flags)
        and one.packets_in > 0
    )


def _turn(one: Connection) -> None:
    """Exchange the ends."""
    one.source, one.destination = one.destination, one.source
    one.source_port, one.destination_port = one.destination_port, one.source_port
    one.packets_out, one.packets_in = one.packets_in, one.packets_out
    one.bytes_out, one.bytes_in = one.bytes_in, one.bytes_out
    one.payload_out, one.payload_in = one.payload_in, one.payload_out


def is_answer(one: Connection) -> bool:
    """Say whether it runs from a service's port to a client's, one way or both."""
    return 0 < one.source_port < _FIRST_EPHEMERAL_PORT <= one.destination_port


def is_vain(one: Connection) -> bool:
    """Say whether a flow is an attempt that led nowhere: refused, unanswered, or ended before a word was said."""
    if not one.destination_port or is_answer(one):
        return False
    if one.is_denied:
        return True
    if not one.is_counted or one.packets_out > _PROBE_PACKETS * one.weight:
        return False
    if one.is_failed is not None:
        return one.is_failed
    if one.transport == "tcp" and one.flags is not None:
        return _is_tcp_probe(one.flags, one)
    return not one.is_answered


def _is_tcp_probe(flags: frozenset[str], one: Connection) -> bool:
    if "syn" in flags or "s" in flags:
        return flags.isdisjoint(_TALKED)
    # FIN, NULL and Xmas scans begin without SYN and get a RST or nothing; the tail of a cut-off conversation has ACKs
    # both ways.
    return one.packets_in <= 1 and (
        not flags or ("ack" not in flags and "a" not in flags) or flags <= {"rst", "ack", "r", "a", "fin", "f"}
    )


MOST: Final = 2**44
"""Larger than any port, count or size of one flow: 17 TB."""


def whole(value: object, most: int = MOST) -> int:
    """Return a number as an integer from 0 to `most`; 0 for what is none."""
    if type(value) is int:
        return value if 0 <= value <= most else min(max(value, 0), most)
    if isinstance(value, bool) or not isinstance(value, float | str) or len(str(value)) > 24:
        return 0
    try:
        return min(max(int(value), 0), most)
    except (ValueError, OverflowError):
        return 0


def added(total: int, more: int) -> int:
    """Return the sum, at most what fits into a snapshot: a made-up size must not stop the saving of state."""
    return min(total + more, 2**62)


PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
"""RFC 1918, RFC 6598, RFC 4193 and link-local."""
_MAX_REMEMBERED: Final = 65_536


class Networks:
    """Which addresses are the office's own."""

    def __init__(self, own: Iterable[str] = PRIVATE) -> None:
        """Raises: ValueError where one is no network."""
        self._own = AddressRanges(own)
        self._known: dict[str, bool] = {}

    def has(self, address: str) -> bool:
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            known = self._known[address] = self._own.hold(address)
        return known

    def is_outside(self, address: str) -> bool:
        """Say whether it is an address of the internet: neither the office's own nor one of many or of none."""
        return not self.has(address) and not is_of_many(address)


_MULTICAST: Final = tuple(f"{first}." for first in (*range(224, 240), 255))


@lru_cache(maxsize=16_384)
def is_of_many(address: str) -> bool:
    """Say whether it is multicast, broadcast, unspecified, loopback or IPv4 link-local."""
    return address.lower().startswith((*_MULTICAST, "ff", "127.", "169.254.", "0.")) or address in ("::", "::1")

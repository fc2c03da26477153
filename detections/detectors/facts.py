"""What network events say, whoever wrote them: our own captures, Zeek, Suricata or a firewall."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Final, NamedTuple

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


def sort_of(fields: Mapping[str, Any]) -> Sort:
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


class Connection(NamedTuple):
    """A two-way flow; the source sent first. A number that the writer did not give is 0, see `is_counted`."""

    source: str
    source_port: int
    destination: str
    destination_port: int
    transport: str
    start_ns: int
    duration_ns: int
    packets_out: int
    packets_in: int
    bytes_out: int
    bytes_in: int
    payload_out: int
    payload_in: int
    flags: frozenset[str] | None
    """TCP flags seen either way, lower case; None: not told."""
    is_failed: bool | None
    """What its writer says of it; None: nothing."""
    is_denied: bool
    """A firewall refused it."""
    is_counted: bool
    """Whether packets or bytes were told at all."""
    weight: int
    """How many connections it stands for; more than one where a flood was sampled."""
    is_part: bool
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


def connection_of(fields: Mapping[str, Any], time_ns: int) -> Connection | None:
    """Return what a flow event says; None where it has no ends. Turned round where its beginning was not recorded."""
    source, destination = fields.get("source.ip"), fields.get("destination.ip")
    if not isinstance(source, str) or not isinstance(destination, str) or not source or not destination:
        return None
    packets_out, packets_in = whole(fields.get("source.packets")), whole(fields.get("destination.packets"))
    bytes_out, bytes_in = whole(fields.get("source.bytes")), whole(fields.get("destination.bytes"))
    duration_ns = whole(fields.get("event.duration"), most=_LONGEST_NS)
    start_ns = _start_of(fields, time_ns)
    if not duration_ns and "event.end" in fields and "event.start" in fields:
        duration_ns = min(max(_instant(fields["event.end"], start_ns) - start_ns, 0), _LONGEST_NS)
    found = Connection(
        source=source,
        source_port=whole(fields.get("source.port")),
        destination=destination,
        destination_port=whole(fields.get("destination.port")),
        transport=str(fields.get("network.transport") or "").lower(),
        start_ns=start_ns,
        duration_ns=duration_ns,
        packets_out=packets_out,
        packets_in=packets_in,
        bytes_out=bytes_out,
        bytes_in=bytes_in,
        payload_out=_payload(fields, "source", "orig", bytes_out, packets_out),
        payload_in=_payload(fields, "destination", "resp", bytes_in, packets_in),
        flags=_flags(fields),
        is_failed=_is_failed(fields),
        is_denied=fields.get("event.action") == _DENIED,
        is_counted="source.packets" in fields or "source.bytes" in fields,
        weight=max(whole(fields.get("tanggap.flows")), 1),
        is_part=whole(fields.get("network.connection.part")) > 0,
    )
    if found.is_denied:
        # What was refused carried nothing, whatever the firewall counted of it.
        return found._replace(packets_in=0, bytes_out=0, bytes_in=0, payload_out=0, payload_in=0)
    return _turned(found) if _is_backwards(found) else found


def _start_of(fields: Mapping[str, Any], time_ns: int) -> int:
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


def _payload(fields: Mapping[str, Any], end: str, zeek: str, size: int, packets: int) -> int:
    told = fields.get(f"{end}.payload_bytes")
    if told is None:
        told = fields.get(f"zeek.conn.{zeek}_bytes")
    return whole(told) if told is not None else max(size - packets * _FRAME_OVERHEAD, 0)


def _flags(fields: Mapping[str, Any]) -> frozenset[str] | None:
    told = fields.get("tcp.flags")
    if isinstance(told, list):
        return _flag_set(" ".join(map(str, told[:MAX_FLAGS])))
    if "suricata.eve.tcp.tcp_flags" in fields:
        return frozenset(name for name in _SURICATA_FLAGS if fields.get(f"suricata.eve.tcp.{name}") is True)
    return None


@lru_cache(maxsize=512)
def _flag_set(names: str) -> frozenset[str]:
    """Return the flags; there are few different sets of them."""
    return frozenset(names.lower().split())


def _is_failed(fields: Mapping[str, Any]) -> bool | None:
    state = fields.get("network.connection.state") or fields.get("zeek.conn.conn_state")
    return str(state).lower() in _FAILED_STATES if state else None


def _is_backwards(one: Connection) -> bool:
    """Say whether it runs from a service's port to a client's: the first packet recorded was an answer."""
    return (
        0 < one.source_port < _FIRST_EPHEMERAL_PORT <= one.destination_port
        and (one.flags is None or "syn" not in one.flags)
        and one.packets_in > 0
    )


def _turned(one: Connection) -> Connection:
    return one._replace(
        source=one.destination,
        source_port=one.destination_port,
        destination=one.source,
        destination_port=one.source_port,
        packets_out=one.packets_in,
        packets_in=one.packets_out,
        bytes_out=one.bytes_in,
        bytes_in=one.bytes_out,
        payload_out=one.payload_in,
        payload_in=one.payload_out,
    )


def is_answer(one: Connection) -> bool:
    """Say whether it runs from a service's port to a client's, one way or both."""
    return 0 < one.source_port < _FIRST_EPHEMERAL_PORT <= one.destination_port


_PROBE_PACKETS: Final = 3
"""A probe sends a SYN and its repeats; a source that sent more had a conversation."""


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
        # Data is pushed and a conversation ends with FIN; a refusal, a half-open scan and silence have neither.
        return flags.isdisjoint({"psh", "p", "fin", "f"})
    # FIN, NULL and Xmas scans begin without SYN and get a RST or nothing; the tail of a cut-off conversation has ACKs
    # both ways.
    return one.packets_in <= 1 and (
        not flags or ("ack" not in flags and "a" not in flags) or flags <= {"rst", "ack", "r", "a", "fin", "f"}
    )


MOST: Final = 2**44
"""Larger than any port, count or size of one flow: 17 TB."""


def whole(value: object, *, most: int = MOST) -> int:
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
        self._own: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(one) for one in own)
        self._known: dict[str, bool] = {}

    def has(self, address: str) -> bool:
        known = self._known.get(address)
        if known is None:
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            known = self._known[address] = self._look(address)
        return known

    def is_outside(self, address: str) -> bool:
        """Say whether it is an address of the internet: neither the office's own nor one of many or of none."""
        return not self.has(address) and not is_of_many(address)

    def _look(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed.version == one.version and parsed in one for one in self._own)


_MULTICAST: Final = tuple(f"{first}." for first in (*range(224, 240), 255))


@lru_cache(maxsize=16_384)
def is_of_many(address: str) -> bool:
    """Say whether it is multicast, broadcast, unspecified, loopback or IPv4 link-local."""
    return address.lower().startswith((*_MULTICAST, "ff", "127.", "169.254.", "0.")) or address in ("::", "::1")

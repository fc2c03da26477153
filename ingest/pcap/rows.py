"""One row of tshark's answer: the fields that are asked for, and typed reading of them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_pton
from typing import Any, NamedTuple

from ingest.parsers.base import LATEST_NS
from ingest.pcap.community_id import community_id
from ingest.pcap.field_run import VALUE_SEPARATOR

FIELDS: tuple[str, ...] = (
    "frame.number", "frame.time_epoch", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
    "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport", "sctp.srcport", "sctp.dstport", "tcp.stream",
    "udp.stream",
    "dns.id", "dns.flags.response", "dns.flags.rcode", "dns.qry.name", "dns.qry.type", "dns.resp.name", "dns.resp.type",
    "dns.a", "dns.aaaa", "dns.cname", "dns.ns", "dns.ptr.domain_name", "dns.mx.mail_exchange", "dns.srv.target",
    "dns.txt",
    "http.request.method", "http.request.uri", "http.request.version", "http.host", "http.user_agent", "http.referer",
    "http.content_length_header", "http.content_type", "http.response.code", "http.response.version", "http.server",
    "http.location", "http.authorization", "http.authbasic",
    "http2.headers.method", "http2.headers.path", "http2.headers.authority", "http2.headers.status",
    "http2.headers.user_agent",
    "tls.handshake.type", "tls.handshake.version", "tls.handshake.extensions.supported_version",
    "tls.handshake.ciphersuite",
    "tls.handshake.extension.type", "tls.handshake.extensions_server_name", "tls.handshake.extensions_alpn_str",
    "tls.handshake.sig_hash_alg", "tls.handshake.sig_hash_alg_len", "tls.handshake.ja3", "tls.handshake.ja3s",
    "tls.handshake.certificate",
    "dtls.handshake.type", "dtls.handshake.version", "dtls.handshake.extensions.supported_version",
    "dtls.handshake.ciphersuite",
    "dtls.handshake.extension.type", "dtls.handshake.extensions_server_name", "dtls.handshake.extensions_alpn_str",
    "dtls.handshake.sig_hash_alg", "dtls.handshake.sig_hash_alg_len", "dtls.handshake.ja3", "dtls.handshake.ja3s",
    "dtls.handshake.certificate",
    "ssh.protocol", "ssh.kex.hassh", "ssh.kex.hasshserver",
    "smtp.req.command", "smtp.req.parameter", "smtp.response.code", "smtp.rsp.parameter",
    "ftp.request.command", "ftp.request.arg", "ftp.response.code", "ftp.response.arg",
    "smb.cmd", "smb.file", "smb.path", "smb2.cmd", "smb2.filename", "smb2.tree",
    "dhcp.option.dhcp", "dhcp.hw.mac_addr", "dhcp.ip.your", "dhcp.option.hostname", "dhcp.option.requested_ip_address",
    "kerberos.msg_type", "kerberos.CNameString", "kerberos.SNameString", "kerberos.realm", "kerberos.error_code",
    "kerberos.etype",
    "dhcp.option.dhcp_server_id", "dhcp.option.router", "dhcp.option.domain_name_server", "smtp.auth.username",
    "eth.src", "arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.hw_mac", "arp.dst.proto_ipv4",
    "icmp.type", "icmp.code", "icmpv6.type", "icmpv6.code", "icmpv6.nd.ra.router_lifetime", "icmpv6.opt.prefix",
    "pop.request.command", "pop.request.parameter", "pop.response.indicator",
    "imap.request.command", "imap.request.username", "imap.response.status",
    "ldap.protocolOp", "ldap.name", "ldap.authentication", "ldap.resultCode", "ldap.baseObject",
    "snmp.version", "snmp.data", "ntp.flags.mode", "ntp.stratum", "ntp.priv.reqcode",
    "mysql.version", "mysql.user", "mysql.schema", "mysql.error_code",
    "pgsql.parameter_name", "pgsql.parameter_value", "pgsql.authtype", "pgsql.code",
    "modbus.func_code", "mbtcp.unit_id", "modbus.reference_num", "modbus.exception_code",
    "rdp.rt_cookie", "rdp.client.name", "rdp.neg_type",
)  # fmt: skip
"""In the order of the columns."""

DISPLAY_FILTER = (
    "(dns.id or mdns or llmnr or http.request.method or http.response.code"
    " or http2.headers.method or http2.headers.status"
    " or tls.handshake.type == 1 or tls.handshake.type == 2 or tls.handshake.type == 11"
    " or dtls.handshake.type == 1 or dtls.handshake.type == 2 or dtls.handshake.type == 11"
    " or ssh.protocol or ssh.kex.hassh or ssh.kex.hasshserver or smtp.req.command or smtp.response.code"
    " or ftp.request.command or ftp.response.code or smb.file or smb.path or smb2.filename or smb2.tree"
    " or dhcp.option.dhcp or kerberos.msg_type or smtp.auth.username"
    " or pop.request.command or pop.response.indicator or imap.request.command or imap.response.status"
    " or ldap.protocolOp == 0 or ldap.protocolOp == 1 or ldap.protocolOp == 3 or snmp.version or ntp.flags.mode"
    " or mysql.version or mysql.user or mysql.error_code or modbus.func_code"
    ' or pgsql.parameter_name == "user" or pgsql.authtype or pgsql.code'
    " or rdp.rt_cookie or rdp.client.name or rdp.neg_type) and not icmp and not icmpv6"
    " or arp.opcode or icmp.type"
    " or (icmpv6.type and not icmpv6.type == 135 and not icmpv6.type == 136 and not icmpv6.type == 143)"
)
"""Packets quoted inside an ICMP error were seen already when they were sent; neighbours ask for each other all day."""

COLUMN = {name: number for number, name in enumerate(FIELDS)}
"""Where the values of a field stand in a row."""
PROTOCOLS = COLUMN["frame.protocols"]
_TIME = COLUMN["frame.time_epoch"]
_ARP_SOURCE, _ARP_DESTINATION = COLUMN["arp.src.proto_ipv4"], COLUMN["arp.dst.proto_ipv4"]
_NUMBER_OF = {"tcp": 6, "udp": 17, "sctp": 132, "icmp": 1, "icmpv6": 58}
_WITHOUT_PORTS = frozenset({"arp", "icmp", "icmpv6"})
_PORT_DIGITS, _LAST_PORT = 5, 65_535
_MOST_KEPT = 512
"""Characters of a text that is remembered with what it says: it is a stranger's."""


class UnreadableRowError(Exception):
    """A row whose time, addresses or ports are not what they must be."""

    def __init__(self, *, field: str) -> None:
        super().__init__(f"unreadable: {field}")
        self.field = field


class Ends(NamedTuple):
    """Who sent the packet to whom, in the innermost IP packet."""

    source: str
    source_port: int | None
    """None where the protocol has no ports, at both ends."""
    destination: str
    destination_port: int | None
    transport: str
    community_id: str | None
    """The same either way round; None for ARP."""

    def turned(self) -> "Ends":
        return self._replace(
            source=self.destination,
            source_port=self.destination_port,
            destination=self.source,
            destination_port=self.source_port,
        )


class Row(NamedTuple):
    """One packet as tshark reads it."""

    columns: Sequence[str]
    time_ns: int
    protocols: tuple[str, ...]
    ends: Ends
    stream: tuple[int, str, str]
    """Which tshark it was, the transport, and tshark's number for the conversation."""

    def all(self, name: str) -> list[str]:
        """Return every value of the field, in order; empty where it is absent."""
        text = self.columns[COLUMN[name]]
        return text.split(VALUE_SEPARATOR) if text else []

    def first(self, name: str) -> str | None:
        text = self.columns[COLUMN[name]]
        return text.partition(VALUE_SEPARATOR)[0] or None

    def has(self, name: str) -> bool:
        return self.columns[COLUMN[name]] != ""


class _Layers(NamedTuple):
    """What the names of a packet's layers say of it: what they are, and in which columns its ends stand."""

    protocols: tuple[str, ...]
    message: str | None
    """What has no ports."""
    transport: str = ""
    source: int = 0
    destination: int = 0
    source_port: int = 0
    destination_port: int = 0
    stream: int | None = None


def read_row(columns: Sequence[str], *, run: int = 0) -> Row:
    """Return the row with its time and ends read. Raises: UnreadableRowError."""
    text = columns[PROTOCOLS]
    layers = _layers(text) if len(text) <= _MOST_KEPT else _read_layers(text)
    protocols, message = layers.protocols, layers.message
    time_ns = _time_ns(columns[_TIME])
    if message is not None:
        return Row(columns, time_ns, protocols, _ends_without_ports(columns, protocols, message), (run, message, ""))
    transport = layers.transport
    # The last value is the innermost packet's.
    ends = _ends(
        columns[layers.source].rpartition(VALUE_SEPARATOR)[2],
        columns[layers.destination].rpartition(VALUE_SEPARATOR)[2],
        columns[layers.source_port].rpartition(VALUE_SEPARATOR)[2],
        columns[layers.destination_port].rpartition(VALUE_SEPARATOR)[2],
        transport,
    )
    conversation = repr(ends) if layers.stream is None else _last(columns[layers.stream], field="stream")
    return Row(columns, time_ns, protocols, ends, (run, transport, conversation))


@lru_cache(maxsize=2_048)
def _layers(text: str) -> _Layers:
    """Raises: UnreadableRowError."""
    return _read_layers(text)


def _read_layers(text: str) -> _Layers:
    """Raises: UnreadableRowError."""
    protocols = tuple(text.partition(VALUE_SEPARATOR)[0].split(":"))
    message = next((name for name in protocols if name in _WITHOUT_PORTS), None)
    if message is not None:
        return _Layers(protocols, message)
    network = _innermost(protocols, ("ip", "ipv6"))
    transport = _innermost(protocols, ("tcp", "udp", "sctp"))
    if network is None or transport is None:
        raise UnreadableRowError(field="frame.protocols")
    return _Layers(
        protocols,
        None,
        transport,
        COLUMN[f"{network}.src"],
        COLUMN[f"{network}.dst"],
        COLUMN[f"{transport}.srcport"],
        COLUMN[f"{transport}.dstport"],
        COLUMN[f"{transport}.stream"] if transport != "sctp" else None,
    )


def ecs(row_ends: Ends, dataset: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat ECS fields of a protocol event; values that are None or empty are left out."""
    fields: dict[str, Any] = {
        "event.kind": "event",
        "event.category": ["network"],
        "event.type": ["protocol"],
        "event.dataset": dataset,
        "network.protocol": dataset,
        "source.ip": row_ends.source,
        "destination.ip": row_ends.destination,
    }
    if row_ends.community_id is not None:
        fields["network.transport"] = row_ends.transport
        fields["network.community_id"] = row_ends.community_id
    if row_ends.source_port is not None:
        fields["source.port"], fields["destination.port"] = row_ends.source_port, row_ends.destination_port
    for name, value in values.items():
        if value is not None and value not in ("", []):
            fields[name] = value  # noqa: PERF403  no second dictionary
    return fields


def _innermost(protocols: Sequence[str], wanted: Sequence[str]) -> str | None:
    return next((name for name in reversed(protocols) if name in wanted), None)


def _last(text: str, *, field: str) -> str:
    """Return the last value, which is the innermost packet's. Raises: UnreadableRowError."""
    value = text.rpartition(VALUE_SEPARATOR)[2]
    if not value:
        raise UnreadableRowError(field=field)
    return value


def _port(text: str) -> int:
    if not text.isdecimal() or len(text) > _PORT_DIGITS or int(text) > _LAST_PORT:
        raise UnreadableRowError(field="port")
    return int(text)


def _time_ns(text: str) -> int:
    seconds, _, fraction = text.partition(".")
    if not seconds.isdecimal() or len(seconds) > 12 or not fraction.isdecimal() or len(fraction) > 9:
        raise UnreadableRowError(field="frame.time_epoch")
    time_ns = int(seconds) * 1_000_000_000 + int(fraction.ljust(9, "0"))
    if time_ns > LATEST_NS:
        raise UnreadableRowError(field="frame.time_epoch")
    return time_ns


@lru_cache(maxsize=8_192)
def _ends(source: str, destination: str, source_port: str, destination_port: str, transport: str) -> Ends:
    """Return both ends, each proven to be an address and a port; a connection has many rows.

    Raises: UnreadableRowError.
    """
    port, other_port = _port(source_port), _port(destination_port)
    key = _packed(source) + _packed(destination) + port.to_bytes(2, "big") + other_port.to_bytes(2, "big")
    return Ends(source, port, destination, other_port, transport, _community_id(_NUMBER_OF[transport], key, 0, 0))


def _ends_without_ports(columns: Sequence[str], protocols: Sequence[str], message: str) -> Ends:
    """Return the ends of an ARP or ICMP packet; an ICMP error quotes another packet, whose ends come later.

    Raises: UnreadableRowError.
    """
    if message == "arp":
        source = _last(columns[_ARP_SOURCE], field="arp.src.proto_ipv4")
        destination = _last(columns[_ARP_DESTINATION], field="arp.dst.proto_ipv4")
        _packed(source), _packed(destination)
        return Ends(source, None, destination, None, message, None)
    before = protocols[: protocols.index(message)]
    network = _innermost(before, ("ip", "ipv6"))
    kind, code = whole(_nth(columns, f"{message}.type", 0)), whole(_nth(columns, f"{message}.code", 0))
    if network is None or kind is None or not 0 <= kind <= 255 or not 0 <= (code or 0) <= 255:
        raise UnreadableRowError(field=message)
    place = before.count(network) - 1
    source, destination = _nth(columns, f"{network}.src", place), _nth(columns, f"{network}.dst", place)
    key = _packed(source) + _packed(destination) + bytes(4)
    transport = "icmp" if message == "icmp" else "ipv6-icmp"
    return Ends(source, None, destination, None, transport, _community_id(_NUMBER_OF[message], key, kind, code or 0))


def _nth(columns: Sequence[str], name: str, place: int) -> str:
    values = columns[COLUMN[name]].split(VALUE_SEPARATOR)
    if place >= len(values) or not values[place]:
        raise UnreadableRowError(field=name)
    return values[place]


@lru_cache(maxsize=8_192)
def _packed(address: str) -> bytes:
    """Raises: UnreadableRowError."""
    try:
        return inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except (OSError, ValueError) as error:
        raise UnreadableRowError(field="address") from error


@lru_cache(maxsize=8_192)
def _community_id(protocol: int, key: bytes, icmp_type: int, icmp_code: int) -> str:
    return community_id(protocol=protocol, key=key, icmp_type=icmp_type, icmp_code=icmp_code)


def whole(text: str | None) -> int | None:
    """Return a number as tshark prints it (decimal or 0x…), None for none and for what no store can hold."""
    if not text or len(text) > 20:
        return None
    try:
        number = int(text, 0)
    except ValueError:
        return None
    return number if abs(number) < 2**63 else None


def decimal(text: str | None) -> str | None:
    number = whole(text)
    return None if number is None else str(number)


def numbers(row: Row, name: str) -> tuple[int, ...]:
    text = row.columns[COLUMN[name]]
    return _numbers(text) if len(text) <= _MOST_KEPT else _read_numbers(text)


@lru_cache(maxsize=2_048)
def _numbers(text: str) -> tuple[int, ...]:
    """The same programs offer the same lists again and again."""
    return _read_numbers(text)


def _read_numbers(text: str) -> tuple[int, ...]:
    read = (whole(value) for value in text.split(VALUE_SEPARATOR))
    return tuple(number for number in read if number is not None)


def word(words: dict[int, str], text: str | None) -> str | None:
    number = whole(text)
    return None if number is None else words.get(number, str(number))

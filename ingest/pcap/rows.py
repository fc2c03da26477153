"""One row of tshark's answer: the fields that are asked for, and typed reading of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

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
    "http.location",
    "http2.headers.method", "http2.headers.path", "http2.headers.authority", "http2.headers.status",
    "http2.headers.user_agent",
    "tls.handshake.type", "tls.handshake.version", "tls.handshake.extensions.supported_version",
    "tls.handshake.ciphersuite",
    "tls.handshake.extension.type", "tls.handshake.extensions_server_name", "tls.handshake.extensions_alpn_str",
    "tls.handshake.sig_hash_alg", "tls.handshake.sig_hash_alg_len", "tls.handshake.ja3", "tls.handshake.ja3s",
    "tls.handshake.certificate",
    "ssh.protocol", "ssh.kex.hassh", "ssh.kex.hasshserver",
    "smtp.req.command", "smtp.req.parameter", "smtp.response.code", "smtp.rsp.parameter",
    "ftp.request.command", "ftp.request.arg", "ftp.response.code", "ftp.response.arg",
    "smb.cmd", "smb.file", "smb.path", "smb2.cmd", "smb2.filename", "smb2.tree",
    "dhcp.option.dhcp", "dhcp.hw.mac_addr", "dhcp.ip.your", "dhcp.option.hostname", "dhcp.option.requested_ip_address",
    "kerberos.msg_type", "kerberos.CNameString", "kerberos.SNameString", "kerberos.realm", "kerberos.error_code",
)  # fmt: skip
"""In the order of the columns."""

DISPLAY_FILTER = (
    "(dns.id or mdns or llmnr or http.request.method or http.response.code"
    " or http2.headers.method or http2.headers.status"
    " or tls.handshake.type == 1 or tls.handshake.type == 2 or tls.handshake.type == 11"
    " or ssh.protocol or ssh.kex.hassh or ssh.kex.hasshserver or smtp.req.command or smtp.response.code"
    " or ftp.request.command or ftp.response.code or smb.file or smb.path or smb2.filename or smb2.tree"
    " or dhcp.option.dhcp or kerberos.msg_type) and not icmp and not icmpv6"
)
"""Packets quoted inside an ICMP error were seen already when they were sent."""

_COLUMN = {name: number for number, name in enumerate(FIELDS)}
_NUMBER_OF = {"tcp": 6, "udp": 17, "sctp": 132}


class UnreadableRowError(Exception):
    """A row whose time, addresses or ports are not what they must be."""

    def __init__(self, *, field: str) -> None:
        super().__init__(f"unreadable: {field}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Ends:
    """Who sent the packet to whom, in the innermost IP packet."""

    source: str
    source_port: int
    destination: str
    destination_port: int
    transport: str
    community_id: str
    """The same either way round."""

    def turned(self) -> "Ends":
        return replace(
            self,
            source=self.destination,
            source_port=self.destination_port,
            destination=self.source,
            destination_port=self.source_port,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One packet as tshark reads it."""

    columns: Sequence[str]
    time_ns: int
    protocols: tuple[str, ...]
    ends: Ends
    stream: tuple[int, str, str]
    """Which tshark it was, the transport, and tshark's number for the conversation."""

    def all(self, name: str) -> list[str]:
        """Return every value of the field, in order; empty where it is absent."""
        text = self.columns[_COLUMN[name]]
        return text.split(VALUE_SEPARATOR) if text else []

    def first(self, name: str) -> str | None:
        text = self.columns[_COLUMN[name]]
        return text.partition(VALUE_SEPARATOR)[0] or None

    def has(self, name: str) -> bool:
        return self.columns[_COLUMN[name]] != ""


def read_row(columns: Sequence[str], *, run: int = 0) -> Row:
    """Return the row with its time and ends read. Raises: UnreadableRowError."""
    protocols = tuple(columns[_COLUMN["frame.protocols"]].split(VALUE_SEPARATOR)[0].split(":"))
    network = _innermost(protocols, ("ip", "ipv6"))
    transport = _innermost(protocols, ("tcp", "udp", "sctp"))
    if network is None or transport is None:
        raise UnreadableRowError(field="frame.protocols")
    ends = _ends(columns, network, transport)
    conversation = _last(columns, f"{transport}.stream") if transport != "sctp" else repr(ends)
    stream = (run, transport, conversation)
    return Row(columns, _time_ns(columns[_COLUMN["frame.time_epoch"]]), protocols, ends, stream)


def ecs(row_ends: Ends, dataset: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flat ECS fields of a protocol event; values that are None or empty are left out."""
    fields: dict[str, Any] = {
        "event.kind": "event",
        "event.category": ["network"],
        "event.type": ["protocol"],
        "event.dataset": dataset,
        "network.protocol": dataset,
        "network.transport": row_ends.transport,
        "source.ip": row_ends.source,
        "source.port": row_ends.source_port,
        "destination.ip": row_ends.destination,
        "destination.port": row_ends.destination_port,
        "network.community_id": row_ends.community_id,
    }
    fields.update((name, value) for name, value in values.items() if value not in (None, [], ""))
    return fields


def _innermost(protocols: Sequence[str], wanted: Sequence[str]) -> str | None:
    return next((name for name in reversed(protocols) if name in wanted), None)


def _last(columns: Sequence[str], name: str) -> str:
    """Return the last value, which is the innermost packet's. Raises: UnreadableRowError."""
    value = columns[_COLUMN[name]].rpartition(VALUE_SEPARATOR)[2]
    if not value:
        raise UnreadableRowError(field=name)
    return value


def _port(columns: Sequence[str], name: str) -> int:
    value = _last(columns, name)
    if not value.isdecimal():
        raise UnreadableRowError(field=name)
    return int(value)


def _time_ns(text: str) -> int:
    seconds, _, fraction = text.partition(".")
    if not seconds.isdecimal() or len(seconds) > 12 or not fraction.isdecimal() or len(fraction) > 9:
        raise UnreadableRowError(field="frame.time_epoch")
    time_ns = int(seconds) * 1_000_000_000 + int(fraction.ljust(9, "0"))
    if time_ns > LATEST_NS:
        raise UnreadableRowError(field="frame.time_epoch")
    return time_ns


def _ends(columns: Sequence[str], network: str, transport: str) -> Ends:
    """Return both ends, each proven to be an address and a port. Raises: UnreadableRowError."""
    source, destination = _last(columns, f"{network}.src"), _last(columns, f"{network}.dst")
    source_port, destination_port = _port(columns, f"{transport}.srcport"), _port(columns, f"{transport}.dstport")
    try:
        addresses = ip_address(source).packed + ip_address(destination).packed
        ports = source_port.to_bytes(2, "big") + destination_port.to_bytes(2, "big")
    except (ValueError, OverflowError) as error:
        raise UnreadableRowError(field=network) from error
    key = community_id(protocol=_NUMBER_OF[transport], key=addresses + ports)
    return Ends(source, source_port, destination, destination_port, transport, key)

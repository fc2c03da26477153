"""A flow as an ECS event, timed at its beginning, so that a histogram shows when it began."""

import socket
from typing import Any

from ingest.parsers.base import timestamp_text
from ingest.pcap.community_id import community_id
from ingest.pcap.flows import Flow, flag_names, tcp_state
from ingest.pcap.layers import ICMP, ICMPV6, SCTP, TCP, UDP

TRANSPORTS = {
    1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp", 51: "ah", 58: "ipv6-icmp",
    89: "ospf", 103: "pim", 112: "vrrp", 115: "l2tp", 132: "sctp",
}  # fmt: skip
"""IANA's keywords, lower case."""

_WITH_PORTS = (TCP, UDP, SCTP)


def flow_fields(flow: Flow) -> dict[str, Any]:
    """Return the flat ECS fields of a flow; ports only where its protocol has them."""
    source, destination = addresses(flow.key[:-4])
    fields: dict[str, Any] = {
        "event.kind": "event",
        "event.category": ["network"],
        "event.type": ["connection"],
        "event.dataset": "flow",
        "event.start": timestamp_text(flow.first_ns),
        "event.end": timestamp_text(flow.last_ns),
        "event.duration": flow.last_ns - flow.first_ns,
        "source.ip": source,
        "destination.ip": destination,
        "source.packets": flow.source.packets,
        "source.bytes": flow.source.bytes,
        "source.payload_bytes": flow.source.payload_bytes,
        "destination.packets": flow.destination.packets,
        "destination.bytes": flow.destination.bytes,
        "destination.payload_bytes": flow.destination.payload_bytes,
        "network.packets": flow.source.packets + flow.destination.packets,
        "network.bytes": flow.source.bytes + flow.destination.bytes,
        "network.type": "ipv4" if len(flow.key) == 12 else "ipv6",
        "network.transport": TRANSPORTS.get(flow.protocol, str(flow.protocol)),
        "network.iana_number": str(flow.protocol),
        "network.community_id": community_id(
            protocol=flow.protocol, key=flow.key, icmp_type=flow.icmp_type, icmp_code=flow.icmp_code
        ),
    }
    if flow.protocol in _WITH_PORTS:
        fields["source.port"] = int.from_bytes(flow.key[-4:-2], "big")
        fields["destination.port"] = int.from_bytes(flow.key[-2:], "big")
    if flow.protocol == TCP:
        fields.update(_tcp(flow))
    if flow.protocol in (ICMP, ICMPV6):
        fields["icmp.type"], fields["icmp.code"] = flow.icmp_type, flow.icmp_code
    if flow.opening is not None:
        fields["network.protocol"] = flow.opening
    if flow.flows > 1:
        fields["tanggap.flows"] = flow.flows
    if flow.part:
        fields["event.type"], fields["network.connection.part"] = ["connection", "info"], flow.part
    return fields | _around(flow)


def _tcp(flow: Flow) -> dict[str, Any]:
    """Return how the connection went: its state as Zeek names it, what was sent again, the time to the first answer."""
    fields: dict[str, Any] = {
        "tcp.flags": flag_names(flow.tcp_flags),
        "network.connection.state": tcp_state(flow.source.flags, flow.destination.flags),
    }
    if flow.source.retransmissions:
        fields["source.retransmissions"] = flow.source.retransmissions
    if flow.destination.retransmissions:
        fields["destination.retransmissions"] = flow.destination.retransmissions
    if flow.round_trip_ns is not None:
        fields["network.round_trip_ns"] = flow.round_trip_ns
    return fields


def _around(flow: Flow) -> dict[str, Any]:
    """Return what the flow was wrapped in: VLAN tags, and the tunnel's own addresses."""
    fields: dict[str, Any] = {}
    if flow.vlans:
        fields["network.vlan.id"] = str(flow.vlans[0])
    if len(flow.vlans) > 1:
        fields["network.inner.vlan.id"] = str(flow.vlans[1])
    if flow.outer is not None:
        fields["network.inner"] = True
        fields["observer.ingress.ip"], fields["observer.egress.ip"] = addresses(flow.outer)
    return fields


def addresses(pair: bytes) -> tuple[str, str]:
    """Return both addresses of a flow's key without its ports, as text."""
    size = len(pair) // 2
    family = socket.AF_INET if size == 4 else socket.AF_INET6
    return socket.inet_ntop(family, pair[:size]), socket.inet_ntop(family, pair[size:])

"""Adds packets up to two-way flows, in bounded memory, whatever the capture holds."""

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ingest.pcap.capture_file import Packet
from ingest.pcap.layers import ETHERNET, ICMP, ICMPV6, TCP, TUNNEL_PORTS, UDP, Located, Locator

Wanted = Callable[[int, int, int, bytes, int, int], None]
"""Takes a packet (see `Packet`) that the protocol dissector has to see."""

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 1, 2, 4, 8, 16, 32, 64, 128
FLAG_NAMES = (
    (FIN, "FIN"), (SYN, "SYN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK"), (URG, "URG"), (ECE, "ECE"), (CWR, "CWR"),
)  # fmt: skip

_SECOND_NS = 1_000_000_000

# A half flow is a list, for speed: what one end sent. The positions:
_PACKETS, _BYTES, _PAYLOAD, _FLAGS, _FIRST, _LAST, _PEER, _DETAIL, _SHOWN = range(9)
_HalfList = list[Any]
_Table = dict[bytes, _HalfList]

# Ethertype, version and header length, total length, fragment field, protocol; then both ports.
_FAST_HEAD = struct.Struct(">HBxHxxHxB").unpack_from
_PORTS = struct.Struct(">HH").unpack_from
_IPV4_PLAIN = 0x45
_IPV4 = 0x0800
_MIN_TCP_FRAME, _MIN_UDP_FRAME = 54, 42
_SPLIT_BITS = 0x3FFF
_TLS_HANDSHAKE, _TLS_MAJOR = 0x16, 0x03
_QUIC_PORT = 443
_NAME_PORTS = frozenset({1812, 1813, 1900, 5060, 5353, 5355})
_ALL = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLimits:
    """When a flow ends although packets may follow, and how many are kept at once."""

    tcp_idle_seconds: int = 3_600
    udp_idle_seconds: int = 300
    other_idle_seconds: int = 300
    max_open_flows: int = 200_000
    """At about 0.5 kB each; over it the quarter that has been silent longest is given out early, and counted."""
    tls_bytes: int = 64 * 1024
    """How much of a TLS direction the dissector sees: the handshake is over long before."""
    udp_bytes: int = 64 * 1024
    """The same for UDP between high ports and for QUIC: media and bulk data."""


class Half(NamedTuple):
    """What one end sent: `bytes` are frame bytes, `payload_bytes` those above TCP, UDP or IP."""

    packets: int = 0
    bytes: int = 0
    payload_bytes: int = 0


class Flow(NamedTuple):
    """One conversation; the source is the end that sent first. A tuple, because a flood makes millions."""

    protocol: int
    key: bytes
    """Source address, destination address (4 or 16 bytes each), source port, destination port."""
    source: Half
    destination: Half
    first_ns: int
    last_ns: int
    tcp_flags: int
    """Every flag seen either way."""
    icmp_type: int = 0
    icmp_code: int = 0
    vlans: tuple[int, ...] = ()
    outer: bytes | None = None


@dataclass(slots=True)
class FlowCounts:
    """What a pass saw; complete once its iterator is exhausted."""

    packets: int = 0
    bytes: int = 0
    flows: int = 0
    given_out_early: int = 0
    """Flows split because `max_open_flows` was reached."""
    first_ns: int | None = None
    last_ns: int | None = None
    link_types: Counter[int] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    """Packets that belong to no flow, by reason: `ethertype:0x0806`, `link:192`, `ip:broken`."""


@dataclass(frozen=True, slots=True)
class _Detail:
    """What only the half that spoke first keeps, and only where it is not plain."""

    icmp_type: int
    icmp_code: int
    vlans: tuple[int, ...]
    outer: bytes | None


_PLAIN = _Detail(0, 0, (), None)
_SILENT = Half()


class FlowTable:
    """The flows still open. One use: `flows` runs once over one capture."""

    def __init__(self, *, limits: FlowLimits, wanted: Wanted | None = None) -> None:
        self.counts = FlowCounts()
        self._limits = limits
        self._wanted: Wanted = wanted or _nothing
        self._tables: dict[int, _Table] = {TCP: {}, UDP: {}}
        self._locator = Locator()
        self._open = 0
        self._until_sweep = 0
        self._sweep_at_ns = 0
        self._done: list[Flow] = []

    def flows(self, packets: Iterable[Packet]) -> Iterator[list[Flow]]:  # noqa: PLR0912, PLR0915
        """Yield flows as they end, in lists ordered by their beginning; the rest at the end of the capture.

        Long because it is the loop every packet goes through: a call per packet costs a fifth of the speed.
        """
        counts, wanted, tables = self.counts, self._wanted, self._tables
        tcp, udp = tables[TCP], tables[UDP]
        tcp_idle, udp_idle, other_idle = self._idle_ns(TCP), self._idle_ns(UDP), self._idle_ns(-1)
        links, total, total_bytes, link_before, link_run = counts.link_types, 0, 0, -1, 0
        first_ns = last_ns = None
        try:
            for time_ns, link, wire, buffer, start, end in packets:
                total += 1
                total_bytes += wire
                if link != link_before:
                    links[link_before] += link_run
                    link_before, link_run = link, 0
                link_run += 1
                if first_ns is None or last_ns is None:
                    first_ns = last_ns = time_ns
                elif time_ns > last_ns:
                    last_ns = time_ns
                elif time_ns < first_ns:
                    first_ns = time_ns

                located: Located | None = None
                flags, at = 0, -1
                protocol = -1
                if link == ETHERNET and end - start >= _MIN_UDP_FRAME:
                    ethertype, version, length, fragment, protocol = _FAST_HEAD(buffer, start + 12)
                    if ethertype != _IPV4 or version != _IPV4_PLAIN or fragment & _SPLIT_BITS:
                        protocol = -1
                if protocol == TCP and end - start >= _MIN_TCP_FRAME:
                    table, idle_ns = tcp, tcp_idle
                    flags = buffer[start + 47]
                    header = (buffer[start + 46] >> 4) * 4
                    at = start + 34 + header
                    # A length of zero is what a network card that splits segments itself leaves behind.
                    payload = (length or end - start - 14) - 20 - header
                    key = buffer[start + 26 : start + 38]
                elif protocol == UDP and TUNNEL_PORTS.isdisjoint(_PORTS(buffer, start + 34)):
                    table, idle_ns = udp, udp_idle
                    at, payload = start + 42, length - 28
                    key = buffer[start + 26 : start + 38]
                else:
                    found = self._locator.locate(link, buffer, start, end)
                    if isinstance(found, str):
                        counts.unread[found] += 1
                        continue
                    located, protocol, key, flags = found, found.protocol, found.key, found.tcp_flags
                    at, payload = found.payload_at, found.payload_bytes
                    table = tables.setdefault(protocol, {})
                    idle_ns = tcp_idle if protocol == TCP else udp_idle if protocol == UDP else other_idle
                payload = max(payload, 0)

                half = table.get(key)
                if half is None or (
                    time_ns - half[_LAST] > idle_ns and self._ended(table, key, half, time_ns, idle_ns)
                ):
                    half = self._begin(table, key, protocol, time_ns, located)
                half[_PACKETS] += 1
                half[_BYTES] += wire
                if time_ns > half[_LAST]:
                    half[_LAST] = time_ns
                elif time_ns < half[_FIRST]:
                    half[_FIRST] = time_ns
                if flags:
                    half[_FLAGS] |= flags
                if payload:
                    half[_PAYLOAD] += payload
                    if half[_SHOWN] < 0:
                        half[_SHOWN] = self._shown_bytes(protocol, key, buffer, at, end)
                    if half[_PAYLOAD] <= half[_SHOWN]:
                        wanted(time_ns, link, wire, buffer, start, end)
                elif protocol == TCP and flags & (FIN | RST) and half[_PAYLOAD]:
                    wanted(time_ns, link, wire, buffer, start, end)
                if self._done:
                    yield self._give()
        finally:
            links[link_before] += link_run
            del links[-1]
            counts.packets, counts.bytes, counts.first_ns, counts.last_ns = total, total_bytes, first_ns, last_ns
        for protocol, table in tables.items():
            self._done += [_flow(protocol, key, half) for key, half in table.items() if half[_DETAIL] is not None]
            table.clear()
        if self._done:
            yield self._give()

    def _idle_ns(self, protocol: int) -> int:
        limits = self._limits
        seconds = {TCP: limits.tcp_idle_seconds, UDP: limits.udp_idle_seconds}.get(protocol, limits.other_idle_seconds)
        return seconds * _SECOND_NS

    def _begin(self, table: "_Table", key: bytes, protocol: int, time_ns: int, located: Located | None) -> "_HalfList":
        """Return a new half: the second of a flow whose other end spoke first, or the first of a new flow."""
        size = (len(key) - 4) // 2
        other = table.get(key[size:-4] + key[:size] + key[-2:] + key[-4:-2])
        if other is not None and other[_PEER] is None and time_ns - other[_LAST] <= self._idle_ns(protocol):
            half: _HalfList = [0, 0, 0, 0, time_ns, time_ns, other, None, -1]
            other[_PEER] = half
            table[key] = half
            return half
        self._make_room(time_ns)
        detail = _PLAIN
        if located is not None and (located.vlans or located.outer or protocol in (ICMP, ICMPV6)):
            detail = _Detail(located.icmp_type, located.icmp_code, located.vlans, located.outer)
        half = [0, 0, 0, 0, time_ns, time_ns, None, detail, -1]
        table[key] = half
        self._open += 1
        return half

    def _ended(self, table: "_Table", key: bytes, half: "_HalfList", time_ns: int, idle_ns: int) -> bool:
        """End the flow of this half if its other end has been silent as long; True if so."""
        if half[_PEER] is not None and time_ns - half[_PEER][_LAST] <= idle_ns:
            return False
        if half[_DETAIL] is None:
            size = (len(key) - 4) // 2
            key, half = key[size:-4] + key[:size] + key[-2:] + key[-4:-2], half[_PEER]
        self._end(table, key, half, _protocol_of(self._tables, table))
        return True

    def _end(self, table: "_Table", key: bytes, half: "_HalfList", protocol: int) -> None:
        del table[key]
        if half[_PEER] is not None:
            size = (len(key) - 4) // 2
            # A flow between an address and itself on one port has one half only.
            table.pop(key[size:-4] + key[:size] + key[-2:] + key[-4:-2], None)
        self._open -= 1
        self._done.append(_flow(protocol, key, half))

    def _make_room(self, now_ns: int) -> None:
        """Give out flows that have gone idle; where that is not enough, the quarter silent longest."""
        self._until_sweep -= 1
        full = self._open >= self._limits.max_open_flows
        if not full and (self._until_sweep > 0 or now_ns < self._sweep_at_ns):
            return
        for protocol, table in self._tables.items():
            oldest_ns = now_ns - self._idle_ns(protocol)
            idle = [(key, half) for key, half in table.items() if half[_DETAIL] and _last_ns(half) < oldest_ns]
            for key, half in idle:
                self._end(table, key, half, protocol)
        # A sweep looks at every open flow, so it waits for as many new ones: the work stays linear.
        self._until_sweep = self._open + 1_024
        self._sweep_at_ns = now_ns + 60 * _SECOND_NS
        if self._open >= self._limits.max_open_flows:
            self._give_out_early(self._open // 4 + 1)

    def _give_out_early(self, count: int) -> None:
        """End the flows silent longest: at least `count`, more where several fell silent at the same moment."""
        silent = sorted(_last_ns(half) for table in self._tables.values() for half in table.values() if half[_DETAIL])
        newest_ns = silent[min(count, len(silent)) - 1]
        for protocol, table in self._tables.items():
            chosen = [(key, half) for key, half in table.items() if half[_DETAIL] and _last_ns(half) <= newest_ns]
            for key, half in chosen:
                self._end(table, key, half, protocol)
            self.counts.given_out_early += len(chosen)

    def _shown_bytes(self, protocol: int, key: bytes, buffer: bytes, at: int, end: int) -> int:
        """Return how many payload bytes of this half the dissector is shown, judged by the first that carry any."""
        limits = self._limits
        if protocol == TCP:
            is_tls = at >= 0 and at + 2 <= end and buffer[at] == _TLS_HANDSHAKE and buffer[at + 1] == _TLS_MAJOR
            return limits.tls_bytes if is_tls else _ALL
        if protocol == UDP:
            low = min(_PORTS(key, len(key) - 4))
            return _ALL if (low < 1_024 and low != _QUIC_PORT) or low in _NAME_PORTS else limits.udp_bytes
        return _ALL

    def _give(self) -> list[Flow]:
        done, self._done = self._done, []
        done.sort(key=lambda flow: (flow.first_ns, flow.protocol, flow.key))
        self.counts.flows += len(done)
        return done


def flag_names(flags: int) -> list[str]:
    """Return the names of the TCP flags that are set, lowest bit first."""
    return [name for bit, name in FLAG_NAMES if flags & bit]


def _nothing(_time: int, _link: int, _wire: int, _buffer: bytes, _start: int, _end: int) -> None:
    """Nobody dissects."""


def _protocol_of(tables: "dict[int, _Table]", table: "_Table") -> int:
    return next(protocol for protocol, candidate in tables.items() if candidate is table)


def _last_ns(half: "_HalfList") -> int:
    last: int = half[_LAST]
    return last if half[_PEER] is None else max(last, half[_PEER][_LAST])


def _flow(protocol: int, key: bytes, half: "_HalfList") -> Flow:
    peer, detail = half[_PEER], half[_DETAIL]
    first_ns, last_ns, flags, answer = half[_FIRST], half[_LAST], half[_FLAGS], _SILENT
    if peer is not None:
        first_ns, last_ns, flags = min(first_ns, peer[_FIRST]), max(last_ns, peer[_LAST]), flags | peer[_FLAGS]
        answer = Half(peer[_PACKETS], peer[_BYTES], peer[_PAYLOAD])
    return Flow(
        protocol=protocol,
        key=key,
        source=Half(half[_PACKETS], half[_BYTES], half[_PAYLOAD]),
        destination=answer,
        first_ns=first_ns,
        last_ns=last_ns,
        tcp_flags=flags,
        icmp_type=detail.icmp_type,
        icmp_code=detail.icmp_code,
        vlans=detail.vlans,
        outer=detail.outer,
    )

"""Adds packets up to two-way flows, in bounded memory, whatever the capture holds.

Compiled where `flow_table.pxd` lies beside it: every packet goes through `FlowTable._add`.
"""

import struct
from array import array
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from ingest.pcap.announced import FTP, TFTP, Announced
from ingest.pcap.capture_file import Packet
from ingest.pcap.flows import TLS_BITS, Flow, FlowCounts, FlowLimits, Half
from ingest.pcap.layers import Located, Locator
from ingest.pcap.openings import Opening, opening_of
from ingest.pcap.reduction import Shown
from ingest.pcap.stratum import Said
from ingest.pcap.tls_end import TlsEnd

Wanted = Callable[[int, int, int, bytes, int, int, int], None]
"""Takes a packet (see `Packet`) that the protocol dissector has to see, and a number that both directions share; 0
for one that stands for itself."""

ARP = "ethertype:0x0806"
_TLS, _TLS_BITS = "tls", TLS_BITS

_ETHERNET, _TCP, _UDP, _ICMP, _ICMPV6 = 1, 6, 17, 1, 58
_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16
_IPV4_PLAIN = 0x45
_SPLIT_BITS = 0x3FFF
_MIN_TCP_FRAME, _MIN_UDP_FRAME = 54, 42
_FTP, _TFTP = FTP, TFTP
_VXLAN, _GENEVE, _GTP = 4789, 6081, 2152
_SECOND_NS = 1_000_000_000
_HALF_SEQUENCE = 1 << 31
_SEQUENCE = 1 << 32

_BUCKETS = 1 << 16
_WINDOW_NS = 60 * _SECOND_NS
_ATTEMPT_PACKETS = 3
"""A SYN and its repeats, or one question asked again; more is no attempt."""
_MAX_HELD = 4_096

_SILENT = Half()
_BYTES = [bytes([value]) for value in range(256)]
_TWO_PORTS = struct.Struct(">HH").unpack_from


class Detail:
    """What only the half that spoke first keeps, and only where it is not plain."""

    def __init__(self, found: Located) -> None:
        self.icmp_type, self.icmp_code = found.icmp_type, found.icmp_code
        self.vlans, self.outer = found.vlans, found.outer


class Side:
    """One direction of a flow: what it sent so far."""

    def __init__(self, key: bytes, protocol: int, time_ns: int) -> None:
        self.key, self.protocol = key, protocol
        self.peer: Side | None = None
        self.detail: Detail | None = None
        self.shown: Shown | None = None
        self.opening: Opening | None = None
        """What its first words are known as."""
        self.tls: TlsEnd | None = None
        self.leads = True
        self.first_ns = self.last_ns = time_ns
        self.packets = self.bytes = self.payload = self.flags = self.retransmissions = 0
        self.sequence = -1
        """The TCP sequence number expected next, -1 where none was seen."""
        self.hole = self.hole_bytes = 0
        """What was missing last: where it begins and its length."""
        self.is_repeat = False
        """Whether its last segment had surely been seen before."""
        self.syn_ns = self.round_trip_ns = -1
        self.part = 0
        self.shard = -1
        """Which dissector sees it, -1 until one has to."""


class _Held:
    """Attempts that wait to be told together, in the next flow of theirs."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.flows = 0
        self.source, self.destination = [0, 0, 0], [0, 0, 0]
        """Packets, bytes and payload bytes."""
        self.first_ns, self.last_ns = flow.first_ns, flow.last_ns

    def add(self, side: Side) -> None:
        self.flows += 1
        for sums, one in ((self.source, side), (self.destination, side.peer)):
            if one is not None:
                sums[0] += one.packets
                sums[1] += one.bytes
                sums[2] += one.payload
        self.first_ns, self.last_ns = min(self.first_ns, side.first_ns), max(self.last_ns, _last_ns(side))


class FlowTable:
    """The flows still open. One use: `flows` runs once over one capture."""

    def __init__(self, *, limits: FlowLimits, wanted: Wanted | None = None, files: bool = False) -> None:
        """`files`: what carries files is wanted whole."""
        self.counts = FlowCounts()
        self._announced = Announced() if files else None
        self._limits = limits
        self._wanted = wanted
        self._tcp: dict[bytes, Side] = {}
        self._udp: dict[bytes, Side] = {}
        self._tables: dict[int, dict[bytes, Side]] = {_TCP: self._tcp, _UDP: self._udp}
        self._locator = Locator()
        self._tcp_idle_ns = limits.tcp_idle_seconds * _SECOND_NS
        self._udp_idle_ns = limits.udp_idle_seconds * _SECOND_NS
        self._other_idle_ns = limits.other_idle_seconds * _SECOND_NS
        self._active_ns = limits.active_seconds * _SECOND_NS
        self._max_open = limits.max_open_flows
        self._open = self._until_sweep = self._sweep_at_ns = 0
        self._packets = self._bytes = self._link_run = 0
        self._link_before = self._first_ns = self._last_ns = -1
        self._done: list[Side] = []
        self._parts: list[Flow] = []
        self._to, self._from = _counters(), _counters()
        self._window = -1
        self._told_singly, self._told_together = limits.told_singly, limits.told_together
        self._held: dict[bytes, _Held] = {}
        self._said: list[Said] = []

    def said(self) -> list[Said]:
        """Return the first messages to mining pools heard since this was asked last."""
        said, self._said = self._said, []
        return said

    def flows(self, batches: Iterable[list[Packet]]) -> Iterator[list[Flow]]:
        """Yield flows as they end, in lists ordered by their beginning; the rest at the end of the capture.

        A list is empty where nothing has ended and something was `said`.
        """
        try:
            for packets in batches:
                self._add_all(packets)
                if self._done or self._parts or self._said:
                    yield self._give()
        finally:
            self._tell()
            for table in self._tables.values():
                self._done += _leading(table)
                table.clear()
            given = self._give() + self._release()
        if given:
            yield given

    def _add_all(self, packets: list[Packet]) -> None:
        for packet in packets:
            self._add(packet[0], packet[1], packet[2], packet[3], packet[4], packet[5])

    def _add(  # noqa: PLR0912, PLR0915
        self, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int
    ) -> None:
        """Take one packet. Long, because a call for each of its steps would cost more than the steps."""
        self._count(time_ns, link, wire)
        located: Located | None = None
        flags, at, transport = 0, -1, -1
        protocol = -1
        size = end - start
        if (
            link == _ETHERNET
            and size >= _MIN_UDP_FRAME
            and buffer[start + 12] == 8
            and buffer[start + 13] == 0
            and buffer[start + 14] == _IPV4_PLAIN
            and not (buffer[start + 20] << 8 | buffer[start + 21]) & _SPLIT_BITS
        ):
            protocol = buffer[start + 23]
        if protocol == _TCP and size >= _MIN_TCP_FRAME:
            transport = start + 34
            flags = buffer[start + 47]
            header = (buffer[start + 46] >> 4) * 4
            at = transport + header
            length = buffer[start + 16] << 8 | buffer[start + 17]
            # A length of zero is what a network card that splits segments itself leaves behind.
            payload = (length or size - 14) - 20 - header
            key = buffer[start + 26 : start + 38]
            table = self._tcp
            idle_ns = self._tcp_idle_ns
        elif protocol == _UDP and not self._is_tunnel(buffer, start + 34):
            at = start + 42
            payload = (buffer[start + 16] << 8 | buffer[start + 17]) - 28
            key = buffer[start + 26 : start + 38]
            table = self._udp
            idle_ns = self._udp_idle_ns
        else:
            found = self._locator.locate(link, buffer, start, end)
            if isinstance(found, str):
                self.counts.unread[found] += 1
                if found == ARP and self._wanted is not None:
                    self._wanted(time_ns, link, wire, buffer, start, end, 0)
                return
            located = found
            protocol = found.protocol
            key = found.key
            flags, at, payload, transport = found.tcp_flags, found.payload_at, found.payload_bytes, found.transport_at
            table = self._tables.setdefault(protocol, {})
            idle_ns = self._idle_ns(protocol)
        payload = max(payload, 0)

        side = table.get(key)
        if side is None or (time_ns - side.last_ns > idle_ns and self._has_ended(table, side, time_ns, idle_ns)):
            side = self._begin(table, key, protocol, time_ns, flags, located)
        elif time_ns - side.first_ns > self._active_ns:
            self._tell_part(side, time_ns)
        side.packets += 1
        side.bytes += wire
        if time_ns > side.last_ns:
            side.last_ns = time_ns
        elif time_ns < side.first_ns:
            side.first_ns = time_ns
        in_order = True
        side.is_repeat = False
        if protocol == _TCP:
            side.flags |= flags
            if transport >= 0 and transport + 8 <= end:
                in_order = self._follow(side, buffer, transport + 4, payload, flags, time_ns)
        side.payload += payload
        # A page without a length ends with its connection.
        speaks = payload > 0 or (protocol == _TCP and flags & (_FIN | _RST) and side.payload > 0)
        if speaks and self._wanted is not None and not side.is_repeat:
            # What follows the payload is padding or the frame check sequence.
            stop = min(end, at + payload)
            self._show(side, time_ns, link, wire, buffer, start, end, at, stop, in_order, payload > 0)

    def _count(self, time_ns: int, link: int, wire: int) -> None:
        self._packets += 1
        self._bytes += wire
        if link != self._link_before:
            self._tell_links()
            self._link_before = link
        self._link_run += 1
        if self._first_ns < 0:
            self._first_ns = self._last_ns = time_ns
        elif time_ns > self._last_ns:
            self._last_ns = time_ns
        elif time_ns < self._first_ns:
            self._first_ns = time_ns

    def _tell_links(self) -> None:
        if self._link_run:
            self.counts.link_types[self._link_before] += self._link_run
        self._link_run = 0

    def _tell(self) -> None:
        self._tell_links()
        counts = self.counts
        counts.packets, counts.bytes = self._packets, self._bytes
        if self._packets:
            counts.first_ns, counts.last_ns = self._first_ns, self._last_ns

    def _is_tunnel(self, buffer: bytes, ports: int) -> bool:
        source = buffer[ports] << 8 | buffer[ports + 1]
        destination = buffer[ports + 2] << 8 | buffer[ports + 3]
        return _is_tunnel_port(source) or _is_tunnel_port(destination)

    def _idle_ns(self, protocol: int) -> int:
        if protocol == _TCP:
            return self._tcp_idle_ns
        return self._udp_idle_ns if protocol == _UDP else self._other_idle_ns

    def _begin(
        self, table: dict[bytes, Side], key: bytes, protocol: int, time_ns: int, flags: int, located: Located | None
    ) -> Side:
        """Return a new side: the second of a flow whose other end spoke first, or the first of a new flow."""
        other = table.get(_turned(key))
        if other is not None and other.peer is None and time_ns - other.last_ns <= self._idle_ns(protocol):
            side = Side(key, protocol, time_ns)
            side.leads = False
            side.peer, other.peer = other, side
            side.part = other.part
            table[key] = side
            return side
        self._make_room(time_ns)
        side = Side(key, protocol, time_ns)
        table[key] = side
        self._open += 1
        lead = side
        if protocol == _TCP and flags & _SYN and flags & _ACK:
            # An answer: who asked was not seen, or was counted with a flood.
            turned = _turned(key)
            if other is not None:
                self._end(table, other)
                table[key] = side
            if turned != key:
                lead = Side(turned, protocol, time_ns)
                table[turned] = lead
                side.leads = False
                side.peer, lead.peer = lead, side
        if located is not None and (located.vlans or located.outer is not None or protocol in (_ICMP, _ICMPV6)):
            lead.detail = Detail(located)
        return side

    def _has_ended(self, table: dict[bytes, Side], side: Side, time_ns: int, idle_ns: int) -> bool:
        """End the flow of this side if its other end has been silent as long; True if so."""
        if side.peer is not None and time_ns - side.peer.last_ns <= idle_ns:
            return False
        self._end(table, side if side.leads or side.peer is None else side.peer)
        return True

    def _end(self, table: dict[bytes, Side], lead: Side) -> None:
        del table[lead.key]
        if lead.peer is not None:
            table.pop(lead.peer.key, None)
        self._open -= 1
        self._done.append(lead)

    def _tell_part(self, side: Side, time_ns: int) -> None:
        """Tell what a long flow has been so far, and count on from nothing."""
        lead = side if side.leads or side.peer is None else side.peer
        if time_ns - lead.first_ns <= self._active_ns:
            return
        self._parts.append(_flow(lead))
        _renew(lead, time_ns)
        if lead.peer is not None:
            _renew(lead.peer, time_ns)

    def _follow(self, side: Side, buffer: bytes, at: int, payload: int, flags: int, time_ns: int) -> bool:
        """Follow the sequence numbers; return whether the segment is the one expected next."""
        sequence = buffer[at]
        sequence = ((sequence << 8 | buffer[at + 1]) << 8 | buffer[at + 2]) << 8 | buffer[at + 3]
        if flags & _SYN:
            if flags & _ACK:
                peer = side.peer
                if peer is not None and peer.syn_ns >= 0 and side.round_trip_ns < 0 and time_ns >= peer.syn_ns:
                    side.round_trip_ns = peer.round_trip_ns = time_ns - peer.syn_ns
            else:
                side.syn_ns = time_ns
            sequence += 1
        expected = side.sequence
        if expected < 0:
            side.sequence = (sequence + payload) % _SEQUENCE
            return True
        ahead = (sequence - expected) % _SEQUENCE
        following = (sequence + payload) % _SEQUENCE
        if ahead == 0:
            side.sequence = following
            return True
        if ahead < _HALF_SEQUENCE:
            side.hole, side.hole_bytes = expected, ahead
            side.sequence = following
            return False
        if side.hole_bytes and (sequence - side.hole) % _SEQUENCE < side.hole_bytes:
            return False  # late, not sent again
        if (following - expected) % _SEQUENCE < _HALF_SEQUENCE and following != expected:
            side.sequence = following
        elif payload > 1 or (payload == 1 and (expected - sequence) % _SEQUENCE != 1):
            side.retransmissions += 1
            # Where something was missing once, this may be what was: only the last hole is remembered.
            side.is_repeat = side.hole_bytes == 0
        return False

    def _show(  # noqa: PLR0913, PLR0917
        self, side: Side, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int, at: int,
        stop: int, in_order: bool, says: bool,
    ) -> None:  # fmt: skip
        """Show it where it is wanted; one that `says` nothing ends the connection."""
        shown = side.shown
        if shown is None:
            low, high = _ports(side.key)
            announced = self._announced
            shown = side.shown = Shown(
                protocol=side.protocol,
                low_port=low,
                high_port=high,
                files=announced is not None,
                whole=announced is not None and announced.has(side.key),
            )
            side.shard = _shard(side)
            if side.peer is not None and side.peer.shown is not None:
                shown.heard(side.peer.shown)
            self._open_up(side, time_ns, buffer, at, stop, low, high)
        if side.tls is not None and not side.tls.is_over:
            side.tls.follow(buffer, at, stop, in_order)
        if self._announced is not None and (shown.low_port == _FTP or shown.low_port == _TFTP):  # noqa: PLR1714
            self._listen(side, buffer, at, stop)
        if side.peer is not None and side.peer.shown is not None:
            side.peer.shown.heard(shown)
        if (says or shown.ends_with_connection) and shown.wants(buffer, at, stop, in_order):
            assert self._wanted is not None
            self._wanted(time_ns, link, wire, buffer, start, end, side.shard)

    def _open_up(self, side: Side, time_ns: int, buffer: bytes, at: int, stop: int, low: int, high: int) -> None:
        """Take in the first words of this side."""
        opening = side.opening = opening_of(buffer, at, stop, side.protocol, low, high)
        peer = side.peer
        # A server may warn or refuse before it greets.
        if (opening is not None and opening.protocol == _TLS) or (peer is not None and peer.tls is not None):
            side.tls = TlsEnd()
        elif opening is not None and opening.message is not None and (peer is None or peer.opening is None):
            self._said.append(Said(time_ns, side.key, opening.message))

    def _listen(self, side: Side, buffer: bytes, at: int, stop: int) -> None:
        """Hear which connections this one announces."""
        assert self._announced is not None
        if side.protocol == _TCP and 0 <= at < stop:
            self._announced.hear(side.key, buffer[at:stop])
        elif side.protocol == _UDP:
            self._announced.ask(side.key)

    def _make_room(self, now_ns: int) -> None:
        """Give out flows that have gone idle; where that is not enough, attempts, then those silent longest."""
        self._until_sweep -= 1
        full = self._open >= self._max_open
        if not full and (self._until_sweep > 0 or now_ns < self._sweep_at_ns):
            return
        for protocol, table in self._tables.items():
            oldest_ns = now_ns - self._idle_ns(protocol)
            for side in _leading(table):
                if _last_ns(side) < oldest_ns:
                    self._end(table, side)
        # A sweep looks at every open flow, so it waits for as many new ones: the work stays linear.
        self._until_sweep = self._open + 1_024
        self._sweep_at_ns = now_ns + 60 * _SECOND_NS if now_ns < 1 << 62 else 0
        if self._open >= self._max_open:
            self._give_out_early(self._open // 4 + 1)

    def _give_out_early(self, count: int) -> None:
        """End attempts, oldest first; without enough of them, the flows silent longest. At least `count`."""
        sides: list[Side] = []
        for table in self._tables.values():
            sides += _leading(table)
        chosen = _attempts(sides, count)
        if len(chosen) < count:
            sides.sort(key=_last_ns_of)
            chosen = sides[:count]
        for side in chosen:
            self._end(self._tables[side.protocol], side)
        self.counts.given_out_early += len(chosen)

    def _give(self) -> list[Flow]:
        done, self._done = self._done, []
        given, self._parts = self._parts, []
        done.sort(key=attrgetter("first_ns"))
        counts = self.counts
        for side in done:
            if not _is_attempt(side):
                given.append(_flow(side))
            else:
                counts.attempts += side.peer is None and side.flags & (_SYN | _ACK) == _SYN
                flow = self._sampled(side)
                if flow is not None:
                    given.append(flow)
            _part(side)
        counts.flows += len(given)
        return given

    def _sampled(self, side: Side) -> Flow | None:
        """Return the flow of an attempt; under a flood only now and then one that stands for those before it."""
        window = side.first_ns // _WINDOW_NS
        if window > self._window:
            self._window = window
            self._to, self._from = _counters(), _counters()
        key = side.key
        size = (len(key) - 4) // 2
        to, of = _bucket(key, size, size * 2), _bucket(key, 0, size)
        self._to[to] += 1
        self._from[of] += 1
        flooded = self._to[to] > self._told_singly
        if not flooded and self._from[of] <= self._told_singly:
            return _flow(side)
        name = (key[size:-4] + b"<" if flooded else key[:size] + b">") + _BYTES[side.protocol]
        held = self._held.get(name)
        if held is None:
            if len(self._held) >= _MAX_HELD:
                return _flow(side)
            held = self._held[name] = _Held(_flow(side))
        held.add(side)
        if held.flows < self._told_together:
            return None
        del self._held[name]
        return self._together(held)

    def _together(self, held: _Held) -> Flow:
        self.counts.sampled += held.flows - 1
        flow = held.flow
        source = _half(held.source, flow.source.flags)
        destination = _half(held.destination, flow.destination.flags)
        return flow._replace(
            source=source, destination=destination, first_ns=held.first_ns, last_ns=held.last_ns, flows=held.flows
        )

    def _release(self) -> list[Flow]:
        """Return what still waits to be told together."""
        given = [self._together(held) for held in self._held.values()]
        self._held = {}
        self.counts.flows += len(given)
        return given


def _is_tunnel_port(port: int) -> bool:
    return port in (_VXLAN, _GENEVE, _GTP)


def _half(sums: list[int], flags: int) -> Half:
    return Half(packets=sums[0], bytes=sums[1], payload_bytes=sums[2], flags=flags)


def _counters() -> "array[int]":
    return array("q", bytes(_BUCKETS * 8))


def _bucket(key: bytes, start: int, end: int) -> int:
    """Return which of the counters is an address's. Source: FNV-1a, 32 bits, folded to 16."""
    value = 2_166_136_261
    for place in range(start, end):
        value = ((value ^ key[place]) * 16_777_619) & 0xFFFF_FFFF
    return (value >> 16) ^ (value & 0xFFFF)


def _leading(table: dict[bytes, Side]) -> list[Side]:
    """Return one side of each flow of the table."""
    sides = []
    for side in table.values():
        if side.leads:
            sides.append(side)  # noqa: PERF401  the variable of a comprehension has no C type
    return sides


def _part(side: Side) -> None:
    """Let the two sides of a flow go: compiled ones are not in the garbage collector's care, so none may remain."""
    if side.peer is not None:
        side.peer.peer = None
        side.peer = None


def _attempts(sides: list[Side], most: int) -> list[Side]:
    """Return the first of them that are attempts; a table holds what began first at its front."""
    found = []
    for side in sides:
        if _is_attempt(side):
            found.append(side)
            if len(found) >= most:
                break
    return found


def _last_ns_of(side: Side) -> int:
    return _last_ns(side)


def _turned(key: bytes) -> bytes:
    size = (len(key) - 4) // 2
    return key[size:-4] + key[:size] + key[-2:] + key[-4:-2]


def _ports(key: bytes) -> tuple[int, int]:
    one, other = _TWO_PORTS(key, len(key) - 4)
    return (one, other) if one < other else (other, one)


def _shard(side: Side) -> int:
    """Return a number that all packets between two addresses share, those of a tunnel's ends where there is one."""
    lead = side if side.leads or side.peer is None else side.peer
    addresses = side.key[:-4]
    if lead.detail is not None and lead.detail.outer is not None:
        addresses = lead.detail.outer
    size = len(addresses) // 2
    return 1 + (_bucket(addresses, 0, size) ^ _bucket(addresses, size, size * 2))


def _is_attempt(side: Side) -> bool:
    """Say whether it is a first word that nobody answered, or that was refused."""
    if side.packets > _ATTEMPT_PACKETS or side.part or (side.protocol == _TCP and side.payload):
        return False
    peer = side.peer
    return peer is None or (peer.packets <= _ATTEMPT_PACKETS and peer.flags & (_RST | _SYN) == _RST)


def _last_ns(side: Side) -> int:
    return side.last_ns if side.peer is None else max(side.last_ns, side.peer.last_ns)


def _renew(side: Side, time_ns: int) -> None:
    side.packets = side.bytes = side.payload = side.flags = side.retransmissions = 0
    side.first_ns = side.last_ns = time_ns
    side.part += 1


def _flow(lead: Side) -> Flow:
    peer, detail = lead.peer, lead.detail
    first_ns, last_ns, answer = lead.first_ns, lead.last_ns, _SILENT
    if peer is not None:
        first_ns, last_ns = min(first_ns, peer.first_ns), max(last_ns, peer.last_ns)
        answer = Half(peer.packets, peer.bytes, peer.payload, peer.retransmissions, peer.flags)
    return Flow(
        lead.protocol,
        lead.key,
        Half(lead.packets, lead.bytes, lead.payload, lead.retransmissions, lead.flags),
        answer,
        first_ns,
        last_ns,
        detail.icmp_type if detail is not None else 0,
        detail.icmp_code if detail is not None else 0,
        detail.vlans if detail is not None else (),
        detail.outer if detail is not None else None,
        lead.round_trip_ns if lead.round_trip_ns >= 0 else None,
        lead.part,
        1,
        _protocol(lead),
        _tls_seen(lead) | (_tls_seen(peer) << _TLS_BITS if peer is not None else 0),
    )


def _protocol(lead: Side) -> str | None:
    """Return what its first words are known as, the first speaker's or else the other's."""
    opening = lead.opening
    if opening is None and lead.peer is not None:
        opening = lead.peer.opening
    return None if opening is None else opening.protocol


def _tls_seen(side: Side) -> int:
    return 0 if side.tls is None else side.tls.seen

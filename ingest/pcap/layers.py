"""Finds the addresses and ports of a frame: link layers, VLAN, MPLS, PPPoE, IP with its extensions, tunnels.

This is the way for every frame that is not plain Ethernet with unfragmented IPv4 (`flows` reads those in place).
"""

import struct
from collections import OrderedDict

ETHERNET, NULL, RAW_IP, LOOP, SLL, SLL2 = 1, 0, 101, 108, 113, 276
IPV4, IPV6, PPP, C_HDLC, RAW_BSD = 228, 229, 9, 104, 12
PPP_SERIAL, PPPOE, WIRELESS, WIRELESS_RADIOTAP = 50, 51, 105, 127

TCP, UDP, SCTP, ICMP, ICMPV6 = 6, 17, 132, 1, 58
_IPIP, _IPV6_IN_IP, _GRE = 4, 41, 47
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _DESTINATION, _MOBILITY = 0, 43, 44, 60, 135
_SKIPPED_EXTENSIONS = frozenset({_HOP_BY_HOP, _ROUTING, _DESTINATION, _MOBILITY})

VXLAN_PORT, GENEVE_PORT, GTP_PORT = 4789, 6081, 2152
TUNNEL_PORTS = frozenset({VXLAN_PORT, GENEVE_PORT, GTP_PORT})

_T_IPV4, _T_IPV6, _T_MPLS, _T_PPPOE, _T_BRIDGE, _T_PPP = 0x0800, 0x86DD, 0x8847, 0x8864, 0x6558, 0x880B
_T_NSH = 0x894F
_T_ERSPAN2, _T_ERSPAN3 = 0x88BE, 0x22EB
_T_VLANS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_PPP_TYPES = {0x0021: _T_IPV4, 0x0057: _T_IPV6, 0x0281: _T_MPLS}
_LLC = 1
"""Below 1,536 the field is a length, and what follows says itself what it is."""
_SNAP = b"\xaa\xaa\x03\x00\x00\x00"
_LAST_LENGTH = 1_535
_WIRELESS_HEAD = 24
_MAX_DEPTH = 8
"""Tags and tunnels one in another; deeper is an attack, not a network."""

_U16 = struct.Struct(">H").unpack_from
_IPV4_HEAD = struct.Struct(">BBHHHBB").unpack_from


class Located:
    """Where a packet belongs: `key` is source, destination address and both ports as they stand in the packet."""

    def __init__(  # noqa: PLR0913, PLR0917
        self, protocol: int, key: bytes, payload_bytes: int, tcp_flags: int, payload_at: int,
        transport_at: int, icmp_type: int, icmp_code: int, vlans: tuple[int, ...], outer: bytes | None,
    ) -> None:  # fmt: skip
        self.protocol = protocol
        self.key = key
        """Two addresses of 4 or 16 bytes, then two ports (zeros where the protocol has none)."""
        self.payload_bytes, self.tcp_flags = payload_bytes, tcp_flags
        self.payload_at = payload_at
        """Where the payload starts in the buffer, -1 where it was not captured."""
        self.transport_at = transport_at
        """Where the TCP header starts, -1 for all else."""
        self.icmp_type, self.icmp_code, self.vlans = icmp_type, icmp_code, vlans
        self.outer = outer
        """The tunnel's own two addresses."""


class Fragments:
    """Remembers the ports of first fragments, for the later ones that carry none; bounded, oldest forgotten."""

    def __init__(self, *, limit: int = 4_096) -> None:
        self._limit = limit
        self._ports: OrderedDict[bytes, bytes] = OrderedDict()

    def remember(self, datagram: bytes, ports: bytes) -> None:
        self._ports[datagram] = ports
        if len(self._ports) > self._limit:
            self._ports.popitem(last=False)

    def ports(self, datagram: bytes) -> bytes | None:
        return self._ports.get(datagram)


class Locator:
    """Locates packets one after another; keeps only the fragments still open."""

    def __init__(self) -> None:
        self._fragments = Fragments()

    def locate(self, link_type: int, buffer: bytes, start: int, end: int) -> Located | str:
        """Return where the packet belongs, or a word for why it belongs nowhere."""
        found = _network_layer(link_type, buffer, start, end)
        if found is None:
            return f"link:{link_type}"
        ethertype, position = found
        return _Walk(buffer, end, self._fragments).walk(ethertype, position)


def _network_layer(link_type: int, buffer: bytes, start: int, end: int) -> tuple[int, int] | None:  # noqa: PLR0911
    """Return the ethertype and where it begins. Source: tcpdump.org/linktypes.html."""
    size = end - start
    if link_type == ETHERNET:
        return (_U16(buffer, start + 12)[0], start + 14) if size >= 14 else (0, end)
    if link_type in (RAW_IP, RAW_BSD, IPV4, IPV6):
        return (_version_type(buffer, start), start) if size else (0, end)
    if link_type in (NULL, LOOP):
        # The family is in the byte order of the host that captured; the version nibble is not.
        return (_version_type(buffer, start + 4), start + 4) if size > 4 else (0, end)
    if link_type == SLL:
        return (_U16(buffer, start + 14)[0], start + 16) if size >= 16 else (0, end)
    if link_type == SLL2:
        return (_U16(buffer, start)[0], start + 20) if size >= 20 else (0, end)
    if link_type in (PPP, PPP_SERIAL):
        return _ppp(buffer, start, end)
    if link_type == C_HDLC:
        return (_U16(buffer, start + 2)[0], start + 4) if size >= 4 else (0, end)
    if link_type == PPPOE:
        return _T_PPPOE, start
    if link_type == WIRELESS:
        return _wireless(buffer, start, end)
    if link_type == WIRELESS_RADIOTAP:
        # Version, padding, then the whole length, in the byte order of the radio's host: always little.
        return _wireless(buffer, start + int.from_bytes(buffer[start + 2 : start + 4], "little"), end)
    return None


def _wireless(buffer: bytes, position: int, end: int) -> tuple[int, int]:
    """Return what an 802.11 data frame carries; nothing where it is encrypted. Source: IEEE 802.11-2020 9.2, 9.3.2."""
    if end - position < _WIRELESS_HEAD:
        return 0, end
    kind, flags = buffer[position], buffer[position + 1]
    is_plain_data = kind & 0x0C == 0x08 and not kind & 0x40 and not flags & 0x40
    if not is_plain_data:
        return 0, end
    size = _WIRELESS_HEAD + (6 if flags & 3 == 3 else 0)
    if kind & 0x80:  # quality of service, with high throughput's field where the order bit is set
        size += 6 if flags & 0x80 else 2
    return _LLC, position + size


def _version_type(buffer: bytes, position: int) -> int:
    return {4: _T_IPV4, 6: _T_IPV6}.get(buffer[position] >> 4, 0)


def _ppp(buffer: bytes, position: int, end: int) -> tuple[int, int]:
    if end - position >= 4 and buffer[position] == 0xFF and buffer[position + 1] == 0x03:
        position += 2
    if end - position < 2:
        return 0, end
    if buffer[position] & 1:  # RFC 1661 6.5: protocol field compression
        return _PPP_TYPES.get(buffer[position], 0), position + 1
    return _PPP_TYPES.get(_U16(buffer, position)[0], 0), position + 2


class _Walk:
    """One packet, from its network layer inwards."""

    def __init__(self, buffer: bytes, end: int, fragments: Fragments) -> None:
        self._buffer, self._end, self._fragments = buffer, end, fragments
        self._vlans: tuple[int, ...] = ()
        self._outer: bytes | None = None
        self._fallback: Located | None = None
        self._depth = 0

    def walk(self, ethertype: int, position: int) -> Located | str:
        """Go down to the innermost IP packet; a tunnel with nothing readable inside counts as itself."""
        buffer, end = self._buffer, self._end
        while self._depth < _MAX_DEPTH:
            self._depth += 1
            left = end - position
            if ethertype in _T_VLANS and left >= 4:
                self._vlans += (_U16(buffer, position)[0] & 0x0FFF,)
                ethertype, position = _U16(buffer, position + 2)[0], position + 4
            elif ethertype == _T_MPLS and left > 4:
                ethertype, position = self._under_labels(position)
            elif ethertype == _T_PPPOE and left >= 8:
                ethertype, position = _ppp(buffer, position + 6, end)
            elif ethertype == _T_PPP and left >= 2:
                ethertype, position = _ppp(buffer, position, end)
            elif ethertype <= _LAST_LENGTH and left >= 8 and buffer[position : position + 6] == _SNAP:
                ethertype, position = _U16(buffer, position + 6)[0], position + 8
            elif ethertype == _T_BRIDGE and left >= 14:
                ethertype, position = _U16(buffer, position + 12)[0], position + 14
            elif ethertype == _T_NSH and left >= 8:
                inside = {1: _T_IPV4, 2: _T_IPV6, 3: _T_BRIDGE}.get(buffer[position + 3], 0)
                ethertype, position = inside, position + max(8, (buffer[position + 1] & 0x3F) * 4)
            elif ethertype in (_T_ERSPAN2, _T_ERSPAN3) and left >= 8:
                ethertype, position = _T_BRIDGE, position + (8 if ethertype == _T_ERSPAN2 else 12)
            elif ethertype in (_T_IPV4, _T_IPV6):
                found = self._ip(ethertype, position)
                if not isinstance(found, tuple):
                    return found if isinstance(found, Located) else (self._fallback or found)
                ethertype, position = found
            else:
                break
        return self._fallback or f"ethertype:0x{ethertype:04x}"

    def _under_labels(self, position: int) -> tuple[int, int]:
        while position + 4 < self._end:
            bottom = self._buffer[position + 2] & 1
            position += 4
            if bottom:
                return _version_type(self._buffer, position), position
        return 0, position

    def _ip(self, ethertype: int, position: int) -> Located | str | tuple[int, int]:
        head = self._ipv4(position) if ethertype == _T_IPV4 else self._ipv6(position)
        if head is None:
            return "ip:broken"
        protocol, addresses, start, length, fragment, later = head
        ports = b"\x00\x00\x00\x00"
        if later:
            known = self._fragments.ports(fragment) if fragment else None
            return self._located(protocol, addresses + (known or ports), length, 0, -1)
        inside = self._tunnel(protocol, start)
        if inside is not None:
            self._fallback = self._located(protocol, addresses + self._ports(protocol, start), length, 0, -1)
            self._outer = self._outer or addresses
            return inside
        found = self._transport(protocol, addresses, start, length)
        if fragment:
            self._fragments.remember(fragment, found.key[-4:])
        return found

    def _ipv4(self, position: int) -> tuple[int, bytes, int, int, bytes, bool] | None:
        """Return protocol, addresses, start and wire length of the payload, datagram id if split, later fragment?"""
        if self._end - position < 20:
            return None
        first, _tos, total, number, flags, _ttl, protocol = _IPV4_HEAD(self._buffer, position)
        header = (first & 0x0F) * 4
        if first >> 4 != 4 or header < 20:
            return None
        addresses = self._buffer[position + 12 : position + 20]
        # A length of zero is what a network card that splits segments itself leaves behind.
        length = max(0, (total or self._end - position) - header)
        offset = flags & 0x1FFF
        split = addresses + bytes([protocol]) + number.to_bytes(2, "big") if flags & 0x3FFF else b""
        return protocol, addresses, position + header, length, split, offset > 0

    def _ipv6(self, position: int) -> tuple[int, bytes, int, int, bytes, bool] | None:
        buffer, end = self._buffer, self._end
        if end - position < 40 or buffer[position] >> 4 != 6:
            return None
        length, protocol = _U16(buffer, position + 4)[0], buffer[position + 6]
        addresses = buffer[position + 8 : position + 40]
        length = length or end - position - 40
        start, split = position + 40, b""
        while True:
            if protocol in _SKIPPED_EXTENSIONS and start + 8 <= end:
                size = (buffer[start + 1] + 1) * 8
            elif protocol == _FRAGMENT and start + 8 <= end:
                size = 8
                offset = _U16(buffer, start + 2)[0]
                if offset & 0xFFF9:
                    split = addresses + buffer[start : start + 1] + buffer[start + 4 : start + 8]
                if offset & 0xFFF8:
                    return buffer[start], addresses, start + 8, max(0, length - 8), split, True
            else:
                return protocol, addresses, start, length, split, False
            protocol, start, length = buffer[start], start + size, max(0, length - size)

    def _ports(self, protocol: int, start: int) -> bytes:
        if protocol in (TCP, UDP, SCTP) and start + 4 <= self._end:
            return self._buffer[start : start + 4]
        return b"\x00\x00\x00\x00"

    def _tunnel(self, protocol: int, start: int) -> tuple[int, int] | None:
        """Return what lies inside a tunnel, None where this is none."""
        if protocol == _IPIP:
            return _T_IPV4, start
        if protocol == _IPV6_IN_IP:
            return _T_IPV6, start
        if protocol == _GRE:
            return self._gre(start)
        if protocol == UDP and start + 16 <= self._end:
            return self._udp_tunnel(start)
        return None

    def _gre(self, start: int) -> tuple[int, int] | None:
        """Source: RFC 2784, RFC 2890, RFC 2637 (version 1, PPTP)."""
        if start + 4 > self._end:
            return None
        flags, ethertype = _U16(self._buffer, start)[0], _U16(self._buffer, start + 2)[0]
        position = start + 4
        for bit in (0x8000, 0x2000, 0x1000):
            position += 4 if flags & bit else 0
        if flags & 7 == 1:
            position += 4 if flags & 0x0080 else 0
        if ethertype == _T_ERSPAN2 and not flags & 0x1000:
            return _T_BRIDGE, position  # ERSPAN type I has no header of its own
        known = ethertype in _T_VLANS or ethertype in (
            _T_IPV4, _T_IPV6, _T_MPLS, _T_BRIDGE, _T_PPP, _T_ERSPAN2, _T_ERSPAN3, _T_NSH
        )  # fmt: skip
        return (ethertype, position) if known and position < self._end else None

    def _udp_tunnel(self, start: int) -> tuple[int, int] | None:
        buffer, inside = self._buffer, start + 8
        source, destination = _U16(buffer, start)[0], _U16(buffer, start + 2)[0]
        if destination == VXLAN_PORT and buffer[inside] & 0x08:
            return _T_BRIDGE, inside + 8
        if destination == GENEVE_PORT and buffer[inside] >> 6 == 0:
            return _U16(buffer, inside + 2)[0], inside + 8 + (buffer[inside] & 0x3F) * 4
        if GTP_PORT in (source, destination):
            return self._gtp(inside)
        return None

    def _gtp(self, inside: int) -> tuple[int, int] | None:
        """Return the user's packet in a G-PDU. Source: 3GPP TS 29.281 5.1."""
        buffer, end = self._buffer, self._end
        if buffer[inside] >> 4 != 3 or buffer[inside + 1] != 0xFF:
            return None
        position = inside + 8
        if buffer[inside] & 7:
            position += 4
            following = buffer[position - 1] if position <= end and buffer[inside] & 4 else 0
            while following and position < end and buffer[position]:
                position += buffer[position] * 4
                following = buffer[position - 1] if position <= end else 0
        return (_version_type(buffer, position), position) if position < end else None

    def _transport(self, protocol: int, addresses: bytes, start: int, length: int) -> Located:
        buffer, end = self._buffer, self._end
        if protocol == TCP and start + 14 <= end:
            header = (buffer[start + 12] >> 4) * 4
            payload = max(0, length - header)
            at = start + header if start + header <= end else -1
            key, flags = addresses + buffer[start : start + 4], buffer[start + 13]
            return Located(protocol, key, payload, flags, at, start, 0, 0, self._vlans, self._outer)
        if protocol == UDP:
            return self._located(protocol, addresses + self._ports(UDP, start), max(0, length - 8), 0, start + 8)
        found = self._located(protocol, addresses + self._ports(protocol, start), length, 0, start)
        if protocol in (ICMP, ICMPV6) and start + 2 <= end:
            return self._located(protocol, found.key, max(0, length - 8), 0, start, buffer[start], buffer[start + 1])
        return found

    def _located(
        self, protocol: int, key: bytes, payload: int, flags: int, at: int, icmp_type: int = 0, icmp_code: int = 0
    ) -> Located:
        return Located(protocol, key, payload, flags, at, -1, icmp_type, icmp_code, self._vlans, self._outer)

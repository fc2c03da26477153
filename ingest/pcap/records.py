"""Finds the packets in a stretch of a capture: the records of pcap, the packet blocks of pcapng.

Compiled where `records.pxd` lies beside it. A packet is a plain tuple over the stretch, not an object.
"""

from dataclasses import dataclass

Packet = tuple[int, int, int, bytes, int, int]
"""Nanoseconds since 1970, link type, length on the wire, buffer, start and end of the captured bytes in the buffer."""

MAX_PACKET_BYTES = 4 * 1024 * 1024
"""A record that claims more is damage. Real ones stay under 256 KiB except for USB and D-Bus captures."""

_SECOND_NS = 1_000_000_000
_LAST_NS = 2**63 - 1
_ENHANCED_PACKET = 6
_ENHANCED_HEAD = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordForm:
    """How the records of one pcap file are written."""

    big_endian: bool
    fraction_ns: int
    """What one unit of the time's second field is."""
    head_bytes: int
    link_type: int


def pcap_records(buffer: bytes, position: int, form: RecordForm) -> tuple[list[Packet], int, bool]:
    """Return the packets of all whole records from `position`, where they end, and whether the next one is absurd."""
    big, fraction_ns, head_bytes, link = form.big_endian, form.fraction_ns, form.head_bytes, form.link_type
    packets: list[Packet] = []
    size = len(buffer)
    last = size - head_bytes
    while position <= last:
        captured = _u32(buffer, position + 8, big)
        start = position + head_bytes
        end = start + captured
        if end > size:
            return packets, position, captured > MAX_PACKET_BYTES
        time_ns = _u32(buffer, position, big) * _SECOND_NS + _u32(buffer, position + 4, big) * fraction_ns
        wire = _u32(buffer, position + 12, big)
        packets.append((time_ns, link, wire, buffer, start, end))
        position = end
    return packets, position, False


def enhanced_packets(
    buffer: bytes, position: int, big: bool, interfaces: list[tuple[int, int, int]]
) -> tuple[list[Packet], int]:
    """Return the packets of the enhanced packet blocks that follow one another from `position`, and where they end.

    `interfaces` has for each link type, nanoseconds of one tick and offset in nanoseconds; it stops at every other
    block, at one that is not whole or contradicts itself, and at an interface whose tick is no whole nanosecond (0).
    """
    packets: list[Packet] = []
    size = len(buffer)
    known = len(interfaces)
    while position + 32 <= size and _u32(buffer, position, big) == _ENHANCED_PACKET:
        length = _u32(buffer, position + 4, big)
        captured = _u32(buffer, position + 20, big)
        interface = _u32(buffer, position + 8, big)
        if length % 4 or length < 32 or length > MAX_PACKET_BYTES or position + length > size:
            break
        if interface >= known or captured + 32 > length:
            break
        high = _u32(buffer, position + 12, big)
        link, tick_ns, offset_ns = interfaces[interface]
        # Beyond this the time may pass what a store can hold: the careful way is for those.
        if tick_ns <= 0 or tick_ns > 1_000 or high >= 1 << 21:
            break
        time_ns = ((high << 32) + _u32(buffer, position + 16, big)) * tick_ns
        if time_ns > _LAST_NS // 2 or offset_ns > _LAST_NS // 4 or offset_ns < 0:
            break
        start = position + _ENHANCED_HEAD
        wire = _u32(buffer, position + 24, big)
        packets.append((time_ns + offset_ns, link, wire, buffer, start, start + captured))
        position += length
    return packets, position


def _u32(buffer: bytes, at: int, big: bool) -> int:
    value = buffer[at] if big else buffer[at + 3]
    if big:
        return ((value << 8 | buffer[at + 1]) << 8 | buffer[at + 2]) << 8 | buffer[at + 3]
    return ((value << 8 | buffer[at + 2]) << 8 | buffer[at + 1]) << 8 | buffer[at]

"""Reads packets out of a capture file: pcap and pcapng, both byte orders, also inside gzip or zstd.

A packet is a plain tuple over the read buffer, not an object: a capture holds millions of them.
"""

import gzip
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from ingest.parsers.base import LATEST_NS
from ingest.pcap.records import MAX_PACKET_BYTES, Packet, RecordForm, enhanced_packets, pcap_records

__all__ = ["MAX_PACKET_BYTES", "CaptureFile", "Damage", "NotACaptureError", "Packet"]

LAST_TIME_NS = LATEST_NS
"""pcapng can write later times than a store can hold (year 2262); they are taken for the last it can."""

_CHUNK_BYTES = 1024 * 1024
_SECOND_NS = 1_000_000_000
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PCAP_MAGICS: dict[bytes, tuple[str, int, int]] = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1_000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    # Kuznetzov's variant: eight more bytes in each record header.
    b"\x34\xcd\xb2\xa1": ("<", 1_000, 24),
    b"\xa1\xb2\xcd\x34": (">", 1_000, 24),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_SECTION_NUMBER, _INTERFACE, _PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_MIN_BLOCK_BYTES = 12
_OPTION_TSRESOL, _OPTION_TSOFFSET = 9, 14
_MAX_INTERFACES = 65_536


class NotACaptureError(Exception):
    """The file is neither pcap nor pcapng; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where reading had to stop."""

    offset: int
    """Bytes from the start of the (unpacked) capture."""
    reason: str


class CaptureFile:
    """One capture, read once from front to back; `damage` says afterwards whether its end was reached."""

    def __init__(self, path: Path) -> None:
        """Raises: NotACaptureError, OSError."""
        self._path = path
        self._file = path.open("rb")
        self.size_bytes = path.stat().st_size
        self.damage: Damage | None = None
        try:
            self._stream = _Unpacked(self._file)
            self._head = self._stream.read(4)
            if self._head not in _PCAP_MAGICS and self._head != _SECTION:
                raise NotACaptureError(path=path, reason="bukan berkas tangkapan pcap atau pcapng")
        except BaseException:
            self._file.close()
            raise

    @property
    def read_bytes(self) -> int:
        """How much of the file on disk has been read, for progress."""
        return self._file.tell()

    def close(self) -> None:
        self._file.close()

    def packets(self) -> Iterator[Packet]:
        """Yield every packet in file order; a damaged file ends early and sets `damage`."""
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[Packet]]:
        """Yield every packet in file order, in lists of about a mebibyte of the file; see `packets`."""
        if self._head == _SECTION:
            yield from self._pcapng()
        else:
            yield from self._pcap()

    def _pcap(self) -> Iterator[list[Packet]]:
        order, fraction_ns, record_bytes = _PCAP_MAGICS[self._head]
        header = self._stream.read(20)
        if len(header) < 20:
            self._stop_at(4 + len(header), "kepala berkas terpotong")
            return
        # The upper four bits say how long the frame check sequence is.
        link_type = struct.unpack(f"{order}I", header[16:])[0] & 0x0FFF_FFFF
        form = RecordForm(
            big_endian=order == ">", fraction_ns=fraction_ns, head_bytes=record_bytes, link_type=link_type
        )
        base, buffer, position = 24, b"", 0
        while chunk := self._stream.read(_CHUNK_BYTES):
            buffer, base = buffer[position:] + chunk, base + position
            packets, position, absurd = pcap_records(buffer, 0, form)
            if packets:
                yield packets
            if absurd:
                self._stop_at(base + position, "panjang paket tidak masuk akal")
                return
        self._ended(base + position, left=len(buffer) - position)

    def _pcapng(self) -> Iterator[list[Packet]]:
        section = _Section(order="<")
        buffer, base, position = self._head, 0, 0
        while chunk := self._stream.read(_CHUNK_BYTES):
            buffer, base = buffer[position:] + chunk, base + position
            packets: list[Packet] = []
            try:
                position = section.take(buffer, packets)
            except _BrokenBlockError as broken:
                if packets:
                    yield packets
                self._stop_at(base + broken.position, broken.reason)
                return
            if packets:
                yield packets
        self._ended(base + position, left=len(buffer) - position)

    def _ended(self, offset: int, *, left: int) -> None:
        if self._stream.broken is not None:
            self._stop_at(offset, self._stream.broken)
        elif left:
            self._stop_at(offset, "berkas terpotong di tengah paket")

    def _stop_at(self, offset: int, reason: str) -> None:
        self.damage = Damage(offset=offset, reason=reason)


class _Unpacked:
    """The capture's own bytes, whatever it is packed in; damage in the packing ends the stream and is kept."""

    def __init__(self, file: BinaryIO) -> None:
        self.broken: str | None = None
        head = file.read(4)
        file.seek(0)
        self._stream: io.BufferedIOBase | BinaryIO | zstandard.ZstdDecompressionReader = file
        if head.startswith(_GZIP):
            self._stream = gzip.GzipFile(fileobj=file, mode="rb")
        elif head == _ZSTD:
            # 128 MiB: what `zstd` itself accepts without being told to use more.
            unpacker = zstandard.ZstdDecompressor(max_window_size=128 * 1024 * 1024)
            self._stream = unpacker.stream_reader(file, read_across_frames=True)

    def read(self, size: int) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        parts: list[bytes] = []
        while size and self.broken is None:
            try:
                part = self._stream.read(size)
            except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError):
                self.broken = "kompresi berkas rusak atau terpotong"
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Interface:
    link_type: int
    ticks_per_second: int
    offset_ns: int
    snap_length: int


class _BrokenBlockError(Exception):
    """A block that cannot be read on from; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position, self.reason = position, reason


class _Section:
    """The interfaces of one pcapng section and how its packet blocks are read. Source: draft-ietf-opsawg-pcapng."""

    def __init__(self, *, order: str) -> None:
        self._begin(order)

    def _begin(self, order: str) -> None:
        self._order = order
        self._interfaces: list[_Interface] = []
        self._clocks: list[tuple[int, int, int]] = []
        self._head = struct.Struct(f"{order}II").unpack_from
        self._enhanced = struct.Struct(f"{order}IIIII").unpack_from
        self._old = struct.Struct(f"{order}HHIIII").unpack_from

    def take(self, buffer: bytes, packets: list[Packet]) -> int:
        """Add the packets of every whole block to `packets`; return where the whole blocks end.

        Raises: _BrokenBlockError.
        """
        position = 0
        while len(buffer) - position >= _MIN_BLOCK_BYTES:
            found, position = enhanced_packets(buffer, position, self._order == ">", self._clocks)
            packets += found
            if len(buffer) - position < _MIN_BLOCK_BYTES:
                break
            if buffer[position : position + 4] == _SECTION:
                order = _section_order(buffer[position + 8 : position + 12])
                if order is None:
                    raise _BrokenBlockError(position=position, reason="kepala bagian pcapng rusak")
                self._begin(order)
            kind, length = self._head(buffer, position)
            if length < _MIN_BLOCK_BYTES or length % 4 or length > MAX_PACKET_BYTES + 4_096:
                raise _BrokenBlockError(position=position, reason="panjang blok pcapng tidak masuk akal")
            if position + length > len(buffer):
                break
            packet = self.packet(kind, buffer, position + 8, position + length - 4)
            if packet is not None:
                packets.append(packet)
            position += length
        return position

    def packet(self, kind: int, buffer: bytes, start: int, end: int) -> Packet | None:
        """Return the packet of a block body, None for every other block or one that contradicts itself."""
        if kind == _ENHANCED_PACKET and end - start >= 20:
            interface, high, low, captured, wire = self._enhanced(buffer, start)
            return self._placed(interface, high << 32 | low, captured, wire, buffer, start + 20, end)
        if kind == _PACKET and end - start >= 20:
            interface, _drops, high, low, captured, wire = self._old(buffer, start)
            return self._placed(interface, high << 32 | low, captured, wire, buffer, start + 20, end)
        if kind == _SIMPLE_PACKET and end - start >= 4 and self._interfaces:
            wire = self._head(buffer, start)[0]
            limit = self._interfaces[0].snap_length or wire
            captured = min(wire, limit, end - start - 4)
            return self._placed(0, 0, captured, wire, buffer, start + 4, end)
        if kind == _INTERFACE and end - start >= 8:
            self._add_interface(buffer[start:end])
        return None

    def _placed(
        self, interface: int, ticks: int, captured: int, wire: int, buffer: bytes, start: int, end: int
    ) -> Packet | None:
        if interface >= len(self._interfaces) or captured > end - start:
            return None
        described = self._interfaces[interface]
        time_ns = ticks * _SECOND_NS // described.ticks_per_second + described.offset_ns
        time_ns = min(max(time_ns, 0), LAST_TIME_NS)
        return time_ns, described.link_type, wire, buffer, start, start + captured

    def _add_interface(self, body: bytes) -> None:
        if len(self._interfaces) >= _MAX_INTERFACES:
            return
        link_type, _reserved, snap_length = struct.unpack_from(f"{self._order}HHI", body)
        ticks, offset_s = 1_000_000, 0
        for code, value in self._options(body[8:]):
            if code == _OPTION_TSRESOL and len(value) == 1:
                power = min(value[0] & 0x7F, 63)
                ticks = 2**power if value[0] & 0x80 else 10**power
            elif code == _OPTION_TSOFFSET and len(value) == 8:
                offset_s = struct.unpack(f"{self._order}q", value)[0]
        offset_ns = offset_s * _SECOND_NS
        self._interfaces.append(_Interface(link_type, ticks, offset_ns, snap_length))
        # Nought: a tick that is no whole number of nanoseconds, or an offset beyond 64 bits, is for `packet`.
        tick_ns = _SECOND_NS // ticks if _SECOND_NS % ticks == 0 and 0 <= offset_ns <= LAST_TIME_NS else 0
        self._clocks.append((link_type, tick_ns, offset_ns if tick_ns else 0))

    def _options(self, body: bytes) -> Iterator[tuple[int, bytes]]:
        position = 0
        while position + 4 <= len(body):
            code, length = struct.unpack_from(f"{self._order}HH", body, position)
            if code == 0:
                return
            yield code, body[position + 4 : position + 4 + length]
            position += 4 + (length + 3) // 4 * 4


def _section_order(magic: bytes) -> str | None:
    return {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}.get(magic)

"""Looks into one flow, packet by packet, through pyshark: for a person, not for the bulk of a capture.

Our own pass first picks the flow's packets into a small capture of its own, so that a drill-down into gigabytes costs
one quick read, and pyshark's tshark, confined like every other, never sees more than it may.
"""

import asyncio
import struct
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pyshark
from pyshark.capture.capture import TSharkCrashException
from pyshark.packet.packet import Packet

from ingest.pcap.capture_file import CaptureFile
from ingest.pcap.flows import flag_names
from ingest.pcap.layers import SCTP, TCP, UDP, Located, Locator
from ingest.pcap.pyshark_reading import confined_program, protocol_of, telling_words
from ingest.pcap.tshark import Tshark
from ir_platform.domain.event import isoformat_ns

Address = IPv4Address | IPv6Address

_TRANSPORTS = {TCP: "tcp", UDP: "udp", SCTP: "sctp"}
_MAX_FRAME_BYTES = 262_144
_INFO_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEnds:
    """Which flow: both ends, in either order, and the IP protocol number (TCP, UDP or SCTP)."""

    protocol: int
    source: Address
    source_port: int
    destination: Address
    destination_port: int

    @property
    def key(self) -> bytes:
        return _key(self.source, self.source_port, self.destination, self.destination_port)

    @property
    def answer_key(self) -> bytes:
        return _key(self.destination, self.destination_port, self.source, self.source_port)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrilldownLimits:
    max_packets: int = 1_000
    seconds: int = 60
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketLine:
    """One packet as a person reads it; every text comes from the capture, so from an attacker."""

    no: int
    """Its place in the capture, from 1."""
    time: str
    """ISO 8601 UTC."""
    source: str
    """Address."""
    destination: str
    length: int
    """Bytes on the wire."""
    protocol: str
    """The innermost protocol."""
    info: str
    """TCP flags, payload length, and what the protocol itself begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilldown:
    packets: tuple[PacketLine, ...]
    complete: bool
    """False: a limit was reached, or the capture is damaged, and the flow may have more."""


class BadFlowError(Exception):
    """What was asked for is no flow that can be looked into; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Picked:
    """Where a packet of the small capture stood in the large one."""

    number: int
    time_ns: int
    wire_bytes: int
    source: str
    destination: str
    tcp_flags: int
    payload_bytes: int


def display_filter(flow: FlowEnds) -> str:
    """Return the Wireshark display filter of a flow, built from typed values alone.

    Raises: BadFlowError.
    """
    transport = _TRANSPORTS.get(flow.protocol)
    if transport is None:
        raise BadFlowError(reason="hanya alur TCP, UDP dan SCTP yang dapat dibuka per paket")
    if flow.source.version != flow.destination.version:
        raise BadFlowError(reason="kedua alamat alur harus sama versinya")
    if not all(0 <= port <= 65_535 for port in (flow.source_port, flow.destination_port)):
        raise BadFlowError(reason="nomor port harus 0 sampai 65535")
    network = "ip" if flow.source.version == 4 else "ipv6"
    ends = f"{network}.addr == {flow.source} and {network}.addr == {flow.destination}"
    return f"{ends} and {transport}.port == {flow.source_port:d} and {transport}.port == {flow.destination_port:d}"


def drill_down(
    path: Path,
    flow: FlowEnds,
    *,
    tshark: Tshark,
    limits: DrilldownLimits | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Drilldown:
    """Return the packets of one flow in the order of the capture.

    Raises: BadFlowError, NotACaptureError, CaptureUnavailableError, OSError.
    """
    limits = limits or DrilldownLimits()
    wanted = display_filter(flow)
    deadline = monotonic() + limits.seconds
    with tempfile.TemporaryDirectory(prefix="tanggap-drilldown-") as folder:
        home = Path(folder)
        picked, complete = _pick(
            path, flow, into=home / "flow.pcap", limits=limits, late=lambda: monotonic() > deadline
        )
        if not picked:
            return Drilldown(packets=(), complete=complete)
        program = confined_program(tshark, home, memory_bytes=limits.memory_bytes, readable=(home / "flow.pcap",))
        left = max(1.0, deadline - monotonic())
        lines, all_read = _read(home / "flow.pcap", wanted, picked, program=program, seconds=left)
    return Drilldown(packets=tuple(lines), complete=complete and all_read)


def _key(source: Address, source_port: int, destination: Address, destination_port: int) -> bytes:
    return source.packed + destination.packed + struct.pack(">HH", source_port, destination_port)


def _pick(
    path: Path, flow: FlowEnds, *, into: Path, limits: DrilldownLimits, late: Callable[[], bool]
) -> tuple[list[_Picked], bool]:
    """Write the flow's packets as a pcap of their own; False: there may be more than were taken."""
    keys, locator = (flow.key, flow.answer_key), Locator()
    picked: list[_Picked] = []
    chosen_link: int | None = None
    with closing(CaptureFile(path)) as capture, into.open("wb") as out:
        for number, (time_ns, link, wire, buffer, start, end) in enumerate(capture.packets(), start=1):
            if number % 10_000 == 0 and late():
                return picked, False
            found = locator.locate(link, buffer, start, end)
            if not isinstance(found, Located) or found.protocol != flow.protocol or found.key not in keys:
                continue
            if len(picked) == limits.max_packets:
                return picked, False
            if chosen_link is None:
                chosen_link = link
                out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, _MAX_FRAME_BYTES, link))
            if link != chosen_link or end - start > _MAX_FRAME_BYTES:
                continue
            seconds, rest = divmod(time_ns, 1_000_000_000)
            out.write(struct.pack("<IIII", seconds & 0xFFFF_FFFF, rest, end - start, wire) + buffer[start:end])
            forward = found.key == flow.key
            ends = (str(flow.source), str(flow.destination)) if forward else (str(flow.destination), str(flow.source))
            picked.append(_Picked(number, time_ns, wire, *ends, found.tcp_flags, found.payload_bytes))
        return picked, capture.damage is None


def _read(
    capture: Path, wanted: str, picked: list[_Picked], *, program: Path, seconds: float
) -> tuple[list[PacketLine], bool]:
    """Read the small capture through pyshark, in an event loop of its own; False: not all of it was read."""
    lines: list[PacketLine] = []
    loop = asyncio.new_event_loop()

    def take(packet: Packet) -> None:
        at = picked[int(packet.number) - 1]
        lines.append(_line(packet, at))

    with warnings.catch_warnings():
        # pyshark 0.6 asks asyncio for things that later Pythons deprecate; nothing of it reaches its callers.
        warnings.simplefilter("ignore")
        try:
            reader = pyshark.FileCapture(
                str(capture),
                display_filter=wanted,
                tshark_path=str(program),
                use_ek=True,
                keep_packets=False,
                eventloop=loop,
                custom_parameters=["-n"],
            )
            reader.apply_on_packets(take, timeout=seconds)
            reader.close()
        except (TimeoutError, TSharkCrashException):
            return lines, False
        finally:
            loop.close()
    return lines, True


def _line(packet: Packet, at: _Picked) -> PacketLine:
    return PacketLine(
        no=at.number,
        time=isoformat_ns(at.time_ns),
        source=at.source,
        destination=at.destination,
        length=at.wire_bytes,
        protocol=protocol_of(packet),
        info=_info(packet, at)[:_INFO_CHARACTERS],
    )


def _info(packet: Packet, at: _Picked) -> str:
    """Return the TCP flags, the payload's length, and the words that tell one message from another."""
    parts = [f"[{', '.join(flag_names(at.tcp_flags))}]"] if at.tcp_flags else []
    return " ".join([*parts, f"Len={at.payload_bytes}", *telling_words(packet)])

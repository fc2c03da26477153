"""Cuts one flow out of a capture: the packets of both directions as they stand, as a pcapng of their own.

Streamed: nothing but the packet at hand is in memory, however large flow and capture are.
"""

import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ingest.pcap.capture_file import CaptureFile
from ingest.pcap.drilldown import BadFlowError, FlowEnds
from ingest.pcap.layers import Located, Locator

_GATHERED_BYTES = 256 * 1024
_SECTION_HEADER = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
_NANOSECONDS = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
"""The option if_tsresol with 9 digits, and the end of options."""


def carve(path: Path, flow: FlowEnds) -> Iterator[bytes]:
    """Yield the pcapng (draft-ietf-opsawg-pcapng), some hundred KiB at a time; the two ends may stand either way.

    A packet keeps its bytes, its length on the wire, its time to the nanosecond and its link type; its tunnel too.
    Raises: BadFlowError before anything is yielded, also where no packet is of the flow; NotACaptureError, OSError.
    """
    if flow.source.version != flow.destination.version:
        raise BadFlowError(reason="kedua alamat alur harus sama versinya")
    gathered, size, is_begun = [_SECTION_HEADER], 0, False
    for block in _blocks(path, flow):
        is_begun = True
        gathered.append(block)
        size += len(block)
        if size >= _GATHERED_BYTES:
            yield b"".join(gathered)
            gathered, size = [], 0
    if not is_begun:
        raise BadFlowError(reason="tidak ada paket alur ini di dalam tangkapan")
    if gathered:
        yield b"".join(gathered)


def _blocks(path: Path, flow: FlowEnds) -> Iterator[bytes]:
    keys, locator, interfaces = (flow.key, flow.answer_key), Locator(), dict[int, int]()
    with closing(CaptureFile(path)) as capture:
        for time_ns, link, wire, buffer, start, end in capture.packets():
            found = locator.locate(link, buffer, start, end)
            if not isinstance(found, Located) or found.protocol != flow.protocol or found.key not in keys:
                continue
            if link not in interfaces:
                interfaces[link] = len(interfaces)
                yield _interface(link)
            yield _packet(interfaces[link], time_ns, wire, buffer[start:end])


def _interface(link: int) -> bytes:
    total = 20 + len(_NANOSECONDS)
    return struct.pack("<IIHHI", 1, total, link & 0xFFFF, 0, 0) + _NANOSECONDS + struct.pack("<I", total)


def _packet(interface: int, time_ns: int, wire_bytes: int, frame: bytes) -> bytes:
    # A capture may carry times before 1970; the format's are unsigned.
    time_bits = time_ns & 0xFFFF_FFFF_FFFF_FFFF
    padding = -len(frame) % 4
    total = 32 + len(frame) + padding
    head = struct.pack(
        "<IIIIIII", 6, total, interface, time_bits >> 32, time_bits & 0xFFFF_FFFF, len(frame), wire_bytes & 0xFFFF_FFFF
    )
    return head + frame + b"\x00" * padding + struct.pack("<I", total)

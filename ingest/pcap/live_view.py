"""Shows packets of an interface to a person as they pass, through pyshark; a ring beside it keeps all of them.

pyshark reads a few thousand packets a second. What comes faster is not shown: the kernel drops it for this listener
alone. Its dumpcap listens, its tshark is confined like every other.
"""

import asyncio
import gc
import tempfile
import threading
import warnings
from asyncio import AbstractEventLoop
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyshark
from pyshark.capture.capture import TSharkCrashException
from pyshark.packet.packet import Packet

from ingest.pcap.pyshark_reading import confined_program, field_text, protocol_of, telling_words, write_program
from ingest.pcap.ring import capture_environment, check_interface, find_dumpcap
from ingest.pcap.tshark import Tshark
from ir_platform.domain.event import isoformat_ns

MEMORY_BYTES = 1024**3
_END_SECONDS = 5.0
_SETTLE_SECONDS = 0.05
_INFO_CHARACTERS = 500
_ADDRESSES = (("ip", "src", "dst"), ("ipv6", "src", "dst"), ("arp", "src.proto_ipv4", "dst.proto_ipv4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePacket:
    """One packet as it passes; every text comes from whoever sent it."""

    time: str
    """ISO 8601 UTC."""
    source: str
    """Address of the outermost IP packet; empty where there is none."""
    destination: str
    length: int
    """Bytes on the wire."""
    protocol: str
    info: str


class LiveView:
    """Tells `show` of each packet, from a thread of its own, between entering and leaving."""

    def __init__(self, interface: str, *, tshark: Tshark, show: Callable[[LivePacket], None], bpf: str | None) -> None:
        """Raises: NotCapturableError, CaptureUnavailableError."""
        self._dumpcap = find_dumpcap(tshark)
        check_interface(interface, dumpcap=self._dumpcap)
        self.ended: str | None = None
        """Why it ended by itself, in Bahasa Indonesia; the ring goes on."""
        self._interface, self._tshark, self._show, self._bpf = interface, tshark, show, bpf
        self._loop: AbstractEventLoop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._home = tempfile.TemporaryDirectory(prefix="tanggap-lihat-")
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._program = confined_program(self._tshark, Path(self._home.name), memory_bytes=MEMORY_BYTES)
        self._write_dumpcap()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):  # its loop has ended by itself
            self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join(_END_SECONDS)
        self._home.cleanup()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _write_dumpcap(self) -> None:
        """pyshark takes the dumpcap that lies beside its tshark: this one has nothing of our environment."""
        settings = [f"{name}={value}" for name, value in capture_environment(self._tshark).items()]
        write_program(self._program.with_name("dumpcap"), ["env", "-i", *settings, str(self._dumpcap)])

    def _run(self) -> None:
        with warnings.catch_warnings():
            # pyshark 0.6 asks asyncio for things that later Pythons deprecate; nothing of it reaches its callers.
            warnings.simplefilter("ignore")
            try:
                self._loop.run_until_complete(self._watch())
            except TSharkCrashException:
                self.ended = "tshark berhenti"
            finally:
                # pyshark leaves its pipes to the collector, and closing them needs the loop.
                gc.collect()
                self._loop.run_until_complete(asyncio.sleep(_SETTLE_SECONDS))
                self._loop.close()

    async def _watch(self) -> None:
        capture = pyshark.LiveCapture(
            interface=self._interface,
            bpf_filter=self._bpf,
            tshark_path=str(self._program),
            use_ek=True,
            eventloop=self._loop,
        )
        self._task = asyncio.ensure_future(capture.packets_from_tshark(self._take, close_tshark=False))
        try:
            await self._task
            self.ended = "tidak ada paket lagi"
        except asyncio.CancelledError:
            self.ended = None
        finally:
            await capture.close_async()
            self._task = None  # with it goes the last that holds pyshark's pipes

    def _take(self, packet: Packet) -> None:
        self._show(_line(packet))


def _line(packet: Packet) -> LivePacket:
    source, destination = _ends(packet)
    return LivePacket(
        time=isoformat_ns(int(packet.sniff_time.timestamp() * 1_000_000) * 1_000),
        source=source,
        destination=destination,
        length=int(packet.length),
        protocol=protocol_of(packet),
        info=" ".join(telling_words(packet))[:_INFO_CHARACTERS],
    )


def _ends(packet: Packet) -> tuple[str, str]:
    for layer, source, destination in _ADDRESSES:
        if layer in packet:
            both = (packet[layer].get_field(source), packet[layer].get_field(destination))
            return tuple("" if one is None else field_text(one) for one in both)  # type: ignore[return-value]
    return "", ""

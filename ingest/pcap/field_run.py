"""One confined `tshark -T fields` over packets that are fed to it, and its rows as they come."""

import os
import struct
import subprocess
import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.pcap import confine
from ingest.pcap.spool import Room, Spool
from ingest.pcap.tshark import CaptureUnavailableError, Tshark, write_settings
from ingest.pcap.tshark import environment as tshark_environment

Seconds = Callable[[], float]
"""A clock that only runs forward."""
Waiting = Callable[[], None]
"""Called again and again while only tshark works; what it raises ends the run."""
NumberedRow = tuple[int, int, list[str]]
"""The number its packet was fed under, the run that saw it, the columns."""

MAX_FRAME_BYTES = 262_144
"""tshark gives up a whole capture at one longer frame."""
VALUE_SEPARATOR = "\r"
"""Between the values of one field. tshark escapes tab, newline and carriage return inside a value, so none can be
forged by what an attacker sent; other control characters it passes on."""

_FLUSH_BYTES = 256 * 1024
_READ_BYTES = 1024 * 1024
_MAX_LINE_BYTES = 1024 * 1024
_WAIT_SECONDS = 0.02
_ROOM_SECONDS = 0.1
_LAST_SECONDS = 5.0
"""Between a closed pipe and the end of who closed it."""
PACKET_COST = 640
"""Bytes tshark keeps of a packet besides what was in it, about: 450,000 packets of 330 MB made it 620 MB larger."""
_TOO_LATE = "tshark melampaui batas waktu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What tshark is asked: the first field has to be `frame.number`."""

    fields: Sequence[str]
    display_filter: str
    preferences: Sequence[str] = ()
    objects: Sequence[str] = ()
    """Protocols whose files are exported."""


class FieldRun:
    """One tshark. Its packets wait on disk until `carry` runs it; its rows go to a file and can be read meanwhile.

    One thread feeds and reads, another carries. A run out of time or memory keeps the rows it has written and says so
    in `stopped`.
    """

    def __init__(
        self,
        tshark: Tshark,
        *,
        number: int,
        question: Question,
        confinement: confine.Confinement,
        deadline: float,
        room: Room,
        seconds: Seconds = time.monotonic,
        waiting: Waiting = lambda: None,
    ) -> None:
        """`deadline`: the reading of the clock at which tshark is ended."""
        self.stopped: str | None = None
        """Why tshark did not see everything, in Bahasa Indonesia; None: it did."""
        self.first = 0
        """The number of its first packet."""
        self.weight = 0
        """About how many bytes tshark grows by with what it was fed."""
        self.is_ended = False
        """Whether it is fed no more."""
        self._tshark, self._number, self._question = tshark, number, question
        self._confinement, self._seconds, self._deadline = confinement, seconds, deadline
        self._waiting = waiting
        self._home = tempfile.TemporaryDirectory(prefix="tanggap-tshark-")
        self._rows: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._spool = Spool(room)
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()
        self._is_over = threading.Event()
        self._numbers = array("Q")
        self._parts: list[bytes] = [_SECTION_HEADER]
        self._held = 0
        self._interfaces: dict[int, int] = {}

    def feed(self, number: int, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int) -> None:
        """Hand over one packet (see `Packet`); frames over MAX_FRAME_BYTES are left out."""
        size = end - start
        if size > MAX_FRAME_BYTES or self.stopped is not None:
            return
        if not self._numbers:
            self.first = number
        interface = self._interfaces.get(link)
        if interface is None:
            interface = self._interfaces[link] = len(self._interfaces)
            self._parts.append(_interface_block(link))
        padding = -size % 4
        total = 32 + size + padding
        head = _PACKET_BLOCK(6, total, interface, time_ns >> 32, time_ns & 0xFFFF_FFFF, size, wire & 0x7FFF_FFFF)
        self._parts += (head, buffer[start:end], _PADDING[padding], total.to_bytes(4, "little"))
        self._numbers.append(number)
        self._held += total
        self.weight += size + PACKET_COST
        if self._held >= _FLUSH_BYTES:
            self._flush()

    def end(self) -> None:
        """Say that there are no more packets."""
        if self.is_ended:
            return
        self.is_ended = True
        self._spool.put(self._taken_parts(), wait_seconds=None)
        self._spool.end()

    @property
    def is_over(self) -> bool:
        """Whether tshark has ended and nothing more comes of it."""
        return self._is_over.is_set()

    @property
    def is_starved(self) -> bool:
        """Whether tshark has taken all there is for it."""
        return self._spool.is_empty

    @property
    def moved(self) -> tuple[int, int]:
        """How many bytes tshark has taken, and how many were fed so far."""
        return self._spool.moved

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the rows as tshark writes them, one a matching packet; malformed ones are left out.

        Values of a field are joined by VALUE_SEPARATOR. Ends when tshark has ended, or has been stopped.
        """
        columns = len(self._question.fields)
        for line in self._lines():
            row = line.decode("utf-8", "replace").split("\t")
            if len(row) == columns and row[0].isdecimal() and 0 < int(row[0]) <= len(self._numbers):
                yield self._numbers[int(row[0]) - 1], self._number, row

    def exported(self, kind: str) -> Path:
        """Return the folder of files exported for a protocol, which may not be there; it goes when the run goes."""
        return Path(self._home.name) / f"objects-{kind}"

    def start(self) -> None:
        """Start tshark, where it has not been started and is wanted. Raises: CaptureUnavailableError."""
        with self._starting:
            if self._process is None and self.stopped is None:
                self._start()

    def carry(self) -> None:
        """Give tshark what it is fed until that ends, and wait for its end."""
        try:
            if self._seconds() >= self._deadline:
                self._stop(_TOO_LATE)
            self.start()
            if self._process is not None:
                assert self._process.stdin is not None
                self._spool.pump(self._process.stdin)
                self._process.wait()
        except CaptureUnavailableError as error:
            self._stop(error.reason)
        finally:
            self._spool.break_off()
            self._is_over.set()

    def break_off(self) -> None:
        """End tshark and whatever waits for it."""
        self._stop(self.stopped or "dihentikan")

    def close(self) -> None:
        """Forget everything; only when nobody carries it any more."""
        self._spool.close()
        self._rows.close()
        self._home.cleanup()

    def _start(self) -> None:
        home = Path(self._home.name)
        try:
            write_settings(self._tshark, home)
            confine.hand_over(home, self._confinement)
            for kind in self._question.objects:
                folder = self.exported(kind)
                folder.mkdir()
                confine.hand_over(folder, self._confinement)
            line = confine.command(self._tshark.program, self._arguments(), self._confinement)
            self._process = confine.start(
                line,
                environment=tshark_environment(self._tshark, home=home),
                stdin=subprocess.PIPE,
                stdout=self._rows,
            )
        except confine.NotConfinableError as error:
            raise CaptureUnavailableError(reason=f"tshark: {error.program} {error.reason}") from error

    def _arguments(self) -> list[str]:
        arguments = ["-n", "-r", "-", "-Q", "-Y", self._question.display_filter, "-T", "fields", "-E", "separator=/t"]
        arguments += ["-E", "occurrence=a", "-E", f"aggregator={VALUE_SEPARATOR}"]
        arguments += [part for preference in self._question.preferences for part in ("-o", preference)]
        arguments += [part for name in self._question.fields for part in ("-e", name)]
        for kind in self._question.objects:
            arguments += ["--export-objects", f"{kind},{self.exported(kind)}"]
        return arguments

    def _taken_parts(self) -> bytes:
        data, self._parts, self._held = b"".join(self._parts), [], 0
        return data

    def _flush(self) -> None:
        data = self._taken_parts()
        # Whoever has nothing to do must not wait until others have made room.
        while self.stopped is None and not self._spool.put(
            data, wait_seconds=None if self._spool.is_empty else _ROOM_SECONDS
        ):
            if self._spool.is_broken:
                self._stop(self._gone())
            elif self._seconds() >= self._deadline:
                self._stop(_TOO_LATE)
            else:
                self._waiting()

    def _lines(self) -> Iterator[bytes]:
        """Yield complete lines; a last one without its end was cut off, one over a mebibyte is no row of ours."""
        place, rest = 0, b""
        while True:
            ended = self._has_ended()
            data = os.pread(self._rows.fileno(), _READ_BYTES, place)
            if not data:
                if ended:
                    return
                self._waiting()
                time.sleep(_WAIT_SECONDS)
                continue
            place += len(data)
            *lines, rest = (rest + data).split(b"\n")
            yield from (line for line in lines if len(line) < _MAX_LINE_BYTES)
            if len(rest) >= _MAX_LINE_BYTES:
                rest = rest[:_MAX_LINE_BYTES]

    def _has_ended(self) -> bool:
        if not self._is_over.is_set():
            if self._seconds() < self._deadline:
                return False
            self._stop(_TOO_LATE)
        elif self._process is not None and self._process.returncode and self.stopped is None:
            self.stopped = f"tshark berhenti, {_ending(self._process.returncode)}"
        return True

    def _gone(self) -> str:
        """Say how tshark ended that has closed its pipe: that is all there is to find the cause by."""
        assert self._process is not None
        try:
            return f"tshark berhenti sebelum selesai, {_ending(self._process.wait(_LAST_SECONDS))}"
        except subprocess.TimeoutExpired:
            return "tshark berhenti membaca sebelum selesai"

    def _stop(self, reason: str) -> None:
        with self._starting:
            self.stopped = reason
            if self._process is not None:
                confine.end(self._process)
        self._spool.break_off()


def _ending(status: int) -> str:
    """Name the status of a process that has ended, in Bahasa Indonesia."""
    return f"sinyal {-status}" if status < 0 else f"status {status}"


_PADDING = tuple(bytes(count) for count in range(4))
_PACKET_BLOCK = struct.Struct("<IIIIIII").pack
_SECTION_HEADER = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def _interface_block(link: int) -> bytes:
    """Return an interface description with nanosecond times. Source: draft-ietf-opsawg-pcapng 4.2."""
    options = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
    total = 20 + len(options)
    return struct.pack("<IIHHI", 1, total, link & 0xFFFF, 0, 0) + options + struct.pack("<I", total)

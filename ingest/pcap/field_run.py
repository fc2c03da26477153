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
from ingest.pcap.spool import Spool
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What tshark is asked: the first field has to be `frame.number`."""

    fields: Sequence[str]
    display_filter: str
    preferences: Sequence[str] = ()
    objects: Sequence[str] = ()
    """Protocols whose files are exported."""


class FieldRun:
    """One tshark, started with its first packet. Its rows go to a file without a name and can be read meanwhile.

    A run out of time or memory keeps the rows it has written and says so in `stopped`.
    """

    def __init__(
        self,
        tshark: Tshark,
        *,
        number: int,
        question: Question,
        confinement: confine.Confinement,
        deadline: float,
        seconds: Seconds = time.monotonic,
        waiting: Waiting = lambda: None,
    ) -> None:
        """`deadline`: the reading of the clock at which tshark is ended."""
        self.stopped: str | None = None
        """Why tshark did not see everything, in Bahasa Indonesia; None: it did."""
        self._tshark, self._number, self._question = tshark, number, question
        self._confinement, self._seconds, self._deadline = confinement, seconds, deadline
        self._waiting = waiting
        self._home = tempfile.TemporaryDirectory(prefix="tanggap-tshark-")
        self._rows: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._process: subprocess.Popen[bytes] | None = None
        self._spool: Spool | None = None
        self._pump: threading.Thread | None = None
        self._numbers = array("Q")
        self._parts: list[bytes] = []
        self._held = 0
        self._interfaces: dict[int, int] = {}

    def feed(self, number: int, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int) -> None:
        """Hand over one packet (see `Packet`); frames over MAX_FRAME_BYTES are left out.

        Raises: CaptureUnavailableError.
        """
        size = end - start
        if size > MAX_FRAME_BYTES or self.stopped is not None:
            return
        if self._process is None:
            self._start()
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
        if self._held >= _FLUSH_BYTES:
            self._flush()

    def end(self) -> None:
        """Say that there are no more packets."""
        self._flush()
        if self._spool is not None:
            self._spool.end()

    @property
    def moved(self) -> tuple[int, int]:
        """How many bytes tshark has taken, and how many were fed so far."""
        return (0, 0) if self._spool is None else self._spool.moved

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

    def close(self) -> None:
        if self._process is not None:
            confine.end(self._process)
        if self._spool is not None:
            self._spool.break_off()
        if self._pump is not None:
            self._pump.join()
        if self._spool is not None:
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
        assert self._process.stdin is not None
        self._spool = Spool()
        self._pump = threading.Thread(target=self._spool.pump, args=(self._process.stdin,), daemon=True)
        self._pump.start()
        self._parts.append(_SECTION_HEADER)

    def _arguments(self) -> list[str]:
        arguments = ["-n", "-r", "-", "-Q", "-Y", self._question.display_filter, "-T", "fields", "-E", "separator=/t"]
        arguments += ["-E", "occurrence=a", "-E", f"aggregator={VALUE_SEPARATOR}"]
        arguments += [part for preference in self._question.preferences for part in ("-o", preference)]
        arguments += [part for name in self._question.fields for part in ("-e", name)]
        for kind in self._question.objects:
            arguments += ["--export-objects", f"{kind},{self.exported(kind)}"]
        return arguments

    def _flush(self) -> None:
        data, self._parts, self._held = b"".join(self._parts), [], 0
        if self._spool is None or not data:
            return
        while self.stopped is None and not self._spool.put(data, wait_seconds=1.0):
            if self._spool.is_broken:
                self._stop("tshark berhenti sebelum selesai")
            elif self._seconds() >= self._deadline:
                self._stop("tshark melampaui batas waktu")
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
        if self._process is None:
            return True
        status = self._process.poll()
        if status is None and self._seconds() >= self._deadline:
            self._stop("tshark melampaui batas waktu")
            return True
        if status and self.stopped is None:
            self.stopped = f"tshark berhenti dengan status {status}"
        return status is not None

    def _stop(self, reason: str) -> None:
        self.stopped = reason
        if self._process is not None:
            confine.end(self._process)


_PADDING = tuple(bytes(count) for count in range(4))
_PACKET_BLOCK = struct.Struct("<IIIIIII").pack
_SECTION_HEADER = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def _interface_block(link: int) -> bytes:
    """Return an interface description with nanosecond times. Source: draft-ietf-opsawg-pcapng 4.2."""
    options = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
    total = 20 + len(options)
    return struct.pack("<IIHHI", 1, total, link & 0xFFFF, 0, 0) + options + struct.pack("<I", total)

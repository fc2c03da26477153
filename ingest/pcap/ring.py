"""Live capture into a ring of files: dumpcap listens, for it alone needs the right to, and reads no packet."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ingest.pcap import confine
from ingest.pcap.tshark import CaptureUnavailableError, Tshark

ANY_INTERFACE = "any"
STEM = "tangkapan"
"""How the files of a ring begin; dumpcap adds a number and the time (UTC)."""
_CAP_NET_RAW = 13
_IFF_UP = 1
_MOST_WAITING = 10_000
_END_SECONDS = 5.0
_COUNTED = re.compile(r"^Packets received/dropped on interface .*: (\d+)/(\d+) \(", re.MULTILINE)
_FAULT = re.compile(r"^dumpcap: (.+)$", re.MULTILINE)


class NotCapturableError(Exception):
    """Nothing can be captured at this interface, or no longer; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, interface: str, reason: str) -> None:
        super().__init__(f"{interface}: {reason}")
        self.interface, self.reason = interface, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RingLimits:
    """The ring's size, and when a file of it is full: by bytes or by time, whichever comes first."""

    files: int = 10
    file_bytes: int = 64 * 1024**2
    file_seconds: int = 60
    seconds: int | None = None
    """How long is captured; None: until `stop`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What dumpcap says of the whole capture, at its end."""

    received: int
    dropped: int
    """Packets that came faster than they could be written."""


def find_dumpcap(tshark: Tshark) -> Path:
    """Return the dumpcap that came with this tshark. Raises: CaptureUnavailableError."""
    program = tshark.program.resolve().with_name("dumpcap")
    if not program.is_file():
        raise CaptureUnavailableError(reason=f"dumpcap tidak ditemukan di {program.parent}; jalankan `make setup`")
    return program


def check_interface(interface: str, *, dumpcap: Path) -> None:
    """Refuse what cannot be listened to, before anything is started.

    dumpcap itself would also take the name of a pipe or of another machine: those are no interfaces of this one.
    Raises: NotCapturableError.
    """
    names = [name for _number, name in socket.if_nameindex()]
    if interface != ANY_INTERFACE and interface not in names:
        raise NotCapturableError(interface=interface, reason=f"antarmuka tidak ada; yang ada: {', '.join(names)}")
    if not may_listen(_own_capabilities(), dumpcap):
        raise NotCapturableError(
            interface=interface,
            reason="tidak berhak menangkap paket: jalankan sebagai root (sudo), atau beri dumpcap hak itu"
            " (`sudo dpkg-reconfigure wireshark-common`, lalu masukkan akun ini ke grup wireshark)",
        )
    if interface != ANY_INTERFACE and not _is_up(interface):
        raise NotCapturableError(
            interface=interface, reason=f"antarmuka tidak aktif (`sudo ip link set {interface} up`)"
        )


def may_listen(capabilities: int, dumpcap: Path) -> bool:
    """Say whether dumpcap, started with these capabilities, can open a packet socket: by ours or by its file's own."""
    if not os.access(dumpcap, os.X_OK):
        return False
    return bool(capabilities >> _CAP_NET_RAW & 1) or "security.capability" in os.listxattr(dumpcap)


class Ring:
    """One capture that runs. Its files lie in `folder`, never more than the ring holds, also those of runs before."""

    def __init__(
        self, interface: str, *, folder: Path, tshark: Tshark, limits: RingLimits | None = None, bpf: str | None = None
    ) -> None:
        """Begin to capture. `bpf`: a filter in libpcap's language. Raises: NotCapturableError, OSError."""
        dumpcap = find_dumpcap(tshark)
        check_interface(interface, dumpcap=dumpcap)
        self.interface, self.missed = interface, 0
        """`missed`: files that the ring overwrote before they were read."""
        self._folder, self._limits = folder, limits or RingLimits()
        self._full: deque[str] = deque(maxlen=_MOST_WAITING)
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed in __exit__
        self._is_stopped = self._is_over = False
        self._changed = threading.Condition()
        self._process = subprocess.Popen(  # noqa: S603  typed values; the filter is one argument, never a shell's
            [str(dumpcap), *self._arguments(bpf)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=folder,
            env=capture_environment(tshark),
            start_new_session=True,  # the terminal's Ctrl-C is for us, who then end it
        )
        self._listener = threading.Thread(target=self._hear, daemon=True)
        self._listener.start()

    def files(self) -> Iterator[Path]:
        """Yield each full file as soon as it is full, until the capture has ended and all have been given.

        A file that was given is safe from the ring until the next one is asked for.
        Raises: NotCapturableError where dumpcap ended by itself with a fault.
        """
        with tempfile.TemporaryDirectory(prefix=".dibaca-", dir=self._folder) as held:
            while (name := self._next()) is not None:
                path = Path(held) / name
                try:
                    os.link(self._folder / name, path)
                except FileNotFoundError:
                    self.missed += 1
                    continue
                yield path
                path.unlink()
        status = self._process.wait()
        if status and not self._is_stopped:
            raise NotCapturableError(interface=self.interface, reason=f"penangkapan berhenti: {self._fault(status)}")

    def stop(self) -> None:
        """Ask for the end; the file begun is closed and given like the others."""
        self._is_stopped = True
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def counted(self) -> Counted | None:
        """Return what dumpcap counted; None before its end."""
        found = _COUNTED.search(self._words())
        return None if found is None else Counted(received=int(found[1]), dropped=int(found[2]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            confine.end(self._process)
        self._listener.join()
        self._said.close()

    def _arguments(self, bpf: str | None) -> list[str]:
        limits = self._limits
        arguments = ["-q", "-i", self.interface, "-w", f"{STEM}.pcapng", "-b", f"files:{limits.files}"]
        # dumpcap counts in units of 1000 bytes.
        arguments += ["-b", f"filesize:{max(1, limits.file_bytes // 1000)}", "-b", f"duration:{limits.file_seconds}"]
        arguments += ["-b", "printname:stdout"]
        if limits.seconds is not None:
            arguments += ["-a", f"duration:{limits.seconds}"]
        return arguments if bpf is None else [*arguments, "-f", bpf]

    def _hear(self) -> None:
        """Take down each name as dumpcap says it: it would wait where nobody reads. If we die, its pipe ends it."""
        assert self._process.stdout is not None
        try:
            with self._process.stdout as names:
                for line in names:
                    self._note(Path(line.decode("utf-8", "replace").strip()).name)
            self._process.wait()
        finally:
            with self._changed:
                self._is_over = True
                self._changed.notify_all()

    def _note(self, name: str) -> None:
        self._prune()
        with self._changed:
            self.missed += len(self._full) == self._full.maxlen
            self._full.append(name)
            self._changed.notify_all()

    def _next(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._full or self._is_over)
            return self._full.popleft() if self._full else None

    def _prune(self) -> None:
        """Remove the oldest files beyond the ring's number: dumpcap knows only those of its own run."""
        found: list[tuple[int, Path]] = []
        for path in self._folder.glob(f"{STEM}_*.pcapng"):
            with suppress(FileNotFoundError):  # dumpcap removes them too
                found.append((path.stat().st_mtime_ns, path))
        for _at, path in sorted(found)[: -self._limits.files]:
            path.unlink(missing_ok=True)

    def _fault(self, status: int) -> str:
        found = _FAULT.findall(self._words())
        return found[-1] if found else f"dumpcap berhenti dengan status {status}"

    def _words(self) -> str:
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), 65_536, max(0, size - 65_536)).decode("utf-8", "replace")


def capture_environment(tshark: Tshark) -> dict[str, str]:
    """Return the whole environment of dumpcap: nothing of ours."""
    given = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}
    if tshark.libraries:
        given["LD_LIBRARY_PATH"] = ":".join(map(str, tshark.libraries))
    return given


def _own_capabilities() -> int:
    """Return the effective capabilities of this process. Source: proc(5), CapEff."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")), 0)


def _is_up(interface: str) -> bool:
    flags = Path("/sys/class/net", interface, "flags")
    return bool(int(flags.read_text(encoding="ascii"), 16) & _IFF_UP)

"""What became of messages that nobody acknowledges, in a small file that outlives the process: losses can be counted.

Plain syslog and GELF by UDP have no acknowledgement. What is lost is bounded by what the listener may hold
(`SyslogLimits`, `GelfLimits`), and counted: a message that was received and not yet delivered when the process was
killed is lost at the next start. The numbers lie in mapped memory, which the system keeps when a process is killed; a
machine that loses its power may have older ones.
"""

import mmap
import os
import socket
import struct
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

LEDGER_NAME: Final = "syslog.ledger"
"""In the data folder."""
GELF_LEDGER_NAME: Final = "gelf.ledger"
"""Beside it."""
_MAGIC: Final = b"TGLEDG01"
_NUMBER: Final = struct.Struct("<Q")


class LossCounters(Protocol):
    """What every listener counts; a dataclass of whole numbers, since the ledger was begun, only ever raised."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    received: int
    delivered: int
    """Durable."""
    dropped: int
    """Messages that nobody could make wait (UDP) and that found the queue full."""
    lost: int
    """Received and, as far as is known, not delivered when the process was killed: at most so many."""
    overrun: int
    """Datagrams that the system dropped because nobody read them in time."""
    overrun_socket: int
    """Inode of the socket that `overrun_seen` is about."""
    overrun_seen: int


@dataclass(slots=True, kw_only=True)
class SyslogCounters:
    """Of syslog."""

    received: int = 0
    delivered: int = 0
    dropped: int = 0
    lost: int = 0
    overrun: int = 0
    cut: int = 0
    refused_connections: int = 0
    broken_connections: int = 0
    """Closed for an octet count that is none."""
    idle_connections: int = 0
    failed_handshakes: int = 0
    overrun_socket: int = 0
    overrun_seen: int = 0


Counters = TypeVar("Counters", bound=LossCounters)


class Ledger(Generic[Counters]):
    """The counters in their file; one process writes, any may read."""

    def __init__(self, path: Path | None, kind: type[Counters]) -> None:
        """Begin or go on; what an earlier process did not deliver is lost. None: kept nowhere. Raises: OSError."""
        counters = (read_ledger(path, kind) if path else None) or kind()
        settled = counters.delivered + counters.dropped + counters.lost
        counters.lost += max(counters.received - settled, 0)
        content = _packed(counters)
        self._places = _places(kind)
        self._memory = mmap.mmap(-1, len(content)) if path is None else _mapped(path, content)
        self._counters = counters

    def add(self, name: str, amount: int = 1) -> None:
        value = getattr(self._counters, name) + amount
        self.put(name, value)

    def put(self, name: str, value: int) -> None:
        setattr(self._counters, name, value)
        _NUMBER.pack_into(self._memory, self._places[name], value)

    @property
    def counters(self) -> Counters:
        return self._counters

    def close(self) -> None:
        self._memory.close()


def read_ledger(path: Path, kind: type[Counters]) -> Counters | None:
    """Return what stands there; None where there is none or it is another's."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    places = _places(kind)
    if len(content) != len(_MAGIC) + _NUMBER.size * len(places) or not content.startswith(_MAGIC):
        return None
    counters = kind()
    for name, place in places.items():
        setattr(counters, name, _NUMBER.unpack_from(content, place)[0])
    return counters


def _places(kind: type[LossCounters]) -> dict[str, int]:
    return {one.name: len(_MAGIC) + _NUMBER.size * at for at, one in enumerate(fields(kind))}


def _mapped(path: Path, content: bytes) -> mmap.mmap:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Written whole, so that no page of it has to be found on a disk that is full by then.
        os.pwrite(descriptor, content, 0)
        os.ftruncate(descriptor, len(content))
        return mmap.mmap(descriptor, len(content))
    finally:
        os.close(descriptor)


def _packed(counters: LossCounters) -> bytes:
    return _MAGIC + b"".join(_NUMBER.pack(getattr(counters, one.name)) for one in fields(counters))


def note_overruns(ledger: Ledger[Counters], bound: socket.socket) -> None:
    """Bring the ledger up to date with what the system has dropped at this socket."""
    inode = os.fstat(bound.fileno()).st_ino
    seen = overruns_of(inode)
    # The socket is the parent's and lives longer than this process; another parent has another one.
    before = ledger.counters.overrun_seen if ledger.counters.overrun_socket == inode else 0
    if seen > before:
        ledger.add("overrun", seen - before)
    ledger.put("overrun_socket", inode)
    ledger.put("overrun_seen", seen)


def overruns_of(inode: int) -> int:
    """Return how many datagrams the system has dropped at this socket since it was made; 0 where it does not say.

    Source: `/proc/net/udp`, proc(5): the tenth column is the inode, the last one the drops.
    """
    for table in (Path("/proc/net/udp"), Path("/proc/net/udp6")):
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for columns in map(str.split, lines):
            if len(columns) >= 13 and columns[9] == str(inode):
                return int(columns[-1])
    return 0

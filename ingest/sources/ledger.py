"""What became of syslog messages, in a small file that outlives the process: what was lost with it can be counted.

Plain syslog has no acknowledgement. What is lost is bounded by what the listener may hold (`SyslogLimits`), and
counted: a message that was received and not yet delivered when the process was killed is lost at the next start.
The numbers lie in mapped memory, which the system keeps when a process is killed; a machine that loses its power may
have older ones.
"""

import mmap
import os
import struct
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

LEDGER_NAME: Final = "syslog.ledger"
"""In the data folder."""
_MAGIC: Final = b"TGLEDG01"
_NUMBER: Final = struct.Struct("<Q")


@dataclass(slots=True, kw_only=True)
class SyslogCounters:
    """Since the ledger was begun; only ever raised."""

    received: int = 0
    delivered: int = 0
    """Durable."""
    dropped: int = 0
    """Messages that nobody could make wait (UDP) and that found the queue full."""
    lost: int = 0
    """Received and, as far as is known, not delivered when the process was killed: at most so many."""
    overrun: int = 0
    """Datagrams that the system dropped because nobody read them in time."""
    cut: int = 0
    refused_connections: int = 0
    broken_connections: int = 0
    """Closed for an octet count that is none."""
    idle_connections: int = 0
    failed_handshakes: int = 0
    overrun_socket: int = 0
    """Inode of the socket that `overrun_seen` is about."""
    overrun_seen: int = 0


_NAMES: Final = tuple(one.name for one in fields(SyslogCounters))
_SIZE: Final = len(_MAGIC) + _NUMBER.size * len(_NAMES)
_PLACE: Final = {name: len(_MAGIC) + _NUMBER.size * at for at, name in enumerate(_NAMES)}


class Ledger:
    """The counters in their file; one process writes, any may read."""

    def __init__(self, path: Path | None) -> None:
        """Begin or go on; what an earlier process did not deliver is lost. None: kept nowhere. Raises: OSError."""
        counters = (read_ledger(path) if path else None) or SyslogCounters()
        settled = counters.delivered + counters.dropped + counters.lost
        counters.lost += max(counters.received - settled, 0)
        self._memory = mmap.mmap(-1, _SIZE) if path is None else _mapped(path, counters)
        self._counters = counters

    def add(self, name: str, amount: int = 1) -> None:
        value = getattr(self._counters, name) + amount
        self.put(name, value)

    def put(self, name: str, value: int) -> None:
        setattr(self._counters, name, value)
        _NUMBER.pack_into(self._memory, _PLACE[name], value)

    @property
    def counters(self) -> SyslogCounters:
        return self._counters

    def close(self) -> None:
        self._memory.close()


def read_ledger(path: Path) -> SyslogCounters | None:
    """Return what stands there; None where there is none or it is another's."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(content) != _SIZE or not content.startswith(_MAGIC):
        return None
    return SyslogCounters(**{name: _NUMBER.unpack_from(content, place)[0] for name, place in _PLACE.items()})


def _mapped(path: Path, counters: SyslogCounters) -> mmap.mmap:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Written whole, so that no page of it has to be found on a disk that is full by then.
        os.pwrite(descriptor, _packed(counters), 0)
        os.ftruncate(descriptor, _SIZE)
        return mmap.mmap(descriptor, _SIZE)
    finally:
        os.close(descriptor)


def _packed(counters: SyslogCounters) -> bytes:
    return _MAGIC + b"".join(_NUMBER.pack(getattr(counters, name)) for name in _NAMES)


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

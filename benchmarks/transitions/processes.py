"""What Linux says of a process: its children, and the memory it holds."""

from contextlib import suppress
from pathlib import Path


def resident_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
    return int(line.split()[1]) // 1024


def children_of(pid: int) -> tuple[int, ...]:
    """Return the processes whose parent this is."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended in the meantime
            _, parent, *_ = stat.read_text().rpartition(") ")[2].split()
            if int(parent) == pid:
                found.append(int(stat.parent.name))
    return tuple(found)

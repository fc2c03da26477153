"""Runs a program and says what it took: wall clock, processor time and memory, its children's included."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

_SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    wall_seconds: float
    cpu_seconds: float
    """User and system, of the program and of every child it waited for."""
    peak_mib: float
    """Anonymous memory of the program and all its children at one moment, sampled every 0.1 s."""
    output: str


def run(command: Sequence[str | Path], *, environment: dict[str, str] | None = None) -> Took:
    """Run to the end. Raises: RuntimeError where the program fails."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        begun = monotonic()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=output, stderr=subprocess.DEVNULL, env=environment
        )
        watch = _Watch(process.pid)
        watch.start()
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.ended.set()
        watch.join()
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {process.returncode}")
        output.seek(max(0, output.tell() - 4_096))
        return Took(
            wall_seconds=wall,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_mib=watch.peak_kib / 1024,
            output=output.read(),
        )


class _Watch(threading.Thread):
    """Looks at a process and its descendants until told to end."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.peak_kib = 0
        self._pid = pid

    def run(self) -> None:
        while not self.ended.wait(_SAMPLE_SECONDS):
            self.peak_kib = max(self.peak_kib, sum(map(_anonymous_kib, _family(self._pid))))


def _family(pid: int) -> list[int]:
    """Return the process and all its descendants."""
    family = [pid]
    for member in family:
        try:
            for task in Path(f"/proc/{member}/task").iterdir():
                family += [int(child) for child in (task / "children").read_text().split()]
        except OSError:  # it ended meanwhile
            continue
    return family


def _anonymous_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

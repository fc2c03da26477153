"""What `irp pcap` is compared with, each on the same capture."""

import getpass
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.pcap.rows import DISPLAY_FILTER, FIELDS
from ingest.pcap.tshark import environment, find_tshark, write_settings

PYSHARK = """
import sys, pyshark
capture = pyshark.FileCapture(sys.argv[1], use_ek=True, keep_packets=False)
print(sum(1 for _ in capture))
"""
NFSTREAM = """
import sys, nfstream
print(sum(1 for _ in nfstream.NFStreamer(source=sys.argv[1], n_meters=2)))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    name: str
    command: Callable[[Path], list[str | Path]]
    environment: dict[str, str] | None = None
    most_mb: int | None = None
    """A peer this slow gets only so much of the capture."""


def ours(out: Path) -> Peer:
    """Flows, protocol events, files, rules and detectors, all written to disk."""
    return Peer(
        name="irp pcap",
        command=lambda file: [Path(sys.executable).with_name("irp"), "pcap", file, "--out", out / "irp"],
    )


def tshark_pruned(home: Path) -> Peer:
    """The same fields by the same filter with the same dissectors, every packet, nothing else."""
    tshark = find_tshark()
    home.mkdir(exist_ok=True)
    write_settings(tshark, home)
    fields = [part for name in FIELDS for part in ("-e", name)]
    return Peer(
        name="tshark, pruned",
        command=lambda file: [
            tshark.program, "-n", "-r", file, "-Q", "-Y", DISPLAY_FILTER, "-T", "fields", *fields
        ],
        environment=environment(tshark, home=home),
    )  # fmt: skip


def tshark_default() -> Peer:
    tshark = find_tshark()
    return Peer(
        name="tshark, default", command=lambda file: [tshark.program, "-n", "-r", file, "-T", "fields", "-e", "ip.src"],
        most_mb=20,
    )  # fmt: skip


def pyshark() -> Peer:
    return Peer(name="pyshark", command=lambda file: [sys.executable, "-c", PYSHARK, file], most_mb=1)


def nfstream(python: Path) -> Peer:
    return Peer(name="nfstream", command=lambda file: [python, "-c", NFSTREAM, file])


def tcpdump(out: Path) -> Peer | None:
    """The limit of the disk. Started by root it becomes another user, who may not write there, unless told not to."""
    program = shutil.which("tcpdump")
    if program is None:
        return None
    user = ["-Z", getpass.getuser()]
    return Peer(name="tcpdump -w", command=lambda file: [program, *user, "-r", file, "-w", out / "tcpdump.pcap"])

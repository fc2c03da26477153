"""Where the programs are that the set-up unpacked because it could not install them for the whole machine."""

from pathlib import Path

from ingest.pcap.tshark import Tshark, find_tshark

UNPACKED = Path(__file__).resolve().parents[2] / ".tools" / "sysroot"


def locate_tshark() -> Tshark:
    """Return the machine's tshark, else the unpacked one. Raises: CaptureUnavailableError."""
    return find_tshark(unpacked=(UNPACKED,))

"""A capture of 700 MB and a SYN flood through `irp pcap`, with everything on, and through its peers, in turn.

The captures are built from the test corpus by the corpus's own `make_big.py` and kept in `--cache`. Every program is
given the same two cores; tshark uses one. Each has its wall clock, its processor time with its children's, and the
peak of anonymous memory over all its processes. tshark pruned reads the same fields with the same filter and the same
dissectors, and does nothing else. tshark default and pyshark get the beginning of the capture; nfstream is run where
`--nfstream` names a Python that has it, tcpdump where it is installed. On a busy machine the wall clock lies, so the
ratio is given by processor time too: what it would be if both cores were free, half of ours against all of tshark's.
The best round of each counts.
"""

import argparse
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import zstandard

from benchmarks.pcap import peers
from benchmarks.pcap.measured import Took, run
from benchmarks.pcap.peers import Peer
from ingest.pcap.records import RecordForm, pcap_records

CORES = 2
MB = 1_000_000
AIM_RATIO, AIM_MIB = 2.0, 600
AIM_FLOOD_SECONDS, AIM_FLOOD_MIB = 5.0, 300


def make_captures(corpus: Path, cache: Path) -> tuple[Path, Path]:
    """Return the mixed capture and the flood, made where they are not there."""
    mixed, flood, unpacked = cache / "mixed.pcap", cache / "flood.pcap", cache / "captures"
    maker = [sys.executable, str(corpus / "make_big.py")]
    if not mixed.is_file():
        with (
            (corpus / "captures-dev.tar.zst").open("rb") as packed,
            zstandard.ZstdDecompressor().stream_reader(packed) as stream,
            tarfile.open(fileobj=stream, mode="r|") as members,
        ):
            members.extractall(unpacked, filter="data")
        subprocess.run([*maker, "big", str(unpacked), str(mixed)], check=True, stdout=subprocess.DEVNULL)
    if not flood.is_file():
        subprocess.run([*maker, "flood", str(flood)], check=True, stdout=subprocess.DEVNULL)
    return mixed, flood


def beginning_of(file: Path, *, most_mb: int | None) -> Path:
    """Return the first megabytes as a capture, up to its last whole packet."""
    if most_mb is None or file.stat().st_size <= most_mb * MB:
        return file
    part = file.with_suffix(f".{most_mb}.pcap")
    if not part.is_file():
        with file.open("rb") as whole:
            data = whole.read(most_mb * MB)
        # What `make_big.py` writes: little-endian, microseconds, Ethernet.
        form = RecordForm(big_endian=False, fraction_ns=1_000, head_bytes=16, link_type=1)
        _packets, end, _absurd = pcap_records(data, 24, form)
        part.write_bytes(data[:end])
    return part


def measure(peer: Peer, file: Path, *, rounds: int) -> tuple[Took, int]:
    """Return the round with the least processor time, and the bytes it read."""
    part = beginning_of(file, most_mb=peer.most_mb)
    best: Took | None = None
    for number in range(rounds if peer.most_mb is None else 1):
        took = run(peer.command(part), environment=peer.environment)
        print(
            f"  {number + 1} {peer.name:16} {took.wall_seconds:7.1f} s wall {took.cpu_seconds:7.1f} s cpu"
            f" {took.peak_mib:6.0f} MiB, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        if best is None or took.cpu_seconds < best.cpu_seconds:
            best = took
    assert best is not None
    return best, part.stat().st_size


def report(best: dict[str, tuple[Took, int]]) -> None:
    for name, (took, size) in best.items():
        print(
            f"{name:16} {size / MB / took.wall_seconds:7.1f} MB/s by the clock,"
            f" {size / MB / took.cpu_seconds:7.1f} MB a second of processor time, {took.peak_mib:6.0f} MiB"
        )
    (us, _), (them, _) = best["irp pcap"], best["tshark, pruned"]
    print(
        f"irp pcap against tshark pruned: {them.wall_seconds / us.wall_seconds:.2f} times as fast by the clock,"
        f" {them.cpu_seconds / (us.cpu_seconds / CORES):.2f} by processor time with both cores free"
        f" (aim {AIM_RATIO}); {us.peak_mib:.0f} MiB (aim {AIM_MIB})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[3] / "shared" / "corpus")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "tanggap-bench")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--nfstream", type=Path, help="a Python that has nfstream")
    parser.add_argument("--only", choices=["mixed", "flood"])
    parser.add_argument("--peers", nargs="+", metavar="NAME", help="these alone beside tshark pruned, in this run")
    given = parser.parse_args()
    if not (given.corpus / "make_big.py").is_file():
        print(f"skipped: no corpus in {given.corpus} (--corpus)")
        return
    given.cache.mkdir(parents=True, exist_ok=True)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    mixed, flood = make_captures(given.corpus, given.cache)
    us = peers.ours(given.cache)
    if given.only != "flood":
        pruned, others = peers.tshark_pruned(given.cache / "home"), [peers.tshark_default(), peers.pyshark()]
        others += [] if given.nfstream is None else [peers.nfstream(given.nfstream)]
        others += [peer for peer in [peers.tcpdump(given.cache)] if peer is not None]
        if given.peers is not None:
            others = [peer for peer in others if any(peer.name.startswith(name) for name in given.peers)]
        report({peer.name: measure(peer, mixed, rounds=given.rounds) for peer in [us, pruned, *others]})
    if given.only != "mixed":
        took, _ = measure(us, flood, rounds=given.rounds)
        print(
            f"flood of a million SYNs: {took.cpu_seconds:.1f} s of processor time (aim {AIM_FLOOD_SECONDS}),"
            f" {took.peak_mib:.0f} MiB (aim {AIM_FLOOD_MIB})"
        )


if __name__ == "__main__":
    main()

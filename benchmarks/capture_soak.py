"""`make soak`, second part: hostile captures through the whole of `irp pcap`, each in a process under limits.

`python -m benchmarks.capture_soak --samples 200 --seed 1`, or as many as fit into `--minutes`. Ends with 1 where one
crashed, hung, took more memory than it may, or was refused without a clear word; the sample is then kept and named.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support.fuzzing import damaged

SECONDS = 120
"""Wall clock of one sample; a whole one takes about two."""
MEMORY_BYTES = 6 * 1024**3
"""Address space of each process, tshark's own limit of 4 GiB among it."""
IRP = str(Path(sys.executable).with_name("irp"))
CRASHES = ("Traceback", "Fatal Python error")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--minutes", type=float, help="go on with further samples until then")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    end = time.monotonic() + 60 * (wanted.minutes or 0)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    number = 0
    while number < wanted.samples or time.monotonic() < end:
        name, content = damaged(wanted.seed * 1_000_000 + number)
        outcome, fault = try_one(content)
        outcomes[outcome] += 1
        if fault:
            faults.append(f"{keep(name, content)}: {fault}")
        number += 1
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"captures {number}: {dict(outcomes)}, largest process {peak} MiB, faults {len(faults)}")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def try_one(content: bytes) -> tuple[str, str | None]:
    """Return how it ended, and what is wrong with that."""
    with tempfile.TemporaryDirectory() as folder:
        capture, rules = Path(folder) / "a.pcap", Path(folder) / "aturan"
        capture.write_bytes(content)
        rules.mkdir()
        command = [IRP, "pcap", str(capture), "--out", f"{folder}/hasil", "--rules", str(rules)]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
                preexec_fn=limit,
            )
        except subprocess.TimeoutExpired:
            return "hung", f"not over after {SECONDS} s"
        if done.returncode == 0 and (Path(folder) / "hasil" / "summary.json").is_file():
            return ("partial" if "sebagian saja" in done.stderr else "whole"), crash_in(done.stderr)
        is_refused = done.returncode == 2 and done.stderr.startswith("irp: ") and done.stderr.count("\n") == 1
        return "refused", None if is_refused else f"status {done.returncode}: {done.stderr[-500:]}"


def crash_in(words: str) -> str | None:
    return words[-500:] if any(crash in words for crash in CRASHES) else None


def keep(name: str, content: bytes) -> Path:
    path = Path(tempfile.gettempdir()) / f"tanggap-soak-{name}"
    path.write_bytes(content)
    return path


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())

"""What is compared: `irp detect`, rsigma, and SQL as Zircolite uses it; whole processes on one core, hits to a file."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

RSIGMA = "0.23.0"
RSIGMA_BUILD = (
    *("cargo", "install", "--locked", "rsigma", "--version", RSIGMA, "--no-default-features"),
    *("--features", "evtx,daachorse-index,rsigma-runtime", "--root"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """One run of a process."""

    wall_seconds: float
    cpu_seconds: float
    """User and system, children included."""
    hits: int
    peak_mib: float


def _lines_of(output: Path) -> int:
    with output.open("rb") as written:
        return sum(1 for _ in written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    name: str
    command: Callable[[Path], Sequence[str]]
    """For a file of events."""
    share: float = 1.0
    """Of the events: a slow one is given fewer, or a round takes minutes."""
    hits_of: Callable[[Path], int] = _lines_of
    """How many hits its output holds."""


def ours(rules: Sequence[Path], data: Path, *, jobs: int = 1) -> Engine:
    options = [option for path in rules for option in ("--rules", str(path))]
    start = [str(Path(sys.executable).with_name("irp")), "detect", *options]
    fixed = ["--format", "jsonl", "--timezone", "UTC", "--data", str(data), "--jobs", str(jobs)]
    return Engine(
        name="irp detect" + (f" --jobs {jobs}" if jobs > 1 else ""), command=lambda file: [*start, *fixed, str(file)]
    )


def rsigma(program: Path, rules: Path) -> Engine:
    return Engine(
        name=f"rsigma {RSIGMA}",
        command=lambda file: [
            *(str(program), "engine", "eval", "-r", str(rules), "-e", f"@{file}", "--logsource-routing")
        ],
    )


def sqlite(rules: Path, cache: Path) -> Engine:
    """Return rules as SQL over a table in memory, as Zircolite works (`benchmarks.sigma.sqlite_peer`)."""
    fixed = ["-m", "benchmarks.sigma.sqlite_peer", str(rules)]
    return Engine(
        name="SQLite (as Zircolite)",
        command=lambda file: [sys.executable, *fixed, str(file), str(cache / "queries.json")],
        share=0.1,
    )


def zircolite(folder: Path, rules: Path, cache: Path) -> Engine:
    """Return Zircolite as it stands in `folder`, what it requires in `folder`/.venv; its rules are converted once."""
    converted, found = cache / "zircolite-rules.json", cache / "zircolite-hits.json"
    start = [str(folder / ".venv" / "bin" / "python"), str(folder / "zircolite.py"), "--jsonl", "--no-parallel"]
    said = ["--quiet", "--logfile", os.devnull, "--config", str(folder / "config" / "config.yaml")]
    if not converted.is_file():
        _convert_for_zircolite(folder, rules, converted)
    fixed = ["--ruleset", str(converted), "--outfile", str(found)]

    def matches(_: Path) -> int:
        return sum(len(rule["matches"]) for rule in orjson.loads(found.read_bytes()))

    return Engine(
        name="Zircolite",
        command=lambda file: [*start, *said, *fixed, "--events", str(file)],
        share=0.1,
        hits_of=matches,
    )


def _convert_for_zircolite(folder: Path, rules: Path, converted: Path) -> None:
    """Zircolite converts rules at each start unless it is given what it converted before."""
    with TemporaryDirectory() as work:
        event = Path(work) / "event.jsonl"
        event.write_text('{"Channel": "Security", "EventID": 1}\n', encoding="utf-8")
        pipelines = ("--pipeline", "sysmon", "--pipeline", "windows-logsources")
        start = [
            str(folder / ".venv" / "bin" / "python"),
            str(folder / "zircolite.py"),
            "--jsonl",
            "--nolog",
            "--quiet",
        ]
        config = ["--config", str(folder / "config" / "config.yaml"), "--events", str(event)]
        subprocess.run(
            [*start, *config, "--ruleset", str(rules), *pipelines, "--save-ruleset"],
            cwd=work,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        saved = next(Path(work).glob("ruleset-*.json"))
        converted.write_bytes(saved.read_bytes())


def find_rsigma(cache: Path, *, build: bool) -> Path | None:
    """Return the program, built into `cache` where asked; None where it is not there."""
    program = cache / "rsigma" / "bin" / "rsigma"
    if build and not program.is_file():
        subprocess.run([*RSIGMA_BUILD, str(cache / "rsigma")], check=True)
    return program if program.is_file() else None


def run(engine: Engine, file: Path, output: Path, *, cores: int) -> Took:
    """Raises: CalledProcessError."""
    return _run([(engine, file, output)], cores=cores)


def run_beside(engine: Engine, file: Path, outputs: Sequence[Path]) -> Took:
    """Return what as many runs at once take as there are outputs, on as many cores. Raises: CalledProcessError."""
    return _run([(engine, file, output) for output in outputs], cores=len(outputs))


def _run(runs: Sequence[tuple[Engine, Path, Path]], *, cores: int) -> Took:
    chosen = set(sorted(os.sched_getaffinity(0))[:cores])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    processes = [_started(engine.command(file), output, chosen) for engine, file, output in runs]
    peaks = [_peak_mib(process) for process in processes]
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    hits = sum(engine.hits_of(output) for engine, _, output in runs)
    return Took(wall_seconds=wall, cpu_seconds=cpu, hits=hits, peak_mib=max(peaks))


def _started(command: Sequence[str], output: Path, cores: set[int]) -> "subprocess.Popen[bytes]":
    with output.open("wb") as hits:
        process = subprocess.Popen(command, stdout=hits, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    os.sched_setaffinity(process.pid, cores)
    return process


def _peak_mib(process: "subprocess.Popen[bytes]") -> float:
    """Wait until the process has ended. Raises: CalledProcessError."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return usage.ru_maxrss / 1024

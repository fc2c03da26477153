"""Events a second of `irp detect` and of its peers, on the same events and rules, in turn, whole process on one core.

SigmaHQ's Windows rules on: `mixed` (the corpus's EVTX files, flattened, ten times), `sysmon` (Sysmon alone, the worst
case) and `quiet` (made up: one event in a thousand hits). Needs the test corpus (`--corpus`); rsigma is compared where
it is there, and built with `--build-peers` (cargo). Rules as SQL over SQLite, which is how Zircolite works, get a tenth
of the events, once; so does Zircolite itself where its source is (`--zircolite`): no package registry has it. Chainsaw
and Hayabusa are in none either and are not run; sigma-rust and sigma-go are libraries. Rules are kept compiled by ours
after a first run that is not counted; its start is in the figures. Rates are by processor time: another program on the
machine makes the wall clock lie, and the load average beside each round says how much. The best round of each counts.

`jobs` is another question: how much sooner two processes (`--jobs 2`) are done with four times `mixed` than one, by the
clock and on two cores. Its ratio is worth something only where nothing else runs, so the processor time of both stands
beside it, and what two programs of their own take for half of it each: no way to share work is quicker than that.
"""

import argparse
import os
import shutil
from itertools import islice
from pathlib import Path

from benchmarks.sigma.corpora import SYSMON, flattened, quiet, unpack, write_lines
from benchmarks.sigma.engines import Engine, Took, find_rsigma, ours, rsigma, run, run_beside, sqlite, zircolite

RULE_FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")
SYSMON_EVENTS = 100_000
LARGE_TIMES = 4
"""How often `mixed` is repeated for a file large enough to be shared out."""


def rule_folder(unpacked: Path, into: Path) -> Path:
    """Return one folder with SigmaHQ's rules for Windows: rsigma takes one."""
    for name in RULE_FOLDERS:
        for file in sorted((unpacked / name).rglob("*.yml")):
            if "product: windows" in file.read_text(encoding="utf-8"):
                target = into / file.relative_to(unpacked)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
    return into


def make_corpora(corpus: Path, cache: Path) -> dict[str, Path]:
    files = {name: cache / f"{name}.jsonl" for name in ("mixed", "sysmon", "quiet")}
    if all(path.is_file() for path in files.values()):
        return files
    events = list(flattened(unpack(corpus / "evtx-dev.tar.zst", cache / "evtx") / "evtx"))
    sysmon = [event for event in events if event["Channel"] == SYSMON]
    write_lines(files["mixed"], events, times=10)
    write_lines(files["sysmon"], sysmon, times=-(-SYSMON_EVENTS // len(sysmon)))
    write_lines(files["quiet"], quiet(), times=1)
    return files


def compare(engines: list[Engine], file: Path, *, rounds: int, cores: int, cache: Path) -> dict[Engine, Took]:
    best: dict[Engine, Took] = {}
    for number in range(rounds):
        for engine in engines:
            if number and engine.share < 1:
                continue
            took = run(engine, beginning_of(file, share=engine.share), cache / "hits.out", cores=cores)
            load = os.getloadavg()[0]
            print(
                f"  {number + 1} {engine.name:22} {took.cpu_seconds:7.2f} s cpu {took.wall_seconds:7.2f} s wall", end=""
            )
            print(f" {took.hits:8,} lines out {took.peak_mib:6.0f} MiB, load {load:.1f}", flush=True)
            if engine not in best or took.cpu_seconds < best[engine].cpu_seconds:
                best[engine] = took
    return best


def report(name: str, count: int, best: dict[Engine, Took]) -> None:
    rates = {engine: count * engine.share / took.cpu_seconds for engine, took in best.items()}
    first = next(iter(rates))
    for engine, rate in rates.items():
        ratio = rates[first] / rate
        print(f"{name:8} {engine.name:22} {rate:10,.0f} events/s   {first.name} is {ratio:.2f} times as fast")


def compare_jobs(rules: Path, mixed: Path, *, rounds: int, cache: Path) -> None:
    """Print the clock of one process, of two, and of two programs that each have half of the events."""
    half, whole = repeated(mixed, LARGE_TIMES // 2), repeated(mixed, LARGE_TIMES)
    one, two = ours([rules], cache / "data"), ours([rules], cache / "data", jobs=2)
    print(f"jobs: {lines_of(whole):,} events, {whole.stat().st_size / 1e6:,.0f} MB")
    seconds: dict[str, list[float]] = {}
    for number in range(rounds):
        took = {
            one.name: run(one, whole, cache / "hits.out", cores=2),
            two.name: run(two, whole, cache / "hits.out", cores=2),
            "two programs, half each": run_beside(one, half, [cache / "hits.out", cache / "hits.2.out"]),
        }
        for name, figures in took.items():
            seconds.setdefault(name, []).append(figures.wall_seconds)
            said = f"{figures.wall_seconds:6.2f} s wall {figures.cpu_seconds:6.2f} s cpu {figures.hits:9,} lines out"
            print(f"  {number + 1} {name:24} {said}, load {os.getloadavg()[0]:.1f}", flush=True)
    first = min(seconds[one.name])
    for name, walls in seconds.items():
        print(f"jobs     {name:24} {min(walls):6.2f} s   {first / min(walls):.2f} times as fast as one process")


def repeated(file: Path, times: int) -> Path:
    """Return a file of the same lines that many times."""
    large = file.with_suffix(f".x{times}.jsonl")
    if not large.is_file():
        with large.open("wb") as target:
            for _ in range(times):
                with file.open("rb") as source:
                    shutil.copyfileobj(source, target)
    return large


def beginning_of(file: Path, *, share: float) -> Path:
    """Return a file of the first lines."""
    if share == 1:
        return file
    part = file.with_suffix(f".{share:g}.jsonl")
    if not part.is_file():
        with file.open("rb") as lines:
            part.write_bytes(b"".join(islice(lines, round(lines_of(file) * share))))
    return part


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path(__file__).parents[3] / "shared" / "corpus")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "tanggap-bench")
    parser.add_argument("--build-peers", action="store_true", help="build rsigma into the cache with cargo")
    parser.add_argument("--zircolite", type=Path, help="folder with Zircolite's source, what it requires in its .venv")
    parser.add_argument("--only", choices=("mixed", "sysmon", "quiet", "jobs"), action="append")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not (options.corpus / "evtx-dev.tar.zst").is_file():
        print(f"skipped: no corpus in {options.corpus} (--corpus)")
        return
    cache: Path = options.cache
    cache.mkdir(parents=True, exist_ok=True)
    unpacked = unpack(options.corpus / "sigmahq-rules.tar.zst", cache / "sigmahq")
    rules = cache / "windows-rules"
    if not rules.is_dir():
        rule_folder(unpacked, rules)
    files = make_corpora(options.corpus, cache)
    engines = [ours([rules], cache / "data")]
    program = find_rsigma(cache, build=options.build_peers)
    if program is not None:
        engines.append(rsigma(program, rules))
    else:
        print("rsigma is not there: no ratio to it (--build-peers)")
    engines.append(sqlite(rules, cache))
    if options.zircolite is not None:
        engines.append(zircolite(options.zircolite.resolve(), rules, cache))
    wanted = options.only or [*files, "jobs"]
    for name in (name for name in files if name in wanted):
        count = lines_of(files[name])
        print(f"{name}: {count:,} events, {files[name].stat().st_size / 1e6:,.0f} MB")
        run(engines[0], files[name], cache / "hits.out", cores=1)
        report(name, count, compare(engines, files[name], rounds=options.rounds, cores=1, cache=cache))
    if "jobs" in wanted:
        compare_jobs(rules, files["mixed"], rounds=options.rounds, cache=cache)


def lines_of(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


if __name__ == "__main__":
    main()

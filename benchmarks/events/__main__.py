"""How fast the embedded event store takes events in and finds them, how much memory and disk it takes.

    python -m benchmarks events [EVENTS] [--folder FOLDER]

Prints events a second until acknowledged (each batch of 5,000 is synced before the next) and until all can be found;
the best and the median of 20 runs of each question, asked by a process that only reads; that process's own memory; and
the store's size against that of its events as ECS JSON. Two million events a day of receipt, synthetic (`made.py`).

With --folder the store stays, and a later call with a larger number adds what is missing: twenty million can be stored
in pieces. Run it under `taskset -c 0` for figures of one core.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.events.made import BATCH, EVENTS_A_DAY, RARE, START, batches, moment_of
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.app.garbage import set_aside_what_is_loaded

NOTE = "made.json"
RUNS = 20
HOUR = timedelta(hours=1)
QUERIES = (
    RARE,
    "*",
    "failed",
    '"failed password"',
    "user.name:user7 AND failed",
    "source.ip:10.7.0.0/16",
    "source.ip:10.0.0.0/8",
    "source.port:[1000 TO 1010]",
    "host.name:web-1*",
    "event.original:zaphod*",
    "10.7.7.7",
    "NOT failed",
    "_exists_:source.ip",
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("events", type=int, nargs="?", default=1_000_000)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.read:
        find(given.folder)
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="events-"))
    try:
        insert(folder, given.events // BATCH * BATCH)
        command = [sys.executable, "-m", "benchmarks.events", "--read", "--folder", str(folder)]
        subprocess.run(command, check=True)
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def insert(folder: Path, count: int) -> None:
    """Add events until there are `count`; the note of how many there are, and their bytes, lies beside the store."""
    note = folder / NOTE
    there, size = json.loads(note.read_text()) if note.is_file() else (0, 0)
    while there < count:
        until = min(count, there + EVENTS_A_DAY)
        size += add(folder / "events", there, until)
        there = until
        note.write_text(json.dumps([there, size]))


def add(folder: Path, first: int, end: int) -> int:
    """Store the events of [first, end) and return the bytes of their bodies."""
    made = list(batches(first, end))
    # The collector would walk over what was made beforehand; the server has nothing like it, and sets rules aside too.
    set_aside_what_is_loaded()
    added, size, now = end - first, sum(len(body) for batch in made for body in batch.bodies), moment_of(first)
    writer = EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: now)
    begun, cpu, slowest = time.perf_counter(), time.process_time(), 0.0
    for number, batch in enumerate(made):
        now, before = moment_of(first + number * BATCH), time.perf_counter()
        writer.append(batch)
        slowest = max(slowest, time.perf_counter() - before)
    appended = time.perf_counter() - begun
    writer.flush()
    findable, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{added:,} events after {first:,}, {size / added:.0f} B each as ECS JSON")
    print(f"acknowledged   {added / appended:10,.0f} events/s  (slowest batch {slowest * 1000:.0f} ms)")
    print(f"findable       {added / findable:10,.0f} events/s  ({added / cpu_seconds:,.0f} per CPU second)")
    again = time.perf_counter()
    writer.append(made[-1])
    print(f"repeated batch {(time.perf_counter() - again) * 1000:10.1f} ms for {BATCH:,} duplicates")
    again = time.perf_counter()
    writer.close()
    print(f"closed         {time.perf_counter() - again:10.2f} s", flush=True)
    return size


def find(folder: Path) -> None:
    reader = EmbeddedEventReader(folder / "events")
    count, size = json.loads((folder / NOTE).read_text())
    end = moment_of(count)
    day_before = max(START, end - timedelta(days=1))
    print(
        f"{count:,} events over {(end - START) / timedelta(days=1):.1f} days; milliseconds, best and median of {RUNS}"
    )
    for query in QUERIES:
        timed(query, partial(total, reader, query))
    hour = f"failed AND user.name:user7, {HOUR} of the last day"
    begin = day_before + timedelta(hours=6)
    timed(hour, lambda: total(reader, "failed AND user.name:user7", begin, begin + HOUR))
    timed("histogram of the last 24 h", lambda: histogram(reader, "*", day_before, end))
    timed("histogram of the last 24 h, failed", lambda: histogram(reader, "failed", day_before, end))
    timed("histogram of everything", lambda: histogram(reader, "*", START, end))
    used = sum(path.stat().st_size for path in (folder / "events").rglob("*") if path.is_file())
    index = sum(path.stat().st_size for path in (folder / "events").glob("days/*/index/*"))
    print(f"reader's own memory {own_memory_mb():,.0f} MB")
    print(f"on disk {used / 1e6:,.0f} MB, {index / 1e6:,.0f} of it index; {used / size:.2f} x the events as ECS JSON")


def timed(name: str, ask: Callable[[], int]) -> None:
    times, found = [], 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        found = ask()
        times.append((time.perf_counter() - begun) * 1000)
    print(f"{name:52} {found:>12,} {min(times):9.2f} {statistics.median(times):9.2f}", flush=True)


def total(reader: EmbeddedEventReader, query: str, begin: datetime | None = None, end: datetime | None = None) -> int:
    return reader.search(query, time_from=begin, time_to=end, cursor=None, limit=50).total or 0


def histogram(reader: EmbeddedEventReader, query: str, begin: datetime, end: datetime) -> int:
    return sum(part.count for part in reader.histogram(query, time_from=begin, time_to=end, buckets=96))


def own_memory_mb() -> float:
    """Return what only this process holds; the index itself is mapped from its files and counted with the disk's cache.

    Source: proc(5), RssAnon.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("RssAnon:"))


if __name__ == "__main__":
    main()

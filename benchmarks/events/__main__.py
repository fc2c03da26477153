"""How fast the embedded event store takes events in and finds them.

    python -m benchmarks.events [EVENTS] [FOLDER]

Prints events a second until appended (each batch of 5,000 is synced before the next) and until all can be found, and
the best and median time of 20 for each query. Run it under `taskset -c 0` for figures of one core. The events are
synthetic lines of sshd, about 400 B each.
"""

import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.domain.event import Event, EventBatch, EventId, batch_of, make_event, to_ns

BATCH = 5_000
START = datetime(2026, 11, 20, tzinfo=UTC)
WORDS = ("failed", "accepted", "password", "publickey", "session", "closed", "timeout", "invalid", "denied", "error")
QUERIES = (
    "zaphodbeeblebrox",
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


def an_event(number: int, chance: random.Random) -> Event:
    address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
    port, host, user = chance.randrange(65_536), f"web-{chance.randrange(50)}", f"user{chance.randrange(300)}"
    words = " ".join(chance.choices(WORDS, k=4)) + (" zaphodbeeblebrox" if number % 100_003 == 7 else "")
    fields = {
        "event.original": f"Nov 20 04:00:00 {host} sshd[{number % 9999}]: {words} for {user} from {address}:{port}",
        "event.dataset": "system.auth",
        "event.outcome": "failure",
        "host.name": host,
        "process.name": "sshd",
        "process.pid": number % 9999,
        "source.ip": address,
        "source.port": port,
        "user.name": user,
    }
    return make_event(EventId(f"{chance.getrandbits(128):032x}"), to_ns(START + timedelta(milliseconds=number)), fields)


def batches(count: int) -> Iterator[EventBatch]:
    chance = random.Random(1)
    for first in range(0, count, BATCH):
        yield batch_of([an_event(number, chance) for number in range(first, min(count, first + BATCH))])


def insert(folder: Path, count: int) -> None:
    writer = EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: START)
    made = list(batches(count))
    size = sum(len(body) for batch in made for body in batch.bodies)
    print(f"{count:,} events, {size / count:.0f} B each")
    begun, cpu = time.perf_counter(), time.process_time()
    slowest = 0.0
    for batch in made:
        before = time.perf_counter()
        writer.append(batch)
        slowest = max(slowest, time.perf_counter() - before)
    appended = time.perf_counter() - begun
    writer.flush()
    findable, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu
    print(f"acknowledged   {count / appended:10,.0f} events/s  (slowest batch {slowest * 1000:.0f} ms)")
    print(f"findable       {count / findable:10,.0f} events/s  ({count / cpu_seconds:,.0f} per CPU second)")
    again = time.perf_counter()
    writer.append(made[0])
    print(f"repeated batch {(time.perf_counter() - again) * 1000:10.1f} ms for {BATCH:,} duplicates")
    begun = time.perf_counter()
    writer.close()
    EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: START).close()
    print(f"close and open {time.perf_counter() - begun:10.2f} s")


def find(folder: Path) -> None:
    reader = EmbeddedEventReader(folder)
    for query in QUERIES:
        times, total = [], None
        for _ in range(20):
            begun = time.perf_counter()
            total = reader.search(query, time_from=None, time_to=None, cursor=None, limit=50).total
            times.append((time.perf_counter() - begun) * 1000)
        print(f"{query:32} {total:>10,} hits  {min(times):8.2f} ms  median {statistics.median(times):8.2f} ms")
    begun = time.perf_counter()
    reader.histogram("*", time_from=START, time_to=START + timedelta(days=1), buckets=500)
    print(f"histogram of everything, 500 parts {(time.perf_counter() - begun) * 1000:.1f} ms")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="events-"))
    try:
        insert(folder, count)
        find(folder)
        used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"on disk {used / 1e6:,.0f} MB, peak memory {peak / 1e3:,.0f} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

"""kill -9 of a writer at random points: what it acknowledged is there once, and the index agrees with the segments."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from tests.ir_platform.adapters.events.embedded.stores import a_writer, found_ids
from tests.support.require import REPOSITORY

ROUNDS = 10

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.domain.event import EventId, batch_of, make_event, to_ns

now = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
folder, start = Path(sys.argv[1]), int(sys.argv[2])
writer = EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: now, segment_bytes=40_000)
number = start
while True:
    ids = [EventId(f"{number + i:032x}") for i in range(100)]
    # Half of each batch was sent before: a shipper that repeats itself.
    batch = batch_of([make_event(i, to_ns(now), {"message": f"line {int(i, 16)} " + i * 3}) for i in ids])
    writer.append(batch)
    print("acknowledged", number + 100, flush=True)
    number += 50
"""


def test_a_killed_writer_loses_nothing_it_acknowledged_and_stores_nothing_twice(tmp_path: Path) -> None:
    chance = random.Random(20261120)
    acknowledged = 0

    for _ in range(ROUNDS):
        acknowledged = max(acknowledged, _write_until_killed(tmp_path, acknowledged, chance.uniform(0.05, 0.8)))

    with a_writer(tmp_path) as writer:
        writer.flush()
        stored = [event_id for _, batch in writer.read_from(None) for event_id in batch.ids]
    assert acknowledged > 0
    assert len(stored) == len(set(stored))
    assert {f"{number:032x}" for number in range(acknowledged)} <= set(stored)
    assert _all_found(tmp_path) == sorted(stored)


def _write_until_killed(folder: Path, start: int, seconds: float) -> int:
    """Run a writer, kill it after `seconds` of writing, and return up to which number it acknowledged."""
    command = [sys.executable, "-c", WRITER, str(folder), str(max(0, start - 100))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline()]
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return max((int(words[1]) for words in whole if words[0] == "acknowledged"), default=0)


def _all_found(folder: Path) -> list[str]:
    reader, cursor, found = EmbeddedEventReader(folder), None, []
    while True:
        page = reader.search("line", time_from=None, time_to=None, cursor=cursor, limit=10_000)
        found += [event.id for event in page.items]
        cursor = page.cursor
        if cursor is None:
            assert page.total == len(found)
            assert len(found_ids(reader, f"_id:{found[0]}")) == 1
            return sorted(found)

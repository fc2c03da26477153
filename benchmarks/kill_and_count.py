"""Senders number their events while any process of the server is killed at random; then count what is there.

`python -m benchmarks.kill_and_count --minutes 5 --seed 1`. Ends with 1 where anything acknowledged is missing or twice.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from ingest.sources.ledger import LEDGER_NAME, SyslogCounters, read_ledger
from ir_platform.app.handover import HandoverError, NoIntakeError, connect
from ir_platform.app.wiring import event_reader
from ir_platform.config import Settings
from tests.support.chaos import Chaos
from tests.support.numbered import BulkSender, LineSender, at_work, tally
from tests.support.server import Server, irp, running, wait_for

NAMES = ("intake", "index", "syslog", "shippers", "api", "worker")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "var") as server:
        senders, lines, kills = work(server, minutes=wanted.minutes, seed=wanted.seed)
        wait_for(lambda: is_flushed(server.data))
        reader = event_reader(Settings(data_dir=server.data))
        counted = [tally(reader, one) for one in senders]
        stored = reader.search("host.name:baris", time_from=None, time_to=None, cursor=None, limit=1).total or 0
        ledger = read_ledger(server.data / LEDGER_NAME, SyslogCounters) or SyslogCounters()
    missing, doubled = sum(len(one.missing) for one in counted), sum(len(one.doubled) for one in counted)
    print(
        f"kills {kills}, acknowledged {sum(len(one.acknowledged) for one in senders)}, missing {missing}, "
        f"doubled {doubled}, refused {[dict(one.refused) for one in senders]}\n"
        f"syslog over TCP: sent {lines.sent}, stored {stored}, counted as lost {ledger.lost}"
    )
    return 1 if missing or doubled else 0


def work(server: Server, *, minutes: float, seed: int) -> tuple[list[BulkSender], LineSender, int]:
    """Return the senders and how many processes were killed."""
    ports = server.ports
    keys = [json.loads(irp("source", "add", name, "--json", data=server.data).stdout) for name in ("satu", "dua")]
    senders = [BulkSender(one["name"], lambda: f"http://127.0.0.1:{ports['bulk']}", one["api_key"]) for one in keys]
    lines = LineSender("baris", lambda: ports["syslog"])
    chaos = Chaos(server=server, names=NAMES, rng=random.Random(seed))
    done = threading.Event()
    with chaos.running(between_seconds=(1, 6)):
        threads = at_work([*senders, lines], done)
        time.sleep(60 * minutes)
    done.set()
    for thread in threads:
        thread.join()
    return senders, lines, chaos.kills


def is_flushed(data: Path) -> bool:
    try:
        with connect(data) as intake:
            intake.flush()
    except (NoIntakeError, HandoverError):  # it is still being started
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

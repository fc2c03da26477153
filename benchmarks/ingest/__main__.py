"""How fast events come in: until they are durable, until they are found, and from an attack's line to its incident.

    python -m benchmarks ingest [--lines 600000] [--only file elastic syslog bulk steady incident] [--rules FOLDER]

In one run, one after the other and with the same lines from the same sender: rsyslog into a file, rsyslog into a real
Elasticsearch (`scripts/elasticsearch.sh`), and a whole server of ours: syslog over TCP, parsed, matched against the
rules, durable, found. Then the bulk API, a steady rate with the lag of what is found, and attacks while a steady rate
comes in. Rates are by the clock; the load average stands beside each.

rsyslog writes its file without syncing it. A message of ours is durable when the ledger has it as delivered, and found
when a search counts it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ingest import ours, peers
from benchmarks.ingest.ours import Course
from tests.support.server import Server, irp

EVERY = ("file", "elastic", "syslog", "bulk", "steady", "incident")
OURS = frozenset(("syslog", "bulk", "steady", "incident"))
LIMIT_SECONDS = 100.0
SENDERS = 2


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--lines", type=int, default=600_000, help="of each row")
    asked.add_argument("--only", nargs="+", choices=EVERY, default=EVERY)
    asked.add_argument("--rules", type=Path, help="a folder of Sigma rules that are matched beside the shipped ones")
    asked.add_argument("--steady", type=int, default=30_000, help="events a second of the steady row")
    asked.add_argument("--background", type=int, default=10_000, help="events a second while attacks are sent")
    asked.add_argument("--seconds", type=float, default=20, help="of the steady row and of the attacks")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="ingest-") as name:
        folder = Path(name)
        durable_peers = {one: _peer(one, folder, given.lines) for one in given.only if one not in OURS}
        if OURS & set(given.only):
            with ours.a_server(folder, given.rules) as server:
                _ours(server, given, durable_peers)


def _ours(server: Server, given: argparse.Namespace, rates: dict[str, float]) -> None:
    if "syslog" in given.only:
        durable, findable = _syslog(server, given.lines)
        for name, rate in rates.items():
            if rate:
                print(f"  of rsyslog -> {name}: durable {durable / rate:.2f}, found {findable / rate:.2f}", flush=True)
    if "bulk" in given.only:
        _bulk(server, given.lines)
    if "steady" in given.only:
        _steady(server, rate=given.steady, seconds=given.seconds)
    if "incident" in given.only:
        _attacks(server, rate=given.background, seconds=given.seconds)


# --- rows ------------------------------------------------------------------------------------------------------------


def _peer(name: str, folder: Path, count: int) -> float:
    """Return the rate at which rsyslog's lines were in the file, or found in Elasticsearch; 0: it is not there."""
    if name == "file":
        path = folder / "rsyslog.log"
        with peers.rsyslog(folder / "rsyslog-file", peers.to_file(path)) as port:
            return _flood(f"rsyslog -> {name}", "lines", str(port), count, lambda: peers.lines_in(path))
    if not peers.is_elasticsearch_there():
        print("rsyslog -> elastic: no Elasticsearch here", flush=True)
        return 0.0
    with peers.elasticsearch() as server, peers.rsyslog(folder / "rsyslog-es", peers.to_elasticsearch(server)) as port:
        return _flood(f"rsyslog -> {name}", "lines", str(port), count, lambda: peers.documents_in(server))


def _flood(name: str, what: str, target: str, count: int, counted: Callable[[], int]) -> float:
    began = time.monotonic()
    sender = _sender(what, target, count, 0)
    course = Course(counted, counted)
    course.until(count, seconds=LIMIT_SECONDS)
    rate = _rate(course, count, began, which=2)
    print(f"{name:24} {rate:10,.0f} events/s  {_sent(sender)}  {_load()}", flush=True)
    return rate


def _syslog(server: Server, count: int) -> tuple[float, float]:
    reader, _ = ours.reader_of(server)
    before, there = ours.delivered(server.data), ours.found(reader)
    began = time.monotonic()
    sender = _sender("lines", str(server.ports["syslog"]), count, 0)
    course = Course(lambda: ours.delivered(server.data) - before, lambda: ours.found(reader) - there)
    course.until(count, seconds=LIMIT_SECONDS)
    durable, findable = (_rate(course, count, began, which=which) for which in (1, 2))
    print(f"{'syslog, durable':24} {durable:10,.0f} events/s  {_sent(sender)}  {_load()}")
    print(
        f"{'syslog, found':24} {findable:10,.0f} events/s  worst lag {max(course.lags(), default=0):.1f} s", flush=True
    )
    return durable, findable


def _bulk(server: Server, count: int) -> None:
    key = json.loads(irp("source", "add", "ukur", "--json", data=server.data).stdout)["api_key"]
    reader, _ = ours.reader_of(server)
    there = ours.found(reader)
    began = time.monotonic()
    target = f"http://127.0.0.1:{server.ports['bulk']} {key}"
    senders = [_sender("documents", target, count // SENDERS, 0) for _ in range(SENDERS)]
    course = Course(lambda: 0, lambda: ours.found(reader) - there)
    said = [_sent(one) for one in senders]
    answered = time.monotonic() - began
    course.until(count // SENDERS * SENDERS, seconds=LIMIT_SECONDS)
    findable = _rate(course, count // SENDERS * SENDERS, began, which=2)
    print(f"{'_bulk, durable':24} {count / answered:10,.0f} docs/s    {said[0]}, {SENDERS} of them  {_load()}")
    print(f"{'_bulk, found':24} {findable:10,.0f} docs/s", flush=True)


def _steady(server: Server, *, rate: int, seconds: float) -> None:
    reader, _ = ours.reader_of(server)
    before, there = ours.delivered(server.data), ours.found(reader)
    count = int(rate * seconds)
    sender = _sender("lines", str(server.ports["syslog"]), count, rate)
    course = Course(lambda: ours.delivered(server.data) - before, lambda: ours.found(reader) - there)
    course.until(count, seconds=seconds + LIMIT_SECONDS)
    lags = course.lags()
    print(
        f"steady {rate:,}/s for {seconds:.0f} s: lag of what is found p50 {ours.share(lags, 0.5):.2f} s, "
        f"worst {max(lags, default=0):.2f} s; {_sent(sender)}  {_load()}",
        flush=True,
    )


def _attacks(server: Server, *, rate: int, seconds: float) -> None:
    _, settings = ours.reader_of(server)
    sender = _sender("lines", str(server.ports["syslog"]), int(rate * (seconds + 2)), rate)
    time.sleep(1)
    delays = ours.incident_delays(server, settings, count=int(seconds * 4), pause_seconds=0.25)
    p50, p99 = (ours.share(delays, part) for part in (0.5, 0.99))
    print(
        f"arrival -> incident at {rate:,}/s: p50 {p50:.2f} s, p99 {p99:.2f} s, "
        f"worst {max(delays):.2f} s of {len(delays)}; {_sent(sender)}  {_load()}",
        flush=True,
    )


# --- what every row needs --------------------------------------------------------------------------------------------


def _sender(what: str, target: str, count: int, rate: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.ingest.send", what, target, str(count), str(rate)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _sent(sender: subprocess.Popen[str]) -> str:
    """Wait for the sender, and say what it took."""
    out, _ = sender.communicate(timeout=LIMIT_SECONDS * 2)
    if sender.returncode:
        return "sender failed"
    took = json.loads(out)
    return f"sender {took['cpu_seconds']:.1f} s of processor time, {took['sent'] / took['seconds']:,.0f}/s sent"


def _rate(course: Course, count: int, began: float, *, which: int) -> float:
    """Return events a second up to the last; where some were lost on the way, up to the last that was there."""
    most = min(count, max(sample[which] for sample in course.samples))
    at = course.reached(most, which=which)
    return most / (at - began) if at is not None and most else 0.0


def _load() -> str:
    return f"(load {os.getloadavg()[0]:.1f})"


if __name__ == "__main__":
    main()

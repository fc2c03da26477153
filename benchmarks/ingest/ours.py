"""A whole server with SigmaHQ's rules, and what of it can be seen from outside: what is durable, what is found."""

import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks.ingest.lines import ATTACK
from benchmarks.ingest.send import clock_text
from ingest.sources.ledger import LEDGER_NAME, SyslogCounters, read_ledger
from ir_platform.app.wiring import event_reader, open_state
from ir_platform.config import Settings
from ir_platform.ports import EventReader
from tests.support.server import Server, irp, running

SAMPLE_SECONDS: Final = 0.25
STILL_SECONDS: Final = 8.0


@contextmanager
def a_server(folder: Path, rules: Path | None) -> Iterator[Server]:
    """Yield a running server; with `rules`, one that matches them beside those that are shipped."""
    data = folder / "var"
    with running(data):
        if rules is not None:
            taken = irp("rules", "import", rules, "--name", "ukur", "--json", data=data)
            if taken.returncode:
                raise RulesRefusedError(reason=taken.stderr)
            print(f"rules: {json.loads(taken.stdout)['loaded']:,} of {rules.name}, and those shipped", flush=True)
    # Begun anew, so that they are compiled before anything is measured.
    with running(data) as server:
        yield server


class RulesRefusedError(Exception):
    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def delivered(data: Path) -> int:
    """Return how many syslog messages are durable."""
    ledger = read_ledger(data / LEDGER_NAME, SyslogCounters)
    return 0 if ledger is None else ledger.delivered


def found(reader: EventReader) -> int:
    return reader.search("*", time_from=None, time_to=None, cursor=None, limit=1).total or 0


@dataclass
class Course:
    """How two counts grew."""

    count_durable: Callable[[], int]
    count_found: Callable[[], int]
    samples: list[tuple[float, int, int]] = field(default_factory=list)
    """Seconds, durable, found."""

    def sample(self) -> tuple[int, int]:
        durable = self.count_durable()
        counted = self.count_found()
        self.samples.append((time.monotonic(), durable, counted))
        return durable, counted

    def until(self, count: int, *, seconds: float) -> None:
        """Sample until everything is found, nothing has grown for a while, or the time is over."""
        ends, grown_at, last = time.monotonic() + seconds, time.monotonic(), (0, 0)
        while (now := self.sample())[1] < count and time.monotonic() < min(ends, grown_at + STILL_SECONDS):
            if now != last:
                grown_at, last = time.monotonic(), now
            time.sleep(SAMPLE_SECONDS)

    def reached(self, count: int, *, which: int) -> float | None:
        """Return when the count (1: durable, 2: found) was first seen to be so high."""
        return next((sample[0] for sample in self.samples if sample[which] >= count), None)

    def lags(self) -> list[float]:
        """Return for each sample how long after it as much was found as was durable then."""
        return [
            at - sample[0]
            for sample in self.samples
            if sample[1] > sample[2] and (at := self.reached(sample[1], which=2)) is not None
        ]


def incident_delays(server: Server, settings: Settings, *, count: int, pause_seconds: float) -> list[float]:
    """Send lines that open an incident each; return the seconds from sending until the incident is committed."""
    state = open_state(settings)
    delays: list[float] = []
    with socket.create_connection(("127.0.0.1", server.ports["syslog"])) as connection:
        for number in range(count):
            host = f"serang-{number}"
            since = datetime.now(UTC) - timedelta(days=1)
            sent = time.monotonic()
            # The line behind it lets it go at once: a line is held while one that continues it may come.
            connection.sendall(ATTACK % (clock_text(), host.encode()) + b"<86>%b %b x: y\n" % (clock_text(), b"biasa"))
            while time.monotonic() < sent + 30:
                with state.read() as uow:
                    if uow.incidents.open_about((host,), since=since) is not None:
                        break
                time.sleep(0.01)
            delays.append(time.monotonic() - sent)
            time.sleep(max(0.0, sent + pause_seconds - time.monotonic()))
    state.close()
    return delays


def share(values: list[float], part: float) -> float:
    """Return the value that `part` of all are not above."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=1000, method="inclusive")[min(998, int(part * 1000) - 1)]


def reader_of(server: Server) -> tuple[EventReader, Settings]:
    settings = Settings(data_dir=server.data)
    return event_reader(settings), settings


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread

"""Senders number their events while processes are killed at random: what was acknowledged is there, and once.

`python -m benchmarks.kill_and_count` does the same to every process of the server, for minutes.
"""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.sources.ledger import LEDGER_NAME, SyslogCounters, read_ledger
from ingest.sources.syslog import SyslogLimits
from ir_platform.app.handover import HandoverError, NoIntakeError, connect
from ir_platform.app.wiring import event_reader
from ir_platform.config import Settings
from tests.support.intake import Port, a_source
from tests.support.numbered import BulkSender, LineSender, at_work, tally
from tests.support.server import wait_for
from tests.support.supervised import a_supervised_port

pytestmark = [pytest.mark.slow, pytest.mark.real]

KILLS = ("intake", "index", "shippers", "syslog")


def test_nothing_acknowledged_is_missing_or_twice_after_processes_were_killed_at_random(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", timezone="UTC")
    rng = random.Random(5)
    with a_supervised_port(settings) as port:
        senders = [BulkSender(name, lambda: port.url, a_source(settings, name).api_key) for name in ("satu", "dua")]
        lines = LineSender("baris", lambda: port.syslog)
        done = threading.Event()
        threads = at_work([*senders, lines], done)
        for victim in KILLS:
            before = acknowledged(senders)
            wait_for(lambda before=before: acknowledged(senders) > before + 50)  # type: ignore[misc]
            time.sleep(rng.uniform(0.0, 0.4))
            with suppress(ProcessLookupError):
                os.kill(port.pids()[victim], signal.SIGKILL)
        after = acknowledged(senders)
        wait_for(lambda: acknowledged(senders) > after + 100)
        done.set()
        for thread in threads:
            thread.join()
        wait_for(lambda: is_settled(port))
        wait_for(lambda: is_flushed(port))

        reader = event_reader(settings)
        for sender in senders:
            counted = tally(reader, sender)
            assert (counted.missing, counted.doubled) == (frozenset(), frozenset())
        page = reader.search("host.name:baris", time_from=None, time_to=None, cursor=None, limit=1)
        stored = page.total or 0
    ledger = read_ledger(settings.data_dir / LEDGER_NAME, SyslogCounters)
    assert ledger is not None
    assert 0 < stored <= lines.sent
    assert ledger.lost <= KILLS.count("syslog") * (SyslogLimits().queue_messages + SyslogLimits().batch_messages)
    assert stored >= ledger.delivered >= ledger.received - ledger.lost - ledger.dropped


def acknowledged(senders: list[BulkSender]) -> int:
    return min(len(one.acknowledged) for one in senders)


def is_settled(port: Port) -> bool:
    """Whether every line that was received is delivered, or lost."""
    ledger = read_ledger(port.settings.data_dir / LEDGER_NAME, SyslogCounters)
    return ledger is not None and ledger.delivered + ledger.lost + ledger.dropped >= ledger.received


def is_flushed(port: Port) -> bool:
    try:
        with connect(port.settings.data_dir) as intake:
            intake.flush()
    except (NoIntakeError, HandoverError):  # it is still being started
        return False
    return True

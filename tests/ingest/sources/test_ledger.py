"""What was lost with a process that was killed is counted at its next start, and what the system dropped too."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from ingest.sources.ledger import Ledger, SyslogCounters, overruns_of, read_ledger
from tests.support.require import REPOSITORY

KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.sources.ledger import Ledger, SyslogCounters
ledger = Ledger(Path(sys.argv[1]), SyslogCounters)
for _ in range(10):
    ledger.add("received")
ledger.add("delivered", 6)
ledger.add("dropped")
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_was_received_and_not_delivered_when_the_process_was_killed_is_lost_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger"

    killed(path)
    Ledger(path, SyslogCounters).close()
    killed(path)
    ledger = Ledger(path, SyslogCounters)

    assert (ledger.counters.received, ledger.counters.delivered) == (20, 12)
    assert (ledger.counters.dropped, ledger.counters.lost) == (2, 6)
    assert read_ledger(path, SyslogCounters) == ledger.counters
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_process_that_delivered_everything_has_lost_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger", SyslogCounters)
    ledger.add("received", 5)
    ledger.add("delivered", 5)
    ledger.close()

    assert Ledger(tmp_path / "ledger", SyslogCounters).counters.lost == 0


def test_a_file_that_is_none_of_ours_is_begun_anew(tmp_path: Path) -> None:
    for content in (b"", b"x", os.urandom(500)):
        (tmp_path / "ledger").write_bytes(content)

        assert read_ledger(tmp_path / "ledger", SyslogCounters) is None
        assert Ledger(tmp_path / "ledger", SyslogCounters).counters == SyslogCounters()


def test_datagrams_that_nobody_read_in_time_are_counted_by_the_system() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(200):
            sender.sendto(b"x" * 500, receiver.getsockname())
        counted = overruns_of(os.fstat(receiver.fileno()).st_ino)

    assert 0 < counted < 200
    assert overruns_of(0) == 0

"""A disk that is full: senders are told so, nothing half is kept, and it goes on by itself when there is room again."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ir_platform.app.wiring import event_reader
from ir_platform.config import Settings
from tests.support.numbered import BulkSender, at_work, tally
from tests.support.server import wait_for
from tests.support.supervised import a_supervised_port

pytestmark = [pytest.mark.slow, pytest.mark.real]

SIZE = "24m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, which only root may mount."""
    folder = tmp_path / "kecil"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("needs root: a small file system is mounted")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount a tmpfs")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_what_it_cannot_keep_and_recovers_by_itself(small_disk: Path) -> None:
    settings = Settings(data_dir=small_disk / "var", timezone="UTC")
    with a_supervised_port(settings) as port:
        sender = BulkSender("penuh", lambda: port.url, port.key.api_key)
        done = threading.Event()
        [thread] = at_work([sender], done)
        wait_for(lambda: sender.acknowledged)

        ballast = small_disk / "pemberat"
        fill(ballast)
        wait_for(lambda: sender.refused[429] + sender.refused[503])
        before = len(sender.acknowledged)
        ballast.unlink()
        wait_for(lambda: len(sender.acknowledged) > before + 200)
        done.set()
        thread.join()
        port.found("host.name:penuh")

    counted = tally(event_reader(settings), sender)
    assert (counted.missing, counted.doubled) == (frozenset(), frozenset())


def fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue

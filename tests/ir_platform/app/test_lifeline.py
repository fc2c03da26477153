"""Processes that end with a parent or a child they cannot do without, tried with real ones."""

import signal
import subprocess
import sys

FOLLOWER = """
import subprocess, sys, time
from ir_platform.app import lifeline
lifeline.CHILD_CHECK_SECONDS = 0.05
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
lifeline.follow_child("beat", is_alive=lambda: child.poll() is None, is_stopping=lambda: {is_stopping})
time.sleep(0.2)
print("both run", flush=True)
child.kill()
time.sleep({last_seconds})
"""
"""A process that lives on after its child was killed, for as long as it is let."""


def run_follower(*, is_stopping: bool, last_seconds: int) -> subprocess.CompletedProcess[str]:
    script = FOLLOWER.format(is_stopping=is_stopping, last_seconds=last_seconds)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)


def test_a_process_whose_needed_child_was_killed_is_told_to_stop() -> None:
    done = run_follower(is_stopping=False, last_seconds=60)

    assert "both run" in done.stdout
    assert "needed_child_died" in done.stdout
    assert done.returncode == -signal.SIGTERM


def test_a_process_that_stops_already_is_not_told_again_when_its_child_ends() -> None:
    done = run_follower(is_stopping=True, last_seconds=1)

    assert "both run" in done.stdout
    assert done.returncode == 0

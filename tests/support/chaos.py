"""Kills processes of a running server at random moments while it works, and counts afterwards what is there."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from tests.support.server import IRP, Server, environment, start, wait_for

AT_WORK = 0.75
"""Share of the moments at which only a group that answers is disturbed."""
ATTACKER = "203.0.113.45"


def write_auth_log(path: Path, *, lines: int, host: str = "web-1") -> None:
    """Every line differs; one address guesses passwords all the time, others log in."""
    with path.open("w") as log:
        for number in range(lines):
            minute, second = divmod(number // 20, 60)
            clock = f"Nov 20 {8 + minute // 60:02d}:{minute % 60:02d}:{second:02d}"
            if number % 10 == 0:
                what = f"Failed password for root from {ATTACKER} port {1024 + number % 60000} ssh2"
            else:
                what = f"Accepted publickey for dewi from 10.0.0.{number % 250} port {1024 + number % 60000} ssh2"
            log.write(f"{clock} {host} sshd[{number}]: {what}\n")


@dataclass(slots=True, kw_only=True)
class Chaos:
    """Kills one of `names` every so often until told to stop; the supervisor starts it again.

    One in four is killed whatever it is doing, its own start too; the others once the group is at work again.
    """

    server: Server
    names: tuple[str, ...]
    rng: random.Random
    kills: int = 0

    @contextmanager
    def running(self, *, between_seconds: tuple[float, float]) -> Iterator[None]:
        done = threading.Event()
        thread = threading.Thread(target=self._kill_until, args=(done, between_seconds), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _kill_until(self, done: threading.Event, between_seconds: tuple[float, float]) -> None:
        while not done.wait(self.rng.uniform(*between_seconds)):
            if self.rng.random() < AT_WORK and not self._is_at_work():
                continue
            victim = self.server.processes().get(self.rng.choice(self.names))
            if victim is not None:
                with suppress(ProcessLookupError):  # it died a moment ago and its successor is not announced yet
                    os.kill(victim, signal.SIGKILL)
                    self.kills += 1

    def _is_at_work(self) -> bool:
        try:
            return httpx.get(f"{self.server.url}/readyz", timeout=10).status_code == HTTPStatus.OK
        except httpx.TransportError:
            return False


def ingest_until_done(server: Server, log: Path, *, attempts: int = 200) -> str:
    """Run `irp ingest` again and again until one run reaches the end, as a person or a timer would."""
    for _ in range(attempts):
        done = subprocess.run(
            [str(IRP), "ingest", "--format", "auth", "--year", "2026", str(log)],
            env=environment(server.data),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout
        time.sleep(0.2)
    raise AssertionError(f"no run of irp ingest reached the end: {done.stderr}")


def insist(act: Callable[[], httpx.Response]) -> httpx.Response:
    """Repeat a request until a server answers it, as a client with an Idempotency-Key may."""

    def try_once() -> httpx.Response | None:
        try:
            answer = act()
        except httpx.TransportError:
            return None
        return answer if answer.status_code < 500 else None

    answer = wait_for(try_once)
    assert answer is not None
    return answer


def restart_after_kill(server: Server) -> Server:
    """Kill the whole group without warning and start it again on the same folder."""
    server.kill(signal.SIGKILL)
    return start(server.data)

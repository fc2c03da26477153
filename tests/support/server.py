"""A real `irp serve` in a folder of its own, and a client that talks to it as a script would."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support.require import REPOSITORY

Answer = TypeVar("Answer")

DEMO_PASSWORD = "rahasia-demo-2026"
IRP = Path(sys.executable).with_name("irp")


@dataclass
class Server:
    """A running process group; `output` grows as it speaks."""

    data: Path
    process: subprocess.Popen[str]
    environment: dict[str, str]
    output: list[str] = field(default_factory=list)
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return any(line.startswith("ready: ") for line in self.output)

    @property
    def ports(self) -> dict[str, int]:
        ports: dict[str, int] = json.loads((self.data / "ports.json").read_text())
        return ports

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def client(self, username: str, password: str = DEMO_PASSWORD) -> httpx.Client:
        """Return a client that is signed in with a bearer token."""
        client = self.stranger()
        answer = client.post("/api/v1/auth/token", data={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    def stranger(self) -> httpx.Client:
        """Return a client that is nobody."""
        self.clients.append(httpx.Client(base_url=self.url, timeout=120))
        return self.clients[-1]

    def processes(self) -> dict[str, int]:
        """Return the newest process id of each child by name."""
        found = {}
        for line in self.output:
            if match := re.search(r"event=child_started child=(\S+) pid=(\d+)", line):
                found[match[1]] = int(match[2])
        return found

    def kill(self, number: int = signal.SIGKILL) -> None:
        for client in self.clients:
            client.close()
        self.process.send_signal(number)
        self.process.wait(timeout=120)


def environment(data: Path, **settings: str) -> dict[str, str]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("IRP_")}
    own = {"IRP_DATA_DIR": str(data), "IRP_PORT": "auto", "IRP_SYSLOG_PORT": "auto", "IRP_SYSLOG_HOST": "127.0.0.1"}
    own |= {"IRP_BULK_PORT": "auto", "IRP_BULK_HOST": "127.0.0.1"}
    return {**base, **own, "IRP_DEMO_PASSWORD": DEMO_PASSWORD, **settings}


def irp(
    *arguments: str | Path, data: Path, stdin: str | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run one `irp` command to its end."""
    return subprocess.run(
        [str(IRP), *map(str, arguments)],
        env=environment(data, **settings),
        cwd=REPOSITORY,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def start(data: Path, *, demo: bool = False, timeout_seconds: float = 300, **settings: str) -> Server:
    """Return once the server has said that it is ready."""
    (data / "ports.json").unlink(missing_ok=True)
    process = subprocess.Popen(
        [str(IRP), "serve", *(["--demo"] if demo else [])],
        env=environment(data, **settings),
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(data=data, process=process, environment=environment(data, **settings))
    threading.Thread(target=collect, args=(server,), daemon=True).start()
    try:
        wait_for(lambda: server.is_ready or process.poll() is not None, timeout_seconds)
    except TimeoutError:
        server.kill()  # its children end with it
        raise
    assert process.poll() is None, "".join(server.output)
    return server


def collect(server: Server) -> None:
    assert server.process.stdout is not None
    for line in server.process.stdout:
        server.output.append(line)
    server.process.stdout.close()


@contextmanager
def running(data: Path, *, demo: bool = False, **settings: str) -> Iterator[Server]:
    server = start(data, demo=demo, **settings)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill(signal.SIGTERM)


@contextmanager
def running_demo(data: Path) -> Iterator[Server]:
    """A server on which the demo's two incidents are waiting."""
    with running(data, demo=True) as server:
        kasi = server.client("kasi")
        wait_for(lambda: len(items(kasi, "/api/v1/incidents")) >= 2)
        yield server


def wait_for(answer: Callable[[], Answer], timeout_seconds: float = 300, pause_seconds: float = 0.1) -> Answer:
    """Return the first true answer; a busy machine may take long. Raises: TimeoutError."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if found := answer():
            return found
        time.sleep(pause_seconds)
    raise TimeoutError


def items(client: httpx.Client, path: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found

"""Carries incidents on over HTTP: at a given rate whatever the server does (open loop), or as fast as it answers."""

import http.client
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from benchmarks.transitions.seed import Started
from tests.support.walk import WALK

CLIENTS = 8
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round measured; times in seconds."""

    latencies: tuple[float, ...]
    """From the moment a request was meant to be sent, sorted: a client that waits for its turn is waiting too."""
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.elapsed

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


@dataclass(slots=True, kw_only=True)
class Client:
    """One connection and the open incidents it carries on, each by its next act, one after the other."""

    url: str
    tokens: dict[str, str]
    """By user name."""
    work: deque[Started]
    refused: list[str] = field(default_factory=list)

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def act(self, connection: http.client.HTTPConnection) -> None:
        """Do the next act. Raises: IndexError where there is nothing left to be done."""
        one = self.work.popleft()
        who, no, body = WALK[one.acts]
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Content-Type": "application/json"}
        path = f"/api/v1/incidents/{one.incident_id}/steps/{no}/complete"
        connection.request("POST", path, body=json.dumps(body), headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != OK:
            self.refused.append(f"{no}: {answer.status} {text[:200].decode()}")
        elif one.acts + 1 < len(WALK):
            self.work.append(Started(incident_id=one.incident_id, acts=one.acts + 1))


def share_out(started: Sequence[Started], url: str, tokens: dict[str, str]) -> tuple[Client, ...]:
    """Return the clients, each with incidents at every place of the SOP."""
    return tuple(
        Client(url=url, tokens=tokens, work=deque(islice(started, number, None, CLIENTS))) for number in range(CLIENTS)
    )


def open_loop(clients: Sequence[Client], *, rate: float, seconds: float) -> Round:
    """Send `rate` requests a second, the clients in turn, whether or not the one before has been answered."""
    begin = time.perf_counter() + 0.05
    total = int(rate * seconds)

    def moments(number: int) -> Iterator[float]:
        return (begin + position / rate for position in range(number, total, len(clients)))

    def run(number: int) -> list[float]:
        latencies = []
        with closing(clients[number].connect()) as connection:
            connection.connect()
            for moment in moments(number):
                time.sleep(max(0.0, moment - time.perf_counter()))
                clients[number].act(connection)
                latencies.append(time.perf_counter() - moment)
        return latencies

    return gather(run, len(clients), begin)


def closed_loop(clients: Sequence[Client], *, seconds: float) -> Round:
    """Let each client send its next request as soon as it was answered."""
    ready = threading.Barrier(len(clients))
    begin = time.perf_counter()

    def run(number: int) -> list[float]:
        latencies = []
        with closing(clients[number].connect()) as connection:
            connection.connect()
            ready.wait()
            while time.perf_counter() < begin + seconds:
                sent = time.perf_counter()
                clients[number].act(connection)
                latencies.append(time.perf_counter() - sent)
        return latencies

    return gather(run, len(clients), begin)


def gather(run: Callable[[int], list[float]], clients: int, begin: float) -> Round:
    with ThreadPoolExecutor(clients) as pool:
        latencies = sorted(one for found in pool.map(run, range(clients)) for one in found)
    return Round(latencies=tuple(latencies), elapsed=time.perf_counter() - begin)

"""Senders whose events carry numbers, so that afterwards each one that was acknowledged can be looked for."""

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from ir_platform.ports import EventReader

PER_SHIPMENT = 50
FIELD = "labels.nomor"


@dataclass
class BulkSender:
    """Sends numbered documents to the shippers' port; one that is not answered 201 is sent again under its id."""

    name: str
    url: Callable[[], str]
    api_key: str
    acknowledged: set[int] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    """By status; 0: no answer."""

    def run(self, done: threading.Event) -> None:
        waiting: list[int] = []
        number = 0
        headers = {"Authorization": f"ApiKey {self.api_key}"}
        with httpx.Client(headers=headers, timeout=60) as client:
            while not done.is_set():
                while len(waiting) < PER_SHIPMENT:
                    waiting.append(number)
                    number += 1
                waiting = self._send(client, waiting)
                if waiting:
                    done.wait(0.1)

    def _send(self, client: httpx.Client, numbers: list[int]) -> list[int]:
        """Return those that have to be sent again."""
        lines = []
        for number in numbers:
            lines.append(json.dumps({"create": {"_index": "logs-bernomor-uji", "_id": f"{self.name}-{number}"}}))
            lines.append(json.dumps({"message": f"{self.name} {number}", "host.name": self.name, FIELD: number}))
        try:
            answer = client.post(f"{self.url()}/_bulk", content="\n".join(lines) + "\n")
        except httpx.TransportError:
            self.refused[0] += 1
            return numbers
        if answer.status_code != 200:
            self.refused[answer.status_code] += 1
            return numbers
        statuses = [one["create"]["status"] for one in answer.json()["items"]]
        self.refused.update(status for status in statuses if status != 201)
        taken = {number for number, status in zip(numbers, statuses, strict=True) if status == 201}
        self.acknowledged |= taken
        return [number for number in numbers if number not in taken]


@dataclass
class LineSender:
    """Sends numbered lines to the syslog port over TCP, where nobody acknowledges anything."""

    name: str
    port: Callable[[], int]
    sent: int = 0

    def run(self, done: threading.Event) -> None:
        while not done.is_set():
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port()), timeout=10) as connection:
                while not done.wait(0.01):
                    connection.sendall(b"<14>Nov 20 08:00:00 %b uji: nomor %d\n" % (self.name.encode(), self.sent))
                    self.sent += 1
            done.wait(0.1)


@dataclass(frozen=True)
class Tally:
    missing: frozenset[int]
    """Acknowledged and not there."""
    doubled: frozenset[int]
    """There more than once."""
    found: int


def tally(reader: EventReader, sender: BulkSender) -> Tally:
    """Look for everything that the sender was told is stored."""
    found: Counter[int] = Counter()
    cursor: str | None = None
    while True:
        page = reader.search(f"host.name:{sender.name}", time_from=None, time_to=None, cursor=cursor, limit=1000)
        found.update(one.fields[FIELD] for one in page.items)
        cursor = page.cursor
        if cursor is None:
            break
    return Tally(
        missing=frozenset(sender.acknowledged - found.keys()),
        doubled=frozenset(number for number, times in found.items() if times > 1),
        found=len(found),
    )


def at_work(senders: list[BulkSender | LineSender], done: threading.Event) -> list[threading.Thread]:
    threads = [threading.Thread(target=one.run, args=(done,), name=one.name, daemon=True) for one in senders]
    for thread in threads:
        thread.start()
    return threads

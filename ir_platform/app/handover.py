"""Hands event batches to the one intake process over a Unix socket in the data folder.

A frame is 4 bytes of length (big endian) and one JSON object: `{"ids", "times_ns", "bodies"}`, and for a named sender
its id and how many of them are quarantined (`sender`, `rejected`); the answer is a frame with a `Carried`, sent once
the batch is durable and its alerts are committed. `{}` asks only whether anyone is there, `{"flush": true}` is answered
once everything before it can be found by a search.
Whoever can open the socket may write events: it lies in the data folder, which is 0700.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from ir_platform.domain.event import EventBatch, EventId

SOCKET_NAME = "intake.sock"
MAX_FRAME_BYTES = 256 * 1024**2
LENGTH_BYTES = 4
FLUSH = {"flush": True}
FULL = "full"
"""`code` of an answer that says that there is no room."""
AWAY = "away"
"""`code` of an answer that says that the process has to begin anew: the batch may be stored or not."""


class HandoverError(Exception):
    """The intake process answered that it could not take the batch; `reason` says why."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IntakeFullError(HandoverError):
    """There is no room; nothing of the batch was stored."""


class IntakeGoneError(HandoverError):
    """It ended before it answered: the batch may be stored or not."""


class UnreadablePayloadError(Exception):
    """A frame that is no batch."""


class NoIntakeError(Exception):
    """No intake process listens in this data folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of a batch."""

    stored: int = 0
    duplicates: int = 0
    detections: int = 0
    alerts: int = 0
    """Newly opened alerts; repeats onto an open one are not counted."""
    incidents: int = 0
    """Newly opened incidents."""

    def __add__(self, other: "Carried") -> "Carried":
        return Carried(
            stored=self.stored + other.stored,
            duplicates=self.duplicates + other.duplicates,
            detections=self.detections + other.detections,
            alerts=self.alerts + other.alerts,
            incidents=self.incidents + other.incidents,
        )


def frame_of(payload: dict[str, Any]) -> bytes:
    body = orjson.dumps(payload)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def batch_payload(batch: EventBatch, *, sender: str = "", rejected: int = 0) -> dict[str, Any]:
    payload = {"ids": batch.ids, "times_ns": batch.times_ns, "bodies": [body.decode() for body in batch.bodies]}
    return {**payload, "sender": sender, "rejected": rejected} if sender else payload


def sender_from(payload: object) -> tuple[str, int] | None:
    """Return who sent the batch, and how many of it are quarantined; None where the payload does not say."""
    match payload:
        case {"sender": str(sender), "rejected": int(rejected)}:
            return sender, rejected
    return None


def batch_from(payload: object) -> EventBatch:
    """Return the batch of a payload. Raises: UnreadablePayloadError."""
    match payload:
        case {"ids": [*ids], "times_ns": [*times], "bodies": [*bodies]} if len(ids) == len(times) == len(bodies):
            if are_all(ids, str) and are_all(times, int) and are_all(bodies, str):
                return EventBatch(tuple(map(EventId, ids)), tuple(times), tuple(body.encode() for body in bodies))
    raise UnreadablePayloadError


def are_all(values: Iterable[object], kind: type) -> bool:
    return all(type(value) is kind for value in values)  # True is no time


def carried_payload(carried: Carried) -> dict[str, Any]:
    return asdict(carried)


class IntakeConnection:
    """One open connection to the intake process."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def carry(self, batch: EventBatch, *, sender: str = "", rejected: int = 0) -> Carried:
        """Return once the batch is durable and its alerts are committed. Raises: HandoverError."""
        answer = self._ask(batch_payload(batch, sender=sender, rejected=rejected))
        if answer.get("code") == FULL:
            raise IntakeFullError(reason=answer["error"])
        if answer.get("code") == AWAY:
            raise IntakeGoneError(reason=answer["error"])
        if "error" in answer:
            raise HandoverError(reason=answer["error"])
        return Carried(**answer)

    def flush(self) -> None:
        """Return once everything carried before can be found by a search. Raises: HandoverError."""
        self._ask(FLUSH)

    def ping(self) -> None:
        """Raises: HandoverError where nobody answers."""
        self._ask({})

    def _ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        try:
            self._connection.sendall(frame_of(payload))
            length = int.from_bytes(self._receive(LENGTH_BYTES), "big")
            answer: dict[str, Any] = orjson.loads(self._receive(length))
        except OSError as error:
            raise IntakeGoneError(reason=f"koneksi ke proses intake terputus: {error}") from error
        return answer

    def _receive(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self._connection.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise IntakeGoneError(reason="proses intake berhenti sebelum menjawab")
            parts += part
        return bytes(parts)


@contextmanager
def connect(data_dir: Path, *, timeout_seconds: float | None = 600.0) -> Iterator[IntakeConnection]:
    """Connect to the intake process of this data folder. Raises: NoIntakeError where there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_seconds)
        try:
            with open_folder(data_dir) as folder:
                connection.connect(f"{folder}/{SOCKET_NAME}")
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise NoIntakeError from error
        yield IntakeConnection(connection)


@contextmanager
def open_folder(data_dir: Path) -> Iterator[str]:
    """Yield a short name for the folder: a Unix socket's path may have no more than 107 bytes."""
    descriptor = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def is_intake_there(data_dir: Path) -> bool:
    try:
        with connect(data_dir, timeout_seconds=2.0) as intake:
            intake.ping()
    except (NoIntakeError, HandoverError):
        return False
    return True

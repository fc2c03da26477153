"""kombu's filesystem transport with messages that are whole or not there: a torn one must not stop the worker."""

import os
from collections.abc import Mapping
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from uuid import uuid4

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

log = structlog.get_logger()

SCHEME = "tanggapfolder"
PATIENCE_SECONDS = 0.2


class Channel(filesystem.Channel):
    """Writes a message whole, and drops one that is not.

    kombu (5.7.0, `filesystem.py`) writes in place and reads without a lock: a full disk, a kill or a reader in between
    makes half a message of it, whose JSON error ends the worker.
    """

    def _put(self, queue: str, payload: Mapping[str, object], **kwargs: object) -> None:  # type: ignore[override]
        """Raises: ChannelError, and then there is no message."""
        # Sorted by name when read: the oldest first, at equal length of the number.
        whole = Path(self.data_folder_out) / f"{monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        part = whole.with_name(f"{whole.name}.new")
        try:
            part.write_bytes(str(dumps(payload)).encode())  # type: ignore[no-untyped-call]
            os.replace(part, whole)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ChannelError(f"cannot add a message: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> object:
        """Raises: queue.Empty, also for a message that cannot be read: it is dropped, and the sweep rings again."""
        try:
            found: object = super()._get(queue)  # type: ignore[no-untyped-call]  # kombu has no types
            return found
        except ValueError as error:
            log.warning("torn_message_dropped")
            raise Empty from error


class Transport(filesystem.Transport):
    """Lets go soon where no message comes: only then does a worker see that it was told to stop.

    Celery waits two seconds at a time, and `irp serve` waits for its worker.
    """

    Channel = Channel

    def drain_events(self, connection: object, timeout: float | None = None) -> None:  # type: ignore[override]
        """Raises: TimeoutError, mostly sooner than was asked for."""
        patience = None if timeout is None else min(timeout, PATIENCE_SECONDS)
        super().drain_events(connection, timeout=patience)  # type: ignore[no-untyped-call]  # kombu has no types


def register() -> None:
    """Make `SCHEME` an address that kombu knows."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"

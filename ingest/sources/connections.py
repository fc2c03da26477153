"""Connections of senders: at most so many, of one address at most so many, each received from until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from ingest.sources.framing import BrokenFramingError
from ingest.sources.pump import Tally

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """How many may be open at once."""

    connections: int = 512
    connections_per_peer: int = 64


Receive = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]
"""Receives from one connection, whose other end has that address, to its end.

Raises: TimeoutError where nothing came for too long, BrokenFramingError, OSError.
"""


class Connections:
    """Of one listener; its ledger counts those that were refused, idle or broken."""

    def __init__(self, receive: Receive, *, limits: ConnectionLimits, ledger: Tally, listener: str) -> None:
        """`listener`: what the log calls it."""
        self._receive, self._limits, self._ledger, self._listener = receive, limits, ledger, listener
        self._open: dict[asyncio.Task[None], str] = {}
        self._is_stopping = False

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, as asyncio's server calls it."""
        peer = str(writer.get_extra_info("peername")[0])
        task = asyncio.current_task()
        assert task is not None
        of_peer = sum(1 for other in self._open.values() if other == peer)
        if len(self._open) >= self._limits.connections or of_peer >= self._limits.connections_per_peer:
            self._ledger.add("refused_connections")
            writer.close()
            return
        self._open[task] = peer
        try:
            await self._receive(reader, writer, peer)
        except TimeoutError:
            self._ledger.add("idle_connections")
        except BrokenFramingError:
            self._ledger.add("broken_connections")
        except OSError as error:
            log.debug(f"{self._listener}_connection_lost", peer=peer, error=str(error))
        except asyncio.CancelledError:
            # asyncio (before 3.12) reports a connection that ends as cancelled as a fault of the program.
            if not self._is_stopping:
                raise
        finally:
            del self._open[task]
            writer.close()

    async def stop(self) -> None:
        """End every connection; what was received on it is still handed on."""
        self._is_stopping = True
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

"""Shares connections among the API processes: whoever holds fewest takes the next one.

All of them listen on one socket. Left to themselves, the first to wake takes every connection that waits, and keeps it
as long as the browser does: one process works to its limit while the others stand idle.
"""

import asyncio
import socket
from typing import Final

import structlog
import uvicorn

from ir_platform.app.turns import NOT_THERE, Board

log = structlog.get_logger()

PAUSE_SECONDS: Final = 0.003
PATIENCE: Final = 5
"""So many pauses are left to those with fewer connections: one that stands still must not keep people waiting."""
TROUBLE_SECONDS: Final = 1.0


class SharingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, *, listener: socket.socket, board: Board) -> None:
        super().__init__(config)
        self._listener = listener
        self._board = board
        self._opening: set[asyncio.Task[object]] = set()
        self._pauses = 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self._listener.setblocking(False)
        self._board.note(0)
        self._watch()

    async def on_tick(self, counter: int) -> bool:
        self._board.note(self._held)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._board.note(NOT_THERE)
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        await super().shutdown(sockets=[])

    @property
    def _held(self) -> int:
        return len(self.server_state.connections) + len(self._opening)

    def _watch(self) -> None:
        if self._listener.fileno() >= 0:  # else closed meanwhile
            asyncio.get_running_loop().add_reader(self._listener, self._take)

    def _pause(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener)
        loop.call_later(seconds, self._watch)

    def _take(self) -> None:
        """Take the connection that waits, or leave it to a process with fewer for a moment."""
        if not self._board.is_least(self._held) and self._pauses < PATIENCE:
            self._pauses += 1
            self._pause(PAUSE_SECONDS)
            return
        self._pauses = 0
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # somebody else was quicker, or it has gone again
        except OSError as error:
            log.warning("connection_not_taken", reason=error.strerror)
            self._pause(TROUBLE_SECONDS)
            return
        connection.setblocking(False)
        opening = asyncio.get_running_loop().create_task(self._open(connection))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)
        self._board.note(self._held)

    async def _open(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        made = self.config.http_protocol_class(  # type: ignore[call-arg]  # it may be any, says its type
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        assert isinstance(made, asyncio.Protocol)
        return made

"""Datagrams from a socket to whoever takes them, each with its sender's address."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

RECEIVE_BUFFER_BYTES: Final = 4 * 1024 * 1024


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, str], None], *, listener: str) -> None:
        """`listener`: what the log calls it."""
        self._take, self._listener = take, listener

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._take(data, str(addr[0]))

    def error_received(self, exc: Exception) -> None:
        log.debug(f"{self._listener}_datagram_failed", error=str(exc))

"""Keeps what listeners received in the spool: durable within moments, however much waits to be read."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import structlog

from ir_platform.ports import Spool, StoreFullError

log = structlog.get_logger(__name__)

FULL_PAUSE_SECONDS: Final = 2.0

Message = TypeVar("Message")


def _a_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")


@dataclass(slots=True, kw_only=True)
class Keeping(Generic[Message]):
    """Of one listener. While there is no room it waits, and senders over TCP wait with it."""

    spool: Spool
    pack: Callable[[Sequence[Message]], bytes]
    thread: ThreadPoolExecutor = field(default_factory=_a_thread)

    async def deliver(self, messages: Sequence[Message]) -> None:
        """Return once they are durable."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self.thread, self._append, messages)
            except StoreFullError as error:
                log.error("spool_full", waiting_events=len(messages), reason=str(error))
                await asyncio.sleep(FULL_PAUSE_SECONDS)
            else:
                return

    def _append(self, messages: Sequence[Message]) -> None:
        self.spool.append(self.pack(messages), events=len(messages))

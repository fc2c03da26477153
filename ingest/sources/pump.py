"""Hands on what a listener received, in batches, one after another; while a batch is handed on, the queue fills."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Message = TypeVar("Message")


class Tally(Protocol):
    """What a pump counts in: `ingest.sources.ledger.Ledger`."""

    def add(self, name: str, amount: int = 1) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpLimits:
    """How much may wait, and when a batch is full."""

    queue_messages: int
    batch_messages: int
    batch_seconds: float


class Pump(Generic[Message]):
    """`deliver` gets the batches; what it has taken is durable, and counted as delivered."""

    def __init__(
        self,
        deliver: Callable[[Sequence[Message]], Awaitable[None]],
        *,
        limits: PumpLimits,
        ledger: Tally,
    ) -> None:
        self._deliver, self._limits, self._ledger = deliver, limits, ledger
        self._queue: asyncio.Queue[Message] = asyncio.Queue(limits.queue_messages)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._deliver_batches())

    @property
    def has_failed(self) -> bool:
        """Whether `deliver` has raised: nothing is handed on any more, and `drain` raises it."""
        return self._task is not None and self._task.done()

    async def put_all(self, messages: Iterable[Message]) -> None:
        """Queue them in order; wait while there is no room."""
        for message in messages:
            if self._queue.full():
                await self._queue.put(message)
            else:
                self._queue.put_nowait(message)

    def put_at_once(self, message: Message) -> bool:
        """Queue it; where there is no room, count it as dropped and answer False."""
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self._ledger.add("dropped")
            return False
        return True

    async def drain(self) -> None:
        """Deliver what waits, and end. Raises what `deliver` raised, if it did."""
        assert self._task is not None
        waiting = asyncio.create_task(self._queue.join())
        await asyncio.wait((waiting, self._task), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            self._task.result()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def wait_failed(self) -> None:
        """Wait until `deliver` raises, and raise that: nothing more can be handed on."""
        assert self._task is not None
        await asyncio.shield(self._task)

    async def _deliver_batches(self) -> None:
        while True:
            batch = await self._next_batch()
            await self._deliver(batch)
            self._ledger.add("delivered", len(batch))
            for _ in batch:
                self._queue.task_done()

    async def _next_batch(self) -> list[Message]:
        loop = asyncio.get_running_loop()
        batch = [await self._queue.get()]
        ends = loop.time() + self._limits.batch_seconds
        while len(batch) < self._limits.batch_messages:
            try:
                batch.append(self._queue.get_nowait())
                continue
            except asyncio.QueueEmpty:
                left = ends - loop.time()
            if left <= 0:
                break
            try:
                batch.append(await asyncio.wait_for(self._queue.get(), left))
            except TimeoutError:
                break
        return batch

"""The one intake process: owns event writer and detection state; takes from a Unix socket, the spool, watched files."""

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import orjson
import structlog

from ir_platform.adapters.events.spool import SpoolTaker
from ir_platform.app.handover import (
    AWAY,
    FLUSH,
    FULL,
    LENGTH_BYTES,
    MAX_FRAME_BYTES,
    SOCKET_NAME,
    Carried,
    UnreadablePayloadError,
    batch_from,
    carried_payload,
    frame_of,
    open_folder,
    sender_from,
)
from ir_platform.app.pipeline import HotPath
from ir_platform.app.receiving import spool_folder
from ir_platform.app.source_watch import SourceWatch
from ir_platform.app.spooled import SpoolFollower, gelf_reader, message_reader
from ir_platform.app.stopping import stop_event
from ir_platform.app.tailing import POLL_SECONDS, Carry, Tailing
from ir_platform.config import Settings
from ir_platform.domain.event import EventBatch
from ir_platform.ports import StateUnavailableError, StoreFullError

log = structlog.get_logger()

NOTE_EVERY_SECONDS = 1.0
RULES_EVERY_SECONDS = 2.0


class IntakeServer:
    """Serialises batches of all sources onto one worker thread."""

    def __init__(self, pipeline: HotPath, sources: SourceWatch) -> None:
        self._pipeline = pipeline
        self._sources = sources
        self._failure: StateUnavailableError | None = None
        self._is_over = False
        self._wait_settled: Callable[[], None] | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._waiting: set[asyncio.Task[None]] = set()
        """Those of them that nobody has asked anything just now."""
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pipeline")

    async def carry(self, batch: EventBatch) -> Carried:
        """Raises: StoreFullError, StateUnavailableError."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, self._pipeline.carry, batch)
        except StateUnavailableError as error:
            self._failure = error
            raise

    def waits_for(self, settled: Callable[[], None]) -> None:
        """`settled` returns once what was acknowledged before has been carried: a flush waits for it."""
        self._wait_settled = settled

    def require_sound(self) -> None:
        """Raises: StateUnavailableError where a batch was stored and what rules found in it could not be.

        Sent again it would be a duplicate that nobody looks at; a process that begins anew matches it again.
        """
        if self._failure is not None:
            raise self._failure

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it closes, or `hang_up`; a frame that is none ends the connection."""
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = writer
        try:
            while not self._is_over and (frame := await self._asked(reader, task)) is not None:
                writer.write(frame_of(await self._reply(frame)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side is done, or gone; what it was told is durable, the rest it sends again
        finally:
            del self._connections[task]
            writer.close()

    async def _asked(self, reader: asyncio.StreamReader, task: "asyncio.Task[None]") -> bytes | None:
        """Return the next frame; None for one that is none. Raises: asyncio.IncompleteReadError, ConnectionError."""
        self._waiting.add(task)
        try:
            length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
            return None if length > MAX_FRAME_BYTES else await reader.readexactly(length)
        finally:
            self._waiting.discard(task)

    async def hang_up(self) -> None:
        """End every connection: one that waits for an answer gets it first.

        They are not cancelled: asyncio (before 3.12) reports a cancelled connection as a fault of the program.
        """
        self._is_over = True
        for task in tuple(self._waiting):
            self._connections[task].close()
        if self._connections:
            await asyncio.wait(tuple(self._connections))

    async def _reply(self, frame: bytes) -> dict[str, object]:
        try:
            payload = orjson.loads(frame)
            if payload == {}:
                return carried_payload(Carried())
            if payload == FLUSH:
                if self._wait_settled is not None:
                    await asyncio.to_thread(self._wait_settled)
                await asyncio.get_running_loop().run_in_executor(self._worker, self._pipeline.count_on)
                await asyncio.to_thread(self._pipeline.flush)
                return carried_payload(Carried())
            batch = batch_from(payload)
        except (orjson.JSONDecodeError, UnreadablePayloadError):
            return {"error": "kiriman tidak dapat dibaca"}
        try:
            carried = await self.carry(batch)
        except StoreFullError:
            return {"error": "ruang penyimpanan penuh; tidak ada yang disimpan", "code": FULL}
        except StateUnavailableError as error:
            return {"error": str(error), "code": AWAY}
        if (sent := sender_from(payload)) is not None:
            sender, rejected = sent
            self._sources.heard(sender, events=len(batch) - rejected, rejected=rejected)
        return carried_payload(carried)

    async def between_batches(self, act: Callable[[], object]) -> None:
        """Do something that the next batch is to find done."""
        await asyncio.get_running_loop().run_in_executor(self._worker, act)

    async def tick(self) -> None:
        """Judge what is over by the clock, between two batches."""
        await asyncio.get_running_loop().run_in_executor(self._worker, self._tick)

    def _tick(self) -> None:
        self._pipeline.tick()
        self._pipeline.triage.record(self._sources.note())

    async def recover(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._worker, self._pipeline.recover)

    async def drain(self) -> None:
        """Finish what was taken; the pipeline is closed afterwards."""
        await asyncio.get_running_loop().run_in_executor(self._worker, self._pipeline.close)
        self._worker.shutdown()


def listen(data_dir: Path) -> socket.socket:
    """Return the listening Unix socket; the folder's lock is held already, so an old socket file is a dead one."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    (data_dir / SOCKET_NAME).unlink(missing_ok=True)
    with open_folder(data_dir) as folder:
        server.bind(f"{folder}/{SOCKET_NAME}")
    (data_dir / SOCKET_NAME).chmod(0o600)
    server.listen(64)
    server.setblocking(False)
    return server


async def serve_intake(
    settings: Settings,
    pipeline: HotPath,
    note_audit: Callable[[], None],
    poll_rules: Callable[[], Callable[[], object] | None] | None,
    *,
    sources: SourceWatch,
    tails: Callable[[Carry], Tailing],
) -> None:
    """Serve until SIGTERM; what was taken by then is finished.

    `note_audit` writes the audit chain's end to its checkpoint outside the database; it is called about once a second.
    `poll_rules` returns what is to be done where rules have changed; None: nothing is matched in this process.
    """
    stopped = stop_event()
    await asyncio.to_thread(sources.open)
    server = IntakeServer(pipeline, sources)
    await server.recover()
    unix = await asyncio.start_unix_server(server.answer, sock=listen(settings.data_dir))
    loop = asyncio.get_running_loop()

    def carry(batch: EventBatch) -> Carried:
        """From another thread. Raises: StoreFullError."""
        return asyncio.run_coroutine_threadsafe(server.carry(batch), loop).result()

    follower = SpoolFollower(
        taker=SpoolTaker(spool_folder(settings)),
        carry=carry,
        read=message_reader(sources).read,
        read_gelf=gelf_reader(sources).read,
        sources=sources,
    )
    server.waits_for(follower.wait_settled)
    following = asyncio.create_task(follower.run())
    watching = [] if poll_rules is None else [asyncio.create_task(_follow_rules(server, poll_rules))]
    tailing = asyncio.create_task(_tail(tails(carry)))
    log.info("intake_started")
    while not stopped.is_set():
        await asyncio.to_thread(note_audit)
        server.require_sound()
        await server.tick()
        for task in (*watching, tailing, following):
            if task.done():
                task.result()  # it ends by a fault alone, and who waits for its work must not wait for ever
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), timeout=NOTE_EVERY_SECONDS)
    follower.stop()
    for task in (*watching, tailing):
        task.cancel()
    await following
    await asyncio.gather(tailing, return_exceptions=True)  # a batch that is under way is finished
    unix.close()
    await server.hang_up()
    await server.drain()
    note_audit()


async def _tail(tailing: Tailing) -> None:
    """Read watched files as they grow."""
    while True:
        await asyncio.to_thread(tailing.step)
        await asyncio.sleep(POLL_SECONDS)


async def _follow_rules(server: IntakeServer, poll: Callable[[], Callable[[], object] | None]) -> None:
    """Match with the rules of the office's newest decisions, seconds after they were made."""
    while True:
        await asyncio.sleep(RULES_EVERY_SECONDS)
        renew = await asyncio.to_thread(poll)
        if renew is not None:
            await server.between_batches(renew)

"""The intake's server by itself: what it answers when the state cannot be written, and that it does not go on then."""

import asyncio
import json
import threading
from typing import Any, cast

import pytest

from ir_platform.app.handover import AWAY, FULL, Carried, batch_payload, frame_of
from ir_platform.app.intake_process import IntakeServer
from ir_platform.app.pipeline import Pipeline
from ir_platform.app.source_watch import SourceWatch
from ir_platform.domain.event import EventBatch, batch_of
from ir_platform.ports import StateUnavailableError, StoreFullError
from tests.support.builders import an_event


class CarryingPipeline:
    """Says when it begins, and waits to be let go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def carry(self, batch: EventBatch) -> Carried:
        self.begun.set()
        assert self.go_on.wait(60)
        return Carried(stored=len(batch))


class FailingPipeline:
    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def carry(self, batch: EventBatch) -> None:
        raise self._failure


def answered(failure: Exception) -> tuple[dict[str, Any], IntakeServer]:
    async def run() -> tuple[dict[str, Any], IntakeServer]:
        server = IntakeServer(cast("Pipeline", FailingPipeline(failure)), cast("SourceWatch", None))
        unix = await asyncio.start_server(server.answer, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*unix.sockets[0].getsockname())
        writer.write(frame_of(batch_payload(batch_of([an_event()]), sender="s1", rejected=0)))
        length = int.from_bytes(await reader.readexactly(4), "big")
        answer = json.loads(await reader.readexactly(length))
        writer.close()
        unix.close()
        await unix.wait_closed()
        return answer, server

    return asyncio.run(run())


def test_a_state_that_cannot_be_written_ends_the_process_for_what_was_stored_has_to_be_matched_again() -> None:
    answer, server = answered(StateUnavailableError(reason="database or disk is full"))

    assert answer["code"] == AWAY
    with pytest.raises(StateUnavailableError):
        server.require_sound()


def test_a_full_store_is_said_and_the_process_goes_on() -> None:
    answer, server = answered(StoreFullError())

    assert answer["code"] == FULL
    server.require_sound()


def test_at_its_stop_who_waits_is_answered_who_asks_nothing_is_hung_up_on_and_no_fault_is_reported() -> None:
    pipeline, faults = CarryingPipeline(), []

    async def run() -> tuple[dict[str, Any], bytes]:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
        server = IntakeServer(cast("Pipeline", pipeline), cast("SourceWatch", None))
        listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
        asking, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        silent, other = await asyncio.open_connection(*listening.sockets[0].getsockname())
        payload = batch_payload(batch_of([an_event()]))
        writer.write(frame_of(payload))
        assert await asyncio.to_thread(pipeline.begun.wait, 60)
        ending = asyncio.create_task(server.hang_up())
        nothing = await silent.read()
        pipeline.go_on.set()
        answer = json.loads(await asking.readexactly(int.from_bytes(await asking.readexactly(4), "big")))
        await ending
        listening.close()
        writer.close()
        other.close()
        return answer, nothing

    answer, nothing = asyncio.run(run())

    assert (answer["stored"], nothing, faults) == (1, b"", [])

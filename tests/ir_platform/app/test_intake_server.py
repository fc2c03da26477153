"""The intake's server by itself: what it answers when the state cannot be written, and that it does not go on then."""

import asyncio
import json
from typing import Any, cast

import pytest

from ir_platform.app.handover import AWAY, FULL, batch_payload, frame_of
from ir_platform.app.intake_process import IntakeServer
from ir_platform.app.pipeline import Pipeline
from ir_platform.app.source_watch import SourceWatch
from ir_platform.domain.event import EventBatch, batch_of
from ir_platform.ports import StateUnavailableError, StoreFullError
from tests.support.builders import an_event


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

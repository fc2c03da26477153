"""Sending in bulk to a server that is busy, full or gone: nothing lost, nothing twice, nothing called a duplicate."""

from collections.abc import Iterator

import pytest

from ir_platform.adapters.events.elastic import bulk
from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.domain.event import batch_of
from ir_platform.ports import Appended, StoreFullError, StoreUnreachableError
from tests.ir_platform.adapters.events.elastic.server import (
    Server,
    a_server,
    busy,
    busy_for_the_second,
    full_at_the_second,
    not_stored_and_not_answered,
    stored_and_not_answered,
)
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED
from tests.support.builders import an_event

EVENTS = [an_event(record=number, user__name="root") for number in range(3)]
IDS = tuple(event.id for event in EVENTS)


@pytest.fixture
def server() -> Iterator[Server]:
    with a_server() as made:
        yield made


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def writer(server: Server, pauses: list[float]) -> Iterator[ElasticEventWriter]:
    made = ElasticEventWriter(connect(Address(url=server.url)), clock=lambda: RECEIVED, sleep=pauses.append)
    server.requests.clear()
    yield made
    made.close()


def append(writer: ElasticEventWriter) -> Appended:
    return writer.append(batch_of(EVENTS))


def test_a_busy_server_is_asked_again_after_growing_pauses(
    server: Server, writer: ElasticEventWriter, pauses: list[float]
) -> None:
    server.faults = [busy, busy]

    appended = append(writer)

    assert (appended.new.ids, appended.duplicates) == (IDS, 0)
    assert pauses == list(bulk.PAUSES_SECONDS[:2])


def test_only_what_was_refused_is_sent_again(server: Server, writer: ElasticEventWriter) -> None:
    server.faults = [busy_for_the_second]

    appended = append(writer)

    first, second = server.asked("PUT", "/_bulk")
    assert (len(first), [line["create"]["_id"] for line in second[::2]]) == (6, [IDS[1]])
    assert appended.new.ids == IDS


def test_what_was_stored_by_a_request_whose_answer_was_lost_is_new_and_not_a_duplicate(
    server: Server, writer: ElasticEventWriter
) -> None:
    server.faults = [stored_and_not_answered]

    appended = append(writer)

    assert (appended.new.ids, appended.duplicates) == (IDS, 0)
    assert len(server.stored) == 3


def test_what_was_there_before_a_lost_answer_stays_a_duplicate(server: Server, writer: ElasticEventWriter) -> None:
    writer.append(batch_of(EVENTS[:1]))
    server.faults = [stored_and_not_answered]

    appended = append(writer)

    assert (appended.new.ids, appended.duplicates) == (IDS[1:], 1)


def test_a_server_that_is_gone_refuses_the_batch_and_has_it_whole_when_it_is_back(
    server: Server, writer: ElasticEventWriter, pauses: list[float]
) -> None:
    server.faults = [stored_and_not_answered, *[not_stored_and_not_answered] * len(bulk.PAUSES_SECONDS)]

    with pytest.raises(StoreUnreachableError):
        append(writer)
    appended = append(writer)

    assert (appended.new.ids, appended.duplicates) == (IDS, 0)
    assert pauses == list(bulk.PAUSES_SECONDS)


def test_a_full_disk_is_said_at_once_and_nothing_of_the_batch_stays(
    server: Server, writer: ElasticEventWriter, pauses: list[float]
) -> None:
    server.faults = [full_at_the_second]

    with pytest.raises(StoreFullError):
        append(writer)

    assert (server.stored, pauses) == ({}, [])
    assert append(writer).new.ids == IDS


def test_what_could_not_be_taken_back_is_new_when_the_batch_comes_again(
    server: Server, writer: ElasticEventWriter
) -> None:
    server.faults = [full_at_the_second, not_stored_and_not_answered]
    with pytest.raises(StoreFullError):
        append(writer)
    left = list(server.stored)

    appended = append(writer)

    assert (left, appended.new.ids) == ([IDS[0]], IDS)


def test_an_event_twice_in_a_batch_whose_answer_was_lost_is_new_once(
    server: Server, writer: ElasticEventWriter
) -> None:
    server.faults = [stored_and_not_answered]

    appended = writer.append(batch_of([EVENTS[0], EVENTS[0]]))

    assert (appended.stored, appended.duplicates, appended.new.ids) == (1, 1, IDS[:1])


def test_a_large_batch_goes_in_requests_of_a_bounded_size(
    server: Server, writer: ElasticEventWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "REQUEST_BYTES", 600)

    appended = append(writer)

    assert len(server.asked("PUT", "/_bulk")) == 3
    assert appended.new.ids == IDS


def test_a_refusal_of_our_key_is_no_full_disk(server: Server, writer: ElasticEventWriter) -> None:
    refusal = {"error": {"type": "security_exception", "reason": "unauthorized"}, "status": 403}
    server.answers["PUT", "/_bulk"] = (403, refusal)

    with pytest.raises(Exception, match="security_exception") as caught:
        append(writer)

    assert not isinstance(caught.value, StoreFullError)

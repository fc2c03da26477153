"""An embedded store copied into Elasticsearch: everything once, in turns, while it is written."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from ir_platform.adapters.events import copy
from ir_platform.adapters.events.copy import Progress, copy_events
from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.reader import ElasticEventReader
from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.segments import written_until
from ir_platform.domain.event import batch_of
from ir_platform.ports import StoreUnreachableError
from tests.ir_platform.adapters.events.elastic.server import (
    Server,
    a_server,
    not_stored_and_not_answered,
    stored_and_not_answered,
)
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED, a_writer, found_ids
from tests.support.builders import an_event

TRIES = 7
"""What sending in bulk does before it gives up."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six events in three records of two days."""
    for days in range(3):
        with a_writer(tmp_path, now=RECEIVED + timedelta(days=days // 2)) as writer:
            numbers = (2 * days, 2 * days + 1)
            writer.append(batch_of([an_event(record=number, message=f"line {number}") for number in numbers]))
    return tmp_path


@pytest.fixture
def server() -> Iterator[Server]:
    with a_server() as made:
        yield made


@pytest.fixture
def writer(server: Server) -> Iterator[ElasticEventWriter]:
    made = ElasticEventWriter(connect(Address(url=server.url)), clock=lambda: RECEIVED, sleep=lambda _: None)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy, "_BATCH_EVENTS", 2)


def test_everything_is_copied_once_with_progress(folder: Path, server: Server, writer: ElasticEventWriter) -> None:
    steps: list[Progress] = []

    first = copy_events(folder, writer, url=server.url, on_progress=steps.append)
    again = copy_events(folder, writer, url=server.url, on_progress=steps.append)

    assert (first.events, first.stored, len(server.stored)) == (6, 6, 6)
    assert again == first
    assert [step.copied.events for step in steps] == [2, 4, 6]
    assert steps[-1].done_bytes == steps[-1].all_bytes


def test_a_copy_goes_on_where_the_server_went_away(folder: Path, server: Server, writer: ElasticEventWriter) -> None:
    server.faults = [Server.create, stored_and_not_answered, *[not_stored_and_not_answered] * (TRIES - 1)]
    with pytest.raises(StoreUnreachableError):
        copy_events(folder, writer, url=server.url, on_progress=lambda _: None)
    requests = len(server.asked("PUT", "/_bulk"))

    done = copy_events(folder, writer, url=server.url, on_progress=lambda _: None)

    assert (done.events, done.stored, len(server.stored)) == (6, 6, 6)
    assert len(server.asked("PUT", "/_bulk")) == requests + 2


def test_a_copy_killed_before_it_was_noted_sends_again_and_stores_nothing_twice(
    folder: Path, server: Server, writer: ElasticEventWriter
) -> None:
    def killed(_: Progress) -> None:
        (folder / copy.NOTE).unlink()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_events(folder, writer, url=server.url, on_progress=killed)

    done = copy_events(folder, writer, url=server.url, on_progress=lambda _: None)

    assert (done.events, done.stored, len(server.stored)) == (6, 4, 6)


def test_what_is_received_later_is_copied_by_the_next_turn(
    folder: Path, server: Server, writer: ElasticEventWriter
) -> None:
    copy_events(folder, writer, url=server.url, on_progress=lambda _: None)
    with a_writer(folder, now=RECEIVED + timedelta(days=1)) as at_work:
        at_work.append(batch_of([an_event(record=9, message="line 9")]))

        done = copy_events(folder, writer, url=server.url, on_progress=lambda _: None)

    assert (done.events, len(server.stored)) == (7, 7)


@pytest.mark.parametrize("note", [b"", b"{", b'{"target": 1}', b"[]", b'{"target": "x", "position": "../1"}'])
def test_another_server_or_a_note_that_cannot_be_read_means_from_the_beginning(
    folder: Path, server: Server, writer: ElasticEventWriter, note: bytes
) -> None:
    copy_events(folder, writer, url="https://another:9200", on_progress=lambda _: None)
    elsewhere = (folder / copy.NOTE).read_bytes()
    server.stored.clear()

    for noted in (elsewhere, note):
        (folder / copy.NOTE).write_bytes(noted)
        copy_events(folder, writer, url=server.url, on_progress=lambda _: None)

    assert len(server.stored) == 6


def test_no_password_of_the_address_is_noted(folder: Path, writer: ElasticEventWriter) -> None:
    copy_events(folder, writer, url="https://irp:rahasia@another:9200", on_progress=lambda _: None)

    assert b"rahasia" not in (folder / copy.NOTE).read_bytes()
    assert b"another" not in (folder / copy.NOTE).read_bytes()


def test_a_record_that_is_just_being_written_is_left_for_the_next_turn(folder: Path) -> None:
    newest = layout.segments(folder)[-1]
    whole = newest.path.read_bytes()
    newest.path.write_bytes(whole + whole[:-5])

    assert written_until(folder) == layout.Position(newest.number, len(whole))


def test_what_was_copied_is_not_matched_again_by_a_server_that_starts_on_it(
    folder: Path, server: Server, writer: ElasticEventWriter
) -> None:
    appended = writer.append(batch_of([an_event(record=99)]))
    copy_events(folder, writer, url=server.url, on_progress=lambda _: None)

    numbers = [document["tanggap.sequence"] for document in server.stored.values()]
    assert len(numbers) == 7
    assert [number for number in numbers if number > int(appended.position)] == []


@pytest.mark.real
@pytest.mark.xdist_group("elasticsearch")
def test_both_stores_find_the_same_after_a_copy(folder: Path, elasticsearch_url: str) -> None:
    client, namespace = connect(Address(url=elasticsearch_url)), uuid4().hex
    writer = ElasticEventWriter(client, clock=lambda: RECEIVED, namespace=namespace)

    copy_events(folder, writer, url=elasticsearch_url, on_progress=lambda _: None)

    embedded, elastic = EmbeddedEventReader(folder), ElasticEventReader(client, namespace=namespace)
    for query in ("*", "line", "message:3", "NOT message:3"):
        assert found_ids(elastic, query) == found_ids(embedded, query)
    writer.close()

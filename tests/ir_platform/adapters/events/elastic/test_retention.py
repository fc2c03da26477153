"""Retention by size on Elasticsearch: the oldest closed index goes, on a real server too, and never what is written."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.reader import ElasticEventReader
from ir_platform.adapters.events.elastic.retention import Backing, ElasticRetention, plan
from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.domain.event import batch_of
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED
from tests.support.builders import an_event

TODAY = date(2026, 11, 20)


def an_index(days_ago: int, size_bytes: int, *, stream: str = "logs-a-default", is_written: bool = False) -> Backing:
    return Backing(
        name=f".ds-{stream}-{days_ago}-{is_written}",
        stream=stream,
        began=TODAY - timedelta(days=days_ago),
        is_written=is_written,
        events=10,
        size_bytes=size_bytes,
    )


def test_the_oldest_closed_indices_go_until_the_rest_fits() -> None:
    old, middle, newest = an_index(30, 400), an_index(20, 400), an_index(10, 400)

    planned = plan([newest, an_index(3, 50, is_written=True), old, middle], size_bytes=900, today=TODAY)

    assert planned.let_go == (old,)
    assert planned.close == ()


def test_a_limit_that_was_just_set_closes_what_is_too_large_and_lets_the_newest_closed_index_stay() -> None:
    only = an_index(100, 10_000, is_written=True)
    closed = an_index(100, 10_000)

    assert plan([only], size_bytes=1_000, today=TODAY) == ((only.stream,), ())
    assert plan([closed, an_index(0, 10, is_written=True)], size_bytes=1_000, today=TODAY).let_go == ()


def test_what_has_been_written_for_a_week_is_closed_so_that_it_can_go_one_day() -> None:
    assert plan([an_index(8, 1, is_written=True)], size_bytes=1_000, today=TODAY).close == ("logs-a-default",)
    assert plan([an_index(7, 1, is_written=True)], size_bytes=1_000, today=TODAY).close == ()


@given(
    st.lists(st.builds(an_index, st.integers(0, 99), st.integers(0, 500), is_written=st.booleans()), max_size=12),
    st.integers(1, 3_000),
)
def test_nothing_goes_that_is_written_or_newer_than_what_stays_closed(backing: list[Backing], limit: int) -> None:
    planned = plan(backing, size_bytes=limit, today=TODAY)

    staying = [one for one in backing if not one.is_written and one not in planned.let_go]
    assert not any(one.is_written for one in planned.let_go)
    assert all(gone.began <= stays.began for gone in planned.let_go for stays in staying)
    if sum(one.size_bytes for one in backing) <= limit:
        assert planned.let_go == ()


@pytest.mark.real
@pytest.mark.xdist_group("elasticsearch")
def test_a_real_server_rolls_over_and_lets_the_oldest_go_while_the_writer_goes_on(elasticsearch_url: str) -> None:
    client, namespace = connect(Address(url=elasticsearch_url)), uuid4().hex
    writer = ElasticEventWriter(client, clock=lambda: RECEIVED, namespace=namespace)
    reader = ElasticEventReader(client, namespace=namespace)
    retention = ElasticRetention(client, size_bytes=1, namespace=namespace)
    today = RECEIVED.date()

    turns = []
    for number in range(3):
        writer.append(batch_of([an_event(record=number, message=f"putaran {number}")]))
        writer.flush()
        going = retention.take_out(today=today)
        turns.append([gone.events for gone in going])
        for gone in going:
            retention.remove(gone)
    writer.flush()

    found = reader.search("*", time_from=None, time_to=None, cursor=None, limit=10)
    assert turns == [[], [], [1]]
    assert sorted(one.fields["message"] for one in found.items) == ["putaran 1", "putaran 2"]
    assert ElasticRetention(client, size_bytes=10**12, namespace=uuid4().hex).take_out(today=today) == ()
    writer.close()

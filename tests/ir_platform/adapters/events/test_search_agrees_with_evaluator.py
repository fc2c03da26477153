"""The law of both stores' search: it finds exactly the events of which the plain evaluator says they match."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.reader import ElasticEventReader
from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.domain.event import Event, batch_of
from tests.ir_platform.adapters.events.cases import events_and_queries, expected_ids
from tests.ir_platform.adapters.events.embedded.stores import a_store, found_ids

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(events_and_queries())
def test_the_embedded_store_finds_exactly_the_events_that_match(case: tuple[list[Event], list[str]]) -> None:
    events, queries = case

    with TemporaryDirectory() as folder:
        reader = a_store(Path(folder), events)
        found = {query: found_ids(reader, query) for query in queries}

    assert found == {query: expected_ids(query, events) for query in queries}


@pytest.mark.real
@pytest.mark.xdist_group("elasticsearch")
def test_elasticsearch_finds_exactly_the_events_that_match(elasticsearch_url: str) -> None:
    client = connect(Address(url=elasticsearch_url))

    @settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
    @given(events_and_queries())
    def law(case: tuple[list[Event], list[str]]) -> None:
        events, queries = case
        namespace = uuid4().hex
        writer = ElasticEventWriter(client, clock=lambda: datetime.now(UTC), namespace=namespace)

        writer.append(batch_of(events))
        writer.flush()

        reader = ElasticEventReader(client, namespace=namespace)
        found = {query: found_ids(reader, query) for query in queries}
        assert found == {query: expected_ids(query, events) for query in queries}

    law()
    client.close()

"""Searching the event store by HTTP, and the lines nobody could read."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api import Api, HttpServer, an_api, events_written, problem_of
from tests.support.builders import NOON, an_event

SEARCH = "/api/v1/events/search"


@pytest.fixture(scope="module")
def api(http_server: HttpServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with an_api(tmp_path_factory.mktemp("events") / "var", http_server) as made:
        events = [
            an_event(
                NOON - timedelta(minutes=number), record=number, host__name=f"web-{number % 2}", source__port=number
            )
            for number in range(10)
        ]
        quarantined = an_event(
            NOON,
            record=99,
            event__kind="pipeline_error",
            log__file__path="access.log",
            tanggap__record=4,
            log__offset=120,
            error__message="bukan baris log",
            event__original="<b>rusak</b>",
        )
        events_written(made.services.settings, [*events, quarantined])
        yield made


@pytest.fixture(autouse=True)
def behind_the_server(api: Api, http_server: HttpServer) -> None:
    """Another test may have put its own application there in between."""
    http_server.switchboard.app = api.app


@pytest.mark.parametrize(
    "path",
    [
        SEARCH,
        "/api/v1/events/histogram",
        "/api/v1/events/fields",
        "/api/v1/events/top-values?field=host.name",
        "/api/v1/events/export?format=csv",
        "/api/v1/quarantine",
    ],
)
def test_events_are_for_the_office_alone(api: Api, path: str) -> None:
    problem_of(api.stranger().get(path), 401)
    problem_of(api.client("opd").get(path), 403)
    assert api.client("pimpinan").get(path).status_code == 200


def test_a_search_finds_newest_first_in_pages(api: Api) -> None:
    client, query = api.client("kasi"), {"q": "host.name:web-1", "limit": 3}

    first = client.get(SEARCH, params=query).json()
    second = client.get(SEARCH, params={**query, "cursor": first["cursor"]}).json()

    found = [*first["items"], *second["items"]]
    assert [one["source.port"] for one in found] == [1, 3, 5, 7, 9]
    assert (first["total"], second["cursor"]) == (5, None)
    assert all(one["_id"] for one in found)


def test_a_search_may_begin_with_the_oldest(api: Api) -> None:
    query = {"q": "host.name:web-1", "limit": 2, "order": "oldest"}

    found = api.client("kasi").get(SEARCH, params=query).json()["items"]

    assert [one["source.port"] for one in found] == [9, 7]
    problem_of(api.client("kasi").get(SEARCH, params={"order": "random"}), 422)


def test_times_are_half_open_and_may_name_any_zone(api: Api) -> None:
    query = {"q": "host.name:*", "from": "2026-11-20T11:58:00+08:00", "to": "2026-11-20T04:00:00Z"}

    found = api.client("kasi").get(SEARCH, params=query).json()["items"]

    assert [one["source.port"] for one in found] == [1, 2]


@pytest.mark.parametrize("place", ["search", "histogram"])
@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", ["2026-11-20T12:00:00", "2026-11-20", "kemarin", "", "2026-13-01T00:00:00Z"])
def test_a_time_without_a_zone_or_sense_is_refused(api: Api, place: str, name: str, value: str) -> None:
    answer = api.client("kasi").get(f"/api/v1/events/{place}", params={name: value})

    problem_of(answer, 422)


@pytest.mark.parametrize("place", ["search", "histogram"])
@pytest.mark.parametrize(
    ("time_from", "time_to"),
    [
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("1600-01-01T00:00:00Z", "1601-01-01T00:00:00Z"),
        ("2026-11-20T04:00:00.000000Z", "2026-11-20T04:00:00.000001Z"),
    ],
)
def test_times_at_the_edge_of_the_calendar_are_answered(api: Api, place: str, time_from: str, time_to: str) -> None:
    answer = api.client("kasi").get(f"/api/v1/events/{place}", params={"from": time_from, "to": time_to})

    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize("query", ["host.name:", "(a", 'a"', "a AND", "/(/", "field:[a TO", "a\x00b", "a" * 4001])
@pytest.mark.parametrize("place", ["search", "histogram"])
def test_a_query_that_cannot_be_read_is_refused_with_the_place(api: Api, place: str, query: str) -> None:
    answer = api.client("kasi").get(f"/api/v1/events/{place}", params={"q": query})

    problem_of(answer, 422)


@pytest.mark.parametrize("place", ["search", "histogram", "fields", "top-values", "export"])
def test_the_place_of_what_cannot_be_read_is_told_apart_from_the_sentence(api: Api, place: str) -> None:
    asked = {"q": "user.name:(root", "field": "user.name"}

    refused = api.client("kasi").get(f"/api/v1/events/{place}", params=asked).json()

    assert refused["errors"] == [{"tempat": "q", "posisi": "10", "alasan": "Kurung buka tanpa kurung tutup"}]


def test_the_fields_there_are_and_the_frequent_values_of_one_are_listed(api: Api) -> None:
    client, query = api.client("kasi"), {"q": "source.port:[0 TO 6]", "from": "2026-11-20T03:00:00Z"}

    fields = client.get("/api/v1/events/fields", params=query).json()
    values = client.get("/api/v1/events/top-values", params={**query, "field": "host.name"}).json()

    assert {"name": "source.port", "kind": "number", "events": 7} in fields["items"]
    assert values["items"] == [{"value": "web-0", "events": 4}, {"value": "web-1", "events": 3}]


@pytest.mark.parametrize("field", ["event.original", "@timestamp", "", "a\nb", "x" * 129])
def test_a_field_whose_values_cannot_be_counted_is_refused(api: Api, field: str) -> None:
    problem_of(api.client("kasi").get("/api/v1/events/top-values", params={"field": field}), 422)


def test_a_histogram_counts_what_the_search_finds(api: Api) -> None:
    query = {"q": "host.name:*", "from": "2026-11-20T03:50:00Z", "to": "2026-11-20T04:00:01Z", "buckets": 5}

    buckets = api.client("kasi").get("/api/v1/events/histogram", params=query).json()["items"]

    assert sum(one["count"] for one in buckets) == 10
    assert len(buckets) <= 6


@pytest.mark.parametrize(
    "query", [{"buckets": 0}, {"buckets": 501}, {"from": "2026-11-20T04:00:00Z", "to": "2026-11-20T04:00:00Z"}]
)
def test_a_histogram_of_nothing_is_refused(api: Api, query: dict[str, object]) -> None:
    answer = api.client("kasi").get("/api/v1/events/histogram", params=query)

    problem_of(answer, 422)


def test_a_line_nobody_could_read_is_shown_with_its_place_and_reason(api: Api) -> None:
    lines = api.client("kasi").get("/api/v1/quarantine").json()["items"]

    assert [(one["file"], one["record"], one["offset"], one["reason"], one["original"]) for one in lines] == [
        ("access.log", 4, 120, "bukan baris log", "<b>rusak</b>")
    ]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(max_size=60) | st.text(alphabet='ab:()[]{}"*?~^\\/ +-!&|<>=.0AND OR', max_size=40),
    cursor=st.none() | st.text(max_size=40),
)
def test_no_query_and_no_cursor_make_the_server_fail(api: Api, query: str, cursor: str | None) -> None:
    parameters = {"q": query, **({"cursor": cursor} if cursor is not None else {})}

    answer = api.client("kasi").get(SEARCH, params=parameters)

    assert answer.status_code in (200, 422), answer.text

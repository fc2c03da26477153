"""Events as one file: whole, harmless for a spreadsheet, and never without an entry in the audit trail."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pyarrow import parquet

from api.resources.events import export
from tests.support.api import Api, HttpServer, an_api, events_written, problem_of
from tests.support.builders import NOON, an_event

EXPORT = "/api/v1/events/export"
FORMULA = '=HYPERLINK("http://evil.example","klik")'
HOSTILE = an_event(
    NOON,
    record=99,
    user__name=FORMULA,
    host__name="@web",
    source__port=7,
    source__ip="10.0.0.1",
    message="baris\n=1+1",
    x__list=["a", "=b"],
    x__big=2**80,
)


@pytest.fixture(scope="module")
def api(http_server: HttpServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with an_api(tmp_path_factory.mktemp("export") / "var", http_server) as made:
        older = [
            an_event(NOON - timedelta(minutes=number), record=number, host__name=f"web-{number}", source__port=number)
            for number in range(1, 6)
        ]
        events_written(made.services.settings, [HOSTILE, *older])
        yield made


@pytest.fixture(autouse=True)
def behind_the_server(api: Api, http_server: HttpServer) -> None:
    """Another test may have put its own application there in between."""
    http_server.switchboard.app = api.app


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_lines_hold_every_field_newest_first(api: Api) -> None:
    answer = api.client("kasi").get(EXPORT, params={"format": "jsonl"})

    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert [line["_id"] for line in lines][:1] == [HOSTILE.id]
    assert [line["source.port"] for line in lines] == [7, 1, 2, 3, 4, 5]
    assert (lines[0]["user.name"], lines[0]["x.big"]) == (FORMULA, 2**80)
    assert (answer.headers["x-tanggap-events"], answer.headers["x-tanggap-complete"]) == ("6", "true")
    assert 'filename="kejadian.jsonl"' in answer.headers["content-disposition"]


def test_no_cell_of_a_table_is_computed_by_a_spreadsheet(api: Api) -> None:
    content = api.client("kasi").get(EXPORT, params={"format": "csv", "q": "source.port:7"}).content

    row = rows_of(content)[0]
    assert content.startswith(b"\xef\xbb\xbf")
    assert (row["user.name"], row["host.name"]) == (f"'{FORMULA}", "'@web")
    assert (row["source.port"], row["x.list"], row["message"]) == ("7", '["a","=b"]', "baris\n=1+1")
    assert not [cell for cell in row.values() if cell[:1] in "=+-@\t\r\n" and cell]


def test_a_name_of_a_field_is_no_formula_either(api: Api) -> None:
    content = api.client("kasi").get(EXPORT, params={"format": "csv", "column": ["=1+1", "source.port"]}).content

    assert content.decode("utf-8-sig").splitlines()[0] == "'=1+1,source.port,_id"


def test_columns_are_those_asked_for_in_their_order(api: Api) -> None:
    asked = {"format": "csv", "q": "host.name:web-*", "column": ["source.port", "host.name"], "limit": 2}

    answer = api.client("kasi").get(EXPORT, params=asked)

    assert [list(row.items())[:2] for row in rows_of(answer.content)] == [
        [("source.port", "1"), ("host.name", "web-1")],
        [("source.port", "2"), ("host.name", "web-2")],
    ]
    assert (answer.headers["x-tanggap-events"], answer.headers["x-tanggap-complete"]) == ("2", "false")


def test_parquet_has_typed_columns_and_every_event_whole(api: Api) -> None:
    content = api.client("kasi").get(EXPORT, params={"format": "parquet"}).content

    table = parquet.read_table(io.BytesIO(content))
    assert table["source.port"].to_pylist() == [7, 1, 2, 3, 4, 5]
    assert table["@timestamp"].to_pylist()[:2] == [NOON, NOON - timedelta(minutes=1)]
    assert table["user.name"].to_pylist()[:2] == [FORMULA, None]
    assert [json.loads(one)["source.port"] for one in table["_event"].to_pylist()] == [7, 1, 2, 3, 4, 5]
    assert json.loads(table["_event"][0].as_py())["x.big"] == 2**80


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_where_nothing_is_found_the_file_is_empty_and_whole(api: Api, form: str) -> None:
    answer = api.client("kasi").get(EXPORT, params={"format": form, "q": "tidakada"})

    assert (answer.status_code, answer.headers["x-tanggap-events"]) == (200, "0")
    if form == "parquet":
        assert parquet.read_table(io.BytesIO(answer.content)).num_rows == 0


def test_who_took_what_is_in_the_audit_trail(api: Api) -> None:
    api.client("kasi").get(EXPORT, params={"q": "source.port:3", "from": "2026-11-20T00:00:00Z"})

    with api.state.read() as uow:
        fact = list(uow.audit.entries(after=0))[-1].fact
    said = json.loads(fact.details)
    assert (fact.action, fact.actor_name.split(",")[0] != "Sistem") == ("store.exported", True)
    assert (said["kueri"], said["kejadian"], said["dari"]) == ("source.port:3", 1, "2026-11-20T00:00:00+00:00")


def test_a_refused_export_leaves_no_entry(api: Api) -> None:
    with api.state.read() as uow:
        before = len(list(uow.audit.entries(after=0)))

    problem_of(api.client("kasi").get(EXPORT, params={"q": "user.name:("}), 422)
    problem_of(api.client("kasi").get(EXPORT, params={"limit": 1_000_001}), 422)
    problem_of(api.client("kasi").get(EXPORT, params={"format": "xlsx"}), 422)

    with api.state.read() as uow:
        assert len(list(uow.audit.entries(after=0))) == before


def test_one_export_runs_at_a_time(api: Api) -> None:
    with export.one_at_a_time():
        problem_of(api.client("kasi").get(EXPORT), 409)

    assert api.client("kasi").get(EXPORT, params={"limit": 1}).status_code == 200

"""Twenty clients at once by HTTP, on SQLite and on a real PostgreSQL: one is accepted, the others are told why not."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.main import create_app
from ir_platform.adapters.sql.database import SqlState
from ir_platform.config import Settings
from ir_platform.domain.alert import Alert, AlertStatus, Level
from tests.playbooks.whole import assert_whole
from tests.support.api import Api, HttpServer, RememberingBell, add_people, an_api, services_over
from tests.support.builders import NOON
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.racing import CLIENTS, race
from tests.support.walk import NIHIL, carry_out, complete

__all__ = ["postgres_server"]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def offices(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, http_server: HttpServer
) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("races") / "var"
    if request.param == "sqlite":
        with an_api(folder, http_server) as api:
            yield api
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url, an_api_over(url, folder, http_server) as api:
        yield api


@pytest.fixture
def api(offices: Api, http_server: HttpServer) -> Api:
    """One office for all these tests; another test may have put its own behind the server meanwhile."""
    http_server.switchboard.app = offices.app
    return offices


@contextmanager
def an_api_over(url: str, folder: Path, server: HttpServer) -> Iterator[Api]:
    folder.mkdir()
    state = SqlState(url)
    state.migrate()
    add_people(state)
    bell, clock = RememberingBell(state), [NOON]
    services = services_over(Settings(data_dir=folder, office_name="Diskominfo Contoh"), state, bell, clock)
    app = create_app(services, page_folder=folder / "page")
    api = Api(url=server.url, app=app, services=services, state=state, bell=bell, clock=clock)
    try:
        yield api
    finally:
        for client in api.clients:
            client.close()
        state.close()


def answers(acts: list[Callable[[], httpx.Response]]) -> Counter[int]:
    """How often each status was answered; every refusal says something in Bahasa Indonesia."""
    found = [one for one in race(acts, refusals=()) if isinstance(one, httpx.Response)]
    assert all(one.json()["detail"] for one in found if one.status_code >= 400)
    return Counter(one.status_code for one in found)


def test_of_twenty_clients_that_do_one_step_one_is_accepted_and_each_other_told_who_did_it(api: Api) -> None:
    incident = api.report()
    people = {who: api.client(who) for who in ("pemeriksa", "kabid", "kasi", "pengelola")}
    carry_out(people, incident["id"], until=6)
    clients = [api.client(who) for who in ("pengelola", "timteknis")] * (CLIENTS // 2)

    found = race(
        [lambda one=one: complete(one, incident["id"], 7, {"nihil": NIHIL}) for one in clients],  # type: ignore[misc]
        refusals=(),
    )

    told = [one.json()["detail"] for one in found if one.status_code == 409]
    assert Counter(one.status_code for one in found) == {200: 1, 409: CLIENTS - 1}
    assert all(one.startswith("Langkah ini sudah dilaksanakan oleh ") for one in told)
    assert_whole(api.state)


def test_twenty_retries_with_one_key_do_the_step_once_and_are_all_answered(api: Api) -> None:
    incident = api.report()
    clients = [api.client("pemeriksa") for _ in range(CLIENTS)]

    found = answers(
        [lambda one=one: complete(one, incident["id"], 1, {}, **{"Idempotency-Key": "k"}) for one in clients]  # type: ignore[misc]
    )

    assert found == {200: CLIENTS}
    assert_whole(api.state)


def test_twenty_reports_at_once_are_numbered_without_a_gap(api: Api) -> None:
    body = {"judul": "Situs", "uraian": "Berubah.", "playbook": "kaltim-gangguan-keamanan-jaringan"}
    wish = {**body, "tingkat": "high", "pelapor": "OPD"}
    clients = [api.client("opd") for _ in range(CLIENTS)]

    found = answers([lambda one=one: one.post("/api/v1/reports", json=wish) for one in clients])  # type: ignore[misc]

    assert found == {201: CLIENTS}
    assert_whole(api.state)


def test_evidence_of_twenty_clients_is_all_taken_in(api: Api) -> None:
    incident = api.report()
    clients = [api.client("kasi") for _ in range(CLIENTS)]

    def attach(number: int) -> httpx.Response:
        files = {"file": (f"{number}.log", f"baris {number}".encode())}
        return clients[number].post(f"/api/v1/incidents/{incident['id']}/evidence", files=files)

    found = answers([lambda number=number: attach(number) for number in range(CLIENTS)])  # type: ignore[misc]

    assert found == {201: CLIENTS}
    assert_whole(api.state)


# --- alerts ----------------------------------------------------------------------------------------------------------


def an_open_alert(api: Api, name: str) -> Alert:
    return api.add_alert(group=(("host.name", name),), level=Level.LOW)


def send(client: httpx.Client, path: str, body: dict[str, Any] | None = None) -> Callable[[], httpx.Response]:
    return lambda: client.post(f"/api/v1/alerts/{path}", json=body)


def test_of_twenty_clients_that_decide_about_an_alert_one_does_and_one_incident_opens_at_most(api: Api) -> None:
    alert = an_open_alert(api, "untuk-diputus")
    clients = [api.client("pemeriksa") for _ in range(CLIENTS)]
    deciding = [send(one, f"{alert.id}/escalate") for one in clients[:8]]
    deciding += [send(one, f"{alert.id}/dismiss", {"alasan": "Uji."}) for one in clients[8:16]]

    found = answers([*deciding, *[send(one, f"{alert.id}/acknowledge") for one in clients[16:]]])

    with api.state.read() as uow:
        decided = uow.alerts.get(alert.id)
    assert decided is not None
    assert decided.status in (AlertStatus.ESCALATED, AlertStatus.DISMISSED)
    assert (decided.incident_id is not None) == (decided.status is AlertStatus.ESCALATED)
    # An acknowledgement may come before the decision; after it, it is refused like any other.
    assert found[200] in (1, 2)
    assert found[409] == CLIENTS - found[200]
    assert_whole(api.state)


def test_alerts_that_are_merged_crosswise_while_others_decide_about_them_block_nobody(api: Api) -> None:
    pairs = [[an_open_alert(api, f"silang-{number}-{side}").id for side in "ab"] for number in range(5)]
    client = api.client("pemeriksa")
    acts = []
    for one, other in pairs:
        acts += [
            send(client, "merge", {"into": one, "ids": [other]}),
            send(client, "merge", {"into": other, "ids": [one]}),
        ]
        acts += [send(client, f"{one}/acknowledge"), send(client, f"{other}/escalate")]

    found = answers(acts)

    assert set(found) <= {200, 409}
    with api.state.read() as uow:
        ends = [[uow.alerts.get(one) for one in pair] for pair in pairs]
    for pair in ends:
        assert [one.merged_into is not None for one in pair if one] in ([True, False], [False, True], [False, False])
    assert_whole(api.state)

"""The same program scaled out on PostgreSQL and Redis: from the demo's logs to a closed incident with its documents."""

import json
import os
import signal
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from detections.catalog import rules_in_use
from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.ids import utc_now
from ir_platform.domain.event import Event, batch_of
from tests.support.causes import ATTACKERS, Cause, an_attempt, counted, counted_by_one_scanner
from tests.support.postgres import PostgresServer
from tests.support.server import Server, irp, items, running, wait_for
from tests.support.walk import carry_out

pytestmark = pytest.mark.real

Found = TypeVar("Found")

NETWORK = "192.0.2"
"""Of nobody in the demo's logs."""
ATTEMPTS = 16
SHIPMENTS = 24
KILLED_AFTER = (5, 13)
"""Shipments."""


def test_an_incident_is_closed_on_postgresql_and_redis_and_causes_are_told_once_though_the_intake_is_killed(
    tmp_path: Path, postgres_server: PostgresServer, redis_url: str
) -> None:
    with postgres_server.database() as database_url:
        places = {"IRP_DATABASE_URL": database_url, "IRP_BROKER_URL": redis_url, "IRP_PIPELINE": "scaled_out"}
        with running(tmp_path / "var", demo=True, **places) as server:
            people = {name: server.client(name) for name in ("pemeriksa", "kabid", "kasi", "pengelola")}
            wait_for(lambda: len(items(people["kasi"], "/api/v1/incidents")) >= 2)
            incident = items(people["kasi"], "/api/v1/incidents")[0]

            closed = carry_out(people, incident["id"])

            documents = f"/api/v1/incidents/{incident['id']}/documents"
            assert closed["hasil"] == "tuntas"
            wait_for(lambda: {one["status"] for one in items(people["kasi"], documents)} == {"ready"})
            assert irp("audit", "verify", data=server.data, **places).returncode == 0
            assert not (server.data / "state.sqlite3").exists()

            insist_that_causes_are_told_once_though_the_intake_is_killed(server, people["kasi"], places)


def insist_that_causes_are_told_once_though_the_intake_is_killed(
    server: Server, kasi: httpx.Client, places: dict[str, str]
) -> None:
    begins = utc_now()
    attempts = [an_attempt(number, begins=begins, network=NETWORK) for number in range(ATTACKERS * ATTEMPTS)]
    expected = of_attackers(counted_by_one_scanner([batch_of(attempts)], rules_in_use(server.data)))
    key = json.loads(irp("source", "add", "kantor", "--json", data=server.data, **places).stdout)

    size = -(-len(attempts) // SHIPMENTS)
    with httpx.Client(headers={"Authorization": f"ApiKey {key['api_key']}"}, timeout=60) as shipper:
        for number in range(SHIPMENTS):
            if number in KILLED_AFTER:
                with suppress(ProcessLookupError):  # it is being started again
                    os.kill(server.processes()["intake"], signal.SIGKILL)
            ship(shipper, server, attempts[number * size : (number + 1) * size])

    query = {"q": "labels.nomor:*", "limit": "200"}
    wait_for(lambda: len(items(kasi, "/api/v1/events/search", **query)) >= len(attempts))
    with closing(SqlState(places["IRP_DATABASE_URL"])) as state:
        wait_for(lambda: {one: events for one, (_, events) in of_attackers(counted(state)).items()} == expected)
        found = of_attackers(counted(state))
    numbers = Counter(one["labels.nomor"] for one in items(kasi, "/api/v1/events/search", **query))
    assert numbers == Counter({str(number): 1 for number in range(len(attempts))})
    assert len(expected) == ATTACKERS
    assert {one: findings for one, (findings, _) in found.items()} == dict.fromkeys(expected, 1)


def ship(shipper: httpx.Client, server: Server, events: list[Event]) -> None:
    """Send them by the bulk API; whatever is killed, it answers."""
    lines = [line for one in events for line in ('{"create":{}}', json.dumps(one.fields()))]
    place = f"http://127.0.0.1:{server.ports['bulk']}/logs-sshd-default/_bulk"
    answer = shipper.post(place, content="\n".join(lines) + "\n")
    assert [one["create"]["status"] for one in answer.json()["items"]] == [201] * len(events)


def of_attackers(found: dict[Cause, Found]) -> dict[Cause, Found]:
    return {one: value for one, value in found.items() if any(NETWORK in text for _, text in one[1])}

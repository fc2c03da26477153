"""The same program scaled out on PostgreSQL and Redis: from the demo's logs to a closed incident with its documents."""

from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.server import irp, items, running, wait_for
from tests.support.walk import carry_out


@pytest.mark.real
def test_an_incident_opened_by_a_log_is_closed_on_postgresql_and_redis(
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

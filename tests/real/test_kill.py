"""kill -9 at random moments, under load: nothing acknowledged is lost, nothing happens twice."""

import random
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.support.chaos import Chaos, ingest_until_done, insist, restart_after_kill, write_auth_log
from tests.support.server import Server, irp, items, running, wait_for
from tests.support.walk import WALK, complete

pytestmark = pytest.mark.slow

LINES = 12_000
PREPARED_AT_OPENING = 1
"""Dokumen Informasi Gangguan; each step of the walk makes one document more."""


def total(client: httpx.Client, query: str) -> int:
    answer = client.get("/api/v1/events/search", params={"q": query, "limit": 1})
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["total"]
    return found


def test_every_line_is_there_once_after_the_intake_was_killed_at_random_while_ingesting(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    write_auth_log(log, lines=LINES)
    with running(tmp_path / "var", demo=True) as server:
        kasi = server.client("kasi")
        chaos = Chaos(server=server, names=("intake",), rng=random.Random(7))

        with chaos.running(between_seconds=(0.5, 2.5)):
            wait_for(lambda: chaos.kills >= 1)
            ingest_until_done(server, log)

        wait_for(lambda: total(kasi, "log.file.path:*auth.log AND host.name:web-1") == LINES)
        found = items(kasi, "/api/v1/alerts", q="203.0.113.45", limit=200)
        mine = [one for one in found if one["group"].get("host.name") == "web-1"]
        incidents = {one["incident_id"] for one in mine}
        assert len(incidents) == 1
        assert len({(one["rule_id"], tuple(sorted(one["group"].items()))) for one in mine}) == len(mine)
        assert irp("audit", "verify", data=server.data).returncode == 0


def test_every_accepted_step_is_there_once_after_api_and_worker_were_killed_at_random(tmp_path: Path) -> None:
    with running(tmp_path / "var", demo=True) as server:
        people = {name: server.client(name) for name in ("opd", "pemeriksa", "kabid", "kasi", "pengelola")}
        report = {"judul": "Gangguan", "uraian": "Uraian.", "tingkat": "high", "pelapor": "OPD"}
        incident = people["opd"].post("/api/v1/reports", json=report).json()
        chaos = Chaos(server=server, names=("api", "worker"), rng=random.Random(11))

        with chaos.running(between_seconds=(0.3, 1.5)):
            wait_for(lambda: chaos.kills >= 1)
            for who, no, body in WALK:
                key = str(uuid4())
                answer = insist(
                    lambda who=who, no=no, body=body, key=key: complete(  # type: ignore[misc]
                        people[who], incident["id"], no, body, **{"Idempotency-Key": key}
                    )
                )
                assert answer.status_code == 200, (no, answer.text)

        check_after_the_walk(server, people["kasi"], incident["id"])


def check_after_the_walk(server: Server, kasi: httpx.Client, incident_id: str) -> None:
    timeline = insist(lambda: kasi.get(f"/api/v1/incidents/{incident_id}/timeline")).json()["items"]
    assert [entry["facts"]["langkah"] for entry in timeline if entry["kind"] == "step_completed"] == [
        str(no) for _, no, _ in WALK
    ]
    documents = f"/api/v1/incidents/{incident_id}/documents"
    wait_for(lambda: {one["status"] for one in insist(lambda: kasi.get(documents)).json()["items"]} == {"ready"})
    made = insist(lambda: kasi.get(documents)).json()["items"]
    assert len(made) == PREPARED_AT_OPENING + len(WALK)
    assert irp("audit", "verify", data=server.data).returncode == 0


def test_a_group_killed_whole_comes_back_with_everything_it_had_acknowledged(tmp_path: Path) -> None:
    with running(tmp_path / "var", demo=True) as server:
        kasi = server.client("kasi")
        wait_for(lambda: len(items(kasi, "/api/v1/incidents")) >= 2)
        before = {one["nomor"] for one in items(kasi, "/api/v1/incidents", limit=200)}
        events = total(kasi, "*")

        again = restart_after_kill(server)

        try:
            kasi = again.client("kasi")
            assert before <= {one["nomor"] for one in items(kasi, "/api/v1/incidents", limit=200)}
            assert total(kasi, "*") >= events
            assert not [line for line in again.output if "sekali pakai" in line]
        finally:
            again.kill(15)

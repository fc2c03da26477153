"""Limits that fell due, told by a real beat: once, also where the worker that told them is killed and replaced."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.server import Server, items, running, wait_for

pytestmark = pytest.mark.slow

BSSN, PDP = "Perban BSSN", "UU PDP"


def rate(server: Server, incident_id: str, kind: str, *, hours_ago: int) -> None:
    """Begin a law's clock that has run out already."""
    since = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
    body = {"kind": kind, "reason": "Layanan vital.", "since": since}
    answer = server.client("kabid").post(f"/api/v1/incidents/{incident_id}/legal-clocks", json=body)
    assert answer.status_code == 201, answer.text


def told(server: Server, law: str) -> list[str]:
    """Return the notices about a law's limit."""
    notices = items(server.client("kabid"), "/api/v1/notices")
    return [one["kalimat"] for one in notices if law in one["kalimat"]]


def test_a_limit_that_was_told_is_not_told_again_after_its_worker_was_killed(tmp_path: Path) -> None:
    with running(tmp_path / "var", demo=True) as server:
        report = {"judul": "Situs berubah", "uraian": "Sejak pagi.", "tingkat": "high"}
        incident_id = server.client("opd").post("/api/v1/reports", json=report).json()["id"]
        rate(server, incident_id, "bssn_1x24", hours_ago=25)
        wait_for(lambda: told(server, BSSN))
        worker = server.processes()["worker"]

        os.kill(worker, signal.SIGKILL)

        wait_for(lambda: server.processes()["worker"] != worker)
        # The next beat has swept once this one is told.
        rate(server, incident_id, "pdp_3x24", hours_ago=73)
        wait_for(lambda: told(server, PDP))
        assert len(told(server, BSSN)) == 1

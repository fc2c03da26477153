"""Documents, playbooks, what the installation can do, health, and the description of it all."""

import json
from dataclasses import replace

import httpx
import pytest

from api.main import create_app
from ingest.sources.ledger import LEDGER_NAME, Ledger, SyslogCounters
from ir_platform.adapters.events.spool import SpoolWriter
from ir_platform.domain.document import DocumentStatus
from tests.support.api import Api, problem_of


@pytest.fixture
def document(api: Api) -> tuple[str, str]:
    """The path of an incident's documents and the id of one that is still being made."""
    incident = api.report()
    answer = api.client("pemeriksa").post(f"/api/v1/incidents/{incident['id']}/steps/1/complete", json={})
    assert answer.status_code == 200, answer.text
    path = f"/api/v1/incidents/{incident['id']}/documents"
    return path, api.client("kasi").get(path).json()["items"][0]["id"]


def make_ready(api: Api, document_id: str, content: bytes) -> None:
    stored = api.services.files.put([content], limit_bytes=1000)
    with api.state.write() as uow:
        found = uow.documents.get(document_id)  # type: ignore[arg-type]
        assert found is not None
        uow.documents.save(
            replace(found, status=DocumentStatus.READY, docx_sha256=stored.sha256, pdf_sha256=stored.sha256)
        )


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_document_is_missing_until_it_is_made_and_then_downloaded(
    api: Api, document: tuple[str, str], form: str
) -> None:
    path, document_id = document
    client = api.client("opd")

    early = client.get(f"{path}/{document_id}.{form}")
    make_ready(api, document_id, b"isi dokumen")
    ready = client.get(f"{path}/{document_id}.{form}")

    assert "masih disusun" in problem_of(early, 404)["detail"]
    assert ready.content == b"isi dokumen"
    assert ready.headers["content-disposition"].startswith('attachment; filename="DIG-2026-0001-')
    assert ready.headers["content-disposition"].endswith(f'.{form}"')


def test_a_document_is_reached_only_through_its_own_incident(api: Api, document: tuple[str, str]) -> None:
    path, document_id = document
    make_ready(api, document_id, b"isi")
    other = api.report("opd_lain")

    answers = [
        api.stranger().get(f"{path}/{document_id}.pdf"),
        api.client("opd_lain").get(f"{path}/{document_id}.pdf"),
        api.client("opd_lain").get(f"/api/v1/incidents/{other['id']}/documents/{document_id}.pdf"),
        api.client("kasi").get(f"{path}/unknown.pdf"),
        api.client("kasi").get(f"{path}/{document_id}.exe"),
    ]

    assert [answer.status_code for answer in answers] == [401, 404, 404, 404, 422]


def test_the_sops_are_shown_to_whoever_signs_in(api: Api) -> None:
    client = api.client("opd")

    listed = client.get("/api/v1/playbooks").json()["items"]
    shown = client.get("/api/v1/playbooks/kaltim-gangguan-keamanan-jaringan").json()

    assert shown in listed
    assert [step["no"] for step in shown["langkah"]] == list(range(1, 13))
    assert {"id", "judul", "instansi", "dasar_hukum", "waktu_total", "pelaksana", "langkah", "catatan"} <= set(shown)
    problem_of(api.stranger().get("/api/v1/playbooks"), 401)
    problem_of(client.get("/api/v1/playbooks/tidak-ada"), 404)


def test_the_page_is_told_what_the_installation_can_do(api: Api) -> None:
    answer = api.client("opd").get("/api/v1/system")

    assert answer.json() == {"version": "1.2.3", "tshark": False, "intake": False}
    problem_of(api.stranger().get("/api/v1/system"), 401)


def test_an_unknown_job_is_missing(api: Api) -> None:
    problem_of(api.client("kasi").get("/api/v1/jobs/unknown"), 404)


def test_liveness_needs_nothing_and_readiness_needs_database_and_intake(api: Api) -> None:
    live, ready = api.stranger().get("/healthz"), api.stranger().get("/readyz")

    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (503, {"database": True, "intake": False})


def test_figures_for_prometheus_hold_nothing_of_an_incident(api: Api) -> None:
    incident = api.report(judul="Judul yang rahasia")

    answer = api.stranger().get("/metrics")

    assert answer.status_code == 200
    assert "python_info" in answer.text
    assert incident["id"] not in answer.text
    assert "rahasia" not in answer.text


def test_prometheus_is_told_how_far_reading_lags_behind_receiving_and_what_was_lost(api: Api) -> None:
    folder = api.services.settings.data_dir
    received_at = int(api.services.clock().timestamp() - 12) * 10**9
    writer = SpoolWriter(folder / "spool", max_bytes=1 << 20, clock_ns=lambda: received_at)
    writer.append(b"dua pesan", events=2)
    ledger = Ledger(folder / LEDGER_NAME, SyslogCounters)
    ledger.add("received", 5)
    ledger.add("dropped", 3)

    lines = api.stranger().get("/metrics").text.splitlines()

    assert "tanggap_spool_events 2.0" in lines
    assert "tanggap_spool_oldest_seconds 12.0" in lines
    assert 'tanggap_received_total{via="syslog"} 5.0' in lines
    assert 'tanggap_lost_total{how="queue_full",via="syslog"} 3.0' in lines
    assert {"tanggap_spool_bytes", "tanggap_torn_files"} <= {line.partition(" ")[0] for line in lines}
    writer.close()


def test_every_operation_of_the_description_has_a_name_of_its_own() -> None:
    description = create_app(None).openapi()

    names = [one["operationId"] for path in description["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    assert len(names) > 20


def test_the_description_is_served_as_it_is_printed(api: Api) -> None:
    served: httpx.Response = api.stranger().get("/api/openapi.json")

    printed = json.loads(json.dumps(create_app(None).openapi()))
    assert served.json()["paths"] == printed["paths"]

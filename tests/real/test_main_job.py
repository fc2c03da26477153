"""The main job on real input: logs and a capture in, incidents out, one carried through the SOP and closed."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document as WordDocument
from pypdf import PdfReader

from tests.support.server import Server, irp, items, running, wait_for
from tests.support.walk import WALK, carry_out, complete

PEOPLE = ("pemeriksa", "timteknis", "pengelola", "kasi", "kasi_infra", "kabid", "pimpinan", "opd", "admin")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("var"), demo=True) as server:
        yield server


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, httpx.Client]:
    return {name: server.client(name) for name in PEOPLE}


@pytest.fixture(scope="module")
def waiting(people: dict[str, httpx.Client]) -> list[dict[str, Any]]:
    """The incidents that the demo's logs and capture opened by themselves."""

    def opened_by_detection() -> list[dict[str, Any]]:
        found = items(people["pemeriksa"], "/api/v1/incidents", limit=200)
        mine = [one for one in found if one["pelapor"] == "Deteksi otomatis"]
        return mine if len(mine) >= 2 else []

    return wait_for(opened_by_detection)


@pytest.fixture
def reported(people: dict[str, httpx.Client]) -> dict[str, Any]:
    """A fresh incident, reported by form."""
    report = {
        "judul": "Situs tidak dapat dibuka",
        "uraian": "Halaman depan berubah sejak pagi.",
        "playbook": "kaltim-gangguan-keamanan-jaringan",
        "tingkat": "high",
        "pelapor": "Operator OPD",
    }
    answer = people["opd"].post("/api/v1/reports", json=report)
    assert answer.status_code == 201, answer.text
    incident: dict[str, Any] = answer.json()
    return incident


def test_the_brute_force_of_a_log_and_the_scan_of_a_capture_wait_as_incidents(waiting: list[dict[str, Any]]) -> None:
    titles = " | ".join(incident["judul"] for incident in waiting)

    assert "SSH" in titles
    assert "port" in titles.lower()
    assert all(incident["langkah_aktif"] == [1] for incident in waiting)


def test_an_incident_walks_all_twelve_steps_with_one_putaran_and_closes(
    people: dict[str, httpx.Client], waiting: list[dict[str, Any]]
) -> None:
    incident_id = next(one["id"] for one in waiting if "SSH" in one["judul"])

    closed = carry_out(people, incident_id)

    assert (closed["status"], closed["hasil"], closed["langkah_aktif"]) == ("closed", "tuntas", [])
    assert closed["putaran"]["7"] == 2
    timeline = items(people["pimpinan"], f"/api/v1/incidents/{incident_id}/timeline")
    assert sum(entry["kind"] == "step_completed" for entry in timeline) == len(WALK)


def test_the_closing_report_names_every_step_and_the_rework_in_word_and_pdf(
    people: dict[str, httpx.Client], reported: dict[str, Any]
) -> None:
    carry_out(people, reported["id"])
    path = f"/api/v1/incidents/{reported['id']}/documents"

    report = wait_for(
        lambda: next(
            (
                one
                for one in items(people["kasi"], path)
                if one["kind"] == "laporan_penyelesaian_gangguan" and one["status"] == "ready" and one["step_no"] == 12
            ),
            None,
        )
    )

    docx = people["kasi"].get(f"{path}/{report['id']}.docx").content
    pdf = people["kasi"].get(f"{path}/{report['id']}.pdf").content
    word_text = " ".join(cell.text for table in WordDocument(io.BytesIO(docx)).tables for cell in table._cells)
    pdf_text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for text in (word_text, pdf_text):
        assert "Masih ada percobaan dari alamat lain." in " ".join(text.split())
    assert reported["nomor"] in pdf_text


@pytest.mark.parametrize(
    ("who", "no", "body", "status"),
    [
        ("kasi", 1, {}, 403),
        ("admin", 1, {}, 403),
        ("kasi_infra", 3, {}, 403),
        ("kabid", 2, {}, 409),
        ("pengelola", 12, {}, 409),
        ("pemeriksa", 1, {"putaran": 2}, 409),
        ("pemeriksa", 1, {"keputusan": "selesai"}, 422),
    ],
)
def test_a_refused_step_changes_nothing(
    people: dict[str, httpx.Client], reported: dict[str, Any], who: str, no: int, body: dict[str, Any], status: int
) -> None:
    path = f"/api/v1/incidents/{reported['id']}"
    before = people["kabid"].get(path).json(), items(people["kabid"], f"{path}/timeline")

    answer = complete(people[who], reported["id"], no, body)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (people["kabid"].get(path).json(), items(people["kabid"], f"{path}/timeline")) == before


def test_nobody_acts_without_signing_in(server: Server, reported: dict[str, Any]) -> None:
    answer = complete(server.stranger(), reported["id"], 1, {})

    assert answer.status_code == 401


def test_step_7_asks_for_evidence_anew_in_each_putaran(
    people: dict[str, httpx.Client], reported: dict[str, Any], tmp_path: Path
) -> None:
    carry_out(people, reported["id"], until=6)
    evidence = f"/api/v1/incidents/{reported['id']}/evidence"

    refused = complete(people["timteknis"], reported["id"], 7, {"catatan": "selesai"})
    for name in ("NOC", "aplikasi security system"):
        stored = people["timteknis"].post(
            evidence, files={"file": (f"{name}.txt", b"catatan " + name.encode())}, data={"kelengkapan": name}
        )
        assert stored.status_code == 201, stored.text
        assert len(stored.json()["sha256"]) == 64
    accepted = complete(people["timteknis"], reported["id"], 7, {"catatan": "selesai"})
    assert accepted.status_code == 200, accepted.text
    for who, no, body in (("timteknis", 8, {}), ("kasi", 9, {"keputusan": "belum", "alasan": "Ulangi."})):
        assert complete(people[who], reported["id"], no, body).status_code == 200
    again = complete(people["timteknis"], reported["id"], 7, {"catatan": "selesai"})

    assert refused.status_code == 422
    assert "Kelengkapan belum terpenuhi" in refused.json()["detail"]
    assert again.status_code == 422


def test_the_same_idempotency_key_completes_a_step_once(
    people: dict[str, httpx.Client], reported: dict[str, Any]
) -> None:
    first = complete(people["pemeriksa"], reported["id"], 1, {"catatan": "a"}, **{"Idempotency-Key": "key-1"})
    second = complete(people["pemeriksa"], reported["id"], 1, {"catatan": "a"}, **{"Idempotency-Key": "key-1"})
    other = complete(people["pemeriksa"], reported["id"], 1, {"catatan": "b"}, **{"Idempotency-Key": "key-1"})

    assert (first.status_code, second.status_code, other.status_code) == (200, 200, 422)
    assert second.json()["version"] == first.json()["version"]


def test_a_stale_etag_is_refused(people: dict[str, httpx.Client], reported: dict[str, Any]) -> None:
    etag = people["pemeriksa"].get(f"/api/v1/incidents/{reported['id']}").headers["ETag"]
    people["pemeriksa"].post(f"/api/v1/incidents/{reported['id']}/evidence", files={"file": ("a.txt", b"a")})

    stale = complete(people["pemeriksa"], reported["id"], 1, {}, **{"If-Match": etag})

    assert stale.status_code == 409


def test_a_bad_line_is_quarantined_with_its_place_and_reason(
    people: dict[str, httpx.Client], waiting: list[dict[str, Any]]
) -> None:
    lines = wait_for(lambda: items(people["kasi"], "/api/v1/quarantine"))

    assert any("access.log" in line["file"] and line["reason"] for line in lines)


def test_the_audit_chain_of_all_this_is_whole(server: Server, waiting: list[dict[str, Any]]) -> None:
    verdict = irp("audit", "verify", "--json", data=server.data)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_the_same_file_ingested_again_changes_nothing(
    server: Server, people: dict[str, httpx.Client], waiting: list[dict[str, Any]]
) -> None:
    first = json.loads(irp("ingest", "--json", server.data / "demo" / "auth.log", data=server.data).stdout)
    incidents = len(items(people["kasi"], "/api/v1/incidents", limit=200))

    again = json.loads(irp("ingest", "--json", server.data / "demo" / "auth.log", data=server.data).stdout)

    assert first["files"][0]["events"] > 100
    for counts in (first["files"][0], again["files"][0]):
        assert (counts["stored"], counts["duplicates"]) == (0, counts["events"])
    assert len(items(people["kasi"], "/api/v1/incidents", limit=200)) == incidents


def test_register_numbers_run_without_gaps(people: dict[str, httpx.Client], reported: dict[str, Any]) -> None:
    numbers = sorted(one["nomor"] for one in items(people["kasi"], "/api/v1/incidents", limit=200))

    year = numbers[0].split("/")[1]
    assert numbers == [f"INS/{year}/{number:04d}" for number in range(1, len(numbers) + 1)]

"""Figures for the leadership, the audit trail and its pack, by HTTP: who may, and that all say the same."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from api.resources.audit.routes import one_at_a_time
from ir_platform.app import verifikasi
from tests.support.api import Api, problem_of
from tests.support.builders import NOON
from tests.support.walk import WALK, complete

PERIOD = {"from": (NOON - timedelta(days=7)).isoformat(), "to": (NOON + timedelta(days=30)).isoformat()}


def walked(api: Api, *, slow_step: int = 2, until: int = 11) -> dict[str, Any]:
    """An incident carried out to its second putaran; before one step the office lets a day go by."""
    incident = api.report()
    for who, no, body in WALK[:until]:
        api.pass_time(**({"days": 3} if no == slow_step else {"minutes": 1}))
        answer = complete(api.client(who), incident["id"], no, body)
        assert answer.status_code == 200, answer.text
    return incident


def the_pack(client: httpx.Client, **period: str) -> dict[str, bytes]:
    answer = client.get("/api/v1/audit/pack", params=period or PERIOD)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_summary_tells_compliance_late_steps_and_loops(api: Api) -> None:
    incident = walked(api)

    shown = api.client("pimpinan").get("/api/v1/metrics/summary", params=PERIOD).json()

    (late,) = shown["langkah_terlambat"]
    assert (late["incident_id"], late["no"], late["alasan"]) == (incident["id"], 2, "Mohon ditindaklanjuti.")
    assert (shown["dibuka"], shown["ditutup"], shown["masih_terbuka"]) == (1, 0, 1)
    assert [(one["dari"], one["ke"], one["putaran"]) for one in shown["putaran"]] == [(9, 7, 2)]
    assert shown["kepatuhan"] == pytest.approx(10 / 11)


def test_without_a_period_it_is_the_last_thirty_days(api: Api) -> None:
    walked(api, until=2)
    api.pass_time(days=31)

    shown = api.client("kasi").get("/api/v1/metrics/summary").json()

    assert (shown["dibuka"], shown["masih_terbuka"]) == (0, 1)
    assert shown["sampai"].startswith("2026-12-24")


def counted(api: Api, figure: str, **wanted: str) -> list[str]:
    """The numbers of the incidents behind a figure."""
    answer = api.client("pimpinan").get("/api/v1/metrics/incidents", params={**PERIOD, "angka": figure, **wanted})
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["total"] == len(shown["items"])
    return [one["nomor"] for one in shown["items"]]


def test_every_figure_of_incidents_has_its_list(api: Api) -> None:
    incident = walked(api)
    api.pass_time(days=7)

    shown = api.client("pimpinan").get("/api/v1/metrics/summary", params=PERIOD).json()

    assert (shown["dibuka"], shown["ditutup"], shown["masih_terbuka"], shown["lewat"]) == (1, 0, 1, 1)
    for figure, expected in (("dibuka", 1), ("ditutup", 0), ("masih_terbuka", 1), ("lewat", 1), ("putaran", 1)):
        assert counted(api, figure) == [incident["nomor"]] * expected
    (level,), (office,) = shown["tingkat"], shown["kantor"]
    assert (level["kunci"], level["nama"], level["masih_terbuka"], level["lewat"]) == ("high", "Tinggi", 1, 1)
    assert (office["nama"], office["putaran"]) == ("Diskominfo Contoh", 1)
    assert counted(api, "lewat", level="high", kantor=office["kunci"], playbook=incident["playbook"]) != []
    assert (
        counted(api, "lewat", level="low")
        == counted(api, "lewat", kantor="x")
        == counted(api, "lewat", playbook="x")
        == []
    )


@pytest.mark.parametrize("wanted", [{}, {"angka": "semua"}, {"angka": "lewat", "level": "x"}])
def test_a_list_behind_no_figure_is_bad_input(api: Api, wanted: dict[str, str]) -> None:
    problem_of(api.client("pimpinan").get("/api/v1/metrics/incidents", params=wanted), 422)


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("opd", 403)])
@pytest.mark.parametrize(
    "path", ["metrics/incidents?angka=dibuka", "metrics/summary", "audit", "audit/entries", "audit/pack"]
)
def test_figures_and_trail_are_not_for_everybody(api: Api, who: str | None, status: int, path: str) -> None:
    client = api.client(who) if who else api.stranger()

    problem_of(client.get(f"/api/v1/{path}"), status)


@pytest.mark.parametrize("path", ["audit", "audit/entries", "audit/pack"])
def test_the_trail_is_for_the_leadership_and_the_administrator(api: Api, path: str) -> None:
    problem_of(api.client("kasi").get(f"/api/v1/{path}"), 403)
    problem_of(api.client("kasi").post("/api/v1/audit/verify"), 403)
    assert api.client("admin").get(f"/api/v1/{path}").status_code == 200
    assert api.client("pimpinan").get(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize(
    "period",
    [
        {"from": "2026-11-20T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
        {"from": "2026-11-21T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
        {"from": "2001-01-01T00:00:00Z", "to": "2026-11-20T00:00:00Z"},
        {"to": "0001-01-01T00:00:00Z"},
        {"from": "2026-11-20T00:00:00"},
        {"from": "kemarin"},
    ],
)
@pytest.mark.parametrize("path", ["metrics/summary", "audit/pack"])
def test_a_period_that_is_none_is_bad_input(api: Api, path: str, period: dict[str, str]) -> None:
    problem_of(api.client("pimpinan").get(f"/api/v1/{path}", params=period), 422)


def test_entries_come_in_pages_and_by_subject_actor_and_action(api: Api) -> None:
    incident = walked(api, until=3)
    client = api.client("pimpinan")

    first = client.get("/api/v1/audit/entries", params={"limit": 2}).json()
    rest = client.get("/api/v1/audit/entries", params={"limit": 2, "cursor": first["cursor"]}).json()
    chosen = client.get(
        "/api/v1/audit/entries", params={"subject": f"incident:{incident['id']}", "action": "step.completed"}
    ).json()

    assert [one["seq"] for one in first["items"] + rest["items"]] == [4, 3, 2, 1]
    assert rest["cursor"] is None
    assert [json.loads(one["details"])["langkah"] for one in chosen["items"]] == [3, 2, 1]
    problem_of(client.get("/api/v1/audit/entries", params={"cursor": "x"}), 422)


def test_entries_are_found_by_the_incident_s_number_and_by_their_time_and_name_what_they_are_about(api: Api) -> None:
    incident, other = walked(api, until=2), api.report()
    api.pass_time(days=30)
    late, client = api.report(), api.client("pimpinan")

    by_number = client.get("/api/v1/audit/entries", params={"insiden": incident["nomor"].lower()}).json()["items"]
    unknown = client.get("/api/v1/audit/entries", params={"insiden": "INS/1999/0001"}).json()["items"]
    newest = client.get("/api/v1/audit/entries", params={"from": (NOON + timedelta(days=20)).isoformat()}).json()[
        "items"
    ]
    oldest = client.get("/api/v1/audit/entries", params={"to": (NOON + timedelta(days=20)).isoformat()}).json()["items"]

    assert {one["subject"] for one in by_number} == {f"incident:{incident['id']}"}
    assert by_number[0]["tentang"] == {
        "jenis": "incident",
        "nama": f"{incident['nomor']} {incident['judul']}",
        "incident_id": incident["id"],
    }
    assert unknown == []
    assert {one["subject"] for one in newest} == {f"incident:{late['id']}"}
    assert {one["subject"] for one in oldest} == {f"incident:{incident['id']}", f"incident:{other['id']}"}
    problem_of(client.get("/api/v1/audit/entries", params={"from": "kemarin"}), 422)


def test_the_trail_shows_its_checkpoints_and_verifies_itself(api: Api) -> None:
    walked(api, until=2)
    api.services.audit.note()
    client = api.client("pimpinan")

    shown = client.get("/api/v1/audit").json()
    report = client.post("/api/v1/audit/verify").json()

    assert (shown["entries"], [one["seq"] for one in shown["checkpoints"]], shown["masalah"]) == (3, [3], None)
    assert shown["kunci_publik"].startswith("-----BEGIN PUBLIC KEY-----")
    assert (report["ok"], report["entries"], report["signed"]) == (True, 3, True)


def test_a_broken_checkpoint_file_is_told_and_not_hidden(api: Api) -> None:
    walked(api, until=1)
    api.services.audit.note()
    (api.services.audit.folder / "checkpoint.jsonl").write_text("bukan titik periksa\n")
    client = api.client("admin")

    assert client.get("/api/v1/audit").json()["masalah"] == "tidak terbaca"
    assert not client.post("/api/v1/audit/verify").json()["ok"]


def test_the_pack_holds_the_same_figures_as_json_csv_and_pdf_and_proves_itself(api: Api) -> None:
    incident = walked(api)
    api.services.audit.note()
    shown = api.client("pimpinan").get("/api/v1/metrics/summary", params=PERIOD).json()

    members = the_pack(api.client("pimpinan"))

    assert json.loads(members["ringkasan.json"]) == shown
    late = list(csv.DictReader(io.StringIO(members["langkah-terlambat.csv"].decode("utf-8-sig"))))
    assert [(one["nomor"], one["no"], one["alasan"]) for one in late] == [
        (incident["nomor"], "2", "Mohon ditindaklanjuti.")
    ]
    listed = list(csv.DictReader(io.StringIO(members["insiden.csv"].decode("utf-8-sig"))))
    assert [(one["nomor"], one["kantor_nama"]) for one in listed] == [(incident["nomor"], "Diskominfo Contoh")]
    assert members["dokumen-hilang.csv"].decode("utf-8-sig").startswith("incident_id,nomor,no,")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(members["ringkasan.pdf"])).pages)
    assert "Mohon ditindaklanjuti." in text
    assert "91 %" in text
    assert "UTUH" in text
    assert json.loads(members["audit/hasil.json"])["ok"]
    assert faults_of(members) == []
    with api.state.read() as uow:
        assert list(uow.audit.entries())[-1].fact.action == "audit.pack_taken"


def faults_of(members: dict[str, bytes]) -> list[str]:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    package = verifikasi.Zipped.__new__(verifikasi.Zipped)
    package._zip = zipfile.ZipFile(target)
    return verifikasi.check(package, None)[0]


def test_a_pack_is_made_at_any_fraction_of_a_second(api: Api) -> None:
    api.pass_time(microseconds=123_457)

    members = the_pack(api.client("pimpinan"))

    assert members["ringkasan.pdf"].startswith(b"%PDF-")


def test_a_pack_that_was_changed_is_named(api: Api) -> None:
    walked(api, until=2)
    api.services.audit.note()
    members = the_pack(api.client("pimpinan"))

    forged = {**members, "langkah.csv": members["langkah.csv"].replace(b"1", b"2", 1)}

    assert faults_of(forged)[0].startswith("langkah.csv: isi berubah")


@pytest.mark.parametrize("note", ["=1+1", "+SUM(A1)", "-2", "@cmd"])
def test_a_note_never_becomes_a_formula_of_the_spreadsheet(api: Api, note: str) -> None:
    incident = api.report()
    api.pass_time(days=4)
    complete(api.client("pemeriksa"), incident["id"], 1, {"catatan": note})

    members = the_pack(api.client("pimpinan"))

    (late,) = csv.DictReader(io.StringIO(members["langkah-terlambat.csv"].decode("utf-8-sig")))
    assert late["alasan"] == f"'{note}"


def test_an_incident_leaves_as_one_package_that_proves_itself_and_is_noted(api: Api) -> None:
    incident = walked(api, until=2)
    client = api.client("kasi")
    files = {"file": ("a.txt", b"isi bukti")}
    evidence = client.post(f"/api/v1/incidents/{incident['id']}/evidence", files=files).json()

    answer = client.get(f"/api/v1/incidents/{incident['id']}/export")

    assert answer.headers["content-disposition"] == 'attachment; filename="INS-2026-0001.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    assert faults_of(members) == []
    assert members["evidence/001-a.txt"] == b"isi bukti"
    assert members["sop.yaml"] == api.services.library.get(incident["playbook"]).text.encode()
    custody = client.get(f"/api/v1/incidents/{incident['id']}/evidence/{evidence['id']}/custody").json()["items"]
    assert [(one["tindakan"], one["terverifikasi"]) for one in custody] == [("diterima", True), ("diekspor", True)]


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("opd", 403), ("opd_lain", 403)])
def test_a_package_is_for_officials_and_a_refusal_is_noted_nowhere(api: Api, who: str | None, status: int) -> None:
    incident = api.report("opd")
    before, client = api.everything(), api.client(who) if who else api.stranger()

    problem_of(client.get(f"/api/v1/incidents/{incident['id']}/export"), status)

    assert api.everything() == before
    problem_of(api.client("kasi").get("/api/v1/incidents/unknown/export"), 404)


def test_the_whole_trail_is_read_for_one_person_at_a_time(api: Api) -> None:
    client = api.client("pimpinan")

    with one_at_a_time():
        answers = [client.post("/api/v1/audit/verify"), client.get("/api/v1/audit/pack")]

    for answer in answers:
        assert "sedang diperiksa" in problem_of(answer, 409)["detail"]
    assert client.post("/api/v1/audit/verify").status_code == 200

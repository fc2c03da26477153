"""Two offices in one installation: neither sees anything of the other's incidents unless it was shared."""

import re
from typing import Any

import httpx
import pytest

from api.main import create_app
from ir_platform.domain.job import JobKind
from tests.api.test_stream import listening
from tests.support.api import Api, problem_of

pytestmark = pytest.mark.usefixtures("untouched")

EVERY_ROLE = ("pemeriksa_ti", "tim_teknis", "pengelola_ti", "kasi_keamanan_jaringan", "pejabat_administrator")
PATHS: dict[str, Any] = create_app(None).openapi()["paths"]
METHODS = ("get", "post", "put", "patch", "delete")
ABOUT_INCIDENTS = sorted(
    (method, path)
    for path, methods in PATHS.items()
    if "{incident_id}" in path
    for method in methods
    if method in METHODS
)
APART = {
    "alert_id": "the home office's triage",
    "job_id": "asked of the incident it is for, tested below",
    "table": "a part of what a job that was asked for has found",
    "notice_id": "asked of whom it is addressed to",
    "playbook_id": "SOPs are everybody's",
    "pack": "of rules, the administrator's",
    "rule_id": "the administrator's",
    "exclusion_id": "the administrator's",
    "nomor": "of a playbook",
    "account_id": "the administrator's",
    "position_id": "the administrator's",
    "tanggal": "the calendar's",
    "tahun_hijriah": "the calendar's",
    "code": "printed on a paper, for whoever holds it",
    "kind": "of a template",
    "upload_id": "its sender's alone",
    "source_name": "the administrator's, or its own key's",
}
"""Names of path parameters that do not lead to an incident by themselves, and who asks instead."""


@pytest.fixture
def dishub(api: Api) -> httpx.Client:
    """An officer of another office who holds every role there."""
    office = api.add_office("dishub")
    api.add_account("dishub_kasi", *EVERY_ROLE, office_id=office.id)
    return api.client("dishub_kasi")


def shared(api: Api, incident_id: str, *, office: str = "dishub") -> httpx.Response:
    body = {"office": office, "reason": "Layanan bersama."}
    return api.client("kabid").post(f"/api/v1/incidents/{incident_id}/share", json=body)


def evidence_of(api: Api, incident_id: str) -> str:
    answer = api.client("pemeriksa").post(
        f"/api/v1/incidents/{incident_id}/evidence", files={"file": ("catatan.txt", b"isi")}
    )
    return str(answer.json()["id"])


def filled(api: Api, path: str, incident_id: str) -> str:
    with api.state.read() as uow:
        document = next(iter(uow.documents.of_incident(uow.incidents.get(incident_id).id)))  # type: ignore[union-attr, arg-type]
    known = {"incident_id": incident_id, "document_id": document.id, "form": "pdf", "office_id": "dishub", "no": "1"}
    names = re.findall(r"{(\w+)}", path)
    return path.format(**{name: known.get(name, "1") for name in names})


@pytest.mark.parametrize(("method", "path"), ABOUT_INCIDENTS)
def test_whatever_leads_to_an_incident_is_not_there_for_another_office(
    api: Api, dishub: httpx.Client, method: str, path: str
) -> None:
    incident = api.report("pemeriksa")
    address = filled(api, path, incident["id"]).replace("/evidence/1", f"/evidence/{evidence_of(api, incident['id'])}")
    before = api.everything()

    answer = dishub.request(method, address, content=b"{")

    problem_of(answer, 404)
    assert api.everything() == before


@pytest.mark.parametrize("path", [path for method, path in ABOUT_INCIDENTS if method == "get" and path.count("{") == 1])
def test_the_same_is_there_for_the_office_itself(api: Api, path: str) -> None:
    incident = api.report("pemeriksa")

    answer = api.client("kasi").get(filled(api, path, incident["id"]))

    assert answer.status_code != 404


def test_every_part_of_a_path_is_known_to_lead_to_an_incident_or_not() -> None:
    names = {name for path in PATHS for name in re.findall(r"{(\w+)}", path) if "{incident_id}" not in path}

    assert names == set(APART)


def test_lists_hold_only_what_is_the_offices_own(api: Api, dishub: httpx.Client) -> None:
    home = api.report("pemeriksa")["id"]
    theirs = dishub.post("/api/v1/reports", json={**REPORT, "kantor": "dishub"}).json()

    def listed(client: httpx.Client, **query: Any) -> list[str]:
        return [one["id"] for one in client.get("/api/v1/incidents", params=query).json()["items"]]

    assert (listed(dishub), listed(api.client("kasi"))) == ([theirs["id"]], [home])
    assert listed(dishub, q="INS") == [theirs["id"]]
    assert listed(dishub, tugas_saya=True) == [theirs["id"]]
    assert listed(api.client("pemeriksa"), tugas_saya=True) == [home]
    assert theirs["nomor"] == "INS/DISHUB/2026/0001"


REPORT = {
    "judul": "Jaringan terminal putus",
    "uraian": "Sejak pagi.",
    "playbook": "kaltim-gangguan-keamanan-jaringan",
    "tingkat": "medium",
}


def test_only_the_office_that_handles_an_incident_acts_in_it(api: Api, dishub: httpx.Client) -> None:
    incident = dishub.post("/api/v1/reports", json={**REPORT, "kantor": "dishub"}).json()

    done = dishub.post(f"/api/v1/incidents/{incident['id']}/steps/1/complete", json={"catatan": "dicatat"})

    assert done.json()["langkah_aktif"] == [2]
    answer = api.client("pemeriksa").post(f"/api/v1/incidents/{incident['id']}/steps/1/complete", json={})
    problem_of(answer, 404)


def test_a_report_to_another_office_stays_readable_in_the_reporters_office(api: Api, dishub: httpx.Client) -> None:
    api.add_account("dishub_staf", "tim_teknis", office_id="dishub")

    incident = dishub.post("/api/v1/reports", json=REPORT).json()

    assert incident["kantor"] == "utama"
    assert api.client("dishub_staf").get(f"/api/v1/incidents/{incident['id']}").status_code == 200
    refused = api.client("dishub_staf").post(
        f"/api/v1/incidents/{incident['id']}/evidence", files={"file": ("a.txt", b"a")}
    )
    assert "dibaca saja" in problem_of(refused, 403)["detail"]
    added = dishub.post(f"/api/v1/incidents/{incident['id']}/evidence", files={"file": ("a.txt", b"a")})
    assert added.status_code == 201, "who reported it may add to it"


def test_a_report_names_an_office_that_is_there(api: Api) -> None:
    problem_of(api.client("opd").post("/api/v1/reports", json={**REPORT, "kantor": "tidak-ada"}), 422)


def test_an_account_without_a_role_sees_what_it_reported_and_nothing_else(api: Api) -> None:
    own, other = api.report("opd")["id"], api.report("pemeriksa")["id"]

    client = api.client("opd")

    assert [one["id"] for one in client.get("/api/v1/incidents").json()["items"]] == [own]
    assert client.get(f"/api/v1/incidents/{own}").status_code == 200
    problem_of(client.get(f"/api/v1/incidents/{other}"), 404)


def test_a_shared_incident_is_read_by_the_other_office_until_it_is_taken_back(api: Api, dishub: httpx.Client) -> None:
    incident = api.report("pemeriksa")["id"]

    given = shared(api, incident)

    assert given.status_code == 201, given.text
    assert [one["kantor"] for one in given.json()["items"]] == ["dishub"]
    seen = dishub.get(f"/api/v1/incidents/{incident}")
    assert (seen.status_code, seen.json()["boleh_saya"]) == (200, [])
    assert [one["id"] for one in dishub.get("/api/v1/incidents").json()["items"]] == [incident]
    assert dishub.get(f"/api/v1/incidents/{incident}/share").json()["hanya_baca"] is True
    step = dishub.post(f"/api/v1/incidents/{incident}/steps/1/complete", json={"catatan": "x"})
    problem_of(step, 403)
    taken = api.client("kabid").delete(f"/api/v1/incidents/{incident}/share/dishub")
    assert taken.json()["items"] == []
    problem_of(dishub.get(f"/api/v1/incidents/{incident}"), 404)


def test_a_shared_incident_is_not_taken_away_as_a_package(api: Api, dishub: httpx.Client) -> None:
    incident = api.report("pemeriksa")["id"]
    shared(api, incident)
    before = api.everything()

    answer = dishub.get(f"/api/v1/incidents/{incident}/export")

    problem_of(answer, 403)
    assert api.everything() == before


def test_nobody_writes_into_a_shared_incident_by_linking_an_own_one_to_it(api: Api, dishub: httpx.Client) -> None:
    theirs = api.report("pemeriksa")["id"]
    shared(api, theirs)
    own = api.report("dishub_kasi", kantor="dishub")["id"]
    before = api.everything()

    answer = dishub.post(
        f"/api/v1/incidents/{own}/link", json={"to": theirs, "jenis": "terkait", "alasan": "Gangguan yang sama."}
    )

    problem_of(answer, 403)
    assert api.everything() == before


def test_sharing_and_taking_back_stand_in_the_kronologi_and_the_audit_trail(api: Api, dishub: httpx.Client) -> None:
    incident = api.report("pemeriksa")["id"]
    shared(api, incident)
    api.client("kabid").delete(f"/api/v1/incidents/{incident}/share/dishub")

    timeline = api.client("kasi").get(f"/api/v1/incidents/{incident}/timeline").json()["items"]

    told = [(one["kind"], one["facts"].get("kantor"), one["facts"].get("alasan")) for one in timeline][-2:]
    assert told == [("shared", "Dinas Dishub", "Layanan bersama."), ("share_withdrawn", "Dinas Dishub", None)]
    with api.state.read() as uow:
        actions = [entry.fact.action for entry in uow.audit.of_subject(f"incident:{incident}")]
    assert actions[-2:] == ["incident.shared", "incident.share_withdrawn"]


@pytest.mark.parametrize("username", ["pemeriksa", "kasi", "pimpinan", "admin", "opd"])
def test_only_who_directs_the_handling_shares_an_incident(api: Api, dishub: httpx.Client, username: str) -> None:
    incident = api.report("opd")["id"]
    before = api.everything()

    answer = api.client(username).post(f"/api/v1/incidents/{incident}/share", json={"office": "dishub", "reason": "x"})

    assert "Pejabat Administrator" in problem_of(answer, 403)["detail"]
    assert api.everything() == before


@pytest.mark.parametrize(
    ("office", "reason", "status"), [("tidak-ada", "x", 422), ("utama", "x", 422), ("dishub", "  ", 422)]
)
def test_an_incident_is_shared_with_another_office_for_a_reason(
    api: Api, dishub: httpx.Client, office: str, reason: str, status: int
) -> None:
    incident = api.report("pemeriksa")["id"]
    before = api.everything()

    answer = api.client("kabid").post(f"/api/v1/incidents/{incident}/share", json={"office": office, "reason": reason})

    problem_of(answer, status)
    assert api.everything() == before


def test_an_incident_is_shared_with_an_office_once(api: Api, dishub: httpx.Client) -> None:
    incident = api.report("pemeriksa")["id"]
    shared(api, incident)

    problem_of(shared(api, incident), 409)
    problem_of(api.client("kabid").delete(f"/api/v1/incidents/{incident}/share/lain"), 404)


def test_findings_logs_and_quarantine_are_the_home_offices(api: Api, dishub: httpx.Client) -> None:
    alert = api.add_alert()

    for address in ("alerts", f"alerts/{alert.id}", "quarantine", "events/search?q=*"):
        problem_of(dishub.get(f"/api/v1/{address}"), 403)


def test_an_incident_is_neither_merged_nor_linked_across_offices(api: Api, dishub: httpx.Client) -> None:
    home = api.report("pemeriksa")["id"]
    theirs = dishub.post("/api/v1/reports", json={**REPORT, "kantor": "dishub"}).json()["id"]
    before = api.everything()

    merged = dishub.post(f"/api/v1/incidents/{theirs}/merge", json={"into": home, "alasan": "sama"})
    linked = dishub.post(f"/api/v1/incidents/{theirs}/link", json={"ke": home, "dengan": home, "alasan": "sama"})

    assert merged.status_code in {404, 422}
    assert linked.status_code in {404, 422}
    assert api.everything() == before


def test_a_job_about_an_incident_is_for_whoever_may_read_it(api: Api, dishub: httpx.Client) -> None:
    api.report("pemeriksa")
    job_id = next(job_id for job_id, kind in api.bell.rings if kind is JobKind.RENDER_DOCUMENT)

    assert api.client("kasi").get(f"/api/v1/jobs/{job_id}").status_code == 200
    problem_of(dishub.get(f"/api/v1/jobs/{job_id}"), 404)


def test_the_live_page_of_another_office_learns_no_id(api: Api, dishub: httpx.Client) -> None:
    with listening(dishub) as stream:
        api.report("pemeriksa")
        api.add_alert()
        theirs = dishub.post("/api/v1/reports", json={**REPORT, "kantor": "dishub"}).json()["id"]
        sent = [stream.next().data for _ in range(2)]

    assert sent == [{"topic": "incident", "subject": ""}, {"topic": "incident", "subject": theirs}]


def test_who_is_asked_for_in_another_office_acts_there_by_a_position_there(api: Api, dishub: httpx.Client) -> None:
    incident = dishub.post("/api/v1/reports", json={**REPORT, "kantor": "dishub"}).json()["id"]
    problem_of(api.client("kasi").get(f"/api/v1/incidents/{incident}"), 404)

    api.give("kasi", "pemeriksa_ti", office_id="dishub", jabatan="Pemeriksa TI Dishub")

    done = api.client("kasi").post(f"/api/v1/incidents/{incident}/steps/1/complete", json={"catatan": "dicatat"})
    assert done.status_code == 200, done.text
    assert done.json()["riwayat"][0]["jabatan"] == "Pemeriksa TI Dishub"

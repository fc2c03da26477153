"""Riwayat penguasaan bukti by HTTP: every act has its line and its hash in the audit trail; content is checked."""

import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pyzipper

from ir_platform.audit.custody import handler_of, is_kept_by
from ir_platform.domain.custody import CustodyAct, CustodyWay
from ir_platform.domain.evidence import EvidenceId
from tests.support.api import Api, problem_of
from tests.support.builders import NOON
from tests.support.walk import complete

PROGRAM = b"MZ\x90\x00" + bytes(range(256)) * 40


def send(client: httpx.Client, incident_id: str, content: bytes, name: str = "bukti.txt") -> dict[str, Any]:
    answer = client.post(f"/api/v1/incidents/{incident_id}/evidence", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return {**shown, "path": f"/api/v1/incidents/{incident_id}/evidence/{shown['id']}"}


def history(client: httpx.Client, evidence: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.get(f"{evidence['path']}/custody")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def damage(api: Api, sha256: str, content: bytes) -> None:
    path = api.services.files.path(sha256)
    path.chmod(0o600)
    path.write_bytes(content)


def test_a_file_s_history_begins_with_who_brought_it(api: Api) -> None:
    evidence = send(api.client("pengelola"), api.report()["id"], b"catatan NOC")

    (line,) = history(api.client("kasi"), evidence)

    assert (line["tindakan"], line["oleh"], line["cara"]) == ("diterima", "Pengelola (Pengelola)", "api")
    assert (line["sha256"], line["terverifikasi"]) == (hashlib.sha256(b"catatan NOC").hexdigest(), True)


def test_taking_attaching_and_handing_over_each_add_a_line_with_its_way(api: Api) -> None:
    incident = api.report()
    evidence = send(api.client("pemeriksa"), incident["id"], b"tangkapan layar")
    page = api.page_client("kasi")
    given = {"kepada": "Penyidik Polda", "keperluan": "penyelidikan", "waktu": NOON.isoformat()}

    page.get(f"{evidence['path']}/content")
    page.get(f"{evidence['path']}/sample.zip")
    handed = page.post(f"{evidence['path']}/custody", json=given)
    done = complete(api.client("pemeriksa"), incident["id"], 1, {"catatan": "Dicatat.", "lampiran": [evidence["id"]]})

    assert (handed.status_code, done.status_code) == (201, 200), handed.text + done.text
    lines = history(page, evidence)
    assert [(one["tindakan"], one["cara"], one["terverifikasi"]) for one in lines] == [
        ("diterima", "api", True),
        ("diunduh", "halaman", True),
        ("diunduh_terkunci", "halaman", True),
        ("diserahkan", "halaman", False),
        ("dilampirkan", "api", False),
    ]
    assert lines[3]["keterangan"] == {**given, "waktu": "2026-11-20T04:00:00+00:00"}
    assert lines[4]["keterangan"] == {"langkah": "1", "putaran": "1"}


def test_the_audit_trail_holds_the_hash_of_every_line(api: Api) -> None:
    incident = api.report()
    evidence = send(api.client("pemeriksa"), incident["id"], b"isi")
    api.client("kasi").get(f"{evidence['path']}/content")
    complete(api.client("pemeriksa"), incident["id"], 1, {"catatan": "Dicatat.", "lampiran": [evidence["id"]]})

    with api.state.read() as uow:
        entries = {entry.seq: entry for entry in uow.audit.entries()}
        lines = uow.custody.of_evidence(EvidenceId(evidence["id"]))

    assert len(lines) == 3
    assert all(is_kept_by(line, entries[line.audit_seq or 0]) for line in lines)


@pytest.mark.parametrize(
    ("who", "incident", "body", "status"),
    [
        (None, "mine", {}, 401),
        ("kasi", "unknown", {}, 404),
        ("opd", "mine", {}, 403),
        ("admin", "mine", {}, 403),
        ("kasi", "mine", {"waktu": (NOON + timedelta(days=1)).isoformat()}, 422),
        ("kasi", "mine", {"waktu": "2026-11-20T04:00:00"}, 422),
        ("kasi", "mine", {"kepada": ""}, 422),
        ("kasi", "mine", {"kepada": "a\nb"}, 422),
        ("kasi", "mine", {"keperluan": "x" * 501}, 422),
    ],
)
def test_a_refused_hand_over_changes_nothing(
    api: Api, who: str | None, incident: str, body: dict[str, str], status: int
) -> None:
    evidence = send(api.client("opd"), api.report()["id"], b"isi")
    path = evidence["path"] if incident == "mine" else evidence["path"].replace("/incidents/", "/incidents/x")
    given = {"kepada": "Penyidik", "keperluan": "penyelidikan", "waktu": NOON.isoformat(), **body}
    before, client = api.everything(), api.client(who) if who else api.stranger()

    answer = client.post(f"{path}/custody", json=given)

    problem_of(answer, status)
    assert api.everything() == before


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("opd_lain", 404), ("opd", 403)])
def test_the_history_is_for_the_office(api: Api, who: str | None, status: int) -> None:
    evidence = send(api.client("opd"), api.report("opd")["id"], b"isi")
    client = api.client(who) if who else api.stranger()

    problem_of(client.get(f"{evidence['path']}/custody"), status)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PROGRAM, "tagihan.pdf"),
        (b"\x7fELF\x02\x01\x01", "kworker"),
        (b"#!/bin/sh\nrm -rf /\n", "catatan"),
        (b"GIF89a <?php system($_GET['c']); ?>", "logo.gif"),
        (b'CreateObject("WScript.Shell")', "faktur.vbs. "),
        (b"PK\x03\x04 rest", "aplikasi.APK"),
    ],
)
def test_content_that_can_run_is_given_out_under_a_password_only(api: Api, content: bytes, name: str) -> None:
    client = api.client("kasi")
    evidence = send(client, api.report()["id"], content, name)
    before = api.everything()

    refused = client.get(f"{evidence['path']}/content")
    unchanged = api.everything()
    locked = client.get(f"{evidence['path']}/sample.zip")

    assert "sample.zip" in problem_of(refused, 409)["detail"]
    assert unchanged == before
    assert locked.status_code == 200
    with pyzipper.AESZipFile(io.BytesIO(locked.content)) as archive:
        (member,) = archive.infolist()
        assert member.flag_bits & 1, "not encrypted"
        assert member.filename == evidence["sha256"]
        assert archive.read(member, pwd=b"infected") == content
        with pytest.raises(RuntimeError):
            archive.read(member, pwd=b"wrong")


@pytest.mark.parametrize("way", ["content", "sample.zip"])
@pytest.mark.parametrize("found", [b"isi lain", None])
def test_content_that_is_no_longer_what_was_received_is_refused_and_told(
    api: Api, way: str, found: bytes | None
) -> None:
    incident, client = api.report(), api.client("kasi")
    evidence = send(client, incident["id"], b"isi asli")
    if found is None:
        api.services.files.path(evidence["sha256"]).unlink()
    else:
        damage(api, evidence["sha256"], found)

    answer = client.get(f"{evidence['path']}/{way}")

    assert "tidak sama" in problem_of(answer, 409)["detail"]
    last = history(client, evidence)[-1]
    expected = "berkas tidak ada" if found is None else hashlib.sha256(found).hexdigest()
    assert (last["tindakan"], last["keterangan"]["ditemukan"]) == ("tidak_cocok", expected)
    timeline = client.get(f"/api/v1/incidents/{incident['id']}/timeline").json()["items"]
    assert timeline[-1]["kind"] == "evidence_mismatch"
    with api.state.read() as uow:
        entry = list(uow.audit.entries())[-1]
    assert entry.fact.action == "evidence.mismatch"
    assert json.loads(entry.fact.details)["ditemukan"] == expected


def test_a_name_that_hides_its_direction_is_spelled_out(api: Api) -> None:
    client = api.client("kasi")

    shown = send(client, api.report()["id"], b"isi", "laporan\u202efdp.exe\u200b")

    assert shown["name"] == "laporan⟨U+202E⟩fdp.exe⟨U+200B⟩"


def test_refused_evidence_leaves_no_content_behind(api: Api) -> None:
    incident, client = api.report(), api.client("kasi")

    refused = client.post(
        f"/api/v1/incidents/{incident['id']}/evidence",
        files={"file": ("a.txt", b"isi")},
        data={"kelengkapan": "tidak dikenal"},
    )

    problem_of(refused, 422)
    assert api.stored_files() == []


def test_refused_evidence_leaves_the_same_content_of_others_alone(api: Api) -> None:
    incident, client = api.report(), api.client("kasi")
    kept = send(client, incident["id"], b"isi yang sama")

    problem_of(
        client.post(
            f"/api/v1/incidents/{incident['id']}/evidence",
            files={"file": ("a.txt", b"isi yang sama")},
            data={"kelengkapan": "tidak dikenal"},
        ),
        422,
    )

    assert client.get(f"{kept['path']}/content").content == b"isi yang sama"


def test_accepted_and_refused_uploads_of_one_content_at_once_never_lose_it(api: Api) -> None:
    incidents = [api.report()["id"] for _ in range(6)]
    clients = [api.client("kasi") for _ in incidents for _ in range(2)]

    def upload(number: int) -> httpx.Response:
        form = {"kelengkapan": "tidak dikenal"} if number % 2 else {}
        path = f"/api/v1/incidents/{incidents[number // 2]}/evidence"
        return clients[number].post(path, files={"file": ("a.txt", b"isi bersama")}, data=form)

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(upload, range(len(clients))))

    assert [answer.status_code for answer in answers] == [201, 422] * len(incidents)
    assert api.services.files.path(answers[0].json()["sha256"]).read_bytes() == b"isi bersama"


def test_looking_again_soon_is_still_the_same_look(api: Api) -> None:
    client = api.client("kasi")
    shown = send(client, api.report()["id"], b"isi")
    with api.state.read() as uow:
        evidence = uow.evidence.get(EvidenceId(shown["id"]))
    assert evidence is not None
    handling, by = api.services.handling, handler_of(api.account("kasi"), CustodyWay.HALAMAN)

    handling.note_look(evidence, by)
    handling.note_look(evidence, by)
    api.pass_time(hours=2)
    handling.note_look(evidence, by)

    looks = [one for one in history(api.client("kasi"), shown) if one["tindakan"] == CustodyAct.DILIHAT]
    assert len(looks) == 2

"""Evidence in and out by HTTP: hashed, sniffed, limited, and never anything that a browser would run."""

import gzip
import hashlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import zstandard

from ir_platform.app.demo_capture import pcap_bytes
from ir_platform.domain.job import JobKind
from tests.support.api import Api, HttpServer, an_api, problem_of
from tests.support.captures import CLIENT, WEB, browsing

LIMIT = 200_000


@pytest.fixture
def api(http_server: HttpServer, tmp_path: Path) -> Iterator[Api]:
    with an_api(tmp_path / "var", http_server, max_evidence_bytes=LIMIT) as made:
        yield made


def send(
    client: httpx.Client, incident_id: str, content: bytes, name: str = "bukti.txt", **form: str
) -> httpx.Response:
    files = {"file": (name, content, "image/png")}
    return client.post(f"/api/v1/incidents/{incident_id}/evidence", files=files, data=form)


def test_a_file_becomes_evidence_with_its_hash_and_a_line_in_the_timeline(api: Api) -> None:
    incident, content = api.report(), b"catatan NOC"

    answer = send(api.client("pengelola"), incident["id"], content, "noc.txt")

    shown = answer.json()
    assert answer.status_code == 201, answer.text
    assert (shown["name"], shown["size"], shown["job_id"]) == ("noc.txt", len(content), None)
    assert shown["sha256"] == hashlib.sha256(content).hexdigest()
    path = f"/api/v1/incidents/{incident['id']}"
    assert [one["id"] for one in api.client("opd").get(f"{path}/evidence").json()["items"]] == [shown["id"]]
    timeline = api.client("opd").get(f"{path}/timeline").json()["items"]
    assert timeline[-1]["facts"]["sha256"] == shown["sha256"]


def test_who_reported_the_incident_may_add_evidence_to_it(api: Api) -> None:
    incident = api.report("opd")

    answer = send(api.client("opd"), incident["id"], b"foto")

    assert answer.status_code == 201


def test_who_only_reports_does_not_give_what_a_step_needs(api: Api) -> None:
    incident = api.report("opd")

    answer = send(api.client("opd"), incident["id"], b"foto", kelengkapan="NOC")

    problem_of(answer, 403)
    assert api.client("opd").get(f"/api/v1/incidents/{incident['id']}/evidence").json()["items"] == []


@pytest.mark.parametrize(
    ("who", "incident", "status"),
    [(None, "mine", 401), ("kasi", "unknown", 404), ("opd_lain", "mine", 404), ("admin", "mine", 403)],
)
def test_a_refused_file_is_kept_nowhere(api: Api, who: str | None, incident: str, status: int) -> None:
    incident_id = api.report()["id"] if incident == "mine" else incident
    before, client = api.everything(), api.client(who) if who else api.stranger()

    answer = send(client, incident_id, b"isi")

    problem_of(answer, status)
    assert api.everything() == before
    assert api.stored_files() == []


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT + 3 * 1024**2])
def test_a_file_over_the_limit_leaves_nothing(api: Api, size: int) -> None:
    incident = api.report()
    before = api.everything()

    answer = send(api.client("kasi"), incident["id"], b"a" * size)

    assert "melebihi batas" in problem_of(answer, 413)["detail"]
    assert api.everything() == before
    assert api.stored_files() == []


def test_a_stranger_is_refused_before_the_body_is_sent(api: Api) -> None:
    incident = api.report()
    head = (
        f"POST /api/v1/incidents/{incident['id']}/evidence HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    place = httpx.URL(api.url)

    with socket.create_connection((place.host, place.port or 80), timeout=10) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 401 ")


def test_a_file_of_the_limit_s_size_is_taken(api: Api) -> None:
    incident = api.report()

    answer = send(api.client("kasi"), incident["id"], b"a" * LIMIT)

    assert answer.json()["size"] == LIMIT


def test_an_unknown_kelengkapan_is_refused(api: Api) -> None:
    incident = api.report()
    before = api.everything()

    answer = send(api.client("kasi"), incident["id"], b"isi", kelengkapan="tidak ada dalam SOP")

    assert "Kelengkapan tidak dikenal" in problem_of(answer, 422)["detail"]
    assert api.everything() == before


@pytest.mark.parametrize("form", [{"kelengkapan": "a\x00b"}, {"kelengkapan": "a" * 201}])
def test_a_kelengkapan_that_cannot_be_one_is_bad_input(api: Api, form: dict[str, str]) -> None:
    incident = api.report()

    answer = send(api.client("kasi"), incident["id"], b"isi", **form)

    problem_of(answer, 422)


@pytest.mark.parametrize(
    "given", [{"data": {"file": "no file"}}, {"json": {"file": "x"}}, {"content": b"--x\r\n", "headers": {}}, {}]
)
def test_a_request_without_a_file_is_bad_input(api: Api, given: dict[str, object]) -> None:
    incident = api.report()

    answer = api.client("kasi").post(f"/api/v1/incidents/{incident['id']}/evidence", **given)

    problem_of(answer, answer.status_code)
    assert answer.status_code in (400, 422)


HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (HTML, "text/plain"),
        (SVG, "text/plain"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "image/png"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_type_is_found_not_believed_and_every_download_is_inert(api: Api, content: bytes, media_type: str) -> None:
    incident, client = api.report(), api.client("kasi")
    evidence = send(client, incident["id"], content, "halaman.html").json()

    answer = client.get(f"/api/v1/incidents/{incident['id']}/evidence/{evidence['id']}/content")

    assert evidence["media_type"] == media_type
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "downloaded_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ('a"; filename="b.html', None),
        ("a\r\nSet-Cookie: x=1", None),
        ("laporan é \u202efdp.exe", None),
        ("a\x00b.txt", None),
        ("n" * 1000, None),
        ("..", None),
    ],
)
def test_a_hostile_file_name_stays_a_name(api: Api, name: str, downloaded_as: str | None) -> None:
    incident, client = api.report(), api.client("kasi")
    part = name.encode().replace(b'"', b'\\"').replace(b"\r", b"%0D").replace(b"\n", b"%0A")
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + part + b'"\r\n\r\nisi\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    added = client.post(f"/api/v1/incidents/{incident['id']}/evidence", content=body, headers=headers)
    assert added.status_code == 201, added.text

    answer = client.get(f"/api/v1/incidents/{incident['id']}/evidence/{added.json()['id']}/content")

    disposition = answer.headers["content-disposition"]
    assert answer.content == b"isi"
    assert "set-cookie" not in answer.headers
    assert not set(disposition) & set("\r\n\\/\x00")
    assert disposition.count('"') in (0, 2)
    assert len(added.json()["name"]) <= 200
    if downloaded_as:
        assert disposition == f'attachment; filename="{downloaded_as}"'


def test_a_download_is_noted_with_who_took_it(api: Api) -> None:
    incident, client = api.report(), api.client("kasi")
    evidence = send(client, incident["id"], b"isi").json()
    path = f"/api/v1/incidents/{incident['id']}"

    client.get(f"{path}/evidence/{evidence['id']}/content")

    last = client.get(f"{path}/timeline").json()["items"][-1]
    assert (last["kind"], last["actor"]) == ("evidence_taken", "Kasi")
    with api.state.read() as uow:
        assert [entry.fact.action for entry in uow.audit.entries()][-1] == "evidence.taken"


def test_evidence_is_reached_only_through_its_own_incident(api: Api) -> None:
    mine, other, client = api.report("opd"), api.report("opd_lain"), api.client("opd_lain")
    evidence = send(api.client("opd"), mine["id"], b"rahasia").json()
    before = api.everything()

    answers = [
        client.get(f"/api/v1/incidents/{mine['id']}/evidence/{evidence['id']}/content"),
        client.get(f"/api/v1/incidents/{other['id']}/evidence/{evidence['id']}/content"),
        api.stranger().get(f"/api/v1/incidents/{mine['id']}/evidence/{evidence['id']}/content"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 401]
    assert api.everything() == before


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, "gzip"), (zstandard.compress, "zstd")])
def test_a_packed_capture_is_a_capture(api: Api, pack: Callable[[bytes], bytes], suffix: str) -> None:
    incident, client = api.report(), api.client("kasi")

    evidence = send(client, incident["id"], pack(pcap_bytes(browsing())), "lalu-lintas.pcap.gz").json()

    place = f"/api/v1/incidents/{incident['id']}/evidence/{evidence['id']}"
    flow = {"source_ip": CLIENT.address, "source_port": CLIENT.port, "destination_ip": WEB.address}
    carved = client.get(f"{place}/flow.pcapng", params={**flow, "destination_port": WEB.port})
    assert evidence["media_type"] == f"application/vnd.tcpdump.pcap+{suffix}"
    assert evidence["tangkapan"]
    assert (evidence["job_id"], JobKind.INGEST_FILE) in api.bell.rings
    assert client.get(f"{place}/capture").json()["nama"] == "lalu-lintas.pcap.gz"
    assert carved.content.startswith(b"\x0a\x0d\x0d\x0a")


def test_a_capture_is_queued_for_analysis_and_its_job_is_shown(api: Api) -> None:
    incident, client = api.report(), api.client("kasi")

    evidence = send(client, incident["id"], pcap_bytes(browsing()), "lalu-lintas.pcap").json()

    job = client.get(f"/api/v1/jobs/{evidence['job_id']}").json()
    assert evidence["media_type"] == "application/vnd.tcpdump.pcap"
    assert (job["kind"], job["status"], job["percent"], job["result"]) == ("ingest_file", "queued", 0, None)
    assert (evidence["job_id"], JobKind.INGEST_FILE) in api.bell.rings
    problem_of(api.client("opd").get(f"/api/v1/jobs/{evidence['job_id']}"), 403)
    problem_of(api.stranger().get(f"/api/v1/jobs/{evidence['job_id']}"), 401)

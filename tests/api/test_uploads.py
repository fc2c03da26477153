"""Files in pieces by tus 1.0.0: every rule of the protocol, breaks of line and process, what becomes of the file."""

import hashlib
import socket
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from ir_platform.app.demo_capture import pcap_bytes
from ir_platform.app.ids import new_id
from ir_platform.app.upkeep import Upkeep
from ir_platform.app.wiring import make_upkeep, open_partials
from ir_platform.domain.job import JobKind
from ir_platform.domain.upload import UploadId
from tests.support.api import Api, HttpServer, an_api, problem_of
from tests.support.captures import browsing

LIMIT = 3 * 1024**2
V = {"Tus-Resumable": "1.0.0"}
STREAM = {**V, "Content-Type": "application/offset+octet-stream"}
PATH = "/api/v1/uploads"


@pytest.fixture
def api(http_server: HttpServer, tmp_path: Path) -> Iterator[Api]:
    with an_api(tmp_path / "var", http_server, max_upload_bytes=LIMIT, uploads_per_account=3) as made:
        yield made


def meta(**pairs: str) -> str:
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())


def begin(client: httpx.Client, length: int | str, **pairs: str) -> httpx.Response:
    return client.post(PATH, headers={**V, "Upload-Length": str(length), "Upload-Metadata": meta(**pairs)})


def begun(client: httpx.Client, length: int, **pairs: str) -> str:
    answer = begin(client, length, **pairs)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def append(client: httpx.Client, place: str, offset: int, content: bytes, **headers: str) -> httpx.Response:
    return client.patch(place, headers={**STREAM, "Upload-Offset": str(offset), **headers}, content=content)


def offset_of(client: httpx.Client, place: str) -> int:
    answer = client.head(place, headers=V)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def partials(api: Api) -> list[Path]:
    return [path for path in api.stored_files() if path.parent.name == ".uploads"]


def received(api: Api, place: str) -> int:
    with api.state.read() as uow:
        upload = uow.uploads.get(UploadId(place.rsplit("/", 1)[1]))
    assert upload is not None
    return upload.received


def test_a_file_in_three_pieces_becomes_evidence_as_one_sent_whole(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    content = b"satu" * 1000 + b"dua" * 1000 + b"tiga"
    place = begun(client, len(content), incident_id=incident["id"], filename="log.txt")

    for at, piece in ((0, content[:4000]), (4000, content[4000:7000]), (7000, content[7000:])):
        answer = append(client, place, at, piece)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(at + len(piece)))

    shown = client.get(place).json()
    [evidence] = client.get(f"/api/v1/incidents/{incident['id']}/evidence").json()["items"]
    assert shown["selesai"]
    assert evidence["id"] == shown["evidence_id"]
    assert evidence["sha256"] == shown["sha256"] == hashlib.sha256(content).hexdigest()
    assert (evidence["name"], evidence["size"]) == ("log.txt", len(content))
    custody = client.get(f"/api/v1/incidents/{incident['id']}/evidence/{evidence['id']}/custody").json()["items"]
    assert [(one["tindakan"], one["terverifikasi"]) for one in custody] == [("diterima", True)]
    assert partials(api) == []


def test_a_capture_is_analysed_once_it_is_whole(api: Api) -> None:
    client, incident, content = api.client("pengelola"), api.report(), pcap_bytes(browsing())
    place = begun(client, len(content), incident_id=incident["id"], filename="tangkapan.pcap")

    append(client, place, 0, content)

    assert api.bell.rings[-1] == (client.get(place).json()["job_id"], JobKind.INGEST_FILE)


def test_a_file_without_an_incident_goes_to_the_intake_with_an_entry_in_the_audit_trail(api: Api) -> None:
    client, content = api.client("pengelola"), b"Nov 21 10:00:00 web sshd[1]: x\n"
    place = begun(client, len(content), filename="auth.log")

    append(client, place, 0, content)

    shown = client.get(place).json()
    assert shown["job_id"] == api.bell.rings[0][0]
    with api.state.read() as uow:
        job = uow.jobs.get(shown["job_id"])
        assert uow.holdings.is_file_in_use(shown["sha256"])
    assert job is not None
    assert shown["sha256"] in job.payload
    assert client.get(f"/api/v1/jobs/{job.id}").status_code == 200


def test_who_may_not_feed_the_intake_is_refused(api: Api) -> None:
    before = api.everything()

    answers = [begin(api.client(who), 5, filename="auth.log") for who in ("opd", "admin")]

    for answer in answers:
        problem_of(answer, 403)
    assert (api.everything(), api.stored_files()) == (before, [])


def test_an_upload_to_an_incident_of_others_is_not_begun(api: Api) -> None:
    mine = api.report()["id"]
    before = api.everything()
    cases = [("kasi", "unknown", 404), ("opd_lain", mine, 404), ("admin", mine, 403)]

    answers = [(begin(api.client(who), 5, incident_id=one), status) for who, one, status in cases]

    for answer, status in [*answers, (begin(api.stranger(), 5, incident_id=mine), 401)]:
        problem_of(answer, status)
        assert answer.headers["tus-resumable"] == "1.0.0"
    assert (api.everything(), api.stored_files()) == (before, [])


def test_the_page_needs_its_proof_for_every_piece(api: Api) -> None:
    incident = api.report()
    place = begun(api.page_client("pengelola"), 5, incident_id=incident["id"])
    strange = api.page_client("pengelola", csrf=False)

    problem_of(append(strange, place, 0, b"abcde"), 403)
    problem_of(strange.post(place, headers={**V, "X-HTTP-Method-Override": "DELETE"}), 403)

    assert offset_of(api.page_client("pengelola"), place) == 0


def test_another_version_of_the_protocol_is_refused_and_nothing_is_done(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    place = begun(client, 5, incident_id=incident["id"])
    before = api.everything()

    for version in ({}, {"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": "1.0.0, 2.0.0"}):
        piece = {"Content-Type": STREAM["Content-Type"], "Upload-Offset": "0", **version}
        answers = [
            client.post(PATH, headers={**version, "Upload-Length": "5"}),
            client.head(place, headers=version),
            client.patch(place, headers=piece, content=b"abcde"),
            client.delete(place, headers=version),
        ]
        assert [one.status_code for one in answers] == [412] * 4
        assert all(one.headers["tus-version"] == "1.0.0" for one in answers)

    assert api.everything() == before


def test_what_the_server_can_do_is_said_before_anything_is_sent(api: Api) -> None:
    answer = api.client("pengelola").options(PATH)

    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,termination"
    assert answer.headers["tus-max-size"] == str(LIMIT)


def test_a_length_that_is_none_is_refused(api: Api) -> None:
    client, before = api.client("pengelola"), api.everything()
    lengths = ["-1", "", "1e3", "0x10", "+5", "٣", "9" * 19, "9" * 4000, "5, 5"]

    answers = [client.post(PATH, headers=[*V.items(), ("Upload-Length", one.encode())]) for one in lengths]  # type: ignore[list-item]

    for answer in answers:
        problem_of(answer, 400)
    assert (api.everything(), api.stored_files()) == (before, [])


def test_a_file_over_the_limit_is_refused_before_it_comes(api: Api) -> None:
    client = api.client("pengelola")

    answers = [begin(client, length) for length in (LIMIT + 1, 10**17)]

    for answer in answers:
        problem_of(answer, 413)
    assert api.stored_files() == []


def test_metadata_that_break_the_rules_are_refused(api: Api) -> None:
    client, before = api.client("pengelola"), api.everything()
    sent = ["filename ???", "a YQ==,a Yg==", "nama\xff YQ==", "filename gA==", "x " + "A" * 9_000, ",", "a  b c"]

    answers = [
        client.post(PATH, headers=[("Tus-Resumable", "1.0.0"), ("Upload-Length", "5"), ("Upload-Metadata", one)])
        for one in (one.encode("latin-1") for one in sent)
    ]

    for answer in answers:
        problem_of(answer, 400)
        assert answer.headers["tus-resumable"] == "1.0.0"
    assert api.everything() == before


def test_a_hostile_name_is_shown_as_one_line_and_never_becomes_a_path(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    names = ["../../etc/passwd", "C:\\x\\y.pcap", "a\nb\x00c", "\u202eexe.pdf", "x" * 5000, "."]

    for name in names:
        append(client, begun(client, 1, incident_id=incident["id"], filename=name), 0, b"x")

    shown = [one["name"] for one in client.get(f"/api/v1/incidents/{incident['id']}/evidence").json()["items"]]
    assert len(shown) == len(names)
    assert all(len(name) <= 200 and not set(name) & set("\n\x00\u202e") for name in shown)
    inside = api.services.settings.data_dir / "files"
    assert [path.parent.parent for path in api.stored_files()] == [inside]


def test_no_other_file_can_be_named_as_an_upload(api: Api) -> None:
    client, before = api.client("pengelola"), api.everything()
    asked = [f"{PATH}/{one}" for one in ("%2e%2e%2fstate.sqlite3", "..%00", "UPPER", "a" * 500, "tidak-ada")]

    answers = [
        answer
        for one in asked
        for answer in (client.head(one, headers=V), append(client, one, 0, b"x"), client.delete(one, headers=V))
    ]

    assert {one.status_code for one in answers} <= {404, 405}
    assert api.everything() == before


def test_the_upload_of_another_account_is_not_there(api: Api) -> None:
    incident = api.report()
    place = begun(api.client("pengelola"), 5, incident_id=incident["id"])
    other = api.client("kasi")

    answers = [other.head(place, headers=V), append(other, place, 0, b"abcde"), other.delete(place, headers=V)]

    assert [one.status_code for one in answers] == [404] * 3
    assert offset_of(api.client("pengelola"), place) == 0
    assert other.get(PATH).json()["items"] == []


def test_a_piece_that_does_not_go_on_where_the_last_ended_is_a_conflict(api: Api) -> None:
    client = api.client("pengelola")
    place = begun(client, 10, incident_id=api.report()["id"])
    append(client, place, 0, b"abc")

    answers = [append(client, place, offset, b"zzz") for offset in (0, 2, 4, 10**17)]

    for answer in answers:
        problem_of(answer, 409)
    assert offset_of(client, place) == 3


def test_a_piece_that_is_not_a_piece_is_refused(api: Api) -> None:
    client = api.client("pengelola")
    place = begun(client, 10, incident_id=api.report()["id"])
    cases = [
        ({"Upload-Offset": "-3"}, 400),
        ({"Upload-Offset": "3.0"}, 400),
        ({"Upload-Offset": "9" * 30}, 400),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Type": ""}, 415),
    ]

    answers = [(append(client, place, 0, b"abc", **headers), status) for headers, status in cases]

    for answer, status in answers:
        problem_of(answer, status)
    assert offset_of(client, place) == 0


def test_more_than_was_declared_is_refused_whether_it_says_so_or_not(api: Api) -> None:
    client = api.client("pengelola")
    place = begun(client, 10, incident_id=api.report()["id"])

    declared = append(client, place, 0, b"x" * 11)
    streamed = client.patch(place, headers={**STREAM, "Upload-Offset": "0"}, content=iter([b"x" * 6, b"x" * 6]))

    problem_of(declared, 413)
    problem_of(streamed, 413)
    assert client.get(place).json()["selesai"] is False


def test_what_came_before_the_line_broke_counts(api: Api) -> None:
    client, content = api.client("pengelola"), bytes(range(256)) * 4096
    incident = api.report()
    place = begun(client, len(content), incident_id=incident["id"])
    where = urlsplit(api.url)
    head = (
        f"PATCH {place} HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['authorization']}\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Upload-Offset: 0\r\nContent-Length: {len(content)}\r\n\r\n"
    )

    with socket.create_connection((where.hostname or "", where.port or 0)) as line:
        line.sendall(head.encode() + content[:600_000])
        line.shutdown(socket.SHUT_WR)
        line.recv(1)
    while not received(api, place):
        time.sleep(0.01)  # the server learns of the break a moment later

    stopped_at = offset_of(client, place)
    assert 0 < stopped_at <= 600_000
    assert append(client, place, stopped_at, content[stopped_at:]).status_code == 204
    assert client.get(place).json()["sha256"] == hashlib.sha256(content).hexdigest()


def test_another_process_goes_on_where_one_was_killed_and_has_the_right_hash(api: Api) -> None:
    client, content = api.client("pengelola"), b"A" * 1000 + b"B" * 1000
    place = begun(client, len(content), incident_id=api.report()["id"])
    append(client, place, 0, content[:1000])
    [partial] = partials(api)
    with partial.open("ab") as file:
        file.write(b"written by who was killed, and never counted")
    # What a new process knows: nothing but the database and the folder.
    object.__setattr__(api.services.uploads, "partials", open_partials(api.services.settings))

    answer = append(client, place, offset_of(client, place), content[1000:])

    assert answer.status_code == 204
    assert client.get(place).json()["sha256"] == hashlib.sha256(content).hexdigest()


def test_one_upload_has_one_writer_at_a_time_in_whatever_process(api: Api) -> None:
    client = api.client("pengelola")
    place = begun(client, 5, incident_id=api.report()["id"])
    other_process = open_partials(api.services.settings)

    with other_process.writing(place.rsplit("/", 1)[1], offset=lambda: 0):
        answer = append(client, place, 0, b"abcde")

    problem_of(answer, 423)
    assert append(client, place, 0, b"abcde").status_code == 204


def test_the_last_piece_sent_again_makes_no_second_evidence(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    place = begun(client, 5, incident_id=incident["id"])
    append(client, place, 0, b"abcde")

    again = append(client, place, 5, b"")

    assert (again.status_code, again.headers["upload-offset"]) == (204, "5")
    assert len(client.get(f"/api/v1/incidents/{incident['id']}/evidence").json()["items"]) == 1


def test_an_empty_file_is_done_when_it_is_begun(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()

    place = begun(client, 0, incident_id=incident["id"])

    assert client.get(place).json()["selesai"]


def test_an_upload_that_cannot_be_finished_now_can_be_finished_later(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    place = begun(client, 5, incident_id=incident["id"], kelengkapan="tidak dikenal")

    answer = append(client, place, 0, b"abcde")

    problem_of(answer, 422)
    assert (offset_of(client, place), client.get(place).json()["selesai"]) == (5, False)
    assert api.stored_files() == partials(api)


def test_an_upload_that_was_left_is_gone_and_its_file_is_removed(api: Api) -> None:
    client = api.client("pengelola")
    place = begun(client, 5, incident_id=api.report()["id"])
    append(client, place, 0, b"abc")
    kept = begun(client, 5, incident_id=api.report()["id"])
    api.pass_time(hours=71)
    append(api.client("pengelola"), kept, 0, b"abc")
    api.pass_time(hours=2)
    client = api.client("pengelola")

    upkeep_of(api).run()

    assert client.head(place, headers=V).status_code == 410
    problem_of(append(client, place, 3, b"de"), 410)
    assert [path.name for path in partials(api)] == [kept.rsplit("/", 1)[1]]
    assert [one["id"] for one in client.get(PATH).json()["items"]] == [kept.rsplit("/", 1)[1]]


def upkeep_of(api: Api) -> Upkeep:
    """With the test's clock; files are as old as the disk says, so the clock is ahead of them."""
    upkeep = make_upkeep(api.services.settings, api.state)
    object.__setattr__(upkeep, "clock", lambda: api.clock[0])
    return upkeep


def test_an_account_has_only_so_many_unfinished_uploads_and_so_many_bytes(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    large = [begin(client, length, incident_id=incident["id"]).status_code for length in (LIMIT, LIMIT - 1, 2)]
    small = [begin(client, 1, incident_id=incident["id"]) for _ in range(2)]

    assert large == [201, 201, 429]
    assert small[0].status_code == 201
    problem_of(small[1], 429)
    assert begin(api.client("kasi"), 1, incident_id=incident["id"]).status_code == 201


def test_what_was_given_up_is_gone_and_makes_room(api: Api) -> None:
    client, incident = api.client("pengelola"), api.report()
    places = [begun(client, 5, incident_id=incident["id"]) for _ in range(3)]

    answer = client.delete(places[0], headers=V)

    assert answer.status_code == 204
    assert client.head(places[0], headers=V).status_code == 404
    assert len(partials(api)) == 2
    assert begin(client, 5, incident_id=incident["id"]).status_code == 201


def test_a_line_that_lets_only_post_through_can_do_everything(api: Api) -> None:
    client = api.client("pengelola")
    place = begun(client, 5, incident_id=api.report()["id"])

    def override(method: str, **headers: str) -> dict[str, str]:
        return {**STREAM, "X-HTTP-Method-Override": method, **headers}

    sent = client.post(place, headers=override("PATCH", **{"Upload-Offset": "0"}), content=b"abc")
    asked = client.post(place, headers=override("HEAD"))
    refused = client.post(place, headers=V)
    given_up = client.post(place, headers=override("DELETE"))

    assert [sent.status_code, asked.headers["upload-offset"], given_up.status_code] == [204, "3", 204]
    problem_of(refused, 405)


def test_ids_of_uploads_are_names_that_the_folder_takes(api: Api) -> None:
    folder = open_partials(api.services.settings)

    assert folder.path(new_id()).parent.name == ".uploads"

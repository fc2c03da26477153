"""Carrying out a step by HTTP: the order of refusals, and that a refusal changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.api import Api, problem_of
from tests.support.walk import WALK, carry_out, complete


def office(api: Api) -> dict[str, httpx.Client]:
    return {name: api.client(name) for name in ("pemeriksa", "kabid", "kasi", "pengelola", "timteknis")}


@pytest.mark.parametrize(
    ("who", "incident", "no", "body", "status", "said"),
    [
        # Each row is wrong in every later way too: what is looked for first answers.
        (None, "unknown", 99, {"catatan": 1}, 401, "masuk"),
        (None, "mine", 1, "not json", 401, "masuk"),
        ("kasi", "unknown", 99, {"catatan": 1}, 404, "Insiden tidak ditemukan"),
        ("opd_lain", "mine", 1, {}, 404, "Insiden tidak ditemukan"),
        ("kasi", "mine", 99, {}, 404, "tidak mempunyai langkah 99"),
        ("kasi", "mine", 2, {"keputusan": "x"}, 403, "Langkah 2 dilaksanakan oleh"),
        ("kasi", "mine", 1, {"catatan": 1}, 403, "Langkah 1 dilaksanakan oleh"),
        ("kasi", "mine", 1, "not json", 403, "Langkah 1 dilaksanakan oleh"),
        ("opd", "mine", 1, {}, 403, "Langkah 1 dilaksanakan oleh"),
        ("admin", "mine", 1, {}, 403, "Langkah 1 dilaksanakan oleh"),
        ("pimpinan", "mine", 1, {}, 403, "Langkah 1 dilaksanakan oleh"),
        ("kasi_infra", "mine", 3, {}, 403, "Kasi Keamanan Jaringan"),
        ("pengelola", "mine", 4, {"keputusan": "x"}, 409, "Langkah 4 belum dapat dilaksanakan"),
        ("pemeriksa", "mine", 1, {"putaran": 2, "keputusan": "x"}, 409, "putaran"),
        ("pemeriksa", "mine", 1, {"keputusan": "selesai"}, 422, "Keputusan"),
        ("pemeriksa", "mine", 1, {"lampiran": ["tidak-ada"]}, 422, "Lampiran"),
        ("pemeriksa", "mine", 1, {"nihil": {"NOC": "tidak ada"}}, 422, "nihil"),
        ("pemeriksa", "mine", 1, {"catatan": 1}, 422, "body.catatan"),
        ("pemeriksa", "mine", 1, {"catatan": "a\x00b"}, 422, "body.catatan"),
        ("pemeriksa", "mine", 1, {"lampiran": "x"}, 422, "body.lampiran"),
        ("pemeriksa", "mine", 1, {"nihil": {"a\x00": "b"}}, 422, "body.nihil"),
        ("pemeriksa", "mine", 1, "not json", 422, "body"),
        ("pemeriksa", "mine", 1, [], 422, "body"),
        ("pemeriksa", "mine", 1, {"catatan": "a" * 20_001}, 422, "body.catatan"),
        ("pemeriksa", "mine", 1, {"putaran": "dua"}, 422, "body.putaran"),
    ],
)
def test_refusals_come_in_their_order_and_change_nothing(
    api: Api, who: str | None, incident: str, no: int, body: Any, status: int, said: str
) -> None:
    incident_id = api.report()["id"] if incident == "mine" else incident
    client = api.client(who) if who else api.stranger()
    before = api.everything()

    sent = (
        {"content": body, "headers": {"Content-Type": "application/json"}} if isinstance(body, str) else {"json": body}
    )
    answer = client.post(f"/api/v1/incidents/{incident_id}/steps/{no}/complete", **sent)

    assert said in problem_of(answer, status)["detail"]
    assert api.everything() == before


@pytest.mark.parametrize("header", [{"If-Match": "W/abc"}, {"If-Match": '"999"'}, {"Idempotency-Key": "kunci"}])
def test_whose_step_it_is_not_hears_that_before_what_is_wrong_with_a_header(api: Api, header: dict[str, str]) -> None:
    incident = api.report()

    answer = complete(api.client("kasi"), incident["id"], 1, {}, **header)

    assert "Langkah 1 dilaksanakan oleh" in problem_of(answer, 403)["detail"]


@pytest.mark.parametrize(
    ("until", "who", "no", "body", "said"),
    [
        (3, "pengelola", 4, {}, "Keputusan langkah 4 belum dipilih"),
        (3, "pengelola", 4, {"keputusan": "mungkin"}, "tidak tersedia"),
        (3, "pengelola", 4, {"keputusan": "tidak_sulit"}, "harus disertai sebab"),
        (3, "pengelola", 4, {"keputusan": "tidak_sulit", "sebab": "lain"}, "Sebab 'lain'"),
        (6, "pengelola", 7, {}, "Kelengkapan belum terpenuhi"),
        (6, "pengelola", 7, {"nihil": {"NOC": ""}}, "Kelengkapan belum terpenuhi"),
        (8, "kasi", 9, {"keputusan": "belum"}, "harus disertai alasan"),
        (8, "kasi", 9, {"keputusan": "belum", "alasan": "  "}, "harus disertai alasan"),
    ],
)
def test_a_missing_decision_reason_or_kelengkapan_changes_nothing(
    api: Api, until: int, who: str, no: int, body: dict[str, Any], said: str
) -> None:
    people, incident = office(api), api.report()
    carry_out(people, incident["id"], until=until)
    before = api.everything()

    answer = complete(people[who], incident["id"], no, body)

    assert said in problem_of(answer, 422)["detail"]
    assert api.everything() == before


def test_a_done_step_names_who_did_it(api: Api) -> None:
    people, incident = office(api), api.report()
    carry_out(people, incident["id"], until=1)

    answer = complete(people["pemeriksa"], incident["id"], 1, {})

    assert "sudah dilaksanakan oleh Pemeriksa pukul 12.00 WITA" in problem_of(answer, 409)["detail"]


def test_a_closed_incident_takes_no_step_and_no_evidence(api: Api) -> None:
    people, incident = office(api), api.report()
    closed = carry_out(people, incident["id"])
    before = api.everything()

    step = complete(people["pengelola"], incident["id"], 12, {})
    file = people["kasi"].post(f"/api/v1/incidents/{incident['id']}/evidence", files={"file": ("a.txt", b"a")})

    assert (closed["status"], closed["hasil"], closed["langkah_aktif"]) == ("closed", "tuntas", [])
    problem_of(step, 409)
    problem_of(file, 409)
    assert api.everything() == before


def test_what_i_may_do_is_told_to_me_alone(api: Api) -> None:
    incident = api.report()
    path = f"/api/v1/incidents/{incident['id']}"

    shown = {who: api.client(who).get(path).json()["boleh_saya"] for who in ("pemeriksa", "kasi", "admin", "opd")}

    assert [one["no"] for one in shown["pemeriksa"]] == [1]
    assert shown["kasi"] == shown["admin"] == shown["opd"] == []


def test_a_bell_rings_for_every_document_of_an_accepted_step(api: Api) -> None:
    people, incident = office(api), api.report()
    rung = len(api.bell.rings)

    carry_out(people, incident["id"], until=2)

    with api.state.read() as uow:
        documents = uow.documents.of_incident(incident["id"])
    assert len(documents) == len(api.bell.rings)
    assert len(api.bell.rings) > rung


@pytest.mark.parametrize("etag", ['"999"', '"1"x', "W/abc", "-1", '"' + "9" * 5000 + '"', '"²"'])
def test_a_stale_or_garbled_etag_is_refused(api: Api, etag: str) -> None:
    incident = api.report()
    before = api.everything()

    answer = api.client("pemeriksa").post(
        f"/api/v1/incidents/{incident['id']}/steps/1/complete", json={}, headers={b"If-Match": etag.encode()}
    )

    problem_of(answer, 409)
    assert api.everything() == before


@pytest.mark.parametrize("etag", ['"{}"', 'W/"{}"', "*"])
def test_the_etag_that_was_read_is_accepted(api: Api, etag: str) -> None:
    incident = api.report()
    read = api.client("pemeriksa").get(f"/api/v1/incidents/{incident['id']}").headers["etag"].strip('"')

    answer = complete(api.client("pemeriksa"), incident["id"], 1, {}, **{"If-Match": etag.format(read)})

    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'


def test_the_same_request_with_the_same_key_is_carried_out_once(api: Api) -> None:
    incident, client = api.report(), api.client("pemeriksa")
    key = {"Idempotency-Key": "kunci-1"}
    first = complete(client, incident["id"], 1, {"catatan": "a"}, **key)
    before = api.everything()

    again = complete(client, incident["id"], 1, {"catatan": "a"}, **key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert api.everything() == before


@pytest.mark.parametrize("body", [{"catatan": "b"}, {"catatan": "a", "putaran": 1}])
def test_another_request_with_a_used_key_is_refused(api: Api, body: dict[str, Any]) -> None:
    incident, client = api.report(), api.client("pemeriksa")
    complete(client, incident["id"], 1, {"catatan": "a"}, **{"Idempotency-Key": "kunci-1"})
    before = api.everything()

    answer = complete(client, incident["id"], 1, body, **{"Idempotency-Key": "kunci-1"})

    assert "Idempotency-Key" in problem_of(answer, 422)["detail"]
    assert api.everything() == before


def test_a_refused_request_does_not_use_its_key_up(api: Api) -> None:
    incident, client = api.report(), api.client("pemeriksa")
    refused = complete(client, incident["id"], 1, {"keputusan": "selesai"}, **{"Idempotency-Key": "kunci-1"})

    answer = complete(client, incident["id"], 1, {}, **{"Idempotency-Key": "kunci-1"})

    assert (refused.status_code, answer.status_code) == (422, 200)


def test_the_same_key_of_two_accounts_means_two_requests(api: Api) -> None:
    people, first, second = office(api), api.report(), api.report()
    for incident in (first, second):
        carry_out(people, incident["id"], until=3)
    key = {"Idempotency-Key": "kunci-1"}

    answers = [
        complete(people["pengelola"], first["id"], 4, {"keputusan": "sulit"}, **key),
        complete(people["timteknis"], second["id"], 4, {"keputusan": "sulit"}, **key),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["langkah_aktif"] for answer in answers] == [[5], [5]]


def test_of_eight_who_complete_a_step_at_once_one_is_accepted(api: Api) -> None:
    incident = api.report()
    clients = [api.client("pemeriksa") for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: complete(client, incident["id"], 1, {}), clients))

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    with api.state.read() as uow:
        assert sum(entry.kind == "step_completed" for entry in uow.incidents.timeline(incident["id"])) == 1


def test_eight_retries_at_once_with_one_key_complete_the_step_once(api: Api) -> None:
    incident = api.report()
    clients = [api.client("pemeriksa") for _ in range(8)]
    key = {"Idempotency-Key": "kunci-1"}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: complete(client, incident["id"], 1, {}, **key), clients))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


def test_the_whole_walk_is_told_from_its_first_line_to_its_last(api: Api) -> None:
    people, incident = office(api), api.report()

    closed = carry_out(people, incident["id"])

    entries = people["kasi"].get(f"/api/v1/incidents/{incident['id']}/timeline").json()["items"]
    assert [entry["facts"]["langkah"] for entry in entries if entry["kind"] == "step_completed"] == [
        str(no) for _, no, _ in WALK
    ]
    assert entries[0]["kind"] == "opened"
    assert closed["putaran"]["7"] == 2
    assert [one["keadaan"] for one in closed["langkah"]] == ["selesai"] * 12

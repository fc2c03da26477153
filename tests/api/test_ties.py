"""After the closing: re-opened where the SOP sends work back to, linked, merged without loss, proposed for once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, IncidentId
from ir_platform.domain.tie import Proposal, ProposalId
from tests.support.api import Api, problem_of
from tests.support.walk import WALK, carry_out, complete

pytestmark = pytest.mark.usefixtures("untouched")

PEOPLE = ("pemeriksa", "kabid", "kasi", "pengelola")


def people(api: Api) -> dict[str, httpx.Client]:
    return {name: api.client(name) for name in PEOPLE}


def closed(api: Api, **report: Any) -> dict[str, Any]:
    """An incident that was carried to its end (7 and 9 twice), a while ago."""
    done = carry_out(people(api), api.report(**report)["id"])
    api.pass_time(minutes=5)
    return done


def alert_of(api: Api, incident_id: str, **changes: Any) -> Alert:
    return api.add_alert(incident_id=IncidentId(incident_id), **changes)


def proposed(api: Api, incident_id: str, alert: Alert) -> Proposal:
    proposal = Proposal(
        id=ProposalId(api.services.new_id()),
        incident_id=IncidentId(incident_id),
        alert_id=alert.id,
        shared=(("source.ip", "203.0.113.9"),),
        is_same_cause=True,
        made_at=api.clock[0],
    )
    with api.state.write() as uow:
        assert uow.proposals.add(proposal)
    return proposal


def decide(api: Api, username: str, incident_id: str, what: str, **body: Any) -> httpx.Response:
    return api.client(username).post(f"/api/v1/incidents/{incident_id}/{what}", json=body)


def timeline_kinds(api: Api, incident_id: str) -> list[str]:
    answer = api.client("kasi").get(f"/api/v1/incidents/{incident_id}/timeline").json()
    return [one["kind"] for one in answer["items"]]


# --- re-open ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["kasi", "pemeriksa"])
def test_a_closed_incident_goes_on_at_step_7_with_the_next_putaran_and_its_history(api: Api, username: str) -> None:
    before = closed(api)
    assert before["status"] == "closed"

    answer = decide(api, username, before["id"], "reopen", alasan="Percobaan masuk muncul lagi.")

    incident = answer.json()
    assert answer.status_code == 200
    assert (incident["status"], incident["hasil"], incident["closed_at"]) == ("open", None, None)
    assert (incident["langkah_aktif"], incident["putaran"]["7"]) == ([7], 3)
    assert incident["playbook"] == before["playbook"]
    assert incident["riwayat"][: len(before["riwayat"])] == before["riwayat"]
    assert timeline_kinds(api, before["id"])[-2:] == ["reopened", "step_activated"]


def test_the_walk_goes_on_after_a_re_opening_to_a_second_end(api: Api) -> None:
    incident = closed(api)
    decide(api, "kasi", incident["id"], "reopen", alasan="Muncul lagi.")

    for who, no, body in WALK[9:]:
        answer = complete(api.client(who), incident["id"], no, body)
        assert answer.status_code == 200, answer.text

    assert (answer.json()["status"], answer.json()["hasil"]) == ("closed", "tuntas")
    assert timeline_kinds(api, incident["id"]).count("closed") == 2


def test_a_run_closed_early_begins_again_with_its_first_step(api: Api) -> None:
    clients = people(api)
    incident = api.report()
    carry_out(clients, incident["id"], until=3)
    early = {"keputusan": "tidak_sulit", "sebab": "diselesaikan", "catatan": "Sudah diatasi."}
    complete(clients["pengelola"], incident["id"], 4, early)
    complete(clients["pemeriksa"], incident["id"], 1, {"keputusan": "selesai"})

    answer = decide(api, "pemeriksa", incident["id"], "reopen", alasan="Ternyata belum.")

    assert answer.json()["langkah_aktif"] == [1]
    assert answer.json()["putaran"]["1"] == 3


def test_a_re_opening_is_refused_in_order_and_changes_nothing(api: Api) -> None:
    shut, running = closed(api), api.report(judul="Masih berjalan")
    alert = api.add_alert()
    before = api.everything()

    problem_of(api.stranger().post(f"/api/v1/incidents/{shut['id']}/reopen", json={"alasan": "x"}), 401)
    problem_of(decide(api, "kasi", "tidak-ada", "reopen", alasan="x"), 404)
    problem_of(decide(api, "opd_lain", shut["id"], "reopen", alasan="x"), 404)
    for other in ("pengelola", "kabid", "admin", "pimpinan"):
        problem_of(decide(api, other, shut["id"], "reopen", alasan="x"), 403)
    problem_of(decide(api, "kasi", running["id"], "reopen", alasan="x"), 409)
    problem_of(decide(api, "kasi", shut["id"], "reopen", alasan="  "), 422)
    problem_of(decide(api, "kasi", shut["id"], "reopen", alasan="x", alert=alert.id), 422)
    problem_of(decide(api, "kasi", shut["id"], "reopen", alasan="x" * 5_001), 422)

    assert api.everything() == before


def test_of_two_who_re_open_at_once_one_wins(api: Api) -> None:
    incident = closed(api)
    clients = [api.client("kasi"), api.client("pemeriksa")] * 4

    def attempt(client: httpx.Client) -> int:
        return client.post(f"/api/v1/incidents/{incident['id']}/reopen", json={"alasan": "Muncul lagi."}).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = sorted(pool.map(attempt, clients))

    shown = api.client("kasi").get(f"/api/v1/incidents/{incident['id']}").json()
    assert answers == [200] + [409] * 7
    assert shown["putaran"]["7"] == 3
    assert timeline_kinds(api, incident["id"]).count("reopened") == 1


def test_a_re_opening_takes_the_finding_in_and_shows_it_as_open(api: Api) -> None:
    incident = closed(api)
    old = alert_of(api, incident["id"], status=AlertStatus.CLOSED)
    other = alert_of(api, incident["id"], rule_id="other", status=AlertStatus.CLOSED)
    fresh = api.add_alert(last_seen=api.clock[0])
    proposed(api, incident["id"], fresh)

    decide(api, "kasi", incident["id"], "reopen", alasan="Muncul lagi.", alert=fresh.id)

    shown = api.client("pengelola").get(f"/api/v1/incidents/{incident['id']}").json()
    [allowed] = shown["boleh_saya"]
    assert {one["id"] for one in shown["temuan"]} == {old.id, other.id, fresh.id}
    assert set(allowed["temuan_terbuka"]) == {old.id, fresh.id}
    [proposal] = shown["kaitan"]["usulan"]
    assert (proposal["status"], proposal["diputuskan_oleh"], proposal["temuan"]) == ("dibuka_kembali", "Kasi", fresh.id)


def test_a_re_opening_links_the_incident_the_finding_has_opened_meanwhile(api: Api) -> None:
    incident, second = closed(api), api.report(judul="Insiden baru")
    fresh = alert_of(api, second["id"], last_seen=api.clock[0])
    proposed(api, incident["id"], fresh)

    answer = decide(api, "kasi", incident["id"], "reopen", alasan="Sama.", alert=fresh.id)

    [link] = answer.json()["kaitan"]["tautan"]
    assert (link["insiden"]["nomor"], link["jenis"]) == (second["nomor"], "terulang")
    assert fresh.id not in {one["id"] for one in answer.json()["temuan"]}


def test_a_proposal_shows_on_the_alert_and_on_the_closed_incident(api: Api) -> None:
    incident = closed(api)
    fresh = api.add_alert(last_seen=api.clock[0])
    proposal = proposed(api, incident["id"], fresh)

    [queued] = api.client("pemeriksa").get("/api/v1/alerts").json()["items"]
    shown = api.client("kasi").get(f"/api/v1/incidents/{incident['id']}").json()["kaitan"]

    assert queued["usulan"] == {
        "id": proposal.id,
        "insiden_id": incident["id"],
        "insiden_nomor": incident["nomor"],
        "status": "menunggu",
    }
    assert [one["id"] for one in shown["usulan"]] == [proposal.id]
    assert shown["boleh_memutuskan"]


def test_a_proposal_is_declined_once_with_a_reason(api: Api) -> None:
    incident = closed(api)
    proposal = proposed(api, incident["id"], api.add_alert(last_seen=api.clock[0]))
    path = f"proposals/{proposal.id}/decline"

    problem_of(decide(api, "pengelola", incident["id"], path, alasan="x"), 403)
    problem_of(decide(api, "kasi", incident["id"], path), 422)
    problem_of(decide(api, "kasi", incident["id"], "proposals/lain/decline", alasan="x"), 404)
    first = decide(api, "kasi", incident["id"], path, alasan="Uji coba sendiri.")
    problem_of(decide(api, "kasi", incident["id"], path, alasan="Lagi."), 409)

    [shown] = first.json()["kaitan"]["usulan"]
    assert (shown["status"], shown["alasan"]) == ("ditolak", "Uji coba sendiri.")
    assert first.json()["status"] == "closed"


# --- link ------------------------------------------------------------------------------------------------------------


def test_two_incidents_are_linked_once_and_each_shows_the_other(api: Api) -> None:
    shut, other = closed(api), api.report(judul="Yang baru")

    answer = decide(api, "kasi", other["id"], "link", to=shut["id"], jenis="terulang", alasan="Penyebab sama.")
    problem_of(decide(api, "kasi", shut["id"], "link", to=other["id"], jenis="terulang"), 409)

    [here] = answer.json()["kaitan"]["tautan"]
    [there] = api.client("kasi").get(f"/api/v1/incidents/{shut['id']}").json()["kaitan"]["tautan"]
    assert (here["insiden"]["id"], here["alasan"], here["jenis"]) == (shut["id"], "Penyebab sama.", "terulang")
    assert there["insiden"]["id"] == other["id"]
    assert timeline_kinds(api, shut["id"])[-1] == timeline_kinds(api, other["id"])[-1] == "linked"


def test_a_link_decides_the_proposal_about_the_two(api: Api) -> None:
    shut, second = closed(api), api.report(judul="Yang baru")
    proposed(api, shut["id"], alert_of(api, second["id"], last_seen=api.clock[0]))

    decide(api, "pemeriksa", shut["id"], "link", to=second["id"], jenis="terulang")

    [shown] = api.client("kasi").get(f"/api/v1/incidents/{shut['id']}").json()["kaitan"]["usulan"]
    assert shown["status"] == "ditautkan"


def test_a_link_is_refused_in_order_and_changes_nothing(api: Api) -> None:
    one, other = api.report(), api.report(judul="Lain")
    before = api.everything()

    problem_of(decide(api, "opd_lain", one["id"], "link", to=other["id"], jenis="terkait"), 404)
    problem_of(decide(api, "pengelola", one["id"], "link", to=other["id"], jenis="terkait"), 403)
    problem_of(decide(api, "kasi", one["id"], "link", to="tidak-ada", jenis="terkait"), 404)
    problem_of(decide(api, "kasi", one["id"], "link", to=one["id"], jenis="terkait"), 422)
    problem_of(decide(api, "kasi", one["id"], "link", to=other["id"], jenis="gabungan"), 422)

    assert api.everything() == before


# --- merge -----------------------------------------------------------------------------------------------------------


def merged(api: Api) -> tuple[dict[str, Any], dict[str, Any], Alert]:
    source, target = api.report(judul="Yang kedua"), api.report(judul="Yang pertama")
    alert = alert_of(api, source["id"])
    upload = {"file": ("catatan.txt", b"isi bukti", "text/plain")}
    added = api.client("pemeriksa").post(f"/api/v1/incidents/{source['id']}/evidence", files=upload)
    assert added.status_code == 201
    answer = decide(api, "pemeriksa", source["id"], "merge", into=target["id"], alasan="Gangguan yang sama.")
    assert answer.status_code == 200, answer.text
    return source, answer.json(), alert


def test_a_merged_incident_goes_on_in_the_other_with_all_it_had(api: Api) -> None:
    source, target, alert = merged(api)
    kasi = api.client("kasi")

    gone = kasi.get(f"/api/v1/incidents/{source['id']}").json()
    evidence = kasi.get(f"/api/v1/incidents/{target['id']}/evidence").json()["items"]
    lines = kasi.get(f"/api/v1/incidents/{target['id']}/timeline").json()["items"]

    assert (gone["status"], gone["hasil"], gone["langkah_aktif"]) == ("merged", None, [])
    assert gone["kaitan"]["digabung_ke"]["insiden"]["id"] == target["id"]
    assert [one["id"] for one in gone["temuan"]] == [one["id"] for one in target["temuan"]] == [alert.id]
    assert [one["insiden"]["nomor"] for one in target["kaitan"]["gabungan"]] == [source["nomor"]]
    assert [(one["name"], one["incident_id"]) for one in evidence] == [("catatan.txt", source["id"])]
    assert {one["kind"] for one in lines if one["insiden"] == source["nomor"]} >= {"opened", "evidence_added", "merged"}
    assert [one["at"] for one in lines] == sorted(one["at"] for one in lines)


def test_nothing_is_done_in_a_merged_incident_any_more(api: Api) -> None:
    source, _, _ = merged(api)
    before = api.everything()

    problem_of(complete(api.client("pemeriksa"), source["id"], 1, {}), 409)
    problem_of(decide(api, "kasi", source["id"], "reopen", alasan="x"), 409)

    assert api.everything() == before


def test_a_merge_is_refused_in_order_and_changes_nothing(api: Api) -> None:
    source, target, _ = merged(api)
    shut, running = closed(api, judul="Tutup"), api.report(judul="Berjalan")
    before = api.everything()

    problem_of(decide(api, "opd_lain", running["id"], "merge", into=target["id"], alasan="x"), 404)
    problem_of(decide(api, "pengelola", running["id"], "merge", into=target["id"], alasan="x"), 403)
    problem_of(decide(api, "kasi", running["id"], "merge", into="tidak-ada", alasan="x"), 404)
    problem_of(decide(api, "kasi", running["id"], "merge", into=shut["id"], alasan="x"), 409)
    problem_of(decide(api, "kasi", running["id"], "merge", into=source["id"], alasan="x"), 409)
    problem_of(decide(api, "kasi", source["id"], "merge", into=target["id"], alasan="x"), 409)
    problem_of(decide(api, "kasi", shut["id"], "merge", into=target["id"], alasan="x"), 409)
    problem_of(decide(api, "kasi", running["id"], "merge", into=running["id"], alasan="x"), 422)
    problem_of(decide(api, "kasi", running["id"], "merge", into=target["id"], alasan=" "), 422)

    assert api.everything() == before


def test_two_incidents_that_are_merged_into_each_other_at_once_leave_one(api: Api) -> None:
    one, other = api.report(), api.report(judul="Lain")
    pairs = [(one["id"], other["id"]), (other["id"], one["id"])] * 3
    clients = [api.client("kasi") for _ in pairs]

    def attempt(number: int) -> int:
        source, into = pairs[number]
        body = {"into": into, "alasan": "Sama."}
        return clients[number].post(f"/api/v1/incidents/{source}/merge", json=body).status_code

    with ThreadPoolExecutor(len(pairs)) as pool:
        answers = sorted(pool.map(attempt, range(len(pairs))))

    states = sorted(api.client("kasi").get(f"/api/v1/incidents/{one}").json()["status"] for one in pairs[0])
    assert answers == [200] + [409] * 5
    assert states == ["merged", "open"]


def test_a_chain_of_merges_is_read_at_its_end(api: Api) -> None:
    source, middle, _ = merged(api)
    last = api.report(judul="Yang terakhir")

    decide(api, "kasi", middle["id"], "merge", into=last["id"], alasan="Sama.")

    evidence = api.client("kasi").get(f"/api/v1/incidents/{last['id']}/evidence").json()["items"]
    assert [one["incident_id"] for one in evidence] == [source["id"]]


def test_a_later_finding_about_a_merged_host_belongs_to_the_target(api: Api) -> None:
    source, target = api.report(), api.report(judul="Yang pertama")
    with api.state.write() as uow:
        incident = uow.incidents.get(IncidentId(source["id"]))
        assert incident is not None
        hosted = replace(incident, hosts=("mail-9",), last_alert_at=api.clock[0])
        uow.incidents.save(hosted, expected_version=incident.version)

    decide(api, "kasi", source["id"], "merge", into=target["id"], alasan="Sama.")

    with api.state.read() as uow:
        found = uow.incidents.open_about(["mail-9"], since=api.clock[0] - timedelta(hours=1))
    assert found is not None
    assert found.id == target["id"]


def test_an_alert_is_proposed_for_once(api: Api) -> None:
    incident, alert = closed(api), api.add_alert()
    proposal = proposed(api, incident["id"], alert)

    with api.state.write() as uow:
        assert not uow.proposals.add(replace(proposal, id=ProposalId("other")))
        assert uow.proposals.of_alerts([AlertId("none")]) == ()

"""Is it over: what a verification answers over HTTP, what may be said about findings, and who may ask."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, IncidentId
from ir_platform.domain.job import JobKind
from ir_platform.domain.verification import Verification
from ir_platform.incidents.verification import AturanDijalankan, Contoh, Kemunculan, VerificationReport, report_to_json
from tests.support.api import Api, events_written, problem_of
from tests.support.builders import NOON, a_detection, an_event
from tests.support.walk import NIHIL, WALK, carry_out, complete

PEOPLE = ("pemeriksa", "kabid", "kasi", "pengelola", "timteknis")


def walked(api: Api, *, until: int) -> dict[str, Any]:
    return carry_out({name: api.client(name) for name in PEOPLE}, api.report()["id"], until=until)


def finding(api: Api, incident_id: str, **changes: Any) -> Alert:
    return api.add_alert(incident_id=IncidentId(incident_id), **changes)


def read(api: Api, incident_id: str, username: str = "kasi") -> dict[str, Any]:
    answer = api.client(username).get(f"/api/v1/incidents/{incident_id}/verification")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def asked(api: Api, incident_id: str) -> tuple[Verification, ...]:
    with api.state.read() as uow:
        return uow.verifications.of_incident(IncidentId(incident_id), limit=10)


def a_report(api: Api, alert: Alert, *, jumlah: int = 12) -> VerificationReport:
    again = Kemunculan(
        rule_id=alert.rule_id,
        rule_title=alert.rule_title,
        entitas=alert.group,
        temuan=(alert.id,),
        deteksi=1,
        jumlah=jumlah,
        pertama=api.clock[0],
        terakhir=api.clock[0],
        contoh=(Contoh(id="e1", pada=api.clock[0], baris="Failed password for root"),),
    )
    return VerificationReport(
        sejak=api.clock[0],
        sampai=api.clock[0],
        diperiksa_sampai=api.clock[0],
        lengkap=True,
        kejadian=100,
        aturan=(AturanDijalankan(rule_id=alert.rule_id, rule_title=alert.rule_title, dijalankan=True),),
        kemunculan=(again,),
        kemunculan_lain=0,
        indikator=(),
        alamat_dicurigai=(),
        tangkapan=(),
    )


def finished(api: Api, incident_id: str, report: VerificationReport) -> None:
    """Let the verification asked for last have that result, as its job would."""
    newest, *_ = asked(api, incident_id)
    with api.state.write() as uow:
        uow.verifications.finish(newest.id, sampai=report.sampai, result=report_to_json(report))


# --- asking ----------------------------------------------------------------------------------------------------------


def test_reporting_the_repair_asks_for_its_verification_since_the_repair(api: Api) -> None:
    clients = {name: api.client(name) for name in PEOPLE}
    incident = carry_out(clients, api.report()["id"], until=7)
    repaired = api.clock[0]
    api.pass_time(minutes=5)

    complete(clients["pengelola"], incident["id"], 8, {"catatan": "Dilaporkan."})

    [verification] = asked(api, incident["id"])
    shown = read(api, incident["id"])
    assert (verification.no, verification.putaran, verification.sejak) == (9, 1, repaired)
    assert (verification.job_id, JobKind.VERIFY_INCIDENT) in api.bell.rings
    assert (shown["langkah"], shown["langkah_perbaikan"], shown["putaran"]) == (9, 7, 1)
    assert datetime.fromisoformat(shown["sejak"]) == repaired
    assert (shown["hasil"], shown["pekerjaan"]["status"]) == (None, "queued")


def test_a_person_may_ask_again_from_another_moment_and_a_waiting_one_is_not_doubled(api: Api) -> None:
    incident = walked(api, until=8)
    since = (NOON - timedelta(hours=2)).isoformat()
    kasi = api.client("kasi")

    first = kasi.post(f"/api/v1/incidents/{incident['id']}/verification/run", json={"sejak": since})
    again = kasi.post(f"/api/v1/incidents/{incident['id']}/verification/run", json={"sejak": since})
    default = kasi.post(f"/api/v1/incidents/{incident['id']}/verification/run")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert len(asked(api, incident["id"])) == 2
    assert default.json()["id"] != first.json()["id"]


def test_more_than_three_at_once_are_refused_until_one_has_ended(api: Api) -> None:
    incident = walked(api, until=8)
    path = f"/api/v1/incidents/{incident['id']}/verification/run"
    kasi = api.client("kasi")
    moments = [(NOON - timedelta(hours=hours)).isoformat() for hours in range(1, 4)]
    # One is under way already: reporting the repair asked for it.
    statuses = [kasi.post(path, json={"sejak": since}).status_code for since in moments]

    refused = kasi.post(path, json={"sejak": moments[2]})
    finished(api, incident["id"], a_report(api, finding(api, incident["id"])))
    later = kasi.post(path, json={"sejak": moments[2]})

    assert statuses == [202, 202, 409]
    assert "masih berjalan" in problem_of(refused, 409)["detail"]
    assert later.status_code == 202


def test_asking_is_refused_in_order_and_changes_nothing(api: Api) -> None:
    incident, unrepaired = walked(api, until=8), walked(api, until=3)
    path = f"/api/v1/incidents/{incident['id']}/verification"
    before = api.everything()

    problem_of(api.stranger().post(f"{path}/run", json={}), 401)
    problem_of(api.stranger().get(path), 401)
    problem_of(api.client("opd_lain").get(path), 404)
    problem_of(api.client("opd").get(path), 403)
    problem_of(api.client("opd").post(f"{path}/run", json={}), 403)
    problem_of(api.client("pimpinan").post(f"{path}/run", json={}), 403)
    problem_of(api.client("admin").post(f"{path}/run", json={}), 403)
    problem_of(api.client("kasi").post(f"{path}/run", json={"sejak": "2026-11-21T00:00:00Z"}), 422)
    problem_of(api.client("kasi").post(f"{path}/run", json={"sejak": "kemarin"}), 422)
    problem_of(api.client("kasi").post(f"/api/v1/incidents/{unrepaired['id']}/verification/run", json={}), 422)

    assert api.everything() == before


# --- what it answers -------------------------------------------------------------------------------------------------


def test_the_newest_result_is_shown_with_what_it_does_not_speak_of(api: Api) -> None:
    incident = walked(api, until=8)
    alert = finding(api, incident["id"])
    finished(api, incident["id"], a_report(api, alert))
    later = [an_event(api.clock[0] + timedelta(minutes=n), record=n, host__name="web-1") for n in (1, 2)]
    events_written(api.services.settings, later)

    shown = read(api, incident["id"])

    [again] = shown["hasil"]["kemunculan"]
    assert (again["jumlah"], again["temuan"]) == (12, [alert.id])
    assert again["contoh"][0]["baris"] == "Failed password for root"
    assert shown["pekerjaan"] is None
    assert shown["kejadian_sesudahnya"] == 2
    assert datetime.fromisoformat(shown["kejadian_terbaru"]) == later[1].at


def test_what_came_since_the_repair_is_not_counted_as_before_it(api: Api) -> None:
    incident = walked(api, until=8)
    alert = finding(api, incident["id"], event_count=28)
    early, late = a_detection(id="early", at=NOON - timedelta(hours=1)), a_detection(id="late", event_count=13)
    with api.state.write() as uow:
        for one, at, events in ((early, early.at, 15), (late, NOON + timedelta(minutes=1), 13)):
            assert uow.alerts.claim_detection(replace(one, at=at, event_count=events), alert.id, now=NOON)

    [shown] = read(api, incident["id"])["temuan"]

    assert (shown["temuan"]["event_count"], shown["jumlah_sebelum"]) == (28, 15)
    assert datetime.fromisoformat(shown["terakhir_sebelum"]) == early.at


def test_what_the_running_detection_saw_since_the_repair_is_told_before_anybody_runs_the_check_again(api: Api) -> None:
    incident = walked(api, until=8)
    seen = NOON - timedelta(hours=1)
    before = finding(api, incident["id"], event_count=15, first_seen=seen, last_seen=seen)
    quiet = read(api, incident["id"])["temuan"][0]
    after = replace(before, event_count=28, last_seen=api.clock[0] + timedelta(minutes=1))
    with api.state.write() as uow:
        early = replace(a_detection(id="early"), at=seen, event_count=15)
        assert uow.alerts.claim_detection(early, before.id, now=NOON)
        uow.alerts.save(after, expected_version=before.version)

    [shown] = read(api, incident["id"])["temuan"]

    assert (quiet["jumlah_terdeteksi"], quiet["terakhir_terdeteksi"]) == (0, None)
    assert shown["jumlah_terdeteksi"] == 13
    assert datetime.fromisoformat(shown["terakhir_terdeteksi"]) == after.last_seen


def test_requirements_are_there_nihil_with_the_reason_or_missing(api: Api) -> None:
    clients = {name: api.client(name) for name in PEOPLE}
    incident = carry_out(clients, api.report()["id"], until=6)
    before = {one["nama"]: one["keadaan"] for one in read(api, incident["id"])["kelengkapan"]}
    files = {"file": ("noc.txt", b"grafik", "text/plain")}
    clients["pengelola"].post(f"/api/v1/incidents/{incident['id']}/evidence", files=files, data={"kelengkapan": "NOC"})
    nihil = {"aplikasi security system": "Belum terpasang."}
    complete(clients["pengelola"], incident["id"], 7, {"nihil": nihil})
    complete(clients["pengelola"], incident["id"], 8, {})

    shown = {one["nama"]: one for one in read(api, incident["id"])["kelengkapan"]}

    assert before["NOC"] == before["aplikasi security system"] == "belum_ada"
    assert shown["NOC"]["keadaan"] == "ada"
    assert [one["nama"] for one in shown["NOC"]["bukti"]] == ["noc.txt"]
    app = shown["aplikasi security system"]
    assert (app["keadaan"], app["oleh"]) == ("nihil", "Belum terpasang.")
    assert shown["Laporan Gangguan keamanan"]["keadaan"] == "ada"


def test_open_alerts_on_the_same_hosts_are_shown_unless_they_are_the_incidents_own(api: Api) -> None:
    incident = walked(api, until=8)
    finding(api, incident["id"])
    same_host = api.add_alert(rule_id="other")
    api.add_alert(rule_id="elsewhere", group=(("host.name", "web-11"),))
    api.add_alert(rule_id="over", status=AlertStatus.DISMISSED)

    shown = read(api, incident["id"])

    assert [one["id"] for one in shown["peringatan_terbuka"]] == [same_host.id]


# --- findings over putaran -------------------------------------------------------------------------------------------


def test_what_was_done_against_each_finding_is_told_with_the_repair_and_shown_to_the_verifier(api: Api) -> None:
    clients = {name: api.client(name) for name in PEOPLE}
    incident = carry_out(clients, api.report()["id"], until=6)
    first, second = finding(api, incident["id"]), finding(api, incident["id"], rule_id="other")
    done = {"tindakan": [{"temuan": first.id, "uraian": "Alamat diblokir di firewall."}]}

    complete(clients["pengelola"], incident["id"], 7, {"nihil": NIHIL, "isian": done})

    shown = {one["temuan"]["id"]: one for one in read(api, incident["id"])["temuan"]}
    [told] = shown[first.id]["tindakan"]
    assert (told["uraian"], told["langkah"], told["putaran"]) == ("Alamat diblokir di firewall.", 7, 1)
    assert told["oleh"] == "Pengelola"
    assert shown[second.id]["tindakan"] == []


def test_belum_marks_what_stays_open_and_the_next_putaran_shows_exactly_that(api: Api) -> None:
    clients = {name: api.client(name) for name in PEOPLE}
    incident = carry_out(clients, api.report()["id"], until=6)
    still, over = finding(api, incident["id"]), finding(api, incident["id"], rule_id="other")
    [first_round] = clients["pengelola"].get(f"/api/v1/incidents/{incident['id']}").json()["boleh_saya"]
    complete(clients["pengelola"], incident["id"], 7, {"nihil": NIHIL})
    complete(clients["pengelola"], incident["id"], 8, {})
    finished(api, incident["id"], a_report(api, still, jumlah=7))
    api.pass_time(minutes=1)
    verdict = {"keputusan": "belum", "alasan": "Masih muncul.", "isian": {"temuan_terbuka": [still.id]}}

    complete(clients["kasi"], incident["id"], 9, verdict)

    [second_round] = clients["pengelola"].get(f"/api/v1/incidents/{incident['id']}").json()["boleh_saya"]
    shown = {one["temuan"]["id"]: one for one in read(api, incident["id"])["temuan"]}
    assert set(first_round["temuan_terbuka"]) == {still.id, over.id}
    assert (second_round["putaran"], second_round["temuan_terbuka"]) == (2, [still.id])
    assert (shown[still.id]["terbuka"], shown[over.id]["terbuka"]) == (True, False)
    [past] = shown[still.id]["riwayat"]
    assert (past["putaran"], past["terbuka"], past["muncul"], past["oleh"]) == (1, True, 7, "Kasi")
    [past] = shown[over.id]["riwayat"]
    assert (past["terbuka"], past["muncul"]) == (False, 0)


def test_without_marks_all_findings_stay_open(api: Api) -> None:
    incident = walked(api, until=9)
    alerts = {finding(api, incident["id"]).id, finding(api, incident["id"], rule_id="other").id}

    [allowed] = api.client("pengelola").get(f"/api/v1/incidents/{incident['id']}").json()["boleh_saya"]

    assert set(allowed["temuan_terbuka"]) == alerts


@pytest.mark.parametrize(
    ("until", "who", "no", "body"),
    [
        (6, "pengelola", 7, {"nihil": NIHIL, "isian": {"tindakan": [{"temuan": "asing", "uraian": "x"}]}}),
        (6, "pengelola", 7, {"nihil": NIHIL, "isian": {"temuan_terbuka": ["alert-1"]}}),
        (8, "kasi", 9, {"keputusan": "belum", "alasan": "x", "isian": {"temuan_terbuka": ["asing"]}}),
        (8, "kasi", 9, {"keputusan": "tuntas", "isian": {"temuan_terbuka": ["alert-1"]}}),
        (2, "kasi", 3, {"isian": {"tindakan": [{"temuan": "alert-1", "uraian": "x"}]}}),
    ],
    ids=["unknown finding", "marks in a repair", "unknown mark", "marks with tuntas", "treatment in another step"],
)
def test_what_is_said_of_findings_out_of_place_is_refused(
    api: Api, until: int, who: str, no: int, body: dict[str, Any]
) -> None:
    incident = walked(api, until=until)
    finding(api, incident["id"], id=AlertId("alert-1"))
    before = api.everything()

    problem_of(complete(api.client(who), incident["id"], no, body), 422)

    assert api.everything() == before


def test_a_finding_of_another_incident_is_unknown_here(api: Api) -> None:
    incident, other = walked(api, until=8), api.report(judul="Lain")
    strange = finding(api, other["id"])
    body = {"keputusan": "belum", "alasan": "x", "isian": {"temuan_terbuka": [strange.id]}}

    problem_of(complete(api.client("kasi"), incident["id"], 9, body), 422)


def test_a_script_that_says_nothing_of_findings_goes_through(api: Api) -> None:
    incident = walked(api, until=len(WALK))

    assert incident["status"] == "closed"
    assert len(asked(api, incident["id"])) == 2

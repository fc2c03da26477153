"""How a report came in and its tingkat, by HTTP: written by the office while the incident is open, audited."""

from datetime import timedelta
from typing import Any

import pytest

from ir_platform.domain.penerimaan import Kanal
from tests.support.api import Api, problem_of
from tests.support.builders import NOON, an_alert
from tests.support.walk import carry_out, complete

pytestmark = pytest.mark.usefixtures("untouched")

INTAKE = {
    "kanal": "surat",
    "nomor_surat": "005/77/Dishub",
    "tanggal_surat": "2026-11-18",
    "nomor_agenda": "0451",
    "tanggal_diterima": "2026-11-19",
    "nama": "Sari Utami",
    "instansi": "Kepala UPTD, Dinas Perhubungan",
    "kontak": "0812 0000 1111",
    "lokasi": "Gedung B lantai 2",
    "kejadian": "2026-11-18T01:00:00Z",
    "diketahui": "2026-11-18T02:00:00Z",
    "dilaporkan": "2026-11-18T03:00:00Z",
}
JARINGAN, BOGOR = "kaltim-gangguan-jaringan", "kota-bogor-penanganan-gangguan-jaringan"
ON_BEHALF = {"nama": "Sari Utami", "jabatan": "Kepala UPTD", "cara": "surat", "waktu": "2026-01-05T09:00:00+08:00"}


def path_of(incident_id: str) -> str:
    return f"/api/v1/incidents/{incident_id}/penerimaan"


def test_a_report_keeps_how_it_came_in(api: Api) -> None:
    incident_id = api.report(penerimaan=INTAKE)["id"]

    shown = api.client("kasi").get(path_of(incident_id)).json()

    assert shown == {**INTAKE, "tingkat_usulan": "high", "dapat_diubah": True}


def test_a_report_of_the_contracts_five_fields_knows_nothing_more(api: Api) -> None:
    incident_id = api.report("pemeriksa")["id"]

    shown = api.client("opd_lain").get(path_of(incident_id)), api.client("pemeriksa").get(path_of(incident_id))

    problem_of(shown[0], 404)
    assert not any(value for name, value in shown[1].json().items() if name != "dapat_diubah")


def test_who_reported_it_sees_how_it_came_in_and_may_not_change_it(api: Api) -> None:
    incident_id = api.report(penerimaan=INTAKE)["id"]

    shown = api.client("opd").get(path_of(incident_id)).json()

    assert (shown["nomor_surat"], shown["dapat_diubah"]) == (INTAKE["nomor_surat"], False)


def test_an_alert_opens_with_its_own_times(api: Api) -> None:
    alert = an_alert(first_seen=NOON - timedelta(hours=2), last_seen=NOON - timedelta(minutes=1))
    with api.state.write() as uow:
        incident = api.services.opener.open_from_alert(uow, alert).incident

    with api.state.read() as uow:
        known = uow.penerimaan.get(incident.id)

    assert known is not None
    assert (known.kanal, known.kejadian, known.diketahui) == (Kanal.TEMUAN_DETEKSI, alert.first_seen, api.clock[0])
    assert known.dilaporkan is None


def test_the_office_completes_it_later_and_the_audit_trail_keeps_old_and_new(api: Api) -> None:
    incident_id = api.report(penerimaan={"kanal": "wa", "nama": "Sari"})["id"]

    answer = api.client("pemeriksa").put(path_of(incident_id), json=INTAKE)

    assert answer.status_code == 200, answer.text
    assert answer.json() == {**INTAKE, "tingkat_usulan": "high", "dapat_diubah": True}
    with api.state.read() as uow:
        entry = uow.audit.of_subject(f"incident:{incident_id}")[-1]
    assert entry.fact.action == "penerimaan.recorded"
    assert '"kanal": {"dari": "WA", "menjadi": "surat"}' in entry.fact.details
    kinds = [one["kind"] for one in api.client("kasi").get(f"/api/v1/incidents/{incident_id}/timeline").json()["items"]]
    assert kinds[-1] == "penerimaan_recorded"


def test_the_same_again_changes_nothing(api: Api) -> None:
    incident_id = api.report(penerimaan=INTAKE)["id"]
    before = api.everything()

    assert api.client("kasi").put(path_of(incident_id), json=INTAKE).status_code == 200

    assert api.everything() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kejadian": "2026-11-18T05:00:00Z"}, "Waktu kejadian tidak boleh sesudah waktu diketahui"),
        (
            {"diketahui": None, "kejadian": "2026-11-18T05:00:00Z"},
            "Waktu kejadian tidak boleh sesudah waktu dilaporkan",
        ),
        ({"dilaporkan": "2999-01-01T00:00:00Z"}, "Waktu dilaporkan tidak boleh di masa depan"),
        ({"tanggal_surat": "2026-11-20"}, "Tanggal surat tidak boleh sesudah tanggal diterima"),
        ({"tanggal_diterima": "2999-01-01"}, "Tanggal diterima tidak boleh di masa depan"),
        ({"kanal": "telepati"}, "kanal"),
        ({"kejadian": "2026-11-18T05:00:00"}, "kejadian"),
        ({"nomor_surat": "a\nb"}, "nomor_surat"),
        ({"kontak": "a" * 201}, "kontak"),
        ({"lokasi": "a\x00"}, "lokasi"),
    ],
)
def test_what_cannot_be_true_is_refused_at_both_doors(api: Api, change: dict[str, Any], said: str) -> None:
    incident_id = api.report()["id"]
    before = api.everything()

    put = api.client("kasi").put(path_of(incident_id), json={**INTAKE, **change})
    report = {"judul": "Situs mati", "uraian": "a", "penerimaan": {**INTAKE, **change}}
    posted = api.client("opd").post("/api/v1/reports", json=report)

    assert all(said in problem_of(one, 422)["detail"] for one in (put, posted))
    assert api.everything() == before


@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 401), ("opd_lain", 404), ("opd", 403), ("admin", 403), ("pimpinan", 403)]
)
def test_only_its_officials_write_it_and_set_the_tingkat(api: Api, who: str, status: int) -> None:
    incident_id = api.report()["id"]
    before = api.everything()
    client = api.stranger() if who == "nobody" else api.client(who)
    wrong = {"kanal": 7, "tingkat": 7}

    answers = (
        client.put(path_of(incident_id), json=wrong),
        client.patch(f"/api/v1/incidents/{incident_id}", json=wrong),
    )

    assert [one.status_code for one in answers] == [status, status]
    assert api.everything() == before


def test_a_closed_incident_and_a_stale_view_are_conflicts(api: Api) -> None:
    incident_id = api.report()["id"]
    stale = api.client("kasi").put(path_of(incident_id), json=INTAKE, headers={"If-Match": '"99"'})
    clients = {one: api.client(one) for one in ("pemeriksa", "kabid", "kasi", "pengelola")}
    carry_out(clients, incident_id)
    before = api.everything()

    closed = api.client("kasi").put(path_of(incident_id), json=INTAKE)
    rated = api.client("kasi").patch(f"/api/v1/incidents/{incident_id}", json={"tingkat": "low", "alasan": "x"})

    problem_of(stale, 409)
    assert [problem_of(one, 409)["detail"] for one in (closed, rated)] == ["Insiden sudah ditutup."] * 2
    assert api.everything() == before


def test_the_office_sets_the_tingkat_that_a_reporter_proposed(api: Api) -> None:
    incident_id = api.report()["id"]
    path = f"/api/v1/incidents/{incident_id}"

    without = api.client("kasi").patch(path, json={"tingkat": "critical"})
    changed = api.client("kasi").patch(path, json={"tingkat": "critical", "alasan": "Layanan publik terhenti."})
    again = api.client("kasi").patch(path, json={"tingkat": "critical", "alasan": "Sekali lagi."})

    assert "harus disertai alasan" in problem_of(without, 422)["detail"]
    assert (changed.status_code, changed.json()["level"]) == (200, "critical")
    assert "sudah demikian" in problem_of(again, 409)["detail"]
    assert api.client("kasi").get(path_of(incident_id)).json()["tingkat_usulan"] is None
    last = api.client("kasi").get(f"{path}/timeline").json()["items"][-1]
    assert (last["kind"], last["facts"]) == (
        "level_set",
        {"dari": "Tinggi", "menjadi": "Kritis", "jabatan": "Kasi", "alasan": "Layanan publik terhenti."},
    )


def test_the_office_may_confirm_what_was_proposed(api: Api) -> None:
    incident_id = api.report()["id"]

    answer = api.client("kasi").patch(f"/api/v1/incidents/{incident_id}", json={"tingkat": "high", "alasan": "Sesuai."})

    assert answer.json()["level"] == "high"
    assert api.client("kasi").get(path_of(incident_id)).json()["tingkat_usulan"] is None


def test_what_the_office_reported_itself_is_no_proposal(api: Api) -> None:
    incident_id = api.report("pemeriksa")["id"]

    answer = api.client("kasi").patch(f"/api/v1/incidents/{incident_id}", json={"tingkat": "high", "alasan": "Sama."})

    assert problem_of(answer, 409)


@pytest.mark.parametrize(
    ("playbook", "role"), [(JARINGAN, "kasubag_tu"), (BOGOR, "bogor_kepala_dinas")], ids=["kaltim", "bogor"]
)
def test_a_letter_is_asked_for_until_its_data_or_a_file_is_there(api: Api, playbook: str, role: str) -> None:
    api.add_account("tu", role)
    client, incident_id = api.client("tu"), api.report(playbook=playbook)["id"]
    before = api.everything()

    missing = complete(client, incident_id, 1, {"atas_nama": ON_BEHALF})
    changed_nothing = api.everything() == before
    client.put(path_of(incident_id), json={"kanal": "wa", "nama": "Sari"})
    by_chat = complete(client, incident_id, 1, {"atas_nama": ON_BEHALF})
    client.put(path_of(incident_id), json=INTAKE)
    recorded = complete(client, incident_id, 1, {"atas_nama": ON_BEHALF})

    assert all("Surat belum dicatat" in problem_of(one, 422)["detail"] for one in (missing, by_chat))
    assert changed_nothing
    assert (recorded.status_code, recorded.json()["langkah_aktif"]) == (200, [2])


def test_a_recorded_letter_counts_as_the_kelengkapan(api: Api) -> None:
    api.add_account("tu", "kasubag_tu")
    incident_id = api.report(playbook=JARINGAN, penerimaan=INTAKE)["id"]

    (item,) = api.client("tu").get(f"/api/v1/incidents/{incident_id}").json()["kelengkapan"]

    assert (item["terpenuhi"], item["oleh"]) == (True, "surat nomor 005/77/Dishub tanggal 18 November 2026")

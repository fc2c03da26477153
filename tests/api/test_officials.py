"""The administrator manages offices, accounts and positions; power comes and goes with the days of a position."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from ir_platform.domain.position import Kedudukan
from tests.support.api import Api, problem_of

TODAY = date(2026, 11, 20)
KASI = "kasi_keamanan_jaringan"


def a_plh(api: Api, **changes: Any) -> dict[str, Any]:
    given = {
        "akun": api.account("timteknis").id,
        "jabatan": "Kasi Keamanan Jaringan",
        "peran": [KASI],
        "kedudukan": "plh",
        "mulai": TODAY.isoformat(),
        "sampai": (TODAY + timedelta(days=3)).isoformat(),
        "nomor_surat": "SP 800/12/2026",
        "tanggal_surat": "2026-11-19",
        "menggantikan": api.account("kasi").id,
    }
    return {**given, **changes}


def give(api: Api, **changes: Any) -> httpx.Response:
    return api.client("admin").post("/api/v1/positions", json=a_plh(api, **changes))


def at_step(api: Api, no: int) -> str:
    """An incident of the hard path whose step `no` (at most 3) is active."""
    incident_id: str = api.report("pemeriksa")["id"]
    for step, username in ((1, "pemeriksa"), (2, "kabid"))[: no - 1]:
        answer = complete(api, username, incident_id, step)
        assert answer.status_code == 200, answer.text
    return incident_id


def complete(api: Api, username: str, incident_id: str, no: int, **said: Any) -> httpx.Response:
    body = {"catatan": f"langkah {no}", **said}
    return api.client(username).post(f"/api/v1/incidents/{incident_id}/steps/{no}/complete", json=body)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "officials"),
        ("POST", "officials"),
        ("POST", "officials/x/disable"),
        ("POST", "officials/x/enable"),
        ("POST", "officials/x/password"),
        ("GET", "officials/x/power"),
        ("GET", "positions"),
        ("POST", "positions"),
        ("POST", "positions/x/end"),
        ("POST", "offices"),
    ],
)
@pytest.mark.parametrize("username", [None, "kabid", "opd"])
def test_only_the_administrator_manages_people(api: Api, method: str, path: str, username: str | None) -> None:
    before = api.everything()
    client = api.client(username) if username else api.stranger()
    body = {"username": "baru", "nama": "Baru", "jabatan": "Staf"}

    answer = client.request(method, f"/api/v1/{path}", json=body if path == "officials" else None)

    # What is wrong with a body may be told before who may send one, where there is somebody at all.
    assert answer.status_code in ({401} if username is None else {403, 422})
    assert api.everything() == before


def test_a_new_account_changes_its_one_time_password_and_has_no_power(api: Api) -> None:
    body = {"username": "sari", "nama": "Sari Utami", "jabatan": "Staf"}

    made = api.client("admin").post("/api/v1/officials", json=body)

    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["akun"]["harus_ganti_sandi"], shown["akun"]["posisi"]) == (True, [])
    signing_in = api.stranger().post("/api/v1/auth/token", data={"username": "sari", "password": shown["kata_sandi"]})
    assert signing_in.status_code == 200


def test_a_taken_name_and_an_unknown_office_make_no_account(api: Api) -> None:
    before = api.everything()
    body = {"username": "kasi", "nama": "Lain", "jabatan": "Staf"}

    problem_of(api.client("admin").post("/api/v1/officials", json=body), 409)
    problem_of(api.client("admin").post("/api/v1/officials", json={**body, "username": "x", "kantor": "utama"}), 422)
    problem_of(api.client("admin").post("/api/v1/officials", json={**body, "username": "lain", "kantor": "y"}), 422)

    assert api.everything() == before


def test_an_administrator_neither_disables_nor_resets_itself(api: Api) -> None:
    own = api.account("admin").id

    problem_of(api.client("admin").post(f"/api/v1/officials/{own}/disable"), 422)
    problem_of(api.client("admin").post(f"/api/v1/officials/{own}/password"), 422)
    problem_of(api.client("admin").post("/api/v1/officials/tidak-ada/disable"), 404)


def test_a_disabled_official_is_out_at_once(api: Api) -> None:
    client = api.client("kasi")

    shown = api.client("admin").post(f"/api/v1/officials/{api.account('kasi').id}/disable").json()

    assert shown["nonaktif"] is True
    problem_of(client.get("/api/v1/me"), 401)


def test_a_disabled_official_comes_back_with_a_one_time_password(api: Api) -> None:
    path = f"/api/v1/officials/{api.account('kasi').id}"
    api.client("admin").post(f"{path}/disable")

    back = api.client("admin").post(f"{path}/enable").json()
    again = api.client("admin").post(f"{path}/enable")

    assert (back["akun"]["nonaktif"], back["akun"]["harus_ganti_sandi"]) == (False, True)
    assert problem_of(again, 409)["detail"] == "Akun kasi tidak sedang nonaktif."
    sign_in = {"username": "kasi", "password": back["kata_sandi"]}
    assert api.stranger().post("/api/v1/auth/token", data=sign_in).status_code == 200


def test_a_substitute_acts_by_the_letter_and_every_signature_says_so(api: Api) -> None:
    incident = at_step(api, 3)
    assert give(api).status_code == 201

    done = complete(api, "timteknis", incident, 3)

    line = next(one for one in done.json()["riwayat"] if one["no"] == 3)
    assert line["jabatan"] == "Timteknis"
    assert line["mandat"] == {
        "kedudukan": "plh",
        "jabatan": "Kasi Keamanan Jaringan",
        "letter_number": "SP 800/12/2026",
        "letter_date": "2026-11-19",
        "replaces": "Kasi",
    }
    timeline = api.client("kasi").get(f"/api/v1/incidents/{incident}/timeline").json()["items"]
    told = next(one["facts"] for one in timeline if one["facts"].get("langkah") == "3" and "jabatan" in one["facts"])
    assert told["jabatan"] == "Plh. Kasi Keamanan Jaringan, SP 800/12/2026"
    assert told["menggantikan"] == "Kasi"
    with api.state.read() as uow:
        entry = uow.audit.of_subject(f"incident:{incident}")[-1]
    assert entry.fact.actor_name == "Timteknis (Plh. Kasi Keamanan Jaringan, SP 800/12/2026)"
    assert '"surat": "SP 800/12/2026"' in entry.fact.details


def test_the_holder_keeps_acting_while_a_substitute_is_there(api: Api) -> None:
    incident = at_step(api, 3)
    give(api)

    assert complete(api, "kasi", incident, 3).status_code == 200


@pytest.mark.parametrize("days", [-1, 4])
def test_a_substitution_counts_on_its_days_alone_for_a_token_of_before_too(api: Api, days: int) -> None:
    incident = at_step(api, 3)
    give(api, mulai=(TODAY + timedelta(days=-days)).isoformat() if days < 0 else TODAY.isoformat())
    before = api.everything()
    api.pass_time(days=max(days, 0))

    answer = complete(api, "timteknis", incident, 3)

    if days < 0:
        api.pass_time(days=1)
    assert "Kasi Keamanan Jaringan" in problem_of(answer, 403)["detail"]
    assert api.everything() == before


def test_an_ended_position_loses_its_power_at_once(api: Api) -> None:
    incident, client = at_step(api, 3), api.client("timteknis")
    position = give(api).json()["id"]
    yesterday = (TODAY - timedelta(days=1)).isoformat()

    ended = api.client("admin").post(f"/api/v1/positions/{position}/end", json={"sampai": yesterday})

    assert (ended.status_code, ended.json()["berlaku"]) == (200, False)
    problem_of(client.post(f"/api/v1/incidents/{incident}/steps/3/complete", json={"catatan": "x"}), 403)
    assert [one["kedudukan"] for one in client.get("/api/v1/me").json()["posisi"]] == [Kedudukan.DEFINITIF]


def test_who_did_the_work_is_not_offered_to_verify_it_and_refused_if_it_tries(api: Api) -> None:
    incident = at_step(api, 3)
    give(api)
    said: dict[int, dict[str, Any]] = {
        4: {"keputusan": "sulit"},
        7: {"nihil": {"NOC": "tidak ada", "aplikasi security system": "tidak terpasang"}},
    }
    walk = {3: "kasi", 4: "pengelola", 5: "kasi", 6: "kabid", 7: "timteknis", 8: "pengelola"}
    for no, username in walk.items():
        answer = complete(api, username, incident, no, **said.get(no, {}))
        assert answer.status_code == 200, answer.text
    before = api.everything()

    shown = api.client("timteknis").get(f"/api/v1/incidents/{incident}").json()
    refused = complete(api, "timteknis", incident, 9, keputusan="tuntas")

    assert (shown["langkah_aktif"], shown["boleh_saya"]) == ([9], [])
    assert "yang Anda laksanakan sendiri (langkah 7)" in problem_of(refused, 403)["detail"]
    assert api.everything() == before
    mine = api.client("timteknis").get("/api/v1/incidents", params={"tugas_saya": True}).json()
    assert mine["items"] == []
    assert complete(api, "kasi", incident, 9, keputusan="tuntas").status_code == 200


def test_a_person_with_two_capacities_chooses_one(api: Api) -> None:
    api.give("kasi", KASI, kedudukan=Kedudukan.PLT, jabatan="Kasi Persandian", ends=TODAY, **LETTER)
    incident = at_step(api, 3)

    offered = api.client("kasi").get(f"/api/v1/incidents/{incident}").json()["boleh_saya"][0]["sebagai"]
    done = complete(api, "kasi", incident, 3, sebagai=offered[1]["position_id"])

    assert [one["mandat"] is None for one in offered] == [True, False]
    line = next(one for one in done.json()["riwayat"] if one["no"] == 3)
    assert line["mandat"]["jabatan"] == "Kasi Persandian"


LETTER = {"letter_number": "SP 801/2026", "letter_date": TODAY}


def test_a_position_that_is_not_held_cannot_be_chosen(api: Api) -> None:
    incident = at_step(api, 3)
    before = api.everything()

    problem_of(complete(api, "kasi", incident, 3, sebagai="bukan-miliknya"), 403)

    assert api.everything() == before


def test_me_says_which_positions_are_held_today(api: Api) -> None:
    give(api)

    shown = api.client("timteknis").get("/api/v1/me").json()

    assert [(one["jabatan"], one["kedudukan"], one["kantor_nama"]) for one in shown["posisi"]] == [
        ("Timteknis", "definitif", "Diskominfo Contoh"),
        ("Kasi Keamanan Jaringan", "plh", "Diskominfo Contoh"),
    ]
    assert shown["posisi"][1]["menggantikan"] == "Kasi"
    assert {one["id"] for one in shown["peran"]} == {"tim_teknis", KASI}


def test_a_role_bound_to_one_playbook_gives_no_power_in_another(api: Api) -> None:
    give(api, peran=[f"kaltim-gangguan-jaringan:{KASI}"])

    answer = complete(api, "timteknis", at_step(api, 3), 3)

    problem_of(answer, 403)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nomor_surat": None}, "surat"),
        ({"nomor_surat": "  "}, "surat"),
        ({"tanggal_surat": None}, "surat"),
        ({"sampai": None}, "hari terakhir"),
        ({"menggantikan": None}, "digantikan"),
        ({"sampai": "2026-11-01"}, "Hari terakhir"),
        ({"jabatan": " "}, "jabatan"),
        ({"peran": ["bukan_peran"]}, "Peran"),
        ({"peran": ["bukan-sop:tim_teknis"]}, "Peran"),
        ({"kedudukan": "definitif"}, "menggantikan"),
        ({"kantor": "tidak-ada"}, "Kantor"),
    ],
)
def test_a_substitution_needs_a_letter_dates_and_somebody_to_stand_in_for(
    api: Api, change: dict[str, Any], field: str
) -> None:
    before = api.everything()

    answer = give(api, **change)

    assert field.lower() in problem_of(answer, 422)["detail"].lower()
    assert api.everything() == before


def test_nobody_stands_in_for_himself_and_no_administrator_for_anybody(api: Api) -> None:
    own = api.account("timteknis").id

    problem_of(give(api, menggantikan=own), 422)
    problem_of(give(api, akun=api.account("admin").id), 422)
    problem_of(give(api, akun="tidak-ada"), 404)


def test_an_ended_position_is_not_made_longer(api: Api) -> None:
    position = give(api).json()["id"]

    answer = api.client("admin").post(f"/api/v1/positions/{position}/end", json={"sampai": "2027-01-01"})

    problem_of(answer, 422)
    problem_of(api.client("admin").post("/api/v1/positions/lain/end", json={"sampai": "2026-11-20"}), 404)


def test_every_change_stands_in_the_audit_trail(api: Api) -> None:
    admin = api.client("admin")
    admin.post("/api/v1/offices", json={"id": "dishub", "kode": "DISHUB", "nama": "Dinas Perhubungan"})
    position = give(api).json()["id"]
    admin.post(f"/api/v1/positions/{position}/end", json={"sampai": "2026-11-20"})

    with api.state.read() as uow:
        entries = [(entry.fact.action, entry.fact.actor) for entry in uow.audit.entries()]

    by = api.account("admin").id
    assert entries == [("office.created", by), ("position.given", by), ("position.ended", by)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": "Dis hub", "kode": "DISHUB", "nama": "x"}, 422),
        ({"id": "dishub", "kode": "dishub", "nama": "x"}, 422),
        ({"id": "dishub", "kode": "DISHUB", "nama": " "}, 422),
        ({"id": "utama", "kode": "LAIN", "nama": "x"}, 409),
        ({"id": "lain", "kode": "UTAMA", "nama": "x"}, 409),
    ],
)
def test_an_office_has_an_id_a_code_and_a_name_of_its_own(api: Api, body: dict[str, str], status: int) -> None:
    before = api.everything()

    problem_of(api.client("admin").post("/api/v1/offices", json=body), status)

    assert api.everything() == before


def test_lists_show_the_home_office_first_and_positions_that_have_ended(api: Api) -> None:
    position = give(api, sampai="2026-11-20").json()["id"]
    api.pass_time(days=2)

    offices = api.client("kasi").get("/api/v1/offices").json()["items"]
    positions = api.client("admin").get("/api/v1/positions").json()["items"]

    assert [(one["id"], one["nama"]) for one in offices] == [("utama", "Diskominfo Contoh")]
    assert next(one["berlaku"] for one in positions if one["id"] == position) is False
    assert sum(one["berlaku"] for one in positions) == len(positions) - 1

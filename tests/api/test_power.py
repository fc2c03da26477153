"""Who may act today and why; a mandate on every signature; one substitute at a time; the office's midnight."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.test_officials import KASI, TODAY, at_step, complete, give
from tests.support.api import Api, problem_of

LETTER = "SP 800/12/2026"
SIGNED = f"Plh. Kasi Keamanan Jaringan, {LETTER}"
MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
"""Of 21 November in the office, by WITA."""


def power(api: Api, username: str) -> dict[str, Any]:
    answer = api.client("admin").get(f"/api/v1/officials/{api.account(username).id}/power")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def holders(api: Api, incident: str, *, by: str = "kabid") -> dict[int, list[tuple[str, bool]]]:
    found = api.client(by).get(f"/api/v1/incidents/{incident}/holders").json()["items"]
    return {one["no"]: [(each["nama"], each["terhalang"]) for each in one["orang"]] for one in found}


def plt(api: Api, username: str, **changes: Any) -> httpx.Response:
    given = {"akun": api.account(username).id, "kedudukan": "plt", "menggantikan": None}
    return give(api, **{**given, **changes})


def test_what_an_official_may_do_today_is_said_with_the_position_and_the_letter(api: Api) -> None:
    incident = at_step(api, 3)
    give(api)

    shown = power(api, "timteknis")

    own, standing_in = shown["jabatan"]
    assert (own["posisi"]["jabatan"], own["posisi"]["kedudukan"]) == ("Timteknis", "definitif")
    assert (standing_in["posisi"]["nomor_surat"], standing_in["posisi"]["menggantikan_nama"]) == (LETTER, "Kasi")
    security = next(one for one in standing_in["sop"] if one["id"] == "kaltim-gangguan-keamanan-jaringan")
    assert (security["peran"], security["langkah"]) == (["Kasi Keamanan Jaringan"], [3, 5, 9, 11])
    assert [(one["insiden"], one["no"], one["satu_satunya"]) for one in shown["menunggu"]] == [(incident, 3, False)]
    assert (shown["hari"], shown["tanpa_kuasa"]) == (TODAY.isoformat(), None)


def test_a_step_that_only_one_account_can_do_is_marked_before_anybody_disables_it(api: Api) -> None:
    incident = at_step(api, 3)

    (waiting,) = power(api, "kasi")["menunggu"]

    assert (waiting["insiden"], waiting["no"], waiting["satu_satunya"]) == (incident, 3, True)


@pytest.mark.parametrize(
    ("username", "why"), [("admin", "administrator"), ("opd", "tanpa_jabatan"), ("kasi", "nonaktif")]
)
def test_an_account_without_power_is_told_why(api: Api, username: str, why: str) -> None:
    if why == "nonaktif":
        api.client("admin").post(f"/api/v1/officials/{api.account('kasi').id}/disable")

    shown = power(api, username)

    assert (shown["tanpa_kuasa"], shown["jabatan"], shown["menunggu"]) == (why, [], [])
    listed = api.client("admin").get("/api/v1/officials").json()["items"]
    assert not any(held["berlaku"] for one in listed if one["username"] == username for held in one["posisi"])


def test_the_power_of_nobody_is_not_there(api: Api) -> None:
    problem_of(api.client("admin").get("/api/v1/officials/tidak-ada/power"), 404)


def test_a_step_outlives_the_account_that_held_it_and_is_done_by_the_next_plt(api: Api) -> None:
    incident = at_step(api, 3)
    api.client("admin").post(f"/api/v1/officials/{api.account('kasi').id}/disable")
    vacant = holders(api, incident)
    assert plt(api, "kasi_infra").status_code == 201

    done = complete(api, "kasi_infra", incident, 3)

    assert vacant == {3: []}
    assert done.status_code == 200, done.text
    assert done.json()["riwayat"][-2]["mandat"]["kedudukan"] == "plt"


def test_whoever_reads_an_incident_sees_who_may_act_and_whom_his_own_work_bars(api: Api) -> None:
    incident = walked_to_nine(api)
    give(api)

    shown = api.client("timteknis").get(f"/api/v1/incidents/{incident}").json()

    assert shown["terhalang"] == [{"no": 9, "done": [7], "putaran": 1}]
    assert shown["boleh_saya"] == []
    assert holders(api, incident) == {9: [("Kasi", False), ("Timteknis", True)]}
    assert api.client("kasi").get(f"/api/v1/incidents/{incident}").json()["terhalang"] == []
    assert [(one["no"], one["satu_satunya"]) for one in power(api, "kasi")["menunggu"]] == [(9, True)]


def walked_to_nine(api: Api) -> str:
    incident = at_step(api, 3)
    nothing = {"NOC": "tidak ada", "aplikasi security system": "tidak terpasang"}
    walk: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (3, "kasi", {}),
        (4, "pengelola", {"keputusan": "sulit"}),
        (5, "kasi", {}),
        (6, "kabid", {}),
        (7, "timteknis", {"nihil": nothing}),
        (8, "pengelola", {}),
    )
    for no, username, said in walk:
        answer = complete(api, username, incident, no, **said)
        assert answer.status_code == 200, answer.text
    return incident


def test_notes_levels_and_reopening_are_signed_with_the_mandate(api: Api) -> None:
    incident = walked_to_nine(api)
    give(api, akun=api.account("kasi_infra").id)
    client = api.client("kasi_infra")

    noted = client.post(f"/api/v1/incidents/{incident}/steps/9/note", json={"catatan": "Menunggu laporan NOC."})
    rated = client.patch(f"/api/v1/incidents/{incident}", json={"tingkat": "critical", "alasan": "Meluas."})
    for no, username in ((9, "kasi_infra"), (10, "kabid"), (11, "kasi_infra"), (12, "pengelola")):
        answer = complete(api, username, incident, no, **({"keputusan": "tuntas"} if no == 9 else {}))
        assert answer.status_code == 200, answer.text
    reopened = client.post(f"/api/v1/incidents/{incident}/reopen", json={"alasan": "Muncul lagi."})

    assert (noted.status_code, rated.status_code, reopened.status_code) == (200, 200, 200)
    assert noted.json()["catatan"][0]["jabatan"] == SIGNED
    timeline = client.get(f"/api/v1/incidents/{incident}/timeline").json()["items"]
    titles = {one["kind"]: one["facts"].get("jabatan") for one in timeline}
    assert {titles[kind] for kind in ("note_added", "level_set", "reopened")} == {SIGNED}
    with api.state.read() as uow:
        names = {entry.fact.action: entry.fact.actor_name for entry in uow.audit.of_subject(f"incident:{incident}")}
    signed = {names[action] for action in ("step.noted", "incident.level_set", "incident.reopened")}
    assert signed == {f"Kasi_Infra ({SIGNED})"}


def test_two_people_are_not_plt_of_one_jabatan_on_the_same_days(api: Api) -> None:
    plt(api, "timteknis")
    before = api.everything()

    answer = plt(api, "pengelola", jabatan="kasi  keamanan jaringan", mulai="2026-11-23", sampai="2026-12-31")

    assert "Timteknis sudah menjadi Plt. Kasi Keamanan Jaringan" in problem_of(answer, 409)["detail"]
    assert "20-11-2026 sampai 23-11-2026" in answer.json()["detail"]
    assert api.everything() == before


@pytest.mark.parametrize(
    "change",
    [
        {"mulai": "2026-11-24", "sampai": "2026-11-30"},
        {"jabatan": "Kasi Persandian"},
        {"kantor": "dishub"},
    ],
)
def test_another_day_jabatan_or_office_takes_another_plt(api: Api, change: dict[str, Any]) -> None:
    api.add_office("dishub")
    plt(api, "timteknis")

    assert plt(api, "pengelola", **change).status_code == 201


def test_a_longer_letter_for_the_same_person_may_overlap_and_an_ended_or_disabled_one_bars_nobody(api: Api) -> None:
    admin = api.client("admin")
    first = plt(api, "timteknis").json()["id"]
    longer = plt(api, "timteknis", sampai="2026-12-31", nomor_surat="SP 900/2026")
    for one in (first, longer.json()["id"]):
        ended = admin.post(f"/api/v1/positions/{one}/end", json={"sampai": "2026-11-19"})
        assert ended.status_code == 200, ended.text

    second = plt(api, "pengelola")
    admin.post(f"/api/v1/officials/{api.account('pengelola').id}/disable")
    third = plt(api, "kasi_infra")

    assert [one.status_code for one in (longer, second, third)] == [201, 201, 201]


def test_two_plh_stand_in_for_two_holders_of_one_jabatan_but_not_for_one(api: Api) -> None:
    api.add_account("kasi_dua", KASI)
    give(api)

    other = give(api, akun=api.account("pengelola").id, menggantikan=api.account("kasi_dua").id)
    same = give(api, akun=api.account("kasi_infra").id)

    assert other.status_code == 201
    problem_of(same, 409)


def test_a_mandate_ends_with_the_last_second_of_its_day_in_the_office(api: Api) -> None:
    incident = at_step(api, 3)
    give(api, sampai=TODAY.isoformat())
    client = api.client("timteknis")
    path = f"/api/v1/incidents/{incident}/steps/3/complete"

    api.clock[0] = MIDNIGHT - timedelta(seconds=1)
    offered = client_of(api).get(f"/api/v1/incidents/{incident}").json()["boleh_saya"]
    api.clock[0] = MIDNIGHT
    before = api.everything()
    refused = client_of(api).post(path, json={"catatan": "x"})

    assert [one["no"] for one in offered] == [3]
    problem_of(refused, 403)
    assert api.everything() == before
    assert client.get("/api/v1/me").status_code == 401, "the token of noon has run out, as it should"


def test_a_mandate_begins_with_the_offices_midnight_not_with_that_of_utc(api: Api) -> None:
    incident = at_step(api, 3)
    give(api, mulai=date(2026, 11, 21).isoformat())

    api.clock[0] = MIDNIGHT - timedelta(seconds=1)
    early = client_of(api).post(f"/api/v1/incidents/{incident}/steps/3/complete", json={"catatan": "x"})
    api.clock[0] = MIDNIGHT
    done = client_of(api).post(f"/api/v1/incidents/{incident}/steps/3/complete", json={"catatan": "x"})

    problem_of(early, 403)
    assert done.status_code == 200, done.text


def client_of(api: Api) -> httpx.Client:
    """With a token of this moment."""
    return api.client("timteknis")


def test_what_was_signed_before_a_mandate_ended_keeps_naming_it(api: Api) -> None:
    incident = at_step(api, 3)
    position = give(api).json()["id"]
    complete(api, "timteknis", incident, 3)

    api.client("admin").post(f"/api/v1/positions/{position}/end", json={"sampai": "2026-11-19"})

    shown = api.client("kasi").get(f"/api/v1/incidents/{incident}").json()["riwayat"]
    assert next(one for one in shown if one["no"] == 3)["mandat"]["letter_number"] == LETTER


def test_an_incident_says_that_it_is_only_shared(api: Api) -> None:
    api.add_office("dishub")
    api.add_account("dishub_kasi", KASI, office_id="dishub")
    incident = api.report("pemeriksa")["id"]
    body = {"office": "dishub", "reason": "Layanan bersama."}
    api.client("kabid").post(f"/api/v1/incidents/{incident}/share", json=body)

    theirs = api.client("dishub_kasi").get(f"/api/v1/incidents/{incident}").json()
    ours = api.client("kasi").get(f"/api/v1/incidents/{incident}").json()

    assert (theirs["hanya_baca"], ours["hanya_baca"]) == (True, False)
    assert holders(api, incident, by="dishub_kasi") == {1: [("Pemeriksa", False)]}

"""The administrator's part of the calendar, and what the calendar answers."""

from typing import Any

import pytest

from tests.support.api import Api, problem_of

CALENDAR = "/api/v1/calendar"
DAYS = f"{CALENDAR}/days"
A_DAY = {"tanggal": "2026-12-01", "jenis": "libur", "uraian": "Hari jadi kota"}
TABLE = "tanggal,uraian,jenis\n2026-12-01,Hari jadi kota,libur\n2026-13-01,Salah\n05/12/2026;Pengganti;kerja"


def listed(api: Api) -> list[tuple[str, str, str]]:
    items = api.client("admin").get(DAYS).json()["items"]
    return [(one["tanggal"], one["jenis"], one["uraian"]) for one in items]


def due(api: Api, **asked: str) -> dict[str, Any]:
    params = {"mulai": "2026-11-30T10:00:00+08:00", "waktu": "2 hari", **asked}
    answer = api.client("kasi").get(f"{CALENDAR}/due", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_closure_is_added_and_puts_limits_off(api: Api) -> None:
    before = due(api)["kalimat"]

    answer = api.client("admin").post(DAYS, json=A_DAY)

    assert answer.status_code == 201
    assert answer.json()["oleh"] == "Admin"
    assert before == "2 Desember 2026 pukul 10.00 WITA"
    assert due(api)["kalimat"] == "3 Desember 2026 pukul 10.00 WITA"


def test_a_second_word_on_a_day_takes_the_place_of_the_first(api: Api) -> None:
    client = api.client("admin")
    client.post(DAYS, json=A_DAY)

    client.post(DAYS, json={**A_DAY, "jenis": "kerja", "uraian": "Tetap masuk"})

    assert listed(api) == [("2026-12-01", "kerja", "Tetap masuk")]


def test_a_day_is_taken_back_and_then_there_is_none_to_take(api: Api) -> None:
    client = api.client("admin")
    client.post(DAYS, json=A_DAY)

    first, second = (client.delete(f"{DAYS}/2026-12-01") for _ in range(2))

    assert first.status_code == 204
    problem_of(second, 404)
    assert listed(api) == []


def test_a_list_is_looked_at_before_it_is_stored(api: Api) -> None:
    answer = api.client("admin").post(f"{DAYS}/import", json={"isi": TABLE}).json()

    assert [one["tanggal"] for one in answer["hari"]] == ["2026-12-01", "2026-12-05"]
    assert answer["ditolak"] == [{"baris": 3, "alasan": "tanggal 2026-13-01 tidak ada di kalender"}]
    assert answer["disimpan"] == 0
    assert listed(api) == []


def test_the_good_lines_of_a_list_are_stored(api: Api) -> None:
    answer = api.client("admin").post(f"{DAYS}/import", json={"isi": TABLE, "simpan": True}).json()

    assert answer["disimpan"] == 2
    assert listed(api) == [("2026-12-01", "libur", "Hari jadi kota"), ("2026-12-05", "kerja", "Pengganti")]


def test_each_change_stands_in_the_audit_trail(api: Api) -> None:
    client = api.client("admin")

    client.post(DAYS, json=A_DAY)
    client.delete(f"{DAYS}/2026-12-01")
    client.put(f"{CALENDAR}/ramadan/1448", json={"mulai": "2027-02-09", "sampai": "2027-03-09"})
    client.delete(f"{CALENDAR}/ramadan/1448")

    with api.state.read() as uow:
        actions = [one.fact.action for one in uow.audit.entries()]
    assert actions[-4:] == [
        "calendar.days_put",
        "calendar.day_removed",
        "calendar.ramadan_set",
        "calendar.ramadan_removed",
    ]


def test_the_decreed_ramadan_is_shown_instead_of_the_computed_one(api: Api) -> None:
    client = api.client("admin")
    before = {one["tahun_hijriah"]: one for one in client.get(f"{CALENDAR}/ramadan").json()["items"]}

    client.put(f"{CALENDAR}/ramadan/1448", json={"mulai": "2027-02-09", "sampai": "2027-03-09"})

    after = {one["tahun_hijriah"]: one for one in client.get(f"{CALENDAR}/ramadan").json()["items"]}
    assert (before[1448]["mulai"], before[1448]["ditetapkan_oleh"]) == ("2027-02-08", None)
    assert (after[1448]["mulai"], after[1448]["ditetapkan_oleh"]) == ("2027-02-09", "Admin")
    assert list(after) == sorted(after)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", DAYS, A_DAY),
        ("POST", f"{DAYS}/import", {"isi": TABLE, "simpan": True}),
        ("DELETE", f"{DAYS}/2026-12-01", None),
        ("PUT", f"{CALENDAR}/ramadan/1448", {"mulai": "2027-02-09", "sampai": "2027-03-09"}),
        ("DELETE", f"{CALENDAR}/ramadan/1448", None),
    ],
)
def test_only_the_administrator_of_the_program_changes_the_calendar(
    api: Api, method: str, path: str, body: dict[str, object] | None
) -> None:
    before = api.everything()

    problem_of(api.stranger().request(method, path, json=body), 401)
    problem_of(api.client("kabid").request(method, path, json=body), 403)

    assert api.everything() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", DAYS, {**A_DAY, "uraian": ""}),
        ("POST", DAYS, {**A_DAY, "jenis": "cuti"}),
        ("POST", DAYS, {**A_DAY, "tanggal": "1999-01-01"}),
        ("POST", DAYS, {**A_DAY, "kantor": "tidak-ada"}),
        ("POST", f"{DAYS}/import", {"isi": "\n" * 2_001}),
        ("PUT", f"{CALENDAR}/ramadan/1448", {"mulai": "2027-02-09", "sampai": "2027-02-20"}),
        ("PUT", f"{CALENDAR}/ramadan/1448", {"mulai": "2027-03-09", "sampai": "2027-02-09"}),
        ("PUT", f"{CALENDAR}/ramadan/1", {"mulai": "2027-02-09", "sampai": "2027-03-09"}),
    ],
)
def test_what_no_calendar_has_is_refused(api: Api, method: str, path: str, body: dict[str, object]) -> None:
    before = api.everything()

    problem_of(api.client("admin").request(method, path, json=body), 422)

    assert api.everything() == before


@pytest.mark.parametrize("waktu", ["", "lama", "2 hari lagi", "999999 hari"])
def test_a_limit_that_cannot_be_read_is_bad_input(api: Api, waktu: str) -> None:
    params = {"mulai": "2026-11-30T10:00:00+08:00", "waktu": waktu}

    problem_of(api.client("kasi").get(f"{CALENDAR}/due", params=params), 422)


def test_a_time_beyond_the_calendar_is_bad_input(api: Api) -> None:
    params = {"mulai": "9999-12-31T23:00:00+00:00", "waktu": "2 hari"}

    problem_of(api.client("kasi").get(f"{CALENDAR}/due", params=params), 422)

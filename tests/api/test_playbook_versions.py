"""Versions of SOPs over HTTP: who reads, writes and puts in force, and what is refused."""

import json
from copy import deepcopy
from typing import Any

import httpx
import pytest

from playbooks.library import shipped
from tests.support.api import Api, problem_of

ID = "kaltim-gangguan-keamanan-jaringan"
HERE = f"/api/v1/playbooks/{ID}"
VERSIONS = f"{HERE}/versions"
SHIPPED = shipped().get(ID)


def drafted(api: Api, *, by: str = "admin", **body: Any) -> dict[str, Any]:
    answer = api.client(by).post(VERSIONS, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def saved(api: Api, draft: dict[str, Any], *, by: str = "admin", **head: Any) -> httpx.Response:
    body = {"versi": draft["versi"], "isi": {**draft["isi"], **head}, "catatan": "uji"}
    return api.client(by).put(f"{VERSIONS}/{draft['nomor']}", json=body)


def enforced(
    api: Api,
    draft: dict[str, Any],
    *,
    replaces: str = SHIPPED.sha256,
    by: str = "admin",
    reason: str = "Disahkan kepala dinas",
) -> httpx.Response:
    body = {"sha256": draft["sha256"], "menggantikan": replaces, "alasan": reason}
    return api.client(by).post(f"{VERSIONS}/{draft['nomor']}/put-in-force", json=body)


def test_before_anything_is_written_the_shipped_version_is_in_force(api: Api) -> None:
    answer = api.client("kasi").get(VERSIONS).json()

    assert [(one["nomor"], one["status"], one["boleh_saya"]) for one in answer["items"]] == [(0, "berlaku", [])]
    assert api.client("opd").get(HERE).json()["versi"] == 0


def test_a_draft_is_copied_changed_compared_and_put_in_force(api: Api) -> None:
    draft = drafted(api, by="pimpinan", catatan="Setelah evaluasi")
    draft = saved(api, draft, by="pimpinan", judul="Gangguan Keamanan Siber").json()

    difference = api.client("kasi").get(f"{VERSIONS}/1/diff").json()
    answer = enforced(api, draft)

    assert [(one["bagian"], one["isi"]) for one in difference["perubahan"]] == [
        (
            "kepala",
            [
                {
                    "bidang": "judul",
                    "kata": "Judul",
                    "lama": "Gangguan Keamanan Jaringan",
                    "baru": "Gangguan Keamanan Siber",
                }
            ],
        )
    ]
    assert (difference["sha256_lama"], difference["sha256_baru"]) == (SHIPPED.sha256, draft["sha256"])
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["diberlakukan_oleh"]) == ("berlaku", "Admin (Admin)")
    assert answer.json()["alasan_berlaku"] == "Disahkan kepala dinas"
    assert [(one["nomor"], one["status"]) for one in api.client("kasi").get(VERSIONS).json()["items"]] == [
        (1, "berlaku"),
        (0, "digantikan"),
    ]
    shown = api.client("opd").get(HERE).json()
    assert (shown["judul"], shown["versi"]) == ("Gangguan Keamanan Siber", 1)
    listed = api.client("opd").get("/api/v1/playbooks").json()["items"]
    assert [one["versi"] for one in listed if one["id"] == ID] == [1]


def test_a_draft_is_saved_with_its_faults_told_in_place_and_is_not_put_in_force(api: Api) -> None:
    draft = drafted(api)
    steps = deepcopy(draft["isi"]["langkah"])
    steps[8]["keputusan"][0]["ke"] = 99
    steps[2]["uraian"] = ""

    saving = saved(api, draft, langkah=steps)
    before = api.everything()
    refusal = enforced(api, saving.json())

    assert saving.status_code == 200, saving.text
    assert saving.json()["sop"] is None
    assert saving.json()["isi"]["langkah"][8]["keputusan"][0]["ke"] == 99
    assert [(one["tingkat"], one["di"], one["alasan"]) for one in saving.json()["temuan"]] == [
        ("galat", "Langkah 3 › Uraian", "tidak boleh kosong")
    ]
    assert problem_of(refusal, 422)["errors"][0]["tempat"] == "langkah.2.uraian"
    assert api.everything() == before


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_put_in_force(api: Api, reason: str) -> None:
    draft = saved(api, drafted(api), judul="Lain").json()
    before = api.everything()

    problem_of(enforced(api, draft, reason=reason), 422)

    assert api.everything() == before


def test_a_form_is_judged_without_being_kept(api: Api) -> None:
    form = drafted(api)["isi"]
    form["langkah"][1]["berikut"] = 99
    before = api.everything()

    judged = api.client("pimpinan").post(f"{HERE}/check", json={"isi": form}).json()

    assert [(one["tempat"], one["alasan"]) for one in judged["temuan"] if one["tingkat"] == "galat"] == [
        (["langkah", 1, "berikut"], "langkah 99 tidak ada")
    ]
    assert judged["sop"]["langkah"][1]["berikut"] == 99
    assert api.everything() == before


def test_a_second_writer_of_the_same_draft_is_told(api: Api) -> None:
    draft = drafted(api)
    saved(api, draft, judul="Pertama")
    before = api.everything()

    problem_of(saved(api, draft, by="pimpinan", judul="Kedua"), 409)

    assert api.everything() == before


@pytest.mark.parametrize("changed", ["draft", "in force"])
def test_what_was_not_looked_at_is_not_put_in_force(api: Api, changed: str) -> None:
    seen = drafted(api)
    if changed == "draft":
        saved(api, seen, judul="Lain")
    else:
        enforced(api, saved(api, drafted(api), judul="Lain").json())
    before = api.everything()

    problem_of(enforced(api, seen), 409)

    assert api.everything() == before


def test_a_draft_is_given_up(api: Api) -> None:
    draft = drafted(api)

    answer = api.client("pimpinan").post(f"{VERSIONS}/1/discard", json={"versi": draft["versi"]})

    assert (answer.json()["status"], answer.json()["boleh_saya"]) == ("dibatalkan", [])
    problem_of(saved(api, answer.json()), 409)
    problem_of(enforced(api, answer.json()), 409)


def test_a_version_is_brought_in_as_a_file(api: Api) -> None:
    draft = drafted(api, teks=SHIPPED.text, catatan="Dari berkas")

    assert (draft["berdasar"], draft["sha256"]) == (None, SHIPPED.sha256)


DEEP = "a: " + "[" * 100_000
BOMB = "a: &a [x, x]\n" + "\n".join(f"{name}: &{name} [*a, *a]" for name in "bcdefgh")
HOSTILE = {
    "alias bomb": BOMB,
    "tag": f"!!python/object/apply:os.system ['id']\n{SHIPPED.text}",
    "deep nesting": DEEP,
    "no YAML": "a: [1",
    "no SOP": "judul: saja",
    "another SOP": shipped().get("kaltim-gangguan-jaringan").text,
    "too long": "# " + "x" * 290_000,
    "control character": "a\x00b",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_refused_and_nothing_is_kept(api: Api, text: str) -> None:
    before = api.everything()

    problem_of(api.client("admin").post(VERSIONS, json={"teks": text}), 422)

    assert api.everything() == before


def test_ten_megabytes_are_refused_before_they_are_read(api: Api) -> None:
    problem_of(api.client("admin").post(VERSIONS, json={"teks": "x" * 10_000_000}), 413)


def nested(depth: int) -> Any:
    value: Any = "dalam"
    for _ in range(depth):
        value = [value]
    return value


FORMS: dict[str, Any] = {
    "deep": {"id": ID, "catatan": nested(100)},
    "many": {"id": ID, "catatan": ["x"] * 50_000},
    "another SOP": {"id": "kaltim-gangguan-jaringan"},
    "control character": {"id": ID, "judul": "a\x1bb"},
    "half a surrogate pair": {"id": ID, "judul": "a\ud800"},
    "large": {"id": ID, "catatan": ["x" * 3_000] * 100},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_hostile_form_is_refused_and_nothing_changes(api: Api, form: Any) -> None:
    draft = drafted(api)
    before = api.everything()

    body = json.dumps({"versi": draft["versi"], "isi": form})  # half a pair as its escape: no client would send more
    headers = {"Content-Type": "application/json"}
    problem_of(api.client("admin").put(f"{VERSIONS}/1", content=body, headers=headers), 422)

    assert api.everything() == before


def test_json_deeper_than_python_goes_is_refused(api: Api) -> None:
    body = b'{"isi": {"id": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}"

    answer = api.client("admin").post(f"{HERE}/check", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)


CALLS = {
    "create": ("POST", VERSIONS, {}),
    "save": ("PUT", f"{VERSIONS}/1", {"versi": 1, "isi": {}}),
    "check": ("POST", f"{HERE}/check", {"isi": {}}),
    "enforce": ("POST", f"{VERSIONS}/1/put-in-force", {"sha256": "", "menggantikan": ""}),
    "discard": ("POST", f"{VERSIONS}/1/discard", {"versi": 1}),
}


@pytest.mark.parametrize(("method", "path", "body"), CALLS.values(), ids=CALLS)
def test_strangers_and_executors_change_nothing(api: Api, method: str, path: str, body: dict[str, Any]) -> None:
    drafted(api)
    before = api.everything()

    problem_of(api.stranger().request(method, path, json=body), 401)
    problem_of(api.client("kasi").request(method, path, json=body), 403)
    problem_of(api.client("opd").request(method, path, json=body), 403)
    problem_of(api.page_client("admin", csrf=False).request(method, path, json=body), 403)

    assert api.everything() == before


def test_leadership_writes_drafts_but_does_not_put_them_in_force(api: Api) -> None:
    draft = drafted(api, by="pimpinan")
    before = api.everything()

    refusal = problem_of(enforced(api, draft, by="pimpinan"), 403)

    assert refusal["detail"] == "SOP hanya diberlakukan oleh administrator program."
    assert draft["boleh_saya"] == ["simpan", "batalkan"]
    assert api.everything() == before


@pytest.mark.parametrize("path", [VERSIONS, f"{VERSIONS}/0", f"{VERSIONS}/0/diff"])
def test_versions_are_read_by_the_office_only(api: Api, path: str) -> None:
    problem_of(api.stranger().get(path), 401)
    problem_of(api.client("opd").get(path), 403)

    assert api.client("kasi").get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api/v1/playbooks/tidak-ada/versions", f"{VERSIONS}/7", f"{VERSIONS}/7/diff", f"{VERSIONS}/0/diff?dengan=7"],
)
def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    problem_of(api.client("admin").get(path), 404)


def test_not_found_comes_before_not_allowed_and_before_a_bad_body(api: Api) -> None:
    drafted(api)

    problem_of(api.client("kasi").put(f"{VERSIONS}/7", json={"versi": "x"}), 404)
    problem_of(api.client("kasi").put(f"{VERSIONS}/1", json={"versi": "x"}), 403)
    problem_of(api.client("admin").put(f"{VERSIONS}/1", json={"versi": "x"}), 422)
    problem_of(api.client("admin").put(f"{VERSIONS}/1", json={"versi": 9, "isi": {"id": "lain"}}), 409)


def test_an_incident_reported_after_it_follows_the_version_in_force(api: Api) -> None:
    before = api.report()
    draft = saved(api, drafted(api), judul="Versi kantor").json()
    enforced(api, draft)

    after = api.report()

    reads = api.client("kasi")
    old, new = (reads.get(f"/api/v1/incidents/{one['id']}/playbook").json() for one in (before, after))
    assert (old["versi"], old["versi_berlaku"], old["judul"]) == (0, 1, SHIPPED.sop.judul)
    assert (new["versi"], new["versi_berlaku"], new["judul"]) == (1, 1, "Versi kantor")
    problem_of(api.client("opd_lain").get(f"/api/v1/incidents/{before['id']}/playbook"), 404)


def test_a_change_of_versions_reaches_the_live_page(api: Api) -> None:
    drafted(api)

    with api.state.read() as uow:
        topics = [one.topic for one in uow.changes.after(0, limit=10)]
    assert topics == ["playbook"]

"""Steps of somebody outside the office, by HTTP: recorded on behalf, with proof, and shown as such."""

from typing import Any

import pytest

from tests.support.api import Api, problem_of

pytestmark = pytest.mark.usefixtures("untouched")

ON_BEHALF = {"nama": "Sari Utami", "jabatan": "Kepala UPTD", "cara": "surat", "waktu": "2026-01-05T09:00:00+08:00"}
LETTER = "Surat Permohonan Penggunaan Jaringan"


def reported(api: Api) -> str:
    api.add_account("kasubag_tu", "kasubag_tu")
    api.add_account("kadis", "kepala_dinas")
    incident_id = api.report(playbook="kaltim-gangguan-jaringan")["id"]
    answer = api.client("kasubag_tu").post(
        f"/api/v1/incidents/{incident_id}/evidence",
        files={"file": ("surat.pdf", b"%PDF-1.4 surat", "application/pdf")},
        data={"kelengkapan": LETTER},
    )
    assert answer.status_code == 201, answer.text
    return str(incident_id)


def complete(api: Api, incident_id: str, username: str, no: int, **body: Any) -> Any:
    return api.client(username).post(f"/api/v1/incidents/{incident_id}/steps/{no}/complete", json=body)


def test_a_letter_is_recorded_on_behalf_of_its_writer_and_the_next_step_passes_from_one_to_the_other(api: Api) -> None:
    incident_id = reported(api)

    first = complete(api, incident_id, "kasubag_tu", 1, atas_nama=ON_BEHALF).json()
    half = complete(api, incident_id, "kasubag_tu", 2, catatan="diteruskan").json()
    whole = complete(api, incident_id, "kadis", 2, catatan="disposisi").json()

    assert first["langkah_aktif"] == [2]
    line = first["riwayat"][0]
    assert (line["oleh"], line["atas_nama"]["nama"], line["atas_nama"]["cara"]) == (
        api.account("kasubag_tu").display_name,
        "Sari Utami",
        "surat",
    )
    assert (half["langkah_aktif"], half["menunggu"][0]["pelaksana"]) == ([2], ["Kepala Dinas"])
    assert whole["langkah_aktif"] == [3]


def test_who_may_record_is_told_for_whom(api: Api) -> None:
    incident_id = reported(api)

    (mine,) = api.client("kasubag_tu").get(f"/api/v1/incidents/{incident_id}").json()["boleh_saya"]

    assert (mine["no"], mine["dapat_atas_nama"], mine["wajib_atas_nama"]) == (1, "Pengguna Jaringan", True)


@pytest.mark.parametrize(
    ("username", "atas_nama", "status", "said"),
    [
        ("kasi", ON_BEHALF, 403, "Langkah 1 dilaksanakan oleh Pengguna Jaringan"),
        ("kasubag_tu", None, 422, "atas nama siapa"),
        ("kasubag_tu", {**ON_BEHALF, "cara": "lisan"}, 422, "harus disampaikan dengan surat"),
        ("kasubag_tu", {**ON_BEHALF, "cara": "telepati"}, 422, "cara"),
        ("kasubag_tu", {**ON_BEHALF, "waktu": "2026-01-05T09:00:00"}, 422, "waktu"),
        ("kasubag_tu", {**ON_BEHALF, "waktu": "2999-01-05T09:00:00+08:00"}, 422, "masa depan"),
        ("kasubag_tu", {**ON_BEHALF, "nama": " "}, 422, "nama"),
    ],
)
def test_what_is_recorded_wrongly_is_refused(api: Api, username: str, atas_nama: Any, status: int, said: str) -> None:
    incident_id = reported(api)
    before = api.everything()

    answer = complete(api, incident_id, username, 1, atas_nama=atas_nama)

    assert said in problem_of(answer, status)["detail"]
    assert api.everything() == before

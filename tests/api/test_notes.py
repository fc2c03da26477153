"""Notes on a step that stays active, by HTTP."""

from typing import Any

import pytest

from playbooks.engine import MAX_NOTES
from tests.support.api import Api, problem_of
from tests.support.walk import complete

pytestmark = pytest.mark.usefixtures("untouched")


def note(api: Api, who: str, incident_id: str, no: int, **body: Any) -> Any:
    return api.client(who).post(f"/api/v1/incidents/{incident_id}/steps/{no}/note", json=body)


def test_a_note_is_kept_and_the_step_stays_active(api: Api) -> None:
    incident_id = api.report()["id"]

    answer = note(api, "pemeriksa", incident_id, 1, catatan=" Menunggu log dari OPD. ")

    incident = answer.json()
    assert answer.status_code == 200, answer.text
    assert (incident["langkah_aktif"], incident["putaran"]) == ([1], {"1": 1})
    (kept,) = incident["catatan"]
    assert (kept["no"], kept["putaran"], kept["catatan"]) == (1, 1, "Menunggu log dari OPD.")
    last = api.client("kasi").get(f"/api/v1/incidents/{incident_id}/timeline").json()["items"][-1]
    assert (last["kind"], last["facts"]["catatan"]) == ("note_added", "Menunggu log dari OPD.")
    with api.state.read() as uow:
        assert uow.audit.of_subject(f"incident:{incident_id}")[-1].fact.action == "step.noted"


def test_notes_stay_with_the_step_once_it_is_done(api: Api) -> None:
    incident_id = api.report()["id"]
    note(api, "pemeriksa", incident_id, 1, catatan="Belum selesai.")

    done = complete(api.client("pemeriksa"), incident_id, 1, {"catatan": "Dicatat."}).json()

    assert [one["catatan"] for one in done["catatan"]] == ["Belum selesai."]


@pytest.mark.parametrize(
    ("who", "no", "body", "status"),
    [
        ("nobody", 1, {"catatan": "a"}, 401),
        ("opd_lain", 1, {"catatan": "a"}, 404),
        ("pemeriksa", 99, {"catatan": "a"}, 404),
        ("kasi", 1, {"catatan": "a"}, 403),
        ("admin", 1, {"catatan": "a"}, 403),
        ("opd", 1, {"catatan": 7}, 403),
        ("kabid", 2, {"catatan": "a"}, 409),
        ("pemeriksa", 1, {"catatan": "  "}, 422),
        ("pemeriksa", 1, {"catatan": "a\x00"}, 422),
        ("pemeriksa", 1, {"catatan": "a", "putaran": 2}, 409),
    ],
)
def test_refusals_change_nothing(api: Api, who: str, no: int, body: dict[str, Any], status: int) -> None:
    incident_id = api.report()["id"]
    before = api.everything()
    client = api.stranger() if who == "nobody" else api.client(who)

    answer = client.post(f"/api/v1/incidents/{incident_id}/steps/{no}/note", json=body)

    problem_of(answer, status)
    assert api.everything() == before


def test_the_notes_of_one_activation_have_an_end(api: Api) -> None:
    incident_id = api.report()["id"]
    client = api.client("pemeriksa")
    path = f"/api/v1/incidents/{incident_id}/steps/1/note"
    for number in range(MAX_NOTES):
        assert client.post(path, json={"catatan": f"ke-{number}"}).status_code == 200

    answer = client.post(path, json={"catatan": "satu lagi"})

    assert f"sudah memuat {MAX_NOTES} catatan" in problem_of(answer, 422)["detail"]

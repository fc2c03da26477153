"""The triage queue by HTTP."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from ir_platform.domain.alert import AlertStatus, IncidentId, Level
from tests.support.api import Api, problem_of
from tests.support.builders import NOON


def act(client: httpx.Client, alert_id: str, verb: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return client.post(f"/api/v1/alerts/{alert_id}/{verb}", json=body)


def test_the_queue_is_for_the_office_alone(api: Api) -> None:
    alert = api.add_alert()

    for path in ("/api/v1/alerts", f"/api/v1/alerts/{alert.id}"):
        problem_of(api.stranger().get(path), 401)
        problem_of(api.client("opd").get(path), 403)
        assert api.client("pimpinan").get(path).status_code == 200


def test_an_alert_is_shown_with_what_made_it_and_what_to_look_at(api: Api) -> None:
    alert = api.add_alert()

    shown = api.client("kasi").get(f"/api/v1/alerts/{alert.id}").json()

    assert shown["group"] == {"host.name": "web-1", "source.ip": "203.0.113.9"}
    assert [event["summary"] for event in shown["events"]] == ["Failed password for root from 203.0.113.9"]
    assert (shown["count"], shown["event_count"], shown["status"]) == (1, 20, "new")
    assert shown["look_at"]


def test_the_queue_is_newest_first_and_filtered(api: Api) -> None:
    old = api.add_alert(group=(("host.name", "a"),), level=Level.LOW)
    new = api.add_alert(group=(("host.name", "b"),), last_seen=NOON + timedelta(minutes=1))
    dismissed = api.add_alert(group=(("host.name", "c"),), status=AlertStatus.DISMISSED)
    client = api.client("kasi")

    def found(**query: Any) -> list[str]:
        return [one["id"] for one in client.get("/api/v1/alerts", params=query).json()["items"]]

    assert found()[0] == new.id
    assert found(level="low") == [old.id]
    assert found(status=["dismissed"]) == [dismissed.id]
    assert sorted(found(status=["new", "dismissed"])) == sorted([old.id, new.id, dismissed.id])


@pytest.mark.parametrize("verb", ["acknowledge", "dismiss", "escalate"])
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("opd", 403), ("kasi", 403), ("admin", 403)])
def test_only_who_records_disturbances_decides_about_alerts(api: Api, verb: str, who: str | None, status: int) -> None:
    alert = api.add_alert()
    client, before = api.client(who) if who else api.stranger(), api.everything()

    answer = act(client, alert.id, verb, {"alasan": "uji"})

    problem_of(answer, status)
    assert api.everything() == before


@pytest.mark.parametrize("verb", ["acknowledge", "dismiss", "escalate"])
def test_an_unknown_alert_is_missing(api: Api, verb: str) -> None:
    answer = act(api.client("pemeriksa"), "unknown", verb, {"alasan": "uji"})

    assert problem_of(answer, 404)["detail"] == "Temuan tidak ditemukan."


def test_what_is_wrong_with_a_dismissal_is_told_to_nobody_who_may_not_dismiss(api: Api) -> None:
    at = f"/api/v1/alerts/{api.add_alert().id}/dismiss"

    problem_of(api.stranger().post(at, content=b"{", headers={"Content-Type": "application/json"}), 401)
    problem_of(api.client("kasi").post(at, json={"alasan": 1}), 403)
    problem_of(api.client("pemeriksa").post("/api/v1/alerts/unknown/dismiss", json={"alasan": 1}), 404)
    problem_of(api.client("pemeriksa").post(at, json={"alasan": 1}), 422)


def test_an_alert_is_acknowledged_once(api: Api) -> None:
    alert, client = api.add_alert(), api.client("pemeriksa")

    first, second = act(client, alert.id, "acknowledge"), act(client, alert.id, "acknowledge")

    assert (first.json()["status"], first.json()["version"]) == ("acknowledged", 2)
    assert "sudah diterima" in problem_of(second, 409)["detail"]


@pytest.mark.parametrize(
    "body", [{}, {"alasan": ""}, {"alasan": "  "}, {"alasan": "a\x00"}, {"alasan": "a" * 2001}, None]
)
def test_an_alert_is_not_dismissed_without_a_reason_that_can_be_kept(api: Api, body: dict[str, str] | None) -> None:
    alert, client = api.add_alert(), api.client("pemeriksa")
    before = api.everything()

    answer = act(client, alert.id, "dismiss", body)

    problem_of(answer, 422)
    assert api.everything() == before


def test_a_dismissal_keeps_its_reason_and_its_author(api: Api) -> None:
    alert = api.add_alert()

    answer = act(api.client("pemeriksa"), alert.id, "dismiss", {"alasan": " Pemindaian terjadwal. "})

    assert (answer.json()["status"], answer.json()["reason"]) == ("dismissed", "Pemindaian terjadwal.")
    with api.state.read() as uow:
        last = list(uow.audit.entries())[-1].fact
    assert (last.action, last.actor_name) == ("alert.dismissed", "Pemeriksa (Pemeriksa)")
    assert "Pemindaian terjadwal." in last.details


def test_an_escalated_alert_is_an_incident_on_the_sop(api: Api) -> None:
    alert = api.add_alert(level=Level.LOW)

    answer = act(api.client("pemeriksa"), alert.id, "escalate")

    shown = answer.json()
    incident = api.client("pemeriksa").get(f"/api/v1/incidents/{shown['incident_id']}").json()
    assert shown["status"] == "escalated"
    assert (incident["langkah_aktif"], incident["pelapor"]) == ([1], "Deteksi otomatis")
    assert [one["id"] for one in incident["temuan"]] == [alert.id]


@pytest.mark.parametrize("status", [AlertStatus.DISMISSED, AlertStatus.CLOSED, AlertStatus.MERGED])
def test_a_decided_alert_is_not_escalated_and_takes_no_number(api: Api, status: AlertStatus) -> None:
    alert, client = api.add_alert(status=status), api.client("pemeriksa")
    before = api.everything()

    answer = act(client, alert.id, "escalate")

    problem_of(answer, 409)
    assert api.everything() == before
    assert api.bell.rings == []


def test_an_alert_of_an_incident_is_decided_in_the_incident(api: Api) -> None:
    incident_id = IncidentId(api.report()["id"])
    alert, client = api.add_alert(incident_id=incident_id), api.client("pemeriksa")

    answers = [act(client, alert.id, "escalate"), act(client, alert.id, "dismiss", {"alasan": "uji"})]

    for answer in answers:
        assert "bagian insiden" in problem_of(answer, 409)["detail"]


def test_merged_alerts_count_together_and_keep_what_they_held(api: Api) -> None:
    target, other = api.add_alert(), api.add_alert(group=(("host.name", "web-2"),), count=3, event_count=7)
    client = api.client("pemeriksa")

    answer = client.post("/api/v1/alerts/merge", json={"into": target.id, "ids": [other.id]})

    assert (answer.json()["count"], answer.json()["event_count"]) == (4, 27)
    gone = client.get(f"/api/v1/alerts/{other.id}").json()
    assert (gone["status"], gone["count"], gone["group"]) == ("merged", 3, {"host.name": "web-2"})


@pytest.mark.parametrize(
    ("ids", "status"),
    [(["itself"], 409), (["other", "other"], 409), (["unknown"], 404), ([], 422), (["a\x00"], 422), ("other", 422)],
)
def test_what_cannot_be_merged_changes_nothing(api: Api, ids: Any, status: int) -> None:
    target, other = api.add_alert(), api.add_alert(group=(("host.name", "web-2"),))
    names = {"itself": target.id, "other": other.id}
    sent = [names.get(one, one) for one in ids] if isinstance(ids, list) else ids
    client, before = api.client("pemeriksa"), api.everything()

    answer = client.post("/api/v1/alerts/merge", json={"into": target.id, "ids": sent})

    problem_of(answer, status)
    assert api.everything() == before


def test_an_alert_that_changed_meanwhile_is_not_overwritten(api: Api) -> None:
    alert, client = api.add_alert(), api.client("pemeriksa")
    with api.state.write() as uow:
        uow.alerts.save(replace(alert, count=2), expected_version=1)

    answer = act(client, alert.id, "acknowledge")

    assert (answer.json()["count"], answer.json()["version"]) == (2, 3)

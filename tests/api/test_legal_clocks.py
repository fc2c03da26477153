"""Clocks that a law begins: by an official's word, by name, and never by the program."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.api import Api, problem_of
from tests.support.builders import NOON

pytestmark = pytest.mark.usefixtures("untouched")

A_RATING = {"kind": "bssn_1x24", "reason": "Layanan vital terganggu."}


def path_of(incident: dict[str, Any], *rest: str) -> str:
    return "/".join((f"/api/v1/incidents/{incident['id']}/legal-clocks", *rest))


def rated(api: Api, incident: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = api.client("kabid").post(path_of(incident), json={**A_RATING, **changes})
    assert answer.status_code == 201, answer.text
    clock: dict[str, Any] = answer.json()
    return clock


def sent(api: Api, incident: dict[str, Any], clock: dict[str, Any], **changes: Any) -> httpx.Response:
    body = {"at": api.clock[0].isoformat(), "how": "E-mail ke TTIS sektor, nomor 1/2026", **changes}
    return api.client("kabid").post(path_of(incident, clock["id"], "sent"), json=body)


@pytest.mark.parametrize(("kind", "hours"), [("bssn_1x24", 24), ("pdp_3x24", 72)])
def test_a_rating_begins_the_laws_hours_from_when_the_office_knew(api: Api, kind: str, hours: int) -> None:
    incident = api.report()
    api.pass_time(hours=2)
    known = NOON + timedelta(hours=1)

    clock = rated(api, incident, kind=kind, since=known.isoformat())

    assert clock["since"] == "2026-11-20T05:00:00Z"
    assert clock["sisa_menit"] == (hours - 1) * 60
    assert clock["sisa"] == f"{hours - 1} jam"
    assert clock["rated_by"] == "Kabid (Kabid)"
    assert clock["terlambat"] is False


def test_without_a_time_the_office_knew_when_the_incident_was_opened(api: Api) -> None:
    incident = api.report()
    api.pass_time(hours=2)

    assert rated(api, incident)["since"] == "2026-11-20T04:00:00Z"


def test_without_a_time_the_office_knew_when_the_intake_says_so(api: Api) -> None:
    incident = api.report()
    intake = {"kanal": "surat", "kejadian": "2026-11-20T01:00:00Z", "diketahui": "2026-11-20T02:00:00Z"}
    answer = api.client("kasi").put(f"/api/v1/incidents/{incident['id']}/penerimaan", json=intake)
    assert answer.status_code == 200, answer.text

    clock = rated(api, incident)

    assert clock["since"] == "2026-11-20T02:00:00Z"
    text = api.client("kasi").get(path_of(incident, clock["id"], "draft")).json()["teks"]
    assert "- 20 November 2026 pukul 09.00 WITA: Kejadian, menurut laporan\n- 20 November 2026 pukul 10.00 WITA" in text


def test_the_rating_stands_in_kronologi_and_audit_trail_by_name(api: Api) -> None:
    incident = api.report()

    rated(api, incident)

    lines = api.client("kasi").get(f"/api/v1/incidents/{incident['id']}/timeline").json()["items"]
    (line,) = [one for one in lines if one["kind"] == "legal_rated"]
    assert (line["actor"], line["facts"]["alasan"]) == ("Kabid", "Layanan vital terganggu.")
    with api.state.read() as uow:
        assert "legal.rated" in [one.fact.action for one in uow.audit.of_subject(f"incident:{incident['id']}")]


def test_what_was_sent_ends_the_clock_with_when_how_and_proof(api: Api) -> None:
    incident = api.report()
    clock = rated(api, incident)
    proof = api.client("kabid").post(
        f"/api/v1/incidents/{incident['id']}/evidence", files={"file": ("surat.txt", b"terkirim", "text/plain")}
    )
    api.pass_time(hours=3)

    answer = sent(api, incident, clock, evidence_id=proof.json()["id"])

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["sisa_menit"] is None
    assert shown["sent"]["evidence_id"] == proof.json()["id"]
    assert shown["sent"]["terlambat"] is False
    listed = api.client("kasi").get(path_of(incident)).json()
    assert listed["items"] == [shown]
    lines = api.client("kasi").get(f"/api/v1/incidents/{incident['id']}/timeline").json()["items"]
    assert [one["facts"]["bukti"] for one in lines if one["kind"] == "legal_sent"] == ["surat.txt"]


def test_what_was_sent_too_late_says_so(api: Api) -> None:
    incident = api.report()
    clock = rated(api, incident)
    api.pass_time(hours=25)

    assert api.client("kasi").get(path_of(incident)).json()["items"][0]["sisa_menit"] == -60
    assert sent(api, incident, clock).json()["terlambat"] is True


def test_the_draft_has_contact_description_chronology_and_impact_and_leaves_gaps_to_people(api: Api) -> None:
    incident = api.report()
    clock = rated(api, incident)

    text = api.client("kasi").get(path_of(incident, clock["id"], "draft")).json()["teks"]

    for part in ("1. Kontak", "2. Uraian", "3. Kronologi", "4. Dampak", "(RANCANGAN)", "[Diisi pejabat:"):
        assert part in text
    assert incident["nomor"] in text
    assert "Batas pengiriman: 21 November 2026 pukul 12.00 WITA" in text


@pytest.mark.parametrize(("who", "status"), [("opd_lain", 404), ("admin", 403), ("pimpinan", 403), ("kasi_infra", 403)])
def test_only_an_official_of_the_incidents_sop_rates_it(api: Api, who: str, status: int) -> None:
    incident = api.report()
    clock = rated(api, incident)
    before = api.everything()

    # The body is wrong as well: who may not is told that first.
    problem_of(api.client(who).post(path_of(incident), json={"kind": "x"}), status)
    problem_of(api.client(who).post(path_of(incident, clock["id"], "sent"), json={}), status)

    assert api.everything() == before


def test_a_stranger_and_an_unknown_incident_are_refused(api: Api) -> None:
    incident = api.report()

    problem_of(api.stranger().get(path_of(incident)), 401)
    problem_of(api.stranger().post(path_of(incident), json=A_RATING), 401)
    problem_of(api.client("kabid").post(path_of({"id": "tidak-ada"}), json=A_RATING), 404)


def test_whoever_may_only_read_is_told_so(api: Api) -> None:
    incident = api.report()

    assert api.client("kabid").get(path_of(incident)).json()["boleh"] is True
    assert api.client("pimpinan").get(path_of(incident)).json()["boleh"] is False


def test_an_incident_is_rated_once_by_each_law_and_sent_once(api: Api) -> None:
    incident = api.report()
    clock = rated(api, incident)
    rated(api, incident, kind="pdp_3x24")
    sent(api, incident, clock)
    before = api.everything()

    problem_of(api.client("kabid").post(path_of(incident), json=A_RATING), 409)
    problem_of(sent(api, incident, clock), 409)

    assert api.everything() == before


@pytest.mark.parametrize(
    "changes",
    [{"reason": " "}, {"kind": "lainnya"}, {"since": "2030-01-01T00:00:00Z"}, {"since": "2026-11-20T04:00:00"}],
)
def test_a_rating_without_reason_or_of_a_time_to_come_is_refused(api: Api, changes: dict[str, str]) -> None:
    incident = api.report()
    before = api.everything()

    problem_of(api.client("kabid").post(path_of(incident), json={**A_RATING, **changes}), 422)

    assert api.everything() == before


@pytest.mark.parametrize(
    "changes",
    [{"how": ""}, {"at": "2030-01-01T00:00:00Z"}, {"at": "2020-01-01T00:00:00Z"}, {"evidence_id": "milik-lain"}],
)
def test_a_sending_that_cannot_be_is_refused(api: Api, changes: dict[str, str]) -> None:
    incident = api.report()
    clock = rated(api, incident)
    before = api.everything()

    problem_of(sent(api, incident, clock, **changes), 422)

    assert api.everything() == before


def test_a_clock_of_another_incident_is_not_found(api: Api) -> None:
    incident, other = api.report(), api.report()
    clock = rated(api, incident)

    problem_of(sent(api, other, clock), 404)
    problem_of(api.client("kasi").get(path_of(other, clock["id"], "draft")), 404)

"""Files in captures that YARA rules match: evidence with custody, given out under a password only."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.pcap.objects import ExtractedFile
from ir_platform.app.exhibits import Exhibits, FoundIn, MatchedFile
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.event import EventId
from ir_platform.domain.incident import IncidentStatus
from tests.support.api import Api, problem_of
from tests.support.builders import an_alert

PAGE = b"<html><script>alert(1)</script>penanda-uji-42</html>"
CAPTURE = "c" * 64


def exhibits(api: Api) -> Exhibits:
    services = api.services
    return Exhibits(
        state=api.state, files=services.files, clock=services.clock, new_id=services.new_id, limit_bytes=10_000
    )


def a_match(folder: Path, content: bytes = PAGE, *, event_id: str = "e" * 32) -> MatchedFile:
    digest = sha256(content).hexdigest()
    (folder / digest).write_bytes(content)
    file = ExtractedFile(
        sha256=digest, name="../masuk\u202efdp.html", media_type="text/html", size=len(content), source="http"
    )
    return MatchedFile(file=file, rules=("webshell_uji",), event_ids=(event_id,))


def found_in(incident_id: str | None) -> FoundIn:
    known = None if incident_id is None else IncidentId(incident_id)
    return FoundIn(sha256=CAPTURE, name="a.pcap", incident_id=known)


def test_a_file_in_a_capture_that_is_evidence_becomes_evidence_beside_it(api: Api, tmp_path: Path) -> None:
    incident = api.report()["id"]

    kept = exhibits(api).keep([a_match(tmp_path)], tmp_path, found_in(incident))

    client = api.client("kasi")
    (one,) = client.get(f"/api/v1/incidents/{incident}/evidence").json()["items"]
    (line,) = client.get(f"/api/v1/incidents/{incident}/evidence/{one['id']}/custody").json()["items"]
    assert kept == 1
    assert (one["sha256"], one["media_type"], one["added_by"]) == (sha256(PAGE).hexdigest(), "text/plain", "Sistem")
    assert one["name"] == "../masuk⟨U+202E⟩fdp.html"
    assert (line["tindakan"], line["oleh"], line["cara"]) == ("diterima", "Analisis tangkapan", "sistem")
    assert line["keterangan"] == {
        "bagian": f"berkas dalam tangkapan a.pcap (SHA-256 {CAPTURE})",
        "protokol": "http",
        "yara": "webshell_uji",
    }


def test_it_is_given_out_under_a_password_only_and_never_as_a_page(api: Api, tmp_path: Path) -> None:
    incident = api.report()["id"]
    exhibits(api).keep([a_match(tmp_path)], tmp_path, found_in(incident))
    client = api.client("kasi")
    (one,) = client.get(f"/api/v1/incidents/{incident}/evidence").json()["items"]
    place = f"/api/v1/incidents/{incident}/evidence/{one['id']}"

    plain, locked = client.get(f"{place}/content"), client.get(f"{place}/sample.zip")

    assert one["hanya_terkunci"] == "cocok dengan aturan YARA"
    assert problem_of(plain, 409)["detail"].startswith("Isi berkas cocok dengan aturan YARA")
    assert locked.status_code == 200
    assert locked.headers["content-type"] == "application/octet-stream"
    assert locked.headers["content-disposition"].startswith("attachment;")
    assert PAGE not in locked.content


def test_a_capture_that_is_analysed_again_adds_nothing(api: Api, tmp_path: Path) -> None:
    incident = api.report()["id"]
    before = exhibits(api).keep([a_match(tmp_path)], tmp_path, found_in(incident))

    again = exhibits(api).keep([a_match(tmp_path)], tmp_path, found_in(incident))

    assert (before, again) == (1, 0)


def test_a_file_of_an_intake_s_capture_goes_to_the_incident_of_its_alert(api: Api, tmp_path: Path) -> None:
    incident, other = api.report()["id"], api.report()["id"]
    alert = an_alert(rule_title="Berkas dalam tangkapan cocok dengan aturan YARA", incident_id=IncidentId(incident))
    with api.state.write() as uow:
        uow.alerts.add(replace(alert, events=tuple(replace(one, id=EventId("f" * 32)) for one in alert.events)))
    behind, unknown = a_match(tmp_path, event_id=EventId("f" * 32)), a_match(tmp_path, b"lain", event_id="0" * 32)

    kept = exhibits(api).keep([behind, unknown], tmp_path, found_in(None))

    with api.state.read() as uow:
        assert [one.sha256 for one in uow.evidence.of_incident(IncidentId(incident))] == [behind.file.sha256]
        assert uow.evidence.of_incident(IncidentId(other)) == ()
    assert kept == 1


@pytest.mark.parametrize("size", [0, 10_001])
def test_a_closed_incident_and_a_file_over_the_limit_keep_nothing(api: Api, tmp_path: Path, size: int) -> None:
    incident = api.report()["id"]
    if not size:
        with api.state.write() as uow:
            known = uow.incidents.get(IncidentId(incident))
            assert known is not None
            closed = replace(known, status=IncidentStatus.CLOSED, version=known.version + 1)
            uow.incidents.save(closed, expected_version=known.version)

    kept = exhibits(api).keep([a_match(tmp_path, PAGE + bytes(size))], tmp_path, found_in(incident))

    assert kept == 0
    files = (api.services.settings.data_dir / "files").rglob("*")
    assert [one for one in files if one.is_file() and one.stat().st_size] == []

"""Files of a live capture: kept as evidence of an incident by the API's own rules, or carried into the store."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ir_platform.app.handover import Carried, HandoverError
from ir_platform.app.ingest_file import FileIngest
from ir_platform.app.live_capture import ToEvidence, ToStore
from ir_platform.app.tools import locate_tshark
from ir_platform.app.wiring import are_captures_available
from ir_platform.config import Settings
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.event import EventBatch
from ir_platform.domain.media_type import PCAP
from playbooks.errors import UnknownIncidentError
from tests.support.api import Api
from tests.support.captures import browsing, write_capture
from tests.support.require import need

CALLED = "tangkapan-eth0-20261120T040000.000000Z.pcapng"


def to_evidence(api: Api, incident_id: str) -> ToEvidence:
    with api.state.read() as uow:
        account = uow.accounts.by_username("pengelola")
    assert account is not None
    return ToEvidence(
        incident_id=IncidentId(incident_id),
        account=account,
        files=api.services.files,
        state=api.state,
        runner=api.services.runner,
        analyse=api.services.analyse,
        limit_bytes=1_000_000,
    )


def test_a_full_file_becomes_evidence_with_custody_and_its_analysis_is_queued(api: Api, tmp_path: Path) -> None:
    incident = api.report()["id"]
    path = write_capture(tmp_path, browsing())

    said = to_evidence(api, incident).take(path, called=CALLED)

    client = api.client("kasi")
    (one,) = client.get(f"/api/v1/incidents/{incident}/evidence").json()["items"]
    (line,) = client.get(f"/api/v1/incidents/{incident}/evidence/{one['id']}/custody").json()["items"]
    shown = client.get(f"/api/v1/incidents/{incident}/evidence/{one['id']}/capture").json()
    assert said == f"bukti {one['id']}, SHA-256 {one['sha256']}"
    assert (one["name"], one["media_type"], one["size"]) == (CALLED, PCAP, path.stat().st_size)
    assert (line["tindakan"], line["oleh"], line["cara"]) == ("diterima", "Pengelola (Pengelola)", "cli")
    assert line["terverifikasi"]
    assert shown["job"]["status"] == "queued"


def test_an_incident_that_is_not_there_keeps_nothing(api: Api, tmp_path: Path) -> None:
    path = write_capture(tmp_path, browsing())

    with pytest.raises(UnknownIncidentError):
        to_evidence(api, "tiada").take(path, called=CALLED)

    kept = [
        one for one in (api.services.settings.data_dir / "files").rglob("*") if one.is_file() and one.stat().st_size
    ]
    assert kept == []


@dataclass
class FallingIntake:
    """An intake whose server goes down once, in the middle of a file."""

    bodies: dict[str, bytes]
    falls: int

    @contextmanager
    def connect(self) -> Iterator["FallingIntake"]:
        yield self

    def carry(self, batch: EventBatch) -> Carried:
        if len(self.bodies) and self.falls:
            self.falls -= 1
            raise HandoverError(reason="koneksi ke proses intake terputus")
        self.bodies.update(zip(batch.ids, batch.bodies, strict=True))
        return Carried(stored=len(batch))

    def flush(self) -> None:
        """Everything can be found already."""


@pytest.mark.real
def test_a_file_whose_carrying_broke_off_is_carried_again_with_the_same_events(tmp_path: Path) -> None:
    need(are_captures_available(), "tshark")
    path = write_capture(tmp_path, browsing())
    intake, waited = FallingIntake(bodies={}, falls=2), list[float]()
    ingest = FileIngest(settings=Settings(data_dir=tmp_path), find_tshark=locate_tshark)

    said = ToStore(ingest=ingest, intake=intake.connect, sleep=waited.append).take(path, called=CALLED)

    kinds = [json.loads(body)["event.dataset"] for body in intake.bodies.values()]
    assert sorted(kinds) == ["dns", "dns", "file", "flow", "flow", "flow", "http", "tls"]
    assert len(waited) == 2
    assert said == "8 kejadian, 0 temuan baru, 0 insiden dibuka"


@pytest.mark.real
def test_a_file_without_a_packet_is_passed_over(tmp_path: Path) -> None:
    need(are_captures_available(), "tshark")
    path = write_capture(tmp_path, [])
    intake = FallingIntake(bodies={}, falls=0)
    ingest = FileIngest(settings=Settings(data_dir=tmp_path), find_tshark=locate_tshark)

    assert ToStore(ingest=ingest, intake=intake.connect).take(path, called=CALLED) is None

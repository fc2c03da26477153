"""The result page of a capture by HTTP: what its analysis stored, the job that does it, and one flow cut out of it."""

import gzip
import json
import os
import shutil
import struct
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.pcap.capture_file import CaptureFile
from ir_platform.app.capture_events import labelled
from ir_platform.app.demo_capture import pcap_bytes
from ir_platform.app.handover import Carried
from ir_platform.app.ingest_file import FileIngest, IngestCounts
from ir_platform.app.jobs import CancelWishedError
from ir_platform.app.tools import locate_tshark
from ir_platform.domain.alert import EventRef
from ir_platform.domain.event import Event, EventBatch, batch_of
from ir_platform.domain.job import JobId, JobKind
from tests.support.api import Api, events_written, problem_of
from tests.support.builders import NOON, an_event
from tests.support.captures import CLIENT, FLOW, WEB, browsing
from tests.support.require import need

SHA256 = "c" * 64


def sent(api: Api, content: bytes) -> dict[str, Any]:
    path = f"/api/v1/incidents/{api.report()['id']}/evidence"
    answer = api.client("pengelola").post(path, files={"file": ("a.pcap", content)})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = {**answer.json(), "at": f"{path}/{answer.json()['id']}"}
    return shown


@pytest.fixture
def capture(api: Api) -> dict[str, Any]:
    """A capture that was sent as evidence, with the address of its results."""
    return sent(api, pcap_bytes(browsing()))


def stored(api: Api, sha256: str, *events: Event) -> None:
    events_written(api.services.settings, labelled(batch_of(list(events)), sha256=sha256))


def a_flow(number: int, *, source: str = "10.0.0.1", size: int = 100, **fields: Any) -> Event:
    given = {
        "event__dataset": "flow",
        "source__ip": source,
        "destination__ip": "192.0.2.7",
        "destination__port": 443,
        "network__transport": "tcp",
        "network__bytes": size,
        "network__packets": 2,
        "source__bytes": size - 10,
        "destination__bytes": 10,
    }
    return an_event(record=number, **{**given, **fields})


def get(client: httpx.Client, place: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(place, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_capture_that_was_analysed_shows_its_tables_and_no_other_capture_s(
    api: Api, capture: dict[str, Any], tmp_path: Path
) -> None:
    need(shutil.which("tshark"), "tshark")
    path, known = tmp_path / "a.pcap", list[IngestCounts]()
    path.write_bytes(pcap_bytes(browsing()))
    batches: list[EventBatch] = []

    def carry(batch: EventBatch) -> Carried:
        batches.append(batch)
        return Carried(stored=len(batch))

    FileIngest(settings=api.services.settings, find_tshark=locate_tshark).run(path, carry, on_counts=known.append)
    events_written(api.services.settings, [one for batch in batches for one in batch])
    stored(api, SHA256, a_flow(7))
    client = api.client("kasi")

    shown = get(client, f"{capture['at']}/capture")
    rows = {one: get(client, f"{capture['at']}/capture/tables/{one}")["items"] for one in shown["jumlah"]}

    assert {name: len(found) for name, found in rows.items()} == shown["jumlah"]
    assert any("/masuk?id=7" in one.get("url.original", "") for one in rows["http"])
    assert rows["conversations"][0]["destination.ip"] == WEB.address
    assert [one["file.mime_type"] for one in rows["files"]] == ["text/html"]
    assert {one["labels.capture"] for found in rows.values() for one in found} == {capture["sha256"]}
    assert shown["job"]["status"] == "queued"
    assert shown["paket"] > 0
    assert known
    assert known[-1].partial


def test_results_are_counted_by_ends_transports_and_time(api: Api, capture: dict[str, Any]) -> None:
    stored(
        api,
        capture["sha256"],
        a_flow(1, size=1000),
        a_flow(2, source="10.0.0.2", destination__ip="10.0.0.1", destination__port=22),
        a_flow(3, source="2001:db8::1", destination__ip="2001:db8::2", network__transport="udp", size=50),
        a_flow(4, network__transport="254", network__protocol="telnet", size=20),
        an_event(record=5, event__dataset="dns", dns__question__name="a.example"),
        an_event(record=6, event__kind="alert", event__dataset="yara.match", rule__name="x"),
    )
    client, at = api.client("kasi"), f"{capture['at']}/capture"

    ends = get(client, f"{at}/endpoints", limit=2)
    rest = get(client, f"{at}/endpoints", limit=2, cursor=ends["cursor"])
    tree = get(client, f"{at}/protocols")
    over_time = get(client, f"{at}/histogram", buckets=10)

    assert ends["total"] == 5
    assert (ends["items"][0]["address"], ends["items"][0]["bytes"]) == ("10.0.0.1", 1120)
    assert (ends["items"][0]["sent_bytes"], ends["items"][0]["received_bytes"]) == (990 + 10 + 10, 10 + 90 + 10)
    assert len(rest["items"]) == 2
    assert [(one["name"], one["count"], one["bytes"]) for one in tree["transports"]] == [
        ("tcp", 2, 1100),
        ("udp", 1, 50),
        ("", 1, 20),
    ]
    assert [one["name"] for one in tree["transports"][0]["below"]] == ["443", "22"]
    assert tree["applications"] == [{"name": "dns", "events": 1}, {"name": "telnet", "events": 1}]
    assert over_time["total"] == 6
    assert get(client, at)["jumlah"]["findings"] == 1


def test_a_table_is_read_page_by_page_and_about_one_address(api: Api, capture: dict[str, Any]) -> None:
    stored(api, capture["sha256"], *(a_flow(number) for number in range(5)), a_flow(9, source="10.7.7.7"))
    client, place = api.client("kasi"), f"{capture['at']}/capture/tables/conversations"

    first = get(client, place, limit=4)
    second = get(client, place, limit=4, cursor=first["cursor"])
    about = get(client, place, address="10.7.7.7")

    assert (len(first["items"]), len(second["items"]), first["total"], second["cursor"]) == (4, 2, 6, None)
    assert [one["source.ip"] for one in about["items"]] == ["10.7.7.7"]


def test_alerts_behind_which_events_of_the_capture_are_stand_with_it(api: Api, capture: dict[str, Any]) -> None:
    mine, other = a_flow(1), a_flow(2)
    stored(api, capture["sha256"], mine)
    stored(api, SHA256, other)
    seen = {"first_seen": NOON, "last_seen": NOON}
    alert = api.add_alert(rule_title="Pindai porta", events=(EventRef(id=mine.id, at=NOON, summary="x"),), **seen)
    api.add_alert(rule_id="other", events=(EventRef(id=other.id, at=NOON, summary="x"),), **seen)

    shown = get(api.client("kasi"), f"{capture['at']}/capture/alerts")

    assert [(one["id"], one["rule_title"]) for one in shown["items"]] == [(alert.id, "Pindai porta")]
    assert shown["lengkap"]


def test_results_are_empty_before_anything_is_stored_and_hidden_from_who_may_not_see(
    api: Api, capture: dict[str, Any]
) -> None:
    parts = ["", "/histogram", "/endpoints", "/protocols", "/alerts", "/tables/conversations", "/tables/findings"]
    member, outsider, nobody = api.client("kasi"), api.client("opd_lain"), api.stranger()

    for place in (f"{capture['at']}/capture{part}" for part in parts):
        assert get(member, place)
        problem_of(nobody.get(place), 401)
        problem_of(outsider.get(place), 404)
        problem_of(member.get(place.replace(capture["id"], "unknown")), 404)


def test_what_is_asked_wrongly_is_refused(api: Api, capture: dict[str, Any]) -> None:
    client, at = api.client("kasi"), f"{capture['at']}/capture"
    text = sent(api, b"catatan")

    asked = [
        f"{at}/tables/rahasia",
        f"{at}/tables/conversations?address=1.2.3.4%22%20OR%20x",
        f"{at}/tables/conversations?cursor=zzz",
        f"{at}/tables/conversations?limit=100000",
        f"{at}/endpoints?cursor=-1",
        f"{at}/endpoints?cursor=99999999999999999999",
        f"{at}/histogram?buckets=0",
    ]

    for one in asked:
        problem_of(client.get(one), 422)
    problem_of(client.get(f"{text['at']}/capture"), 404)


def test_one_flow_is_cut_out_with_both_directions_and_who_took_it_is_kept(
    api: Api, capture: dict[str, Any], tmp_path: Path
) -> None:
    client = api.client("kasi")

    answer = client.get(f"{capture['at']}/flow.pcapng", params=FLOW)

    assert answer.status_code == 200, answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    path = tmp_path / "flow.pcapng"
    path.write_bytes(answer.content)
    with closing(CaptureFile(path)) as cut:
        frames = {bytes(buffer[start:end]) for _, _, _, buffer, start, end in cut.packets()}
    whole = set(frames_of(pcap_bytes(browsing())))
    assert cut.damage is None
    assert 2 < len(frames) <= len(whole)
    assert frames <= whole
    custody = get(client, f"{capture['at']}/custody")["items"]
    assert custody[-1]["tindakan"] == "diunduh"
    assert custody[-1]["terverifikasi"]
    assert str(CLIENT.port) in custody[-1]["keterangan"]["bagian"]
    turned = {"source_ip": WEB.address, "source_port": WEB.port, "destination_ip": CLIENT.address}
    again = client.get(f"{capture['at']}/flow.pcapng", params={**turned, "destination_port": CLIENT.port})
    assert again.content == answer.content


def frames_of(content: bytes) -> Iterator[bytes]:
    at = 24
    while at < len(content):
        (size,) = struct.unpack("<I", content[at + 8 : at + 12])
        yield content[at + 16 : at + 16 + size]
        at += 16 + size


def test_a_flow_that_is_not_there_or_no_flow_is_refused_and_nothing_is_noted(api: Api, capture: dict[str, Any]) -> None:
    client, place = api.client("kasi"), f"{capture['at']}/flow.pcapng"
    noted = get(client, f"{capture['at']}/custody")["total"]
    broken = sent(api, b"\xd4\xc3\xb2\xa1" + b"\xff" * 40)

    for wrong in ({"destination_port": 9}, {"source_ip": "::1"}, {"transport": "../x"}, {"source_port": -1}):
        problem_of(client.get(place, params={**FLOW, **wrong}), 422)
    problem_of(client.get(f"{broken['at']}/flow.pcapng", params=FLOW), 422)
    problem_of(api.client("opd_lain").get(place, params=FLOW), 404)

    assert get(client, f"{capture['at']}/custody")["total"] == noted


def test_an_analysis_is_ended_by_who_handles_the_incident_and_it_is_audited(api: Api, capture: dict[str, Any]) -> None:
    place, client = f"/api/v1/jobs/{capture['job_id']}", api.client("kasi")
    problem_of(api.client("opd_lain").post(f"{place}/cancel"), 403)
    problem_of(api.client("admin").post(f"{place}/cancel"), 403)
    before = api.head()

    answer = client.post(f"{place}/cancel")

    assert answer.status_code == 202, answer.text
    assert (answer.json()["status"], answer.json()["dapat_dihentikan"]) == ("cancelled", False)
    problem_of(client.post(f"{place}/cancel"), 409)
    assert api.head().seq == before.seq + 1
    assert get(client, f"{capture['at']}/capture")["job"]["status"] == "cancelled"


def test_a_running_analysis_shows_what_it_has_so_far_and_is_asked_to_end(api: Api, capture: dict[str, Any]) -> None:
    job_id, client = JobId(capture["job_id"]), api.client("kasi")
    with api.state.write() as uow:
        leased = uow.jobs.lease(job_id, now=NOON, until=NOON)
        assert leased is not None
        uow.jobs.progress(job_id, attempt=1, phase="alur", percent=40, now=NOON, result=json.dumps({"events": 9}))

    shown = get(client, f"/api/v1/jobs/{job_id}")
    asked = client.post(f"/api/v1/jobs/{job_id}/cancel").json()

    assert (shown["percent"], shown["result"], shown["dapat_dihentikan"]) == (40, {"events": 9}, True)
    assert (asked["status"], asked["dapat_dihentikan"]) == ("running", False)
    assert asked["cancel_at"]


def test_a_document_that_is_waited_for_cannot_be_ended(api: Api) -> None:
    api.report()
    job_id = next(one for one, kind in api.bell.rings if kind is JobKind.RENDER_DOCUMENT)

    problem_of(api.client("kasi").post(f"/api/v1/jobs/{job_id}/cancel"), 409)


def test_an_analysis_that_is_wanted_ended_stops_at_the_next_batch_and_leaves_no_child(api: Api, tmp_path: Path) -> None:
    need(shutil.which("tshark"), "tshark")
    path, carried = tmp_path / "a.pcap", list[EventBatch]()
    path.write_bytes(pcap_bytes(browsing()))

    def carry(batch: EventBatch) -> Carried:
        carried.append(batch)
        return Carried(stored=len(batch))

    def judge(phase: str, percent: int) -> None:
        if carried:
            raise CancelWishedError

    with pytest.raises(CancelWishedError):
        FileIngest(settings=api.services.settings, find_tshark=locate_tshark).run(path, carry, on_progress=judge)

    assert len(carried) == 1
    assert children_named("tshark") == []


def children_named(name: str) -> list[int]:
    """The processes of that name that this one has started, and that are still there."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(FileNotFoundError, ProcessLookupError):
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            if lines["Name"] == name and lines["PPid"] == str(os.getpid()):
                found.append(int(lines["Pid"]))
    return found


def received(api: Api, content: bytes, *, who: str = "kasi") -> str:
    """Return the job of a file that was sent to the intake."""
    client = api.client(who)
    tus = {"Tus-Resumable": "1.0.0"}
    named = {"Upload-Metadata": f"filename {b64encode(b'lalu-lintas.pcap').decode()}"}
    begun = client.post("/api/v1/uploads", headers={**tus, **named, "Upload-Length": str(len(content))})
    place = begun.headers["location"]
    piece = {**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert client.patch(place, content=content, headers=piece).status_code == 204
    job_id: str = client.get(place).json()["job_id"]
    return job_id


def test_a_capture_sent_to_the_intake_is_looked_into_by_its_job(api: Api) -> None:
    content = gzip.compress(pcap_bytes(browsing()))
    job_id, client = received(api, content), api.client("kasi")
    stored(api, sha256(content).hexdigest(), a_flow(1), a_flow(2, source="10.0.0.9", size=300))
    stored(api, SHA256, a_flow(3))
    place = f"/api/v1/jobs/{job_id}/capture"

    shown = get(client, place)
    rows = get(client, f"{place}/tables/conversations", address="10.0.0.9")

    assert (shown["nama"], shown["ukuran"], shown["job"]["id"]) == ("lalu-lintas.pcap", len(content), job_id)
    assert (shown["jumlah"]["conversations"], shown["paket"], shown["bita"]) == (2, 4, 400)
    assert [row["network.bytes"] for row in rows["items"]] == [300]
    assert get(client, f"{place}/histogram", buckets=4)["total"] == 2
    assert get(client, f"{place}/endpoints")["items"][0]["bytes"] == 400
    assert get(client, f"{place}/protocols")["transports"][0]["count"] == 2
    assert get(client, f"{place}/alerts") == {"items": [], "cursor": None, "total": 0, "lengkap": True}


def test_what_is_no_capture_of_the_intake_is_not_found(api: Api) -> None:
    log, evidence = received(api, b"Nov 21 10:00:00 web sshd[1]: x\n"), sent(api, pcap_bytes(browsing()))
    client = api.client("kasi")

    answers = [client.get(f"/api/v1/jobs/{one}/capture") for one in (log, evidence["job_id"], "tiada")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_only_the_home_office_looks_into_what_the_intake_received(api: Api) -> None:
    job_id = received(api, pcap_bytes(browsing()))

    strange = api.stranger().get(f"/api/v1/jobs/{job_id}/capture")
    reporter = api.client("opd").get(f"/api/v1/jobs/{job_id}/capture")
    unreadable = api.client("kasi").get(f"/api/v1/jobs/{job_id}/capture/tables/others", params={"cursor": "x"})

    assert (strange.status_code, reporter.status_code, unreadable.status_code) == (401, 403, 422)


def test_captures_of_the_intake_are_listed_newest_first_page_by_page(api: Api) -> None:
    jobs = [received(api, pcap_bytes(browsing(body=bytes(size)))) for size in (1, 2, 3)]
    received(api, b"Nov 21 10:00:00 web sshd[1]: x\n")
    sent(api, pcap_bytes(browsing()))
    client = api.client("kasi")

    first = get(client, "/api/v1/captures", limit=2)
    rest = get(client, "/api/v1/captures", limit=2, cursor=first["cursor"])

    assert {one["job"]["id"] for one in [*first["items"], *rest["items"]]} == set(jobs)
    assert (len(first["items"]), len(rest["items"]), rest["cursor"]) == (2, 1, None)
    assert {one["nama"] for one in first["items"]} == {"lalu-lintas.pcap"}
    times = [one["diterima"] for one in [*first["items"], *rest["items"]]]
    assert times == sorted(times, reverse=True)


def test_of_a_capture_in_the_list_its_state_findings_and_whether_it_is_whole_are_told(api: Api) -> None:
    job_id = JobId(received(api, pcap_bytes(browsing())))
    client = api.client("kasi")
    [before] = get(client, "/api/v1/captures")["items"]
    with api.state.write() as uow:
        job = uow.jobs.lease(job_id, now=NOON, until=NOON)
        assert job is not None
        counts = json.dumps({"events": 7, "alerts": 2, "partial": True})
        uow.jobs.progress(job_id, attempt=job.attempt, phase="alur", percent=40, now=NOON, result=counts)

    [shown] = get(client, "/api/v1/captures")["items"]

    assert (before["kejadian"], before["temuan"], before["sebagian"]) == (None, None, False)
    assert (shown["job"]["status"], shown["job"]["percent"]) == ("running", 40)
    assert (shown["kejadian"], shown["temuan"], shown["sebagian"]) == (7, 2, True)


def test_the_list_of_captures_is_the_home_office_s(api: Api) -> None:
    received(api, pcap_bytes(browsing()))

    answers = [
        api.stranger().get("/api/v1/captures"),
        api.client("opd").get("/api/v1/captures"),
        api.client("kasi").get("/api/v1/captures", params={"cursor": "x"}),
        api.client("kasi").get("/api/v1/captures", params={"limit": 0}),
    ]

    assert [answer.status_code for answer in answers] == [401, 403, 422, 422]

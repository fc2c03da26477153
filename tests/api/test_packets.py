"""The packets of one flow of a capture that is evidence, by HTTP."""

import shutil

import httpx
import pytest

from ir_platform.app.demo_capture import pcap_bytes
from tests.support.api import Api, problem_of
from tests.support.captures import FLOW, browsing
from tests.support.require import need


def packets_of(client: httpx.Client, evidence: str, **flow: object) -> httpx.Response:
    return client.get(f"{evidence}/packets", params={**FLOW, **flow})


@pytest.fixture
def capture(api: Api) -> str:
    """The address of a capture that was sent as evidence."""
    path = f"/api/v1/incidents/{api.report()['id']}/evidence"
    stored = api.client("pengelola").post(path, files={"file": ("a.pcap", pcap_bytes(browsing()))})
    return f"{path}/{stored.json()['id']}"


def test_the_packets_of_a_flow_come_in_order_with_what_they_say(api: Api, capture: str) -> None:
    need(shutil.which("tshark"), "tshark")

    answer = packets_of(api.client("kasi"), capture)

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["lengkap"]
    assert [one["no"] for one in shown["items"]] == sorted(one["no"] for one in shown["items"])
    assert any("/masuk?id=7" in one["info"] for one in shown["items"])


def test_a_flow_that_is_not_in_the_capture_has_no_packets(api: Api, capture: str) -> None:
    need(shutil.which("tshark"), "tshark")

    answer = packets_of(api.client("kasi"), capture, destination_port=9)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    ("who", "flow", "status"),
    [
        ("opd", {}, 403),
        ("kasi", {"source_ip": "10.0.0.1 or tcp"}, 422),
        ("kasi", {"source_port": 65_536}, 422),
        ("kasi", {"destination_ip": "2001:db8::1"}, 422),
        ("kasi", {"transport": "icmp"}, 422),
    ],
)
def test_what_is_no_flow_or_not_theirs_is_refused(
    api: Api, capture: str, who: str, flow: dict[str, object], status: int
) -> None:
    need(shutil.which("tshark"), "tshark")

    answer = packets_of(api.client(who), capture, **flow)

    problem_of(answer, status)


def test_evidence_that_is_no_capture_has_no_packets(api: Api) -> None:
    path = f"/api/v1/incidents/{api.report()['id']}/evidence"
    stored = api.client("pengelola").post(path, files={"file": ("a.txt", b"catatan")}).json()

    problem_of(packets_of(api.client("kasi"), f"{path}/{stored['id']}"), 404)

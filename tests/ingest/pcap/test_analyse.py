"""A capture analysed by the real tshark: which events it gives, and what it says of captures that are broken."""

import shutil
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ingest.pcap.analyse import Analysis, AnalysisLimits, CaptureSummary
from ingest.pcap.capture_file import NotACaptureError
from ingest.pcap.tshark import Tshark, TsharkLimits, find_tshark
from ir_platform.app.demo_capture import Endpoint, Frame, dns_lookup, http_get, tcp_conversation
from ir_platform.domain.event import Event, derive_event_id
from tests.support.captures import CLIENT, RESOLVER, START_NS, TLS, WEB, browsing, scanning, write_capture
from tests.support.require import need

pytestmark = pytest.mark.real


@pytest.fixture
def tshark() -> Tshark:
    need(shutil.which("tshark"), "tshark")
    return find_tshark()


def analyse(path: Path, tshark: Tshark, **given: Any) -> tuple[list[Event], CaptureSummary]:
    analysis = Analysis(path, tshark=tshark, **given)
    events = [event for batch in analysis.batches() for event in batch]
    assert analysis.summary is not None
    return events, analysis.summary


def of_dataset(events: list[Event], dataset: str) -> list[dict[str, Any]]:
    return [event.fields() for event in events if event.fields()["event.dataset"] == dataset]


def test_browsing_gives_its_flows_names_page_and_handshake(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    events, summary = analyse(path, tshark)

    kinds = Counter(event.fields()["event.dataset"] for event in events)
    assert kinds == {"flow": 3, "dns": 2, "http": 1, "tls": 1}
    assert (summary.flows, summary.events, summary.partial, summary.link_types) == (3, 7, False, (1,))


def test_a_lookup_gives_the_question_and_the_answer(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    events, _ = analyse(path, tshark)

    asked, answered = of_dataset(events, "dns")
    assert (asked["dns.type"], asked["dns.question.name"], asked["dns.question.type"]) == (
        "query",
        "web.example.id",
        "A",
    )
    assert (answered["dns.type"], answered["dns.resolved_ip"]) == ("answer", [WEB.address])
    assert answered["dns.response_code"] == "NOERROR"
    assert asked["network.community_id"] == answered["network.community_id"]


def test_a_page_is_one_event_with_request_and_response(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    events, _ = analyse(path, tshark)

    [page] = of_dataset(events, "http")
    assert page["http.request.method"] == "GET"
    assert page["url.original"] == "/masuk?id=7"
    assert (page["url.domain"], page["url.path"], page["url.query"]) == ("web.example.id", "/masuk", "id=7")
    assert page["user_agent.original"] == "uji/1.0"
    assert page["http.response.status_code"] == 200
    assert (page["source.ip"], page["destination.port"]) == (CLIENT.address, 80)


def test_a_client_hello_gives_name_and_fingerprints(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    events, _ = analyse(path, tshark)

    [handshake] = of_dataset(events, "tls")
    assert handshake["tls.client.server_name"] == "aman.example.id"
    assert len(handshake["tls.client.ja3"]) == 32
    assert handshake["tls.client.ja4"].startswith("t12d0205h2_")
    assert handshake["destination.port"] == TLS.port


def test_events_have_the_same_ids_when_the_capture_is_read_again(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, [*browsing(), *scanning()])

    first, summary = analyse(path, tshark)
    again, _ = analyse(path, tshark)

    assert [event.id for event in first] == [event.id for event in again]
    assert first == again
    assert first[5].id == derive_event_id(f"pcap:{summary.sha256}", 5, b"")


def test_a_flow_is_timed_at_its_beginning(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    events, _ = analyse(path, tshark)

    assert all(flow["@timestamp"] == flow["event.start"] for flow in of_dataset(events, "flow"))


def test_control_characters_in_what_an_attacker_sent_forge_no_event(tmp_path: Path, tshark: Tshark) -> None:
    forged = "\t".join(["1700000000.000000000", "eth:ethertype:ip:udp:dns"] + ["9"] * 80)
    name = f"a\r\n{forged}\r\n\x1e\x1fb"
    frames = dns_lookup(CLIENT, RESOLVER, time_ns=START_NS, name=name[:60], address="192.0.2.1")
    frames += http_get(
        CLIENT, WEB, time_ns=START_NS, host="web.example.id", path="/", agent=f"x\t\x0b{forged}", body=b"hai"
    )

    events, summary = analyse(write_capture(tmp_path, frames), tshark)

    assert Counter(event.fields()["event.dataset"] for event in events) == {"flow": 2, "dns": 2, "http": 1}
    assert summary.unreadable_rows == 0
    assert len({line for event in events for line in event.body.splitlines()}) == len(events)


def test_a_password_sent_over_ftp_is_not_kept(tmp_path: Path, tshark: Tshark) -> None:
    server = Endpoint(address="203.0.113.21", port=21)
    turns = [
        (False, b"220 siap\r\n"),
        (True, b"USER budi\r\n"),
        (False, b"331 ya\r\n"),
        (True, b"PASS rahasia-sekali\r\n"),
    ]
    path = write_capture(tmp_path, tcp_conversation(CLIENT, server, time_ns=START_NS, turns=turns))

    events, _ = analyse(path, tshark)

    commands = [(event.get("ftp.command"), event.get("ftp.argument")) for event in of_dataset(events, "ftp")]
    assert ("USER", "budi") in commands
    assert ("PASS", None) in commands
    assert not any(b"rahasia" in event.body for event in events)


def test_a_capture_cut_short_gives_what_can_be_read_and_says_where_it_ends(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])

    events, summary = analyse(path, tshark)

    assert summary.partial
    assert summary.damaged_at is not None
    assert summary.damaged_at < len(whole)
    assert len(of_dataset(events, "flow")) == 3


def test_tshark_out_of_time_leaves_the_flows_and_a_reason(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())

    events, summary = analyse(path, tshark, limits=AnalysisLimits(tshark=TsharkLimits(seconds=0)))

    assert summary.partial
    assert summary.reasons == ("tshark melampaui batas waktu",)
    assert len(of_dataset(events, "flow")) == 3


def test_tshark_out_of_memory_leaves_the_flows_and_a_reason(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())
    limits = AnalysisLimits(tshark=TsharkLimits(memory_bytes=64 * 1024**2))

    events, summary = analyse(path, tshark, limits=limits)

    assert summary.partial
    assert "tshark berhenti" in summary.reasons[0]
    assert len(of_dataset(events, "flow")) == 3


def test_an_analysis_given_up_halfway_leaves_no_child_behind(tmp_path: Path, tshark: Tshark) -> None:
    path = write_capture(tmp_path, browsing())
    others = _children()
    batches = Analysis(path, tshark=tshark).batches()

    next(batches)
    started = _children() - others
    batches.close()

    assert started
    assert not started & _children()


class EnoughError(Exception):
    """Somebody wants it ended."""


def test_it_is_ended_at_once_while_only_tshark_works(tmp_path: Path, tshark: Tshark) -> None:
    path, others = write_capture(tmp_path, browsing()), _children()
    told: list[tuple[str, int]] = []

    def tell(phase: str, percent: int) -> None:
        told.append((phase, percent))
        if [phase for phase, _ in told].count("protokol") == 3:
            raise EnoughError

    batches = Analysis(path, tshark=tshark, progress=tell).batches()
    flows = next(batches)
    with pytest.raises(EnoughError):
        next(batches)

    assert len(flows) == 3
    assert [phase for phase, _ in told] == ["alur", "protokol", "protokol", "protokol"]
    assert [percent for _, percent in told] == sorted(percent for _, percent in told)
    assert not _children() - others


def test_how_far_it_is_is_told_though_no_flow_has_ended(tmp_path: Path, tshark: Tshark) -> None:
    frames = [frame for number in range(1_200) for frame in browsing(body=bytes(1_400))[2:]]
    path = write_capture(tmp_path, frames)
    told: list[tuple[str, int]] = []

    batches = Analysis(path, tshark=tshark, progress=lambda *at: told.append(at)).batches()
    next(batches)
    batches.close()

    read = [percent for phase, percent in told if phase == "alur"]
    assert len(read) >= 3
    assert read == sorted(read)
    assert read[-1] == 70


def _children() -> set[str]:
    return {name for task in Path("/proc/self/task").iterdir() for name in (task / "children").read_text().split()}


def test_progress_rises_to_a_hundred(tmp_path: Path, tshark: Tshark) -> None:
    told: list[tuple[str, int]] = []
    path = write_capture(tmp_path, browsing())

    analyse(path, tshark, progress=lambda phase, percent: told.append((phase, percent)))

    percents = [percent for _, percent in told]
    assert percents == sorted(percents)
    assert told[-1] == ("selesai", 100)


def test_a_carried_page_is_kept_once_under_its_sha256(tmp_path: Path, tshark: Tshark) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    frames: list[Frame] = []
    for number in range(2):
        client = Endpoint(address=CLIENT.address, port=41_000 + number)
        frames += http_get(
            client, WEB, time_ns=START_NS, host="web.example.id", path=f"/{number}", agent="uji", body=b"isi yang sama"
        )
    analysis = Analysis(write_capture(tmp_path, frames), tshark=tshark, objects=kept)

    list(analysis.batches())

    [only] = kept.iterdir()
    assert only.name == sha256(b"isi yang sama").hexdigest()
    assert only.read_bytes() == b"isi yang sama"
    [described] = analysis.extracted.files
    assert (described.sha256, described.size, described.media_type) == (only.name, 13, "text/plain")


def test_a_file_that_is_no_capture_is_refused_before_anything_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"bukan tangkapan")

    with pytest.raises(NotACaptureError):
        Analysis(path, tshark=Tshark(Path("/nonexistent")))

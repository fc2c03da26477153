"""`irp capture` as a script sees it: an interface listened to, its files analysed, what it refuses."""

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.pcap.ring import NotCapturableError, check_interface, find_dumpcap
from ir_platform.app.cli.capture import capture
from ir_platform.app.tools import locate_tshark
from tests.support.require import need

QUESTION = bytes.fromhex("123401000001000000000000") + b"\x03www\x07example\x02id\x00\x00\x01\x00\x01"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(capture, [str(argument) for argument in arguments])


@pytest.fixture
def spoken() -> Iterator[int]:
    """The port from which somebody asks for a name over the loopback, again and again."""
    need(shutil.which("tshark"), "tshark")
    try:
        check_interface("lo", dumpcap=find_dumpcap(locate_tshark()))
    except NotCapturableError as refused:
        pytest.skip(f"not permitted here: {refused.reason}")
    ended = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
        speaker.bind(("127.0.0.1", 0))

        def speak() -> None:
            while not ended.wait(0.05):
                speaker.sendto(QUESTION, ("127.0.0.1", 53))

        thread = threading.Thread(target=speak)
        thread.start()
        yield speaker.getsockname()[1]
        ended.set()
        thread.join()


@pytest.mark.real
def test_what_passes_is_analysed_file_by_file_as_by_irp_pcap(tmp_path: Path, spoken: int) -> None:
    out = tmp_path / "hasil"

    done = run("lo", "--duration", 2, "--filter", f"udp src port {spoken}", "--out", out, "--data", tmp_path / "var")

    results = [folder for folder in out.iterdir() if folder.name.startswith("tangkapan-lo-")]
    events = [json.loads(line) for one in results for line in (one / "events.jsonl").read_text().splitlines()]
    assert done.exit_code == 0, done.output
    assert {(event["event.dataset"], event["dns.question.name"]) for event in events} == {("dns", "www.example.id")}
    assert f"{len(events)} paket ditangkap, 0 terlewat" in done.stderr
    assert len(list((out / "capture" / "lo").glob("*.pcapng"))) == len(results)
    assert not (tmp_path / "var" / "state.sqlite3").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("tiada0",), "irp: tiada0: antarmuka tidak ada; yang ada: "),
        (("lo", "--incident", "X"), "irp: --incident memerlukan --account"),
        (("lo", "--incident", "X", "--account", "a", "--out", "o"), "tidak dapat dipakai bersama --out"),
        (("lo", "--incident", "X", "--account", "a"), "irp: insiden tidak ditemukan: X"),
        (("lo", "--files", "1"), "--files"),
    ],
)
def test_what_cannot_be_done_ends_with_status_2_and_a_reason(
    tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    need(shutil.which("tshark"), "tshark")

    done = run(*arguments, "--data", tmp_path)

    assert done.exit_code == 2
    assert reason in done.stderr

"""Live capture on the loopback interface by the real dumpcap, and what is refused before anything is started."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.pcap.capture_file import CaptureFile
from ingest.pcap.live_view import LivePacket, LiveView
from ingest.pcap.ring import NotCapturableError, Ring, RingLimits, check_interface, find_dumpcap, may_listen
from ingest.pcap.tshark import CaptureUnavailableError, Tshark, find_tshark
from tests.support.require import need

LOOPBACK = "lo"
QUESTION = bytes.fromhex("123401000001000000000000") + b"\x03www\x07example\x02id\x00\x00\x01\x00\x01"


@pytest.fixture
def tshark() -> Tshark:
    need(shutil.which("tshark"), "tshark")
    return find_tshark()


@pytest.fixture
def allowed(tshark: Tshark) -> Tshark:
    try:
        check_interface(LOOPBACK, dumpcap=find_dumpcap(tshark))
    except NotCapturableError as refused:
        pytest.skip(f"not permitted here: {refused.reason}")
    return tshark


@pytest.fixture
def chatter() -> Iterator[str]:
    """Somebody sends a datagram over the loopback every 5 ms; gives the filter that sees these alone."""
    ended = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
        speaker.bind(("127.0.0.1", 0))

        def speak() -> None:
            while not ended.wait(0.005):
                speaker.sendto(QUESTION, ("127.0.0.1", 53))

        thread = threading.Thread(target=speak)
        thread.start()
        yield f"udp src port {speaker.getsockname()[1]}"
        ended.set()
        thread.join()


def packets(path: Path) -> int:
    with closing(CaptureFile(path)) as capture:
        return sum(1 for _ in capture.packets())


def wait_for_file(number: int, *, of: Path) -> None:
    """Wait until the ring has come to its file of this number, from 1."""
    for _ in range(400):
        if any(int(path.name.split("_")[1]) >= number for path in of.glob("tangkapan_*_20[2-9]*.pcapng")):
            return
        time.sleep(0.01)
    pytest.fail(f"the ring never came to file {number}")


@pytest.mark.real
def test_a_full_ring_keeps_its_newest_files_and_counts_what_it_overwrote(
    tmp_path: Path, allowed: Tshark, chatter: str
) -> None:
    before = tmp_path / "tangkapan_00001_19990101000000.pcapng"
    before.touch()
    os.utime(before, (0, 0))
    limits = RingLimits(files=3, file_bytes=2_000, file_seconds=3_600)

    with Ring(LOOPBACK, folder=tmp_path, tshark=allowed, limits=limits, bpf=chatter) as ring:
        wait_for_file(7, of=tmp_path)
        ring.stop()
        given = [(path.name, packets(path)) for path in ring.files()]
        counted = ring.counted()

    left = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name, _ in given][-3:] == left
    assert len(left) == 3
    assert ring.missed >= 4
    assert counted is not None
    assert 0 < sum(count for _, count in given) < counted.received


@pytest.mark.real
def test_a_file_that_is_being_read_is_not_taken_away_by_the_ring(tmp_path: Path, allowed: Tshark, chatter: str) -> None:
    limits = RingLimits(files=2, file_bytes=2_000, file_seconds=3_600)

    with Ring(LOOPBACK, folder=tmp_path, tshark=allowed, limits=limits, bpf=chatter) as ring:
        first = next(files := ring.files())
        wait_for_file(int(first.name.split("_")[1]) + 4, of=tmp_path)
        held = packets(first)
        ring.stop()
        list(files)

    assert held
    assert not (tmp_path / first.name).exists()


@pytest.mark.real
def test_packets_are_shown_as_they_pass(allowed: Tshark, chatter: str) -> None:
    shown: list[LivePacket] = []

    with LiveView(LOOPBACK, tshark=allowed, show=shown.append, bpf=chatter) as view:
        for _ in range(300):
            if shown:
                break
            time.sleep(0.1)

    assert view.ended is None
    assert (shown[0].source, shown[0].destination, shown[0].protocol) == ("127.0.0.1", "127.0.0.1", "dns")
    assert shown[0].info == "www.example.id"
    assert shown[0].length == len(QUESTION) + 42


@pytest.mark.real
def test_a_filter_that_cannot_be_read_is_told_in_dumpcap_s_words(tmp_path: Path, allowed: Tshark) -> None:
    with (
        Ring(LOOPBACK, folder=tmp_path, tshark=allowed, bpf="port nowhere-at-all") as ring,
        pytest.raises(NotCapturableError) as refused,
    ):
        list(ring.files())

    assert "penangkapan berhenti: Invalid capture filter" in refused.value.reason


@pytest.mark.parametrize("name", ["tiada0", "-", "/tmp/pipa", "TCP@198.51.100.7:19000", "rpcap://198.51.100.7/eth0"])
def test_only_an_interface_of_this_machine_is_listened_to(tshark: Tshark, name: str) -> None:
    with pytest.raises(NotCapturableError) as refused:
        check_interface(name, dumpcap=find_dumpcap(tshark))

    assert refused.value.reason.startswith("antarmuka tidak ada; yang ada: ")
    assert LOOPBACK in refused.value.reason


def test_the_right_to_listen_is_ours_or_the_program_s(tmp_path: Path) -> None:
    plain = tmp_path / "dumpcap"
    plain.touch(mode=0o755)

    assert may_listen(1 << 13, plain)
    assert not may_listen(~(1 << 13) & (1 << 40) - 1, plain)
    assert not may_listen(1 << 13, tmp_path / "tiada")


@pytest.mark.real
def test_without_the_right_nothing_is_started_and_the_way_to_it_is_told(tshark: Tshark) -> None:
    need(shutil.which("setpriv"), "setpriv")
    bare = ["setpriv", "--bounding-set=-net_raw,-net_admin"] if os.geteuid() == 0 else []
    script = (
        "from pathlib import Path; from ingest.pcap.ring import *\n"
        f"try: check_interface('lo', dumpcap=Path({str(find_dumpcap(tshark))!r}))\n"
        "except NotCapturableError as refused: print(refused.reason)"
    )

    done = subprocess.run([*bare, sys.executable, "-c", script], capture_output=True, text=True, check=True)

    if not bare and not done.stdout:
        pytest.skip("dumpcap may be used by everybody here")
    assert done.stdout.startswith("tidak berhak menangkap paket: jalankan sebagai root (sudo)")


def test_a_tshark_without_its_dumpcap_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureUnavailableError) as refused:
        find_dumpcap(Tshark(tmp_path / "tshark"))

    assert "dumpcap tidak ditemukan" in refused.value.reason

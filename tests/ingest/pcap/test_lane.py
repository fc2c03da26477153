"""One tshark after the other over one capture: what is said in it does not depend on where one ends."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.pcap.analyse import Analysis, AnalysisLimits
from ingest.pcap.field_run import NumberedRow
from ingest.pcap.lane import STAY_NS, Lane
from ingest.pcap.shards import in_order
from ingest.pcap.tshark import Tshark, TsharkLimits, find_tshark
from ir_platform.app.demo_capture import Endpoint, Frame, http_get, tcp_conversation
from ir_platform.domain.event import Event
from tests.support.captures import START_NS, WEB, write_capture
from tests.support.require import need

SECOND_NS = 10**9
PART = 1_200
FRAME = b"\0" * 100


@pytest.fixture
def tshark() -> Tshark:
    need(shutil.which("tshark"), "tshark")
    return find_tshark()


class ARun:
    """Keeps what it is fed; like a tshark that takes everything at once, and ends when it is told to."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.weight = 0
        self.is_ended = self.is_over = False
        self.is_starved = True

    def feed(self, number: int, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int) -> None:
        assert not self.is_ended
        self.numbers.append(number)
        self.weight += end - start

    def start(self) -> None: ...

    def carry(self) -> None: ...

    def break_off(self) -> None: ...

    def close(self) -> None: ...

    def end(self) -> None:
        self.is_ended = True


class Fed:
    """A lane whose runs have enough after five packets."""

    def __init__(self) -> None:
        self.runs: list[ARun] = []
        self.lane = Lane(self._new_run, enough_bytes=500)
        self._number = 0

    def packets(self, pair: int, *, at: int, count: int = 1) -> None:
        """Feed packets of one pair at a second."""
        for _ in range(count):
            self._number += 1
            self.lane.feed(self._number, at * SECOND_NS, 1, 100, FRAME, 0, len(FRAME), pair)

    def told(self) -> list[list[int]]:
        return [run.numbers for run in self.runs]

    def _new_run(self) -> ARun:
        self.runs.append(ARun())
        return self.runs[-1]


@pytest.fixture
def fed() -> Iterator[Fed]:
    fed = Fed()
    yield fed
    fed.lane.close()


def test_a_pair_that_goes_on_stays_with_its_run_when_the_next_takes_what_begins(fed: Fed) -> None:
    fed.packets(1, at=0, count=5)

    fed.packets(2, at=1)
    fed.packets(1, at=2)

    assert fed.told() == [[1, 2, 3, 4, 5, 7], [6]]


def test_a_run_ends_when_every_pair_in_it_has_been_silent_and_speaks_elsewhere(fed: Fed) -> None:
    fed.packets(1, at=0, count=5)
    fed.packets(2, at=1)

    fed.packets(1, at=1 + STAY_NS // SECOND_NS)

    assert fed.told() == [[1, 2, 3, 4, 5], [6, 7]]
    assert [run.is_ended for run in fed.runs] == [True, False]


def test_a_packet_that_stands_for_itself_goes_where_what_begins_goes(fed: Fed) -> None:
    fed.packets(0, at=0, count=5)

    fed.packets(0, at=1)

    assert fed.told() == [[1, 2, 3, 4, 5], [6]]


def test_a_run_with_far_too_much_is_ended_whoever_still_speaks(fed: Fed) -> None:
    fed.packets(1, at=0, count=5)

    fed.packets(1, at=1, count=36)

    assert [len(numbers) for numbers in fed.told()] == [40, 1]
    assert fed.runs[0].is_ended


def test_a_tshark_with_nothing_to_do_ends_when_the_next_has_enough_and_its_pairs_pause(fed: Fed) -> None:
    fed.packets(1, at=0, count=5)

    fed.packets(2, at=20, count=5)

    assert [run.is_ended for run in fed.runs] == [True, False]


def test_a_tshark_with_nothing_to_do_is_kept_for_a_pair_that_was_just_heard(fed: Fed) -> None:
    fed.packets(1, at=0, count=5)

    fed.packets(2, at=5, count=5)

    assert [run.is_ended for run in fed.runs] == [False, False]


def test_a_tshark_with_nothing_to_do_ends_where_there_is_no_room_for_others_packets(fed: Fed) -> None:
    fed.packets(1, at=0, count=5)
    fed.packets(2, at=1)

    fed.lane.hurry(fed.runs[1])  # type: ignore[arg-type]

    assert [run.is_ended for run in fed.runs] == [True, False]


def test_rows_come_in_the_order_of_their_packets_and_no_run_is_asked_before_its_turn() -> None:
    asked: list[int] = []

    def rows(run: int, *numbers: int) -> Iterator[NumberedRow]:
        asked.append(run)
        yield from ((number, run, []) for number in numbers)

    merged = in_order([(1, rows(1, 1, 2, 9)), (5, rows(2, 6, 8)), (4, rows(3))])

    assert [next(merged)[0], next(merged)[0]] == [1, 2]
    assert asked == [1]
    assert [number for number, _run, _columns in merged] == [6, 8, 9]


def pages(count: int) -> list[Frame]:
    """One client after the other fetches a page, a second apart."""
    return [
        frame
        for number in range(count)
        for frame in http_get(
            Endpoint(address=f"10.10.1.{number + 1}", port=40_000),
            WEB,
            time_ns=START_NS + number * SECOND_NS,
            host="web.example.id",
            path=f"/{number}",
            agent="uji/1.0",
            body=b"<html>halaman %d</html>" % number,
        )
    ]


def download(parts: int) -> list[Frame]:
    """A file that takes its time, a millisecond a packet."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: %d\r\n\r\n" % (parts * PART)
    answer = [(False, head), *((False, bytes([number]) * PART) for number in range(parts))]
    request = b"GET /besar.zip HTTP/1.1\r\nHost: web.example.id\r\n\r\n"
    client = Endpoint(address="10.10.2.9", port=40_000)
    return tcp_conversation(client, WEB, time_ns=START_NS, turns=[(True, request), *answer])


def analyse(path: Path, tshark: Tshark, *, run_bytes: int) -> tuple[list[Event], set[str]]:
    folder = path.with_name(f"berkas-{run_bytes}")
    folder.mkdir()
    limits = AnalysisLimits(tshark=TsharkLimits(run_bytes=run_bytes))
    analysis = Analysis(path, tshark=tshark, limits=limits, objects=folder)
    events = [event for batch in analysis.batches() for event in batch]
    return events, {one.sha256 for one in analysis.extracted.files}


@pytest.mark.real
def test_events_and_files_are_the_same_however_many_tsharks_a_capture_takes(tmp_path: Path, tshark: Tshark) -> None:
    frames = sorted([*pages(6), *download(20)], key=lambda frame: frame.time_ns)
    path = write_capture(tmp_path, frames)

    together = analyse(path, tshark, run_bytes=1024 * 1024)
    apart = analyse(path, tshark, run_bytes=12_000)

    assert apart == together
    assert len(together[1]) == 7

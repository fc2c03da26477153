"""Hostile captures: whatever a file says, it is read to some place, and the reason for stopping there is told.

`make soak` runs hundreds more through the whole program, under limits of memory and time.
"""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from ingest.pcap.analyse import Analysis
from ingest.pcap.capture_file import CaptureFile, NotACaptureError
from ingest.pcap.flow_table import FlowTable
from ingest.pcap.flows import FlowLimits
from ingest.pcap.tshark import Tshark, find_tshark
from tests.support.fuzzing import damaged, whole_captures
from tests.support.require import need

MOST_PACKETS = 10_000
"""The samples hold a hundred each; a header that lies must not make more of them."""


def read(path: Path) -> tuple[int, int, bool]:
    """Return packets, flows, and whether the end was reached."""
    with closing(CaptureFile(path)) as capture:
        table = FlowTable(limits=FlowLimits())
        flows = sum(len(some) for some in table.flows(capture.batches()))
        return table.counts.packets, flows, capture.damage is None


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_a_damaged_file_is_read_as_far_as_it_goes(tmp_path: Path, first: int) -> None:
    path, outcomes = tmp_path / "a.pcap", list[bool]()
    for seed in range(first, first + 100):
        name, content = damaged(seed)
        path.write_bytes(content)

        try:
            packets, flows, is_whole = read(path)
        except NotACaptureError:
            continue

        assert 0 <= flows <= packets <= MOST_PACKETS, name
        outcomes.append(is_whole)

    assert {True, False} == set(outcomes)


@pytest.mark.parametrize("name", ["pcap", "pcapng", "gzip"])
def test_every_place_where_it_may_be_cut_gives_what_stood_before(tmp_path: Path, name: str) -> None:
    content, path = whole_captures()[name], tmp_path / "a.pcap"
    path.write_bytes(content)
    packets, _flows, _is_whole = read(path)

    counts = []
    for length in range(4 if name in ("pcap", "pcapng") else 200, len(content), 97):
        path.write_bytes(content[:length])
        counts.append(read(path)[0])

    assert counts == sorted(counts)
    assert counts[-1] <= packets


@pytest.fixture(scope="module")
def tshark() -> Tshark:
    need(shutil.which("tshark"), "tshark")
    return find_tshark()


@pytest.mark.real
@pytest.mark.parametrize("seed", range(1_000, 1_006))
def test_a_damaged_file_goes_through_tshark_to_an_end(tmp_path: Path, tshark: Tshark, seed: int) -> None:
    name, content = damaged(seed)
    path, files = tmp_path / "a.pcap", tmp_path / "files"
    path.write_bytes(content)
    files.mkdir()

    try:
        analysis = Analysis(path, tshark=tshark, objects=files)
    except NotACaptureError:
        return
    events = [event.fields() for batch in analysis.batches() for event in batch]

    assert analysis.summary is not None, name
    assert len(events) == analysis.summary.events
    assert analysis.summary.partial == bool(analysis.summary.reasons)


@pytest.mark.real
def test_an_archive_that_swells_is_opened_to_a_limit_and_that_is_told(tmp_path: Path, tshark: Tshark) -> None:
    path, files = tmp_path / "a.pcap", tmp_path / "files"
    path.write_bytes(whole_captures()["bomb"])
    files.mkdir()

    analysis = Analysis(path, tshark=tshark, objects=files)
    list(analysis.batches())

    kept = analysis.extracted
    assert [one.media_type for one in kept.files][:2] == ["application/zip", "application/zip"]
    assert sum(one.size for one in kept.files) < 128 * 1024**2
    assert sum(one.stat().st_size for one in files.iterdir()) < 128 * 1024**2

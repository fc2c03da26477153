"""EVTX is read in a child with limits: damage costs what is damaged, and a child that dies is told of."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.detecting import UnknownFormatError
from ingest.parsers import evtx
from ingest.parsers.base import Parsed
from ingest.parsers.evtx import ChildEndedError, read_evtx
from ingest.reading import read_events
from tests.ingest.parsers.evtx.make_sample import CHUNK_BYTES, SAMPLE, sample

SECOND_CHUNK_AT = 4096 + CHUNK_BYTES


def _read(path: Path, **options: object) -> list[Parsed]:
    return list(read_events(path, timezone=ZoneInfo("UTC"), year=None, **options))  # type: ignore[arg-type]


def test_the_sample_in_the_tree_is_what_its_maker_makes() -> None:
    assert SAMPLE.read_bytes() == sample()


def test_a_damaged_chunk_is_a_rejection_and_the_rest_is_read(tmp_path: Path) -> None:
    damaged = bytearray(sample())
    damaged[4096 + 512 + 29 : 4096 + 512 + 45] = b"\xff" * 16
    path = tmp_path / "rusak.evtx"
    path.write_bytes(damaged)

    records = _read(path)

    assert [parsed.rejection is None for parsed in records] == [False, True, True]
    assert records[0].rejection is not None
    assert records[0].rejection.reason == "bagian EVTX rusak dan tidak dapat dibaca"


def test_reading_on_from_a_record_gives_what_a_whole_reading_gives() -> None:
    whole = _read(SAMPLE)

    rest = _read(SAMPLE, start=whole[0].checkpoint)

    assert [parsed.event for parsed in rest] == [parsed.event for parsed in whole[1:]]


def test_a_file_that_grew_by_a_chunk_keeps_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "sample.evtx"
    grown = bytearray(sample())
    shorter = bytearray(grown[:SECOND_CHUNK_AT])
    shorter[16:24], shorter[24:32], shorter[42:44] = bytes(8), (3).to_bytes(8, "little"), (1).to_bytes(2, "little")
    path.write_bytes(shorter)
    before = _read(path)

    path.write_bytes(grown)
    after = _read(path)

    assert len(before) == 2
    assert [parsed.event.id for parsed in after[:2] if parsed.event] == [
        parsed.event.id for parsed in before if parsed.event
    ]


def test_a_child_without_memory_ends_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evtx, "CHILD_MEMORY_BYTES", 8 * 1024 * 1024)

    with pytest.raises(ChildEndedError, match="berhenti"):
        list(read_evtx(SAMPLE))


def test_the_death_of_the_child_is_a_rejection_of_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evtx, "CHILD_MEMORY_BYTES", 8 * 1024 * 1024)

    records = _read(SAMPLE)

    assert [parsed.rejection.reason for parsed in records if parsed.rejection] == [
        "pembaca EVTX berhenti (batas memori atau berkas rusak); sisa tidak dibaca"
    ]


def test_a_child_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(ChildEndedError, match="tidak menjawab"):
        list(read_evtx(SAMPLE, stall_seconds=0))


def test_what_is_no_evtx_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bukan.evtx"
    path.write_bytes(b"MZ\x90\x00")

    with pytest.raises(UnknownFormatError, match="bukan berkas EVTX"):
        _read(path, format="evtx")

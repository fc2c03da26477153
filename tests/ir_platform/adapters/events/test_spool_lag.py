"""What waits in the spool is told by any process: bytes, events, the age of the oldest, and what was torn."""

import os
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.events import spool_lag
from ir_platform.adapters.events.spool import SpoolTaker, SpoolWriter
from ir_platform.adapters.events.torn import remove_torn, torn_files
from ir_platform.ports import SpoolLag

MUCH = 1 << 30


def lag_of(folder: Path) -> SpoolLag:
    return spool_lag.lag_of(folder, store=folder / "events")


def a_writer(folder: Path, *, moments: list[int] | None = None, file_bytes: int = MUCH) -> SpoolWriter:
    clock = iter(moments or range(1_000_000))
    return SpoolWriter(folder, max_bytes=MUCH, file_bytes=file_bytes, clock_ns=lambda: next(clock))


def test_an_empty_spool_and_one_that_was_never_begun_have_nothing_waiting(tmp_path: Path) -> None:
    a_writer(tmp_path / "ada")

    lags = [lag_of(tmp_path / "ada"), lag_of(tmp_path / "tiada")]

    assert [(one.size_bytes, one.events, one.oldest_ns) for one in lags] == [(0, 0, None)] * 2


@given(
    records=st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 9)), max_size=12),
    file_bytes=st.integers(1, 300),
    step_bytes=st.integers(1, 200),
)
def test_what_waits_and_what_was_taken_are_together_what_was_appended(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[bytes, int]], file_bytes: int, step_bytes: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    writer, taker = a_writer(folder, file_bytes=file_bytes), SpoolTaker(folder)
    for content, events in records:
        writer.append(content, events=events)

    left = list(records)
    while taken := taker.take(max_bytes=step_bytes):
        assert lag_of(folder).events == sum(events for _, events in left)
        taker.settle()
        del left[: len(taken)]
        lag = lag_of(folder)
        assert lag.events == sum(events for _, events in left)
        assert lag.oldest_ns == (len(records) - len(left) if left else None)

    assert lag_of(folder).size_bytes == 0
    writer.close()


def test_the_oldest_is_that_of_any_writer(tmp_path: Path) -> None:
    first, second = a_writer(tmp_path, moments=[50, 60]), a_writer(tmp_path, moments=[20, 70])
    for writer in (first, second, first, second):
        writer.append(b"x", events=1)

    lag = lag_of(tmp_path)

    assert (lag.events, lag.oldest_ns) == (4, 20)


def test_half_a_record_counts_by_its_bytes_alone(tmp_path: Path) -> None:
    writer = a_writer(tmp_path)
    writer.append(b"utuh", events=3)
    whole = lag_of(tmp_path)
    writer.append(b"terpotong", events=5)
    [file] = tmp_path.glob("*.kept")
    os.truncate(file, file.stat().st_size - 15)

    lag = lag_of(tmp_path)

    assert lag.events == 3
    assert lag.size_bytes > whole.size_bytes


def test_files_of_an_earlier_version_are_given_back_and_count_by_their_bytes(tmp_path: Path) -> None:
    contents = [b"satu", b"dua"]
    old = b"".join(struct.pack("<4sII", b"TGS1", len(one), zlib.crc32(one)) + one for one in contents)
    (tmp_path / "0000000001-aa.log").write_bytes(old)
    (tmp_path / "0000000002-bb.later").write_bytes(old)

    lag, taker = lag_of(tmp_path), SpoolTaker(tmp_path)

    assert (lag.size_bytes, lag.events) == (len(old), 0)
    assert taker.take(max_bytes=MUCH) == contents * 2
    taker.settle()
    assert [path.name for path in tmp_path.iterdir()] == []


def test_what_was_torn_is_counted_and_removed_once_it_is_old(tmp_path: Path) -> None:
    spool, store = tmp_path / "spool", tmp_path / "events"
    day = store / "days" / "2026-11-21"
    for folder, moment in ((spool, 100), (spool, 300), (day, 100)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{moment}.torn").write_bytes(b"setengah")
        os.utime(folder / f"{moment}.torn", (moment, moment))

    before = spool_lag.lag_of(spool, store=store)
    removed = remove_torn(spool, store, before=datetime.fromtimestamp(200, tz=UTC))

    assert (before.torn_files, before.torn_bytes, removed) == (3, 24, 2)
    assert [path.name for path in torn_files(spool, store)] == ["300.torn"]

"""The segment files: what is read back, what a crash leaves, what a full disk does."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.adapters.events.embedded import frames, layout
from ir_platform.adapters.events.embedded.segments import SegmentLog, read_after, read_records
from ir_platform.domain.event import Event, EventBatch, EventId, batch_of
from ir_platform.ports import BadPositionError
from tests.support.builders import an_event
from tests.support.require import REPOSITORY, need

DAY = date(2026, 11, 20)
A_BATCH = batch_of([an_event(record=number, message=f"line {number}") for number in range(30)])


def _stored(folder: Path) -> EventBatch:
    log = SegmentLog(folder)
    batches = [record.batch for record in read_after(folder, layout.START, end=log.end)]
    log.close()
    return batch_of([event for batch in batches for event in batch])


def test_what_was_appended_is_read_back_after_reopening(tmp_path: Path) -> None:
    log = SegmentLog(tmp_path)

    log.append(A_BATCH, day=DAY)
    log.close()

    assert _stored(tmp_path) == A_BATCH


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=0))
def test_a_tail_torn_anywhere_is_cut_off_and_everything_before_it_stays(cut: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        log = SegmentLog(folder)
        log.append(A_BATCH, day=DAY)
        whole = log.end.offset
        log.append(batch_of([an_event(record=99, message="the last")]), day=DAY)
        path, size = layout.segment_path(folder, DAY, 1), log.end.offset
        log.close()

        os.truncate(path, whole + cut % (size - whole))

        assert _stored(folder) == A_BATCH
        assert path.stat().st_size == whole


def test_a_torn_tail_is_kept_beside_the_segment(tmp_path: Path) -> None:
    log = SegmentLog(tmp_path)
    log.append(A_BATCH, day=DAY)
    log.close()
    path = layout.segment_path(tmp_path, DAY, 1)
    with path.open("ab") as file:
        file.write(b"half a record")

    SegmentLog(tmp_path).close()

    assert path.with_suffix(".torn").read_bytes() == b"half a record"


def test_a_changed_byte_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    log = SegmentLog(tmp_path)
    log.append(A_BATCH, day=DAY)
    log.close()
    segment = layout.segments(tmp_path)[0]
    raw = bytearray(segment.path.read_bytes())
    raw[len(raw) // 2] ^= 1
    segment.path.write_bytes(raw)

    with pytest.raises(frames.DamagedRecordError) as caught:
        list(read_records(segment))

    assert caught.value.offset == 0


def test_a_new_day_and_a_full_segment_each_begin_a_new_file(tmp_path: Path) -> None:
    log = SegmentLog(tmp_path, segment_bytes=1)

    log.append(A_BATCH, day=DAY)
    log.append(A_BATCH, day=DAY)
    log.append(A_BATCH, day=date(2026, 11, 21))
    log.close()

    assert [(one.number, one.day.day) for one in layout.segments(tmp_path)] == [(1, 20), (2, 20), (3, 21)]


def test_reading_goes_on_where_a_position_says(tmp_path: Path) -> None:
    log = SegmentLog(tmp_path, segment_bytes=1)
    log.append(A_BATCH, day=DAY)
    position = layout.parse_position(str(log.end))
    later = batch_of([an_event(record=99, message="later")])
    log.append(later, day=DAY)

    after = [record.batch for record in read_after(tmp_path, position, end=log.end)]

    assert after == [later]
    log.close()


@pytest.mark.parametrize("text", ["", ":", "1", "1:x", "x:1", "-1:2", "1:2:3", "１:2"])
def test_a_position_the_store_did_not_make_is_refused(text: str) -> None:
    with pytest.raises(BadPositionError):
        layout.parse_position(text)


def test_a_body_with_a_line_break_is_refused() -> None:
    bad = EventBatch((EventId("a"),), (0,), (b'{"a":\n1}',))

    with pytest.raises(frames.NewlineInBodyError):
        frames.encode(bad, compressor=zstandard.ZstdCompressor())


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(-(2**70), 2**70), st.integers(0, 90_000)), max_size=6))
def test_any_batch_comes_back_from_its_records(given_events: list[tuple[str, int, int]]) -> None:
    batch = batch_of([Event(EventId(name), at, b"x" * size) for name, at, size in given_events])

    records = frames.encode(batch, compressor=zstandard.ZstdCompressor())

    back = [event for raw, _ in records for event in _decoded(raw)]
    assert batch_of(back) == batch
    assert sum(count for _, count in records) == len(batch)


def _decoded(raw: bytes) -> EventBatch:
    header = frames.read_header(raw, offset=0)
    return frames.decode(header, raw[frames.HEADER_BYTES :], offset=0)


FULL_DISK = """
import json, os, sys
from datetime import UTC, datetime
from pathlib import Path
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.domain.event import EventId, batch_of, make_event
from ir_platform.ports import StoreFullError

folder = Path(sys.argv[1])
writer = EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: datetime(2026, 11, 20, tzinfo=UTC))
writer.append(batch_of([make_event(EventId("first"), 0, {"message": "first"})]))
ballast = folder / "ballast"
room = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
ballast.write_bytes(b"x" * max(0, room - 200_000))
noise = batch_of([make_event(EventId(f"noise-{i}"), 0, {"message": os.urandom(3000).hex()}) for i in range(400)])
try:
    writer.append(noise)
    refused = False
except StoreFullError:
    refused = True
kept = [one for _, batch in writer.read_from(None) for one in batch.ids]
ballast.unlink()
later = writer.append(batch_of([make_event(EventId("later"), 0, {"message": "later"}), *list(noise)[:3]]))
in_the_end = [one for _, batch in writer.read_from(None) for one in batch.ids]
print(json.dumps({"refused": refused, "kept": kept, "stored_later": later.stored, "in_the_end": in_the_end}))
os._exit(0)
"""


def test_a_full_disk_refuses_the_whole_batch_and_the_store_goes_on_when_there_is_room(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    need(unshare, "unshare (util-linux)")
    mount = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"'
    private = [str(unshare), "--user", "--map-root-user", "--mount", "sh", "-c", mount, str(tmp_path)]
    need(subprocess.run([*private, "true"], check=False).returncode == 0, "a private file system (unshare --mount)")

    done = subprocess.run(
        [*private, sys.executable, "-c", FULL_DISK, str(tmp_path)], cwd=REPOSITORY, capture_output=True, check=True
    )

    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer == {
        "refused": True,
        "kept": ["first"],
        "stored_later": 4,
        "in_the_end": ["first", "later", "noise-0", "noise-1", "noise-2"],
    }

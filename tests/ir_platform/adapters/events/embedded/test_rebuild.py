"""The index made anew from the segments, on demand."""

from datetime import timedelta
from pathlib import Path

import pytest

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.rebuild import check_segments, rebuild_index
from ir_platform.domain.event import batch_of
from ir_platform.ports import StoreBusyError
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED, a_writer, found_ids
from tests.support.builders import an_event


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for days in range(2):
        with a_writer(tmp_path, now=RECEIVED + timedelta(days=days)) as writer:
            writer.append(batch_of([an_event(record=10 * days + number, message="line") for number in range(5)]))
    return tmp_path


def test_an_index_made_anew_finds_what_the_segments_hold(folder: Path) -> None:
    before = found_ids(EmbeddedEventReader(folder), "line")
    old = layout.index_path(folder, RECEIVED.date()).stat().st_ino
    steps: list[tuple[int, int]] = []

    rebuild_index(folder, on_progress=lambda done, of: steps.append((done, of)))

    assert found_ids(EmbeddedEventReader(folder), "line") == before
    assert layout.index_path(folder, RECEIVED.date()).stat().st_ino != old
    assert steps[-1][0] == steps[-1][1] > 0
    assert steps == sorted(steps)


def test_an_index_is_not_made_anew_under_a_writer(folder: Path) -> None:
    with a_writer(folder), pytest.raises(StoreBusyError):
        rebuild_index(folder, on_progress=lambda done, of: None)

    assert len(found_ids(EmbeddedEventReader(folder), "line")) == 10


def test_a_check_counts_events_and_names_each_damaged_place(folder: Path) -> None:
    sound = check_segments(folder)
    segment = layout.segments(folder)[0]
    raw = bytearray(segment.path.read_bytes())
    raw[30] ^= 1
    segment.path.write_bytes(raw)

    damaged = check_segments(folder)

    assert (sound.segments, sound.events, sound.damaged) == (2, 10, ())
    assert [(one.file, one.offset) for one in damaged.damaged] == [(segment.path, 0)]
    assert damaged.events == 5

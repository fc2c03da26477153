"""What the embedded writer keeps to: one at a time, each id once within the window, an index that can be made again."""

import shutil
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from ir_platform.adapters.events.embedded import index, layout
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.domain.event import Event, batch_of
from ir_platform.ports import StoreBusyError
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED, a_store, a_writer, found_ids
from tests.support.builders import NOON, an_event

DAY = timedelta(days=1)


def _events(count: int) -> list[Event]:
    return [an_event(record=number, message=f"line {number}") for number in range(count)]


def test_a_second_writer_of_the_folder_is_refused_until_the_first_closes(tmp_path: Path) -> None:
    with a_writer(tmp_path), pytest.raises(StoreBusyError), a_writer(tmp_path):
        pass

    with a_writer(tmp_path) as writer:
        assert writer.append(batch_of(_events(1))).stored == 1


def test_what_is_appended_while_the_index_looks_round_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    has_looked, is_appended = threading.Event(), threading.Event()
    days = layout.days

    def days_before_the_append(folder: Path) -> list[date]:
        there = days(folder)
        if threading.current_thread().name == "event-index" and not has_looked.is_set():
            has_looked.set()
            assert is_appended.wait(60)
        return there

    monkeypatch.setattr(layout, "days", days_before_the_append)
    with a_writer(tmp_path) as writer:
        assert has_looked.wait(60)
        writer.append(batch_of(_events(2)))
        is_appended.set()
        writer.flush()

    assert len(found_ids(EmbeddedEventReader(tmp_path), "line")) == 2


def test_an_id_is_dropped_within_the_window_and_taken_again_after_it(tmp_path: Path) -> None:
    batch = batch_of(_events(3))
    stored = []

    for days in (0, 2, 3):
        with a_writer(tmp_path, dedup_days=2, now=RECEIVED + days * DAY) as writer:
            stored.append(writer.append(batch).stored)

    assert stored == [3, 0, 3]


def test_ids_are_known_after_segments_were_sealed_and_after_their_sidecars_were_lost(tmp_path: Path) -> None:
    batches = [batch_of(_events(10)[number : number + 1]) for number in range(10)]
    with a_writer(tmp_path, segment_bytes=1) as writer:
        for batch in batches:
            writer.append(batch)
        sealed = list(tmp_path.rglob("*.ids"))
        again = [writer.append(batch).stored for batch in batches]

    sealed[0].unlink()
    sealed[1].write_bytes(b"damaged")
    with a_writer(tmp_path) as writer:
        reopened = [writer.append(batch).stored for batch in batches]

    assert len(sealed) == 9
    assert sum(again) == sum(reopened) == 0
    assert len(list(tmp_path.rglob("*.ids"))) == 9


def test_a_new_key_makes_all_ids_anew(tmp_path: Path) -> None:
    batch = batch_of(_events(5))
    with a_writer(tmp_path, segment_bytes=1) as writer:
        writer.append(batch)
        writer.append(batch_of([an_event(record=9)]))
    (tmp_path / "key").unlink()

    with a_writer(tmp_path) as writer:
        assert writer.append(batch).stored == 0


@pytest.mark.parametrize("harm", ["removed", "damaged", "other version"])
def test_an_index_that_is_lost_is_made_again_from_the_segments(tmp_path: Path, harm: str) -> None:
    events = _events(20)
    a_store(tmp_path, events)
    folder = layout.index_path(tmp_path, RECEIVED.date())

    if harm == "removed":
        shutil.rmtree(folder)
    elif harm == "damaged":
        (folder / "meta.json").write_text("{")
    else:
        (folder / "VERSION").write_text("0")

    assert found_ids(a_store(tmp_path, [an_event(record=99)]), "line") == {event.id for event in events}


def test_an_index_made_again_for_one_day_leaves_the_other_days_as_they_are(tmp_path: Path) -> None:
    for days in range(3):
        with a_writer(tmp_path, now=RECEIVED + days * DAY) as writer:
            writer.append(batch_of([an_event(record=days, message="line")]))
    shutil.rmtree(layout.index_path(tmp_path, RECEIVED.date()))

    with a_writer(tmp_path, now=RECEIVED + 2 * DAY) as writer:
        writer.flush()

    assert len(found_ids(EmbeddedEventReader(tmp_path), "line")) == 3


def test_an_appended_event_is_found_without_a_flush(tmp_path: Path) -> None:
    event = an_event(message="line")
    reader = EmbeddedEventReader(tmp_path)
    with a_writer(tmp_path) as writer:
        writer.append(batch_of([event]))

        for _ in range(300):
            if found := found_ids(reader, "line"):
                break
            time.sleep(0.1)

    assert found == {event.id}


def test_what_closing_leaves_unindexed_is_indexed_when_the_store_is_opened_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = _events(2_000)
    monkeypatch.setattr(index, "CLOSE_SECONDS", 0.0)
    with a_writer(tmp_path, segment_bytes=1) as writer:
        for first in range(0, len(events), 100):
            writer.append(batch_of(events[first : first + 100]))

    with a_writer(tmp_path) as writer:
        writer.flush()

    assert found_ids(EmbeddedEventReader(tmp_path), "line") == {event.id for event in events}


def test_old_events_received_today_are_found_by_their_own_time(tmp_path: Path) -> None:
    old, new = an_event(at=NOON - 900 * DAY, record=1), an_event(at=NOON, record=2)
    reader = a_store(tmp_path, [old, new])

    found = reader.search("*", time_from=NOON - 901 * DAY, time_to=NOON - 899 * DAY, cursor=None, limit=10)

    assert [event.id for event in found.items] == [old.id]


def test_a_day_whose_folder_was_deleted_is_let_go(tmp_path: Path) -> None:
    for days in range(2):
        with a_writer(tmp_path, now=RECEIVED + days * DAY) as writer:
            writer.append(batch_of([an_event(record=days, message="line")]))
    reader = EmbeddedEventReader(tmp_path)
    before = found_ids(reader, "line")

    shutil.rmtree(layout.index_path(tmp_path, RECEIVED.date()).parent)

    assert (len(before), len(found_ids(reader, "line"))) == (2, 1)
    with a_writer(tmp_path, now=RECEIVED + 2 * DAY) as writer:
        assert sum(len(batch) for _, batch in writer.read_from(None)) == 1


def test_a_store_that_was_never_written_finds_nothing(tmp_path: Path) -> None:
    reader = EmbeddedEventReader(tmp_path / "nothing")

    assert found_ids(reader, "*") == set()
    assert reader.get([an_event().id]) == ()
    assert not (tmp_path / "nothing").exists()

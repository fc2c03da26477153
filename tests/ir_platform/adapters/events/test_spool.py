"""The spool: what was appended is given back whole, whoever was killed in between and whatever the disk did."""

import fcntl
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.events.spool import SpoolTaker, SpoolWriter, held_bytes
from ir_platform.ports import SpoolFullError

MUCH = 1 << 30


def everything(taker: SpoolTaker) -> list[bytes]:
    return taker.take(max_bytes=MUCH)


def logs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.kept"))


@given(contents=st.lists(st.binary(max_size=300), max_size=20), file_bytes=st.integers(1, 500))
def test_what_was_appended_is_given_back_in_its_order_over_any_number_of_files(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], file_bytes: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    writer, taker = SpoolWriter(folder, max_bytes=MUCH, file_bytes=file_bytes), SpoolTaker(folder)

    for content in contents:
        writer.append(content, events=1)
    writer.close()

    assert everything(taker) == contents
    taker.settle()
    assert logs(folder) == []


def test_what_was_given_and_not_settled_is_given_again_to_the_next_taker(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, max_bytes=MUCH)
    writer.append(b"satu", events=1)
    first = SpoolTaker(tmp_path)
    assert everything(first) == [b"satu"]
    first.settle()
    writer.append(b"dua", events=1)
    assert everything(first) == [b"dua"]
    first.close()

    assert everything(SpoolTaker(tmp_path)) == [b"dua"]
    writer.close()


def test_a_file_is_kept_while_its_writer_lives_and_removed_once_it_is_gone(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"satu", events=1)
    everything(taker)
    taker.settle()
    assert len(logs(tmp_path)) == 1

    writer.close()
    taker.settle()

    assert logs(tmp_path) == []


def test_a_record_that_was_cut_when_its_writer_was_killed_is_set_aside(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"utuh", events=1)
    writer.append(b"terpotong", events=1)
    [log] = logs(tmp_path)
    os.truncate(log, log.stat().st_size - 3)
    writer.close()

    assert everything(taker) == [b"utuh"]
    taker.settle()

    assert logs(tmp_path) == []
    assert [path.suffix for path in tmp_path.glob("*.torn")] == [".torn"]


def test_half_a_record_of_a_writer_that_lives_is_waited_for(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"satu", events=1)
    [log] = logs(tmp_path)
    whole = log.read_bytes()
    os.truncate(log, len(whole) - 1)
    assert everything(taker) == []
    taker.settle()

    log.write_bytes(whole)

    assert everything(taker) == [b"satu"]
    writer.close()


def test_what_follows_bytes_that_a_disk_has_lost_is_given_all_the_same(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    for content in (b"satu", b"rusak", b"tiga"):
        writer.append(content, events=1)
    writer.close()
    [log] = logs(tmp_path)
    log.write_bytes(log.read_bytes().replace(b"rusak", b"RUSAK"))

    before = everything(taker)
    taker.settle()
    after = everything(taker)

    assert (before, after) == ([b"satu"], [b"tiga"])


def test_more_than_may_wait_is_refused_until_some_of_it_was_taken(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=400, file_bytes=100), SpoolTaker(tmp_path)
    for _ in range(3):
        writer.append(b"x" * 100, events=1)
    with pytest.raises(SpoolFullError):
        writer.append(b"x" * 100, events=1)

    everything(taker)
    taker.settle()
    writer.append(b"y" * 100, events=1)

    assert everything(taker) == [b"y" * 100]
    assert held_bytes(tmp_path) <= 400
    writer.close()


def test_what_many_threads_append_at_once_is_all_there(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH, file_bytes=2_000), SpoolTaker(tmp_path)

    def append_some(name: int) -> None:
        for number in range(40):
            writer.append(b"%d-%d" % (name, number), events=1)

    threads = [threading.Thread(target=append_some, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()

    found = everything(taker)
    assert sorted(found) == sorted(b"%d-%d" % (name, number) for name in range(6) for number in range(40))
    for name in range(6):
        own = [int(one.partition(b"-")[2]) for one in found if one.startswith(b"%d-" % name)]
        assert own == list(range(40))


def test_two_writers_in_one_folder_do_not_touch_each_other_s_files(tmp_path: Path) -> None:
    first, second = (SpoolWriter(tmp_path, max_bytes=MUCH) for _ in range(2))
    taker = SpoolTaker(tmp_path)
    first.append(b"a1", events=1)
    second.append(b"b1", events=1)
    first.append(b"a2", events=1)
    first.close()
    assert sorted(everything(taker)) == [b"a1", b"a2", b"b1"]
    taker.settle()

    second.append(b"b2", events=1)

    assert len(logs(tmp_path)) == 1
    assert everything(taker) == [b"b2"]
    second.close()


def test_a_mark_is_reached_once_everything_before_it_is_settled(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"satu", events=1)
    mark = taker.mark()
    writer.append(b"dua", events=1)

    assert not taker.has_settled(mark)
    everything(taker)
    assert not taker.has_settled(mark)
    taker.settle()
    assert taker.has_settled(mark)
    assert taker.has_settled(taker.mark())
    writer.close()


def test_a_note_that_was_lost_gives_everything_once_more(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"satu", events=1)
    everything(taker)
    taker.settle()
    (tmp_path / "taken").write_bytes(b'{"0000')

    assert everything(SpoolTaker(tmp_path)) == [b"satu"]
    writer.close()


def test_what_is_set_aside_is_given_again_at_the_next_start_only(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"dari versi baru", events=1)
    writer.close()

    [content] = everything(taker)
    taker.set_aside(content)
    taker.settle()

    assert everything(taker) == []
    assert everything(SpoolTaker(tmp_path)) == [b"dari versi baru"]


def test_a_file_that_was_never_named_is_removed_once_its_writer_is_gone(tmp_path: Path) -> None:
    abandoned, at_work = tmp_path / "0000000001-aa.new", tmp_path / "0000000002-bb.new"
    abandoned.touch()

    with at_work.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        SpoolTaker(tmp_path)

        assert [path.name for path in tmp_path.iterdir()] == [at_work.name]


def test_a_note_for_which_the_disk_has_no_room_is_written_later_and_stops_nobody(tmp_path: Path) -> None:
    writer, taker = SpoolWriter(tmp_path, max_bytes=MUCH), SpoolTaker(tmp_path)
    writer.append(b"satu", events=1)
    everything(taker)
    (tmp_path / "taken.new").symlink_to("/dev/full")

    taker.settle()
    assert not (tmp_path / "taken").exists()
    assert taker.has_settled(taker.mark())
    (tmp_path / "taken.new").unlink()
    taker.settle()

    assert everything(SpoolTaker(tmp_path)) == []
    writer.close()

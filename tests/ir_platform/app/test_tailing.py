"""Watched files: every line once, whatever becomes of the file, the disk or the process while it is read."""

import gzip
import json
import os
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ir_platform.app.ids import utc_now
from ir_platform.app.source_watch import SourceWatch
from ir_platform.app.tailing import Tailing
from ir_platform.app.wiring import make_capture_queue, open_files
from ir_platform.domain.event import EventBatch
from ir_platform.domain.job import JobKind
from ir_platform.domain.source import Source, SourceId
from ir_platform.ports import FileTooLargeError, StoreFullError
from tests.ir_platform.app.house import House
from tests.support.builders import NOON


@dataclass
class Watching:
    """A tailing over a folder, whose store keeps each id once, as the real one does."""

    house: House
    folder: Path
    place: str = ""
    format: str = "auto"
    format_string: str | None = None
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_full: bool = False
    later_seconds: float = 5.0

    def __post_init__(self) -> None:
        source = Source(
            id=SourceId("s1"),
            name="berkas",
            key_hash="a" * 64,
            created_at=NOON,
            path=self.place or str(self.folder),
            format=self.format,
            format_string=self.format_string,
            timezone="UTC",
        )
        with self.house.state.write() as uow:
            uow.sources.add(source)
        self.restart()

    def restart(self) -> None:
        clock = lambda: self.house.clock[0]  # noqa: E731
        watch = SourceWatch(state=self.house.state, clock=clock, monotonic=time.monotonic, timezone="UTC")
        self.tailing = Tailing(
            state=self.house.state,
            sources=watch,
            carry=self.carry,
            queue_capture=self.queue_capture,
            clock=clock,
            timezone="UTC",
            wall_ns=lambda: time.time_ns() + int(self.later_seconds * 1e9),
        )

    def carry(self, batch: EventBatch) -> None:
        if self.is_full:
            raise StoreFullError
        self.stored.update({event.id: event.fields() for event in batch})

    def queue_capture(self, path: Path) -> None:
        if path.stat().st_size > 1_000:
            raise FileTooLargeError(limit_bytes=1_000)
        make_capture_queue(self.house.settings, self.house.state)(path)

    def messages(self) -> list[str]:
        """After one look at the files."""
        self.tailing.step()
        return [one.get("message", one.get("error.message", "")) for one in self.stored.values()]


def lines(*words: str) -> str:
    return "".join(f"Nov 20 08:00:00 web-1 app: {word}\n" for word in words)


def write(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    return tmp_path / "log"


@pytest.fixture
def watching(house: House, folder: Path) -> Watching:
    return Watching(house, folder)


def test_a_file_is_read_as_it_grows_and_goes_on_where_it_was_left_after_a_restart(watching: Watching) -> None:
    log = watching.folder / "app.log"
    write(log, lines("satu", "dua"))
    assert watching.messages() == ["satu", "dua"]
    write(log, lines("tiga") + "Nov 20 08:00:00 web-1 app: belum")
    assert watching.messages() == ["satu", "dua", "tiga"]

    watching.restart()
    write(log, " selesai\n")
    watching.stored.clear()

    assert watching.messages() == ["belum selesai"]
    assert {one["tanggap.source"] for one in watching.stored.values()} == {"berkas"}
    assert watching.messages() == ["belum selesai"]


def test_a_file_that_is_rotated_is_read_to_its_end_and_its_successor_from_the_beginning(
    house: House, folder: Path
) -> None:
    log = folder / "auth.log"
    write(log, lines("satu"))
    (folder / "auth.log.2").write_text(lines("lama sekali"))
    watching = Watching(house, folder, place=str(log))
    watching.messages()

    write(log, lines("dua"))
    log.rename(folder / "auth.log.1")
    write(log, lines("tiga"))

    assert sorted(watching.messages()) == ["dua", "satu", "tiga"]


def test_a_file_that_was_emptied_and_begun_anew_is_read_from_its_beginning(watching: Watching) -> None:
    log = watching.folder / "app.log"
    write(log, lines("satu", "dua"))
    watching.messages()

    log.write_text(lines("tiga"))
    watching.messages()
    log.write_text("")
    watching.messages()
    write(log, lines("tiga"))
    write(log, lines("empat"))

    assert watching.messages() == ["satu", "dua", "tiga", "empat"]


def test_a_file_begun_anew_in_the_place_of_one_with_the_same_heading_is_read_from_its_beginning(
    house: House, folder: Path
) -> None:
    heading = "#separator \\x09\n#set_separator\t,\n#path\tdns\n#open\t2026-11-20-08-00-0{}\n#fields\tts\tuid\tquery\n"
    log, record = folder / "dns.log", "17951328{:02}.000000\tC{}\t{}.example\n"
    watching = Watching(house, folder)
    log.write_text(heading.format(1))
    watching.tailing.step()
    write(log, record.format(1, "a", "satu"))
    watching.tailing.step()

    # The same inode, as one that is free is given to the next file; more is in it than was read of the one before.
    log.write_text(heading.format(2) + "".join(record.format(2, name, name * 40) for name in ("dua", "tiga")))
    watching.tailing.step()

    found = [one["dns.question.name"] for one in watching.stored.values()]
    assert found == ["satu.example", "dua" * 40 + ".example", "tiga" * 40 + ".example"]


def test_a_full_disk_puts_reading_off_and_loses_nothing(watching: Watching) -> None:
    write(watching.folder / "app.log", lines("satu", "dua"))
    watching.is_full = True
    assert watching.messages() == []

    watching.is_full = False

    assert watching.messages() == ["satu", "dua"]


def test_what_was_carried_and_not_noted_is_read_again_under_the_same_ids(watching: Watching) -> None:
    log = watching.folder / "app.log"
    write(log, lines("satu", "dua"))
    watching.messages()
    before = dict(watching.stored)
    with watching.house.state.write() as uow:
        [tailed] = uow.sources.tailed(SourceId("s1"))
        uow.sources.note_tailed(SourceId("s1"), replace(tailed, offset=0, record=0))

    watching.restart()
    watching.messages()

    assert watching.stored == before


def test_compressed_files_are_read_when_they_are_whole_and_again_only_when_they_are_others(
    watching: Watching,
) -> None:
    path = watching.folder / "app.log.gz"
    path.write_bytes(gzip.compress(lines("satu", "dua").encode()))
    watching.later_seconds = 1
    assert watching.messages() == []
    watching.later_seconds = 5

    assert watching.messages() == ["satu", "dua"]
    watching.stored.clear()
    assert watching.messages() == []


def test_a_last_line_without_its_end_is_read_once_nobody_goes_on(watching: Watching) -> None:
    write(watching.folder / "titipan.log", lines("satu") + lines("dua").rstrip("\n"))
    (watching.folder / "tunggal.json").write_text('{"message": "tiga"}')
    assert watching.messages() == ["satu"]

    watching.later_seconds = 120

    assert sorted(watching.messages()) == ["dua", "satu", "tiga"]


def test_files_that_are_being_written_and_what_is_no_file_are_left_alone(watching: Watching) -> None:
    for name in (".tersembunyi", "kirim.part", "sunting~", "x.tmp"):
        (watching.folder / name).write_text(lines("tidak"))
    os.mkfifo(watching.folder / "pipa")
    (watching.folder / "lingkar").symlink_to(watching.folder / "lingkar")
    (watching.folder / "anak").mkdir()
    (watching.folder / "biner").write_bytes(b"\x00\xff\n" * 50)
    (watching.folder / "kosong").touch()
    write(watching.folder / "app.log", lines("satu"))

    assert watching.messages() == ["satu"]


def test_a_format_is_remembered_with_what_its_heading_said(house: House, folder: Path) -> None:
    watching = Watching(house, folder, place=f"{folder}/*.csv")
    write(folder / "a.csv", "timestamp,host,message\n2026-11-20T08:00:00Z,web-1,satu\n")
    watching.messages()
    watching.restart()

    write(folder / "a.csv", "2026-11-20T08:00:01Z,web-2,dua\n")

    assert watching.messages() == ["satu", "dua"]
    assert {one["host.name"] for one in watching.stored.values()} == {"web-1", "web-2"}


def test_access_logs_are_read_by_the_format_string_of_their_source(house: House, folder: Path) -> None:
    watching = Watching(house, folder, format="access", format_string='%t %>s "%r" %h')
    write(folder / "x.log", '[20/Nov/2026:08:00:00 +0700] 404 "GET /a.php HTTP/1.1" 203.0.113.9\n')

    watching.tailing.step()

    [event] = watching.stored.values()
    assert (event["url.path"], event["http.response.status_code"]) == ("/a.php", 404)


def test_a_place_that_is_not_there_yet_is_waited_for(house: House, folder: Path) -> None:
    watching = Watching(house, folder, place=str(folder / "nanti" / "app.log"))
    assert watching.messages() == []

    (folder / "nanti").mkdir()
    write(folder / "nanti" / "app.log", lines("satu"))

    assert watching.messages() == ["satu"]


def test_a_capture_is_kept_and_given_to_the_worker_once_when_it_is_whole(watching: Watching) -> None:
    capture = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
    (watching.folder / "siaga.pcap").write_bytes(capture)
    (watching.folder / "besar.pcap").write_bytes(capture + b"\0" * 2_000)

    for _ in range(3):
        assert watching.messages() == []
    with watching.house.state.read() as uow:
        [job] = uow.jobs.waiting(now=utc_now(), limit=10)

    payload = json.loads(job.payload)
    assert (job.kind, payload["name"]) == (JobKind.INGEST_FILE, "siaga.pcap")
    assert open_files(watching.house.settings).path(payload["sha256"]).read_bytes() == capture

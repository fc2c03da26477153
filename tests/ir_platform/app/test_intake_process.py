"""The intake process by itself: what its socket and its syslog ports take, and what they refuse."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ir_platform.app.handover import (
    MAX_FRAME_BYTES,
    SOCKET_NAME,
    Carried,
    HandoverError,
    IntakeConnection,
    NoIntakeError,
    UnreadablePayloadError,
    batch_from,
    batch_payload,
    connect,
    frame_of,
    is_intake_there,
    open_folder,
)
from ir_platform.app.wiring import event_reader, open_state
from ir_platform.config import Settings
from ir_platform.domain.event import Event, EventBatch, batch_of
from ir_platform.domain.incident import Incident
from ir_platform.ports import IncidentFilter
from tests.ir_platform.app.children import a_child
from tests.support.builders import an_event
from tests.support.server import wait_for

ATTACKER = "203.0.113.77"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    settings: Settings
    syslog_port: int

    def found(self, query: str) -> int:
        page = event_reader(self.settings).search(query, time_from=None, time_to=None, cursor=None, limit=1)
        return page.total or 0

    def incidents(self) -> tuple[Incident, ...]:
        state = open_state(self.settings)
        with state.read() as uow:
            found = uow.incidents.page(IncidentFilter(), cursor=None, limit=50).items
        state.close()
        return found


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    """In a folder so deep that a Unix socket's path would not fit."""
    folder = tmp_path_factory.mktemp("deep") / ("d" * 100) / ("e" * 100)
    folder.mkdir(parents=True)
    settings = Settings(data_dir=folder, timezone="UTC")
    state = open_state(settings)
    state.migrate()
    state.close()
    with (
        socket.create_server(("127.0.0.1", 0)) as stream,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        port = stream.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        descriptors = (stream.fileno(), datagrams.fileno())
        arguments = ("--syslog-tcp", str(descriptors[0]), "--syslog-udp", str(descriptors[1]))
        with (
            a_child(settings, "intake"),
            a_child(settings, "syslog", *arguments, descriptors=descriptors),
        ):
            wait_for(lambda: is_intake_there(folder))
            yield Intake(settings=settings, syslog_port=port)


def batch(name: str, size: int = 3) -> EventBatch:
    now = datetime.now(UTC)
    return batch_of([an_event(now, record=number, tanggap__batch=name) for number in range(size)])


def test_a_batch_is_durable_and_findable_once_it_is_answered(intake: Intake) -> None:
    sent = batch("one")

    with connect(intake.settings.data_dir) as connection:
        first, second = connection.carry(sent), connection.carry(sent)

    assert (first, second) == (Carried(stored=3), Carried(duplicates=3))
    wait_for(lambda: intake.found("tanggap.batch:one") == 3)


def test_the_socket_is_for_its_owner_alone(intake: Intake) -> None:
    assert (intake.settings.data_dir / SOCKET_NAME).stat().st_mode & 0o777 == 0o600


def test_two_clients_at_once_are_both_served(intake: Intake) -> None:
    def hand_over(name: str) -> int:
        with connect(intake.settings.data_dir) as connection:
            return sum(connection.carry(batch(f"{name}-{number}", 50)).stored for number in range(10))

    with ThreadPoolExecutor(2) as pool:
        stored = list(pool.map(hand_over, ("left", "right")))

    assert stored == [500, 500]


def raw(intake: Intake) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(10)
    with open_folder(intake.settings.data_dir) as folder:
        connection.connect(f"{folder}/{SOCKET_NAME}")
    return connection


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"[1]",
        b"7",
        b'"text"',
        b"null",
        b'{"ids": ["a"]}',
        b'{"ids": ["a"], "times_ns": [1], "bodies": []}',
        b'{"ids": [1], "times_ns": [1], "bodies": ["{}"]}',
        b'{"ids": ["a"], "times_ns": ["x"], "bodies": ["{}"]}',
        b'{"ids": ["a"], "times_ns": [1.5], "bodies": ["{}"]}',
        b'{"ids": "a", "times_ns": "b", "bodies": "c"}',
        b"[" * 5000,
        b"",
    ],
)
def test_a_frame_that_is_no_batch_is_refused_and_the_next_one_is_taken(intake: Intake, body: bytes) -> None:
    with raw(intake) as stream:
        stream.sendall(len(body).to_bytes(4, "big") + body)
        connection = IntakeConnection(stream)
        length = int.from_bytes(stream.recv(4), "big")
        answer = json.loads(stream.recv(length))

        carried = connection.carry(batch("after-garbage", 1))

    assert answer == {"error": "kiriman tidak dapat dibaca"}
    assert carried.stored + carried.duplicates == 1


@pytest.mark.parametrize("head", [b"\xff\xff\xff\xff", (MAX_FRAME_BYTES + 1).to_bytes(4, "big")])
def test_an_oversized_frame_ends_the_connection_and_nothing_else(intake: Intake, head: bytes) -> None:
    with raw(intake) as stream:
        stream.sendall(head)

        assert stream.recv(1) == b""

    assert is_intake_there(intake.settings.data_dir)


def test_a_client_that_goes_away_in_the_middle_harms_nobody(intake: Intake) -> None:
    with raw(intake) as stream:
        stream.sendall(frame_of(batch_payload(batch("half")))[:40])

    assert is_intake_there(intake.settings.data_dir)
    assert intake.found("tanggap.batch:half") == 0


def test_what_a_log_server_sends_over_udp_becomes_an_event(intake: Intake) -> None:
    message = b"<38>" + stamp() + b" udp-host sshd[7]: Accepted publickey for dewi from 10.0.0.9 port 4 ssh2"

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(message, ("127.0.0.1", intake.syslog_port))

    wait_for(lambda: intake.found("host.name:udp-host AND source.ip:10.0.0.9") == 1)


def test_guesses_of_a_password_over_tcp_open_one_incident(intake: Intake) -> None:
    lines = [
        b"<38>%b tcp-host sshd[%d]: Failed password for root from %b port 4%d ssh2\n"
        % (stamp(number), number, ATTACKER.encode(), number)
        for number in range(40)
    ]

    with socket.create_connection(("127.0.0.1", intake.syslog_port)) as sender:
        sender.sendall(b"".join(lines))

    wait_for(lambda: intake.found("host.name:tcp-host") == len(lines))
    [incident] = wait_for(lambda: [one for one in intake.incidents() if one.hosts == ("tcp-host",)])
    assert "SSH" in incident.judul


def stamp(second: int = 0) -> bytes:
    at = datetime.now(UTC) - timedelta(minutes=2) + timedelta(seconds=second)
    return f"{at:%b} {at.day:>2} {at:%H:%M:%S}".encode()


def test_without_an_intake_process_there_is_none(tmp_path: Path) -> None:
    (tmp_path / SOCKET_NAME).touch()

    for folder in (tmp_path, tmp_path / "not-there"):
        assert not is_intake_there(folder)
        with pytest.raises(NoIntakeError), connect(folder):
            pass


def test_an_intake_that_ends_before_it_answers_is_an_error(tmp_path: Path) -> None:
    here, there = socket.socketpair()
    there.close()

    with here, pytest.raises(HandoverError):
        IntakeConnection(here).carry(batch("nobody"))


def test_a_batch_survives_its_way_over_the_socket() -> None:
    sent = batch_of([Event(an_event().id, -5, '{"pesan":"é \\u0000"}'.encode()), an_event(record=1)])

    assert batch_from(json.loads(frame_of(batch_payload(sent))[4:])) == sent
    with pytest.raises(UnreadablePayloadError):
        batch_from({"ids": ["a"], "times_ns": [True], "bodies": ["{}"]})

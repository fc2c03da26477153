"""`irp serve` itself: what it says where it cannot start, and how it stops."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ir_platform.app.serve import Child, PortTakenError, Supervisor, bind
from tests.support.captures import browsing, write_capture
from tests.support.certificates import an_authority
from tests.support.server import Server, irp, running, wait_for


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line a command that could not start says, on stderr."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("setting", ["IRP_PORT", "IRP_SYSLOG_PORT", "IRP_BULK_PORT"])
def test_a_taken_port_is_one_line_and_exit_2(tmp_path: Path, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = one_line(irp("serve", data=tmp_path / "var", **{setting: port}))

    assert f"port {port} ({setting}) di 127.0.0.1 sudah dipakai" in line


def test_an_address_of_another_machine_is_not_called_taken(tmp_path: Path) -> None:
    line = one_line(irp("serve", data=tmp_path / "var", IRP_HOST="192.0.2.1"))

    assert "192.0.2.1" in line
    assert "sudah dipakai" not in line


def test_an_unwritable_data_folder_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    line = one_line(irp("serve", data=tmp_path / "file" / "var"))

    assert "folder data tidak dapat ditulis" in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("IRP_PORT", "abc"), ("IRP_PORT", "0"), ("IRP_PORT", "70000"), ("IRP_OPEN_LEVEL", "gawat")],
)
def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    line = one_line(irp("serve", data=tmp_path / "var", **{name: value}))

    assert name in line


@pytest.mark.parametrize("port", ["SYSLOG", "BULK"])
def test_a_certificate_that_cannot_be_used_is_one_line_that_says_which(tmp_path: Path, port: str) -> None:
    server = an_authority(tmp_path / "ca").issue("localhost")
    usable = {f"IRP_{port}_TLS_CERT": str(server.certificate), f"IRP_{port}_TLS_KEY": str(server.key)}

    without_authority = one_line(
        irp("serve", data=tmp_path / "var", **usable, **{f"IRP_{port}_TLS_CLIENT": "required"})
    )
    without_file = one_line(irp("serve", data=tmp_path / "var", **{f"IRP_{port}_TLS_CERT": str(tmp_path / "tiada")}))

    assert f"setel IRP_{port}_TLS_CA" in without_authority
    assert str(tmp_path / "tiada") in without_file


@pytest.fixture(scope="module")
def path_without_tshark(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with what the program needs and no tshark on it."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("sh", "env", "uname"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return str(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, path_without_tshark: str) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("serve") / "var"
    with running(data, demo=True, PATH=path_without_tshark) as made:
        yield made


def test_the_data_folder_is_the_owner_s_alone(server: Server) -> None:
    assert server.data.stat().st_mode & 0o777 == 0o700


def test_without_tshark_captures_are_shown_as_unavailable(server: Server) -> None:
    answer = server.client("kasi").get("/api/v1/system").json()

    assert (answer["tshark"], answer["intake"]) == (False, True)


def test_without_tshark_a_capture_is_not_analysed(tmp_path: Path, path_without_tshark: str) -> None:
    capture = write_capture(tmp_path, browsing())

    done = irp("pcap", capture, "--out", tmp_path / "out", data=tmp_path / "var", PATH=path_without_tshark)

    assert done.returncode == 2
    assert "tshark" in done.stderr


def test_it_says_that_it_is_ready_and_where(server: Server) -> None:
    ready = [line for line in server.output if line.startswith("ready: ")]

    assert ready == [f"ready: {server.url}\n"]
    assert httpx.get(f"{server.url}/readyz").json() == {"database": True, "intake": True}


def test_a_killed_child_is_started_again(server: Server) -> None:
    before = server.processes()["intake"]

    os.kill(before, signal.SIGKILL)

    wait_for(lambda: server.processes()["intake"] != before)
    wait_for(lambda: httpx.get(f"{server.url}/readyz").status_code == 200)


def test_it_stops_within_ten_seconds_although_somebody_listens(tmp_path: Path) -> None:
    with running(tmp_path / "var", demo=True) as server:
        children = server.processes()
        with server.client("kasi").stream("GET", "/api/v1/stream") as stream:
            assert next(stream.iter_lines()) == ": ready"

            server.process.send_signal(signal.SIGTERM)
            status = server.process.wait(timeout=10)

    assert status == 0
    assert {"intake", "api", "worker"} <= children.keys()
    for pid in children.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_of_two_api_processes_each_answers_while_the_other_stands_still(tmp_path: Path) -> None:
    with running(tmp_path / "var", IRP_API_PROCESSES="2") as server:
        for name in ("api", "api-2"):
            os.kill(server.processes()[name], signal.SIGSTOP)

            assert httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200

            os.kill(server.processes()[name], signal.SIGCONT)


def test_children_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    with running(tmp_path / "var") as server:
        children = server.processes()

        server.kill(signal.SIGKILL)

        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children.values()))


def test_a_group_told_to_stop_while_it_starts_stops() -> None:
    """The child that is being started just then is not there yet to be told."""
    supervisor = Supervisor(
        [Child(name="api", arguments=("--help",))], descriptors=(), environment={**os.environ, "PYTHONUNBUFFERED": "1"}
    )

    asyncio.run(asyncio.wait_for(supervisor.run(lambda: os.kill(os.getpid(), signal.SIGTERM)), timeout=20))


def test_a_bound_port_is_free_for_nobody_else() -> None:
    first = bind("127.0.0.1", "auto", kind=socket.SOCK_STREAM, name="IRP_PORT")

    with first, pytest.raises(PortTakenError) as raised:
        bind("127.0.0.1", first.getsockname()[1], kind=socket.SOCK_STREAM, name="IRP_PORT")

    assert raised.value.reason is None


def test_a_second_server_on_the_folder_does_not_start(server: Server) -> None:
    line = one_line(irp("serve", data=server.data))

    assert "sudah berjalan" in line
    assert httpx.get(f"{server.url}/readyz").status_code == 200

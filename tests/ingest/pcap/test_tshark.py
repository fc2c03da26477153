"""Where tshark is looked for, and what the child it runs in may not do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.pcap.confine import Confinement, NotConfinableError, command
from ingest.pcap.tshark import CaptureUnavailableError, Tshark, environment, find_tshark


def a_program(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_without_tshark_anywhere_the_reason_is_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CaptureUnavailableError) as refused:
        find_tshark(unpacked=[tmp_path / "alat"])

    assert "tshark tidak ditemukan" in refused.value.reason


def test_an_unpacked_tshark_comes_with_the_folders_of_its_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = a_program(tmp_path / "alat" / "usr" / "bin" / "tshark")
    libraries = tmp_path / "alat" / "usr" / "lib" / "x86_64-linux-gnu"
    libraries.mkdir(parents=True)

    found = find_tshark(unpacked=[tmp_path / "alat"])

    assert found == Tshark(program, (libraries.parent, libraries))
    assert str(libraries) in environment(found, home=tmp_path)["LD_LIBRARY_PATH"]


def test_a_configured_tshark_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    with pytest.raises(CaptureUnavailableError) as refused:
        find_tshark(configured=tmp_path / "tshark")

    assert str(tmp_path) in refused.value.reason


def test_a_run_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRP_DEMO_PASSWORD", "rahasia")

    given = environment(Tshark(Path("/usr/bin/tshark")), home=tmp_path)

    assert "IRP_DEMO_PASSWORD" not in given
    assert given["WIRESHARK_CONFIG_DIR"] == str(tmp_path)


def run(script: str, *, confinement: Confinement) -> subprocess.CompletedProcess[str]:
    line = command(Path("/bin/sh"), ["-c", script], confinement)
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd="/")


def test_a_confined_program_has_the_limits_it_was_given() -> None:
    confinement = Confinement(memory_bytes=512 * 1024**2, file_bytes=1024 * 1024)

    done = run("ulimit -v; ulimit -f; ulimit -c", confinement=confinement)

    assert done.stdout.split() == [str(512 * 1024), str(2048), "0"]


def test_a_confined_program_cannot_take_its_limits_off() -> None:
    done = run("ulimit -v unlimited", confinement=Confinement(memory_bytes=512 * 1024**2, file_bytes=1024))

    assert done.returncode != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_a_program_started_by_root_runs_as_nobody_without_groups() -> None:
    done = run("id -un; id -G", confinement=Confinement(memory_bytes=512 * 1024**2, file_bytes=1024))

    user, *groups = done.stdout.split()
    assert user == "nobody"
    assert "0" not in groups


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_a_program_nobody_may_run_is_refused_rather_than_run_as_root(tmp_path: Path) -> None:
    program = a_program(tmp_path / "tertutup" / "tshark")
    program.parent.chmod(0o700)

    with pytest.raises(NotConfinableError):
        command(program, [], Confinement(memory_bytes=1024**3, file_bytes=1024))


def test_the_program_itself_is_what_runs_in_the_end() -> None:
    line = command(Path("/bin/echo"), ["a b", "$HOME"], Confinement(memory_bytes=1024**3, file_bytes=1024))

    done = subprocess.run(line, capture_output=True, text=True, check=True)

    assert line[0] == sys.executable
    assert done.stdout == "a b $HOME\n"

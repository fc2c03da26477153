"""`irp` as a whole: every command takes `--data`, and what is wrong from outside is one line and status 2."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ir_platform.app.cli.main import irp


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(commands(irp)), ids=" ".join)
def test_every_command_takes_a_data_folder_and_says_so(words: tuple[str, ...]) -> None:
    helped = CliRunner().invoke(irp, [*words, "--help"])

    assert helped.exit_code == 0
    assert "--data" in helped.stdout


def test_a_command_that_keeps_nothing_leaves_the_folder_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(irp, ["playbook", "list", "--data", str(tmp_path / "var")])

    assert done.exit_code == 0
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("arguments", "setting", "value", "said"),
    [
        (("serve",), "IRP_TIMEZONE", "Mars/Base", "setelan IRP_TIMEZONE: zona waktu tidak dikenal"),
        (("serve",), "IRP_DEFAULT_PLAYBOOK", "nope", "setelan IRP_DEFAULT_PLAYBOOK: SOP 'nope' tidak dikenal"),
        (("serve",), "IRP_PIPELINE", "scaled_out", "setelan IRP_PIPELINE: scaled_out perlu IRP_DATABASE_URL"),
        (("worker",), "IRP_PIPELINE", "embedded", "pekerja di mesin lain hanya ada pada IRP_PIPELINE=scaled_out"),
        (("ingest", "x.log"), "IRP_DEFAULT_PLAYBOOK", "nope", "setelan IRP_DEFAULT_PLAYBOOK"),
        (("parse", "x.log"), "IRP_LOG_LEVEL", "loud", "setelan IRP_LOG_LEVEL"),
        (("migrate",), "IRP_DATABASE_URL", "postgresql://u:rahasia@127.0.0.1:1/x", "basis data tidak dapat dipakai"),
        (("search", "*"), "IRP_EVENTS_URL", "http://127.0.0.1:1", "penyimpanan kejadian tidak menjawab"),
        (("audit", "verify"), "IRP_DATABASE_URL", "postgresql://u:rahasia@127.0.0.1:1/x", "basis data tidak dapat"),
    ],
)
def test_a_command_that_cannot_begin_says_why_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], setting: str, value: str, said: str
) -> None:
    (tmp_path / "x.log").write_text("x\n")

    done = subprocess.run(
        [sys.executable, "-c", "from ir_platform.app.cli.main import main; main()", *arguments, "--data", "var"],
        env={**os.environ, setting: value},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert said in line
    assert "rahasia" not in line


def test_a_certificate_that_cannot_be_used_is_said_before_anything_starts(tmp_path: Path) -> None:
    environment = {"IRP_SYSLOG_TLS_CERT": str(tmp_path / "tiada.pem"), "IRP_PORT": "auto"}

    result = CliRunner().invoke(irp, ["serve", "--data", str(tmp_path / "var")], env=environment)

    assert result.exit_code == 2
    assert "sertifikat atau kunci TLS tidak dapat dipakai" in result.stderr
    assert not (tmp_path / "var").exists()

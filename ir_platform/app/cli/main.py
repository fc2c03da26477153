"""`irp`: the one console command; each subcommand is a file beside this one."""

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ir_platform.app.garbage import collector_at_rest

if TYPE_CHECKING:
    from ir_platform.ports import StateUnavailableError, StoreUnreachableError

COMMANDS = {
    "audit": "ir_platform.app.cli.audit:audit",
    "calendar": "ir_platform.app.cli.calendar:calendar",
    "capture": "ir_platform.app.cli.capture:capture",
    "config": "ir_platform.app.cli.config:config",
    "detect": "ir_platform.app.cli.detect:detect",
    "detectors": "ir_platform.app.cli.detectors:detectors",
    "events": "ir_platform.app.cli.events:events",
    "incident": "ir_platform.app.cli.incident:incident",
    "indicators": "ir_platform.app.cli.indicators:indicators",
    "ingest": "ir_platform.app.cli.ingest:ingest",
    "migrate": "ir_platform.app.cli.migrate:migrate",
    "office": "ir_platform.app.cli.office:office",
    "parse": "ir_platform.app.cli.parse:parse",
    "pcap": "ir_platform.app.cli.pcap:pcap",
    "playbook": "ir_platform.app.cli.playbook:playbook",
    "position": "ir_platform.app.cli.position:position",
    "quarantine": "ir_platform.app.cli.quarantine:quarantine",
    "rules": "ir_platform.app.cli.rules:rules",
    "search": "ir_platform.app.cli.search:search",
    "serve": "ir_platform.app.cli.serve:serve",
    "source": "ir_platform.app.cli.source:source",
    "user": "ir_platform.app.cli.user:user",
    "worker": "ir_platform.app.cli.worker:worker",
}
"""Imported when called: `irp parse` need not load what `irp serve` needs."""


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        with collector_at_rest():
            command: click.Command = getattr(importlib.import_module(module), name)
        return taking_data(command)


def taking_data(command: click.Command) -> click.Command:
    """Return the command with `--data` also where it keeps nothing: a script may give it to every command alike."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            taking_data(one)
    elif not any("--data" in param.opts for param in command.params):
        folder = click.Path(path_type=Path, file_okay=False)
        words = "Folder data; diterima seperti pada perintah lain, perintah ini tidak membaca atau menulisnya."
        command.params.append(click.Option(["--data"], type=folder, expose_value=False, help=words))
    return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ir-platform", prog_name="irp")
def irp() -> None:
    """Tanggap: penanganan insiden untuk Dinas Kominfo."""


def _unavailable() -> "tuple[type[StateUnavailableError], type[StoreUnreachableError]]":
    # Looked up when something was raised: the ports know the whole domain, a tenth of a second's import.
    from ir_platform.ports import StateUnavailableError, StoreUnreachableError  # noqa: PLC0415

    return StateUnavailableError, StoreUnreachableError


def main() -> None:
    """Exit status: 0 done, 1 found what it was asked to look for, 2 bad usage or nothing usable in the input."""
    try:
        status = irp.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except _unavailable() as error:
        click.echo(f"irp: {error}", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)

"""`irp audit verify`: prove that the audit trail is whole."""

from pathlib import Path
from typing import Any

import click

from ir_platform.app.cli.common import data_option, json_option, print_json, settings_from, stop
from ir_platform.app.wiring import audit_checkpoints, has_state, open_state
from ir_platform.audit.chain import verify as verify_chain
from ir_platform.audit.checkpoint import CheckpointFileError
from ir_platform.config import Settings

NO_CHECKPOINT = "titik periksa di luar basis data tidak ada"


@click.group()
def audit() -> None:
    """Jejak audit."""


@audit.command()
@data_option
@json_option
def verify(data_dir: Path | None, as_json: bool) -> None:
    """Hitung ulang rantai hash terhadap titik periksa di luar basis data; keluar 1 bila rusak."""
    settings = settings_from(data_dir=data_dir)
    if not has_state(settings):
        stop(f"tidak ada basis data di folder data {settings.data_dir}")
    verdict = verdict_on(settings)
    if as_json:
        print_json(verdict)
    elif verdict["ok"]:
        click.echo(f"jejak audit utuh: {verdict['entries']} entri")
    else:
        click.echo(f"jejak audit RUSAK pada entri {verdict['first_broken']}: {verdict['reason']}")
    if not verdict["ok"]:
        raise SystemExit(1)


def verdict_on(settings: Settings) -> dict[str, Any]:
    """Return `{"ok", "entries", "first_broken", "reason"}`."""
    try:
        # Read before the entries: the chain only grows, so what was noted must be in what is read afterwards.
        checkpoints = audit_checkpoints(settings).all()
    except CheckpointFileError as error:
        return {"ok": False, "entries": 0, "first_broken": None, "reason": str(error)}
    with open_state(settings).read() as uow:
        found = verify_chain(uow.audit.entries(), checkpoints, head=uow.audit.lock_head())
    if found.ok and found.entries and not checkpoints:
        return {"ok": False, "entries": found.entries, "first_broken": None, "reason": NO_CHECKPOINT}
    return {"ok": found.ok, "entries": found.entries, "first_broken": found.first_broken, "reason": found.reason}

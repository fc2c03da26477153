"""`irp ingest`: files into the store, detections run, incidents open."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from ingest.catalog import FORMATS as LOG_FORMATS
from ingest.detecting import CAPTURE
from ir_platform.adapters.files.data_dir import DataDirError, prepare_data_dir
from ir_platform.app.cli.common import data_option, json_option, print_json, settings_of_intake, stop
from ir_platform.app.handover import HandoverError, IntakeConnection, NoIntakeError, connect
from ir_platform.app.ingest_file import IngestCounts, NothingUsableError
from ir_platform.app.unjudged import UnjudgedBatchesError
from ir_platform.app.wiring import LocalIntake, make_file_ingest, open_pipeline, open_state
from ir_platform.app.wiring_scaled_out import open_acceptance
from ir_platform.config import Settings
from ir_platform.ports import StoreBusyError, StoreFullError

FORMATS = ("auto", *LOG_FORMATS, CAPTURE)
BUSY_ATTEMPTS = 50
BUSY_PAUSE_SECONDS = 0.2


@click.command()
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="auto", show_default=True)
@click.option("--year", type=click.IntRange(1970, 2261), help="Tahun untuk baris tanpa tahun.")
@data_option
@json_option
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def ingest(format_name: str, year: int | None, data_dir: Path | None, as_json: bool, files: tuple[Path, ...]) -> None:
    """Masukkan berkas log atau tangkapan paket, jalankan deteksi, buka insiden."""
    settings = settings_of_intake(data_dir=data_dir)
    reader = make_file_ingest(settings, open_state(settings))
    results: list[tuple[Path, IngestCounts]] = []
    unusable = 0
    try:
        prepare_data_dir(settings.data_dir)
        with carrying(settings) as intake:
            for path in files:
                try:
                    results.append((path, reader.run(path, intake.carry, format_name=format_name, year=year)))
                except (NothingUsableError, OSError) as error:
                    unusable += 1
                    reason = f"{path}: {error.strerror or error}" if isinstance(error, OSError) else str(error)
                    click.echo(f"irp: {' '.join(reason.split())}", err=True)
            intake.flush()
    except UnjudgedBatchesError as error:
        stop(str(error))
    except (HandoverError, StoreFullError, StoreBusyError, DataDirError) as error:
        stop(f"berhenti di tengah jalan: {error}; jalankan lagi, yang sudah tersimpan tidak digandakan", status=1)
    show(results, as_json=as_json, judges=settings.pipeline == "embedded")
    if unusable and not results:
        raise SystemExit(2)


@contextmanager
def carrying(settings: Settings) -> Iterator[IntakeConnection | LocalIntake]:
    """Hand over to the intake process of this data folder, or be it while nobody else is.

    Raises: StoreBusyError where another process holds the folder but does not answer.
    """
    for attempt in range(BUSY_ATTEMPTS):
        try:
            with connect(settings.data_dir) as intake:
                yield intake
                return
        except NoIntakeError:
            pass
        try:
            local = local_intake(settings)
        except StoreBusyError:
            # Between the two the server has started, or it is about to listen.
            if attempt == BUSY_ATTEMPTS - 1:
                raise
            time.sleep(BUSY_PAUSE_SECONDS)
            continue
        with local:
            yield local
            return


def local_intake(settings: Settings) -> LocalIntake:
    """Raises: StoreBusyError, UnjudgedBatchesError."""
    return LocalIntake(settings, open_acceptance if settings.pipeline == "scaled_out" else open_pipeline)


def show(results: list[tuple[Path, IngestCounts]], *, as_json: bool, judges: bool) -> None:
    """`judges`: findings were made on the way; else by others, and nobody knows here how many."""
    if as_json:
        unknown = {} if judges else dict.fromkeys(("detections", "alerts", "incidents"))
        print_json({"files": [{"file": str(path), **asdict(counts), **unknown} for path, counts in results]})
        return
    for path, counts in results:
        findings = f", {counts.alerts} temuan baru, {counts.incidents} insiden dibuka" if judges else ""
        click.echo(
            f"{path}: {counts.events} kejadian, {counts.rejected} ditolak (karantina), {counts.stored} baru, "
            f"{counts.duplicates} sudah ada{findings}"
        )
        for line, reason in counts.first_rejected:
            click.echo(f"{path}:{line}: {reason}", err=True)
        if counts.rejected > len(counts.first_rejected):
            click.echo(
                f"{path}: … dan {counts.rejected - len(counts.first_rejected)} baris lain di karantina", err=True
            )
        if counts.partial:
            click.echo(f"{path}: terbaca sebagian: {'; '.join(reason for reason, _ in counts.reasons)}", err=True)

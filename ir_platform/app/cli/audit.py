"""`irp audit`: prove that the audit trail is whole, and hand out what others need to prove it too."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from api.resources.audit.schemas import show_report
from ir_platform.app.archive import renamed_when_whole
from ir_platform.app.cli.common import data_option, json_option, print_json, settings_from, stop
from ir_platform.app.ids import utc_now
from ir_platform.app.wiring import audit_trail, has_state, make_auditing, note_audit, open_files, open_state
from ir_platform.audit.chain import Checkpoint
from ir_platform.audit.checkpoint import AuditCheckpointFile, CheckpointFileError
from ir_platform.audit.custody import COMMAND_LINE
from ir_platform.audit.record import record
from ir_platform.audit.signing import (
    AuditKey,
    AuditKeyError,
    bundle_of,
    make_key,
    published_keys,
    read_public_keys,
)
from ir_platform.audit.stamping import StampError, stamp_verifier, stamped_at
from ir_platform.audit.trail import AuditReport, AuditTrail
from ir_platform.calendar.zones import zone_of
from ir_platform.config import Settings
from ir_platform.domain.audit import AuditFact
from ir_platform.ports import Files, State
from playbooks.figures import Period
from playbooks.tampering import first_contradiction

READABLE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def audit() -> None:
    """Jejak audit."""


@audit.command()
@click.option("--key", "key_file", type=READABLE, help="Percayai hanya kunci publik dalam berkas ini.")
@click.option(
    "--checkpoints",
    "witness_file",
    type=READABLE,
    help="Titik periksa yang disimpan di tempat lain (dari ekspor atau salinan); rantai harus masih memuatnya.",
)
@click.option("--tsa-cert", type=READABLE, help="Sertifikat otoritas (PEM) untuk memeriksa cap waktu.")
@click.option(
    "--records",
    "with_records",
    is_flag=True,
    help="Bandingkan juga semua catatan insiden (langkah, kronologi, disposisi, bukti, dokumen beserta berkasnya, …) "
    "dan jabatan dengan jejak audit.",
)
@data_option
@json_option
def verify(
    *,
    key_file: Path | None,
    witness_file: Path | None,
    tsa_cert: Path | None,
    with_records: bool,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Hitung ulang rantai hash terhadap titik periksa bertanda tangan; keluar 1 bila rusak."""
    trail, state = opened(data_dir)
    try:
        keys = read_public_keys(key_file) if key_file else None
        witnesses = witnesses_of(witness_file) if witness_file else ()
        report = trail.verify(keys=keys, witnesses=witnesses)
        report = checked_stamps(state, report, tsa_cert) if tsa_cert else report
        report = checked_records(state, report, open_files(settings_of(data_dir))) if with_records else report
    except (AuditKeyError, CheckpointFileError, StampError) as error:
        stop(str(error))
    if as_json:
        print_json(show_report(report).model_dump(mode="json"))
    else:
        click.echo(sentence_of(report))
    if not report.ok:
        raise SystemExit(1)


@audit.command()
@click.option("--new", "is_new", is_flag=True, help="Buat kunci baru; yang lama disimpan di sebelahnya.")
@data_option
def key(*, is_new: bool, data_dir: Path | None) -> None:
    """Tulis kunci publik (PEM) ke stdout: simpan di luar server ini untuk `irp audit verify --key`."""
    trail, state = opened(data_dir)
    try:
        if is_new:
            put_aside(trail)
            note_new_key(state, trail.key())
            trail.note()
        trail.key()
        click.echo(bundle_of(published_keys(trail.published).values()), nl=False)
    except (AuditKeyError, OSError) as error:
        stop(str(error))


@audit.command()
@click.option("--from", "time_from", required=True, help="Awal masa: 2026-01-01 atau ISO 8601.")
@click.option("--to", "time_to", required=True, help="Akhir masa (tidak termasuk).")
@click.argument("target", metavar="BERKAS.zip", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def pack(*, time_from: str, time_to: str, target: Path, data_dir: Path | None) -> None:
    """Tulis paket pemeriksa untuk satu masa: kepatuhan, keterlambatan, putaran, dokumen, dan keutuhan jejak audit."""
    settings = settings_of(data_dir)
    state = open_state(settings)
    zone = zone_of(settings.timezone)
    period = Period(begins=moment_of(time_from, zone), ends=moment_of(time_to, zone), now=utc_now())
    if period.begins >= period.ends:
        stop("masa kosong: --from harus sebelum --to")
    try:
        with renamed_when_whole(target) as file:
            report = make_auditing(settings, state).write_pack(period, file, COMMAND_LINE, offices=None)
    except OSError as error:
        stop(f"{target} tidak dapat ditulis: {error.strerror or error}")
    note_audit(settings, state)
    click.echo(f"{sentence_of(report)} -> {target}", err=True)


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment; a date or a time without a zone is one of the office."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop(f"waktu tidak terbaca: {text!r}; tulis seperti 2026-01-31 atau 2026-01-31T08:00+08:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def put_aside(trail: AuditTrail) -> None:
    """Keep the key that was in use under a name of its own, and make another. Raises: AuditKeyError, OSError."""
    if trail.key_file.exists():
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        trail.key_file.rename(trail.key_file.with_name(f"{trail.key_file.stem}-{moment}{trail.key_file.suffix}"))
    make_key(trail.key_file)


def note_new_key(state: State, key: AuditKey) -> None:
    fact = AuditFact(
        at=utc_now(),
        actor=COMMAND_LINE.actor,
        actor_name=COMMAND_LINE.name,
        action="audit.key_made",
        subject="audit",
        details=json.dumps({"kunci": key.kid}),
    )
    with state.write() as uow:
        record(uow, fact)


def settings_of(data_dir: Path | None) -> Settings:
    settings = settings_from(data_dir=data_dir)
    if not has_state(settings):
        stop(f"tidak ada basis data di folder data {settings.data_dir}")
    return settings


def opened(data_dir: Path | None) -> tuple[AuditTrail, State]:
    settings = settings_of(data_dir)
    state = open_state(settings)
    return audit_trail(settings, state), state


def witnesses_of(path: Path) -> tuple[Checkpoint, ...]:
    """Raises: CheckpointFileError."""
    return tuple(line.checkpoint for line in AuditCheckpointFile(path).alone())


def checked_stamps(state: State, report: AuditReport, certificates: Path) -> AuditReport:
    """Return the report after every time stamp was checked against the authority. Raises: StampError."""
    verifier = stamp_verifier(certificates)
    with state.read() as uow:
        for stamp in uow.stamps.all():
            try:
                stamped_at(stamp, verifier)
            except StampError as error:
                first = min(report.first_broken or stamp.seq, stamp.seq)
                return replace(report, ok=False, first_broken=first, reason=report.reason or error.reason)
    return report


def checked_records(state: State, report: AuditReport, files: Files) -> AuditReport:
    """Return the report after the records were compared with the trail, which has to be whole for that."""
    if not report.ok:
        return report
    with state.read() as uow:
        found = first_contradiction(uow, files=files)
    if found is None:
        return report
    return replace(report, ok=False, first_broken=found.seq, reason=f"{found.what} ({found.name})")


def sentence_of(report: AuditReport) -> str:
    if report.ok:
        signed = "bertanda tangan" if report.is_signed else "TIDAK bertanda tangan"
        return f"jejak audit utuh: {report.entries} entri, {report.checkpoints} titik periksa {signed}"
    place = "" if report.first_broken is None else f" pada entri {report.first_broken}"
    return f"jejak audit RUSAK{place}: {report.reason}"

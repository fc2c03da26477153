"""`irp playbook`: the SOPs in force, one SOP, its versions, and what contradicts itself in a playbook file."""

import json
from pathlib import Path
from typing import NoReturn

import click

from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, settings_from, stop
from ir_platform.app.cli.sops import playbooks_in_force, state_where_there_is_one
from ir_platform.app.ids import new_id, utc_now
from ir_platform.app.wiring import has_state, note_audit
from ir_platform.domain.playbook_version import SHIPPED_NUMBER, PlaybookVersion, VersionStatus
from playbooks.checks.check import problems_of, same_titles
from playbooks.checks.problem import Severity
from playbooks.errors import BadPlaybookError, TooManyVersionsError, UnknownPlaybookError, UnreadablePlaybookError
from playbooks.export import plain_playbook
from playbooks.form import Checked, check_text
from playbooks.library import read_text, shipped
from playbooks.schema import read_sop
from playbooks.sop import Langkah, Sop
from playbooks.versions import History, Versions

_FOUND_ERRORS = 1
_NOTHING_USABLE = 2


@click.group()
def playbook() -> None:
    """SOP yang berlaku, versinya, dan pemeriksaan berkas SOP."""


@playbook.command("list")
@data_option
def list_playbooks(data_dir: Path | None) -> None:
    """Daftar SOP yang berlaku: id, judul, instansi, versi (0: bawaan program)."""
    for one in playbooks_in_force(settings_from(data_dir=data_dir)):
        click.echo(f"{one.sop.id}\t{one.sop.judul}\t{one.sop.instansi}\t{one.number}")


@playbook.command()
@click.argument("playbook_id", metavar="ID")
@json_option
@data_option
def show(playbook_id: str, *, as_json: bool, data_dir: Path | None) -> None:
    """Satu SOP yang berlaku dengan semua langkahnya."""
    in_force = playbooks_in_force(settings_from(data_dir=data_dir))
    found = next((one for one in in_force if one.sop.id == playbook_id), None)
    if found is None:
        _refuse(UnknownPlaybookError(playbook_id=playbook_id))
    click.echo(json.dumps(plain_playbook(found), ensure_ascii=False, indent=2) if as_json else _text_of(found.sop))


@playbook.command()
@click.argument("playbook_id", metavar="ID")
@json_option
@data_option
def versions(playbook_id: str, *, as_json: bool, data_dir: Path | None) -> None:
    """Versi satu SOP, yang terbaru lebih dahulu; 0 adalah bawaan program."""
    with state_where_there_is_one(settings_from(data_dir=data_dir)) as state:
        try:
            rows = _version_rows(state, playbook_id)
        except UnknownPlaybookError as error:
            _refuse(error)
    if as_json:
        print_json(rows)
        return
    columns = ("nomor", "status", "sha256", "dibuat_oleh", "diberlakukan_oleh", "diberlakukan_pada", "catatan")
    print_table([tuple(_cell(row[column]) for column in columns) for row in rows], columns)


@playbook.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--catatan", "note", default="", help="Mengapa versi ini dibuat.")
@data_option
def import_playbook(file: Path, *, note: str, data_dir: Path | None) -> None:
    """Jadikan berkas FILE konsep versi baru; administrator memberlakukannya di halaman SOP."""
    settings = settings_from(data_dir=data_dir)
    if not has_state(settings):
        stop(f"belum ada data di {settings.data_dir}")
    try:
        checked = check_text(read_text(file))
        with state_where_there_is_one(settings) as state:
            assert state is not None
            made = _take_in(state, checked, note)
            note_audit(settings, state)
    except BadPlaybookError as error:
        for fault in error.faults:
            click.echo(f"{file}:{fault.line}: galat: {fault.reason}", err=True)
        raise SystemExit(_NOTHING_USABLE) from error
    for one in checked.findings:
        word = "galat" if one.severity is Severity.ERROR else "peringatan"
        click.echo(f"{file}:{one.line}: {word}: {one.where}: {one.reason}", err=True)
    click.echo(f"{made.playbook_id}: konsep versi {made.number}")


@playbook.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Periksa berkas SOP; keluar 0 walau ada peringatan, 1 bila ada galat, 2 bila tidak terbaca."""
    worst, titled = 0, list[tuple[str, Sop]]()
    for path in files:
        status, sop = _check(path)
        worst = max(worst, status)
        titled += [(str(path), sop)] if sop else []
    for one, other in same_titles(titled):
        click.echo(f"{other}: peringatan: judul dan instansinya sama dengan {one}")
    raise SystemExit(worst)


def _version_rows(state: SqlState | None, playbook_id: str) -> list[dict[str, object]]:
    """Raises: UnknownPlaybookError."""
    service = Versions(library=shipped(), clock=utc_now, new_id=new_id)
    if state is None:
        history = History(shipped=shipped().get(playbook_id), own=())
    else:
        with state.read() as uow:
            history = service.history(uow, playbook_id)
    rows = [_version_row(one) for one in history.own]
    return [*rows, _shipped_row(history)] if history.shipped else rows


def _version_row(one: PlaybookVersion) -> dict[str, object]:
    return {
        "nomor": one.number,
        "status": one.status.value,
        "sha256": one.sha256,
        "dibuat_oleh": one.made_by_name,
        "diberlakukan_oleh": one.put_in_force_by_name,
        "diberlakukan_pada": one.put_in_force_at.isoformat() if one.put_in_force_at else None,
        "alasan_berlaku": one.put_in_force_reason,
        "catatan": one.note,
    }


def _shipped_row(history: History) -> dict[str, object]:
    assert history.shipped is not None
    followed = history.own_in_force is None
    return {
        "nomor": SHIPPED_NUMBER,
        "status": (VersionStatus.BERLAKU if followed else VersionStatus.DIGANTIKAN).value,
        "sha256": history.shipped.sha256,
        "dibuat_oleh": None,
        "diberlakukan_oleh": None,
        "diberlakukan_pada": None,
        "alasan_berlaku": None,
        "catatan": "",
    }


def _take_in(state: SqlState, checked: Checked, note: str) -> PlaybookVersion:
    service = Versions(library=shipped(), clock=utc_now, new_id=new_id)
    try:
        with state.write() as uow:
            return service.take_in(uow, checked, note=note, by=None)
    except TooManyVersionsError as error:
        stop(str(error))


def _cell(value: object) -> str:
    """Return the value on one line of a table, however it was written."""
    return "" if value is None else "".join(one if one.isprintable() else " " for one in str(value))


def _refuse(error: UnknownPlaybookError) -> NoReturn:
    click.echo(str(error), err=True)
    raise SystemExit(_NOTHING_USABLE) from error


def _check(path: Path) -> tuple[int, Sop | None]:
    """Return the exit status for the file, and the SOP in it where it can be read."""
    try:
        read = read_sop(read_text(path), name=str(path))
    except BadPlaybookError as error:
        for fault in error.faults:
            click.echo(f"{path}:{fault.line}: galat: {fault.reason}", err=True)
        return _NOTHING_USABLE if isinstance(error, UnreadablePlaybookError) else _FOUND_ERRORS, None
    problems = problems_of(read)
    for problem in problems:
        word = "galat" if problem.severity is Severity.ERROR else "peringatan"
        click.echo(f"{path}:{problem.line}: {word}: {problem.reason}")
    if not problems:
        click.echo(f"{path}: tidak ada pertentangan")
    return _FOUND_ERRORS if any(one.severity is Severity.ERROR for one in problems) else 0, read.sop


def _text_of(sop: Sop) -> str:
    head = [f"{sop.judul} ({sop.id})", sop.instansi, f"Waktu total: {sop.waktu_total or 'tidak disebut'}", ""]
    steps = [line for step in sop.langkah for line in _step_lines(sop, step)]
    notes = ["", "Catatan:", *(f"- {note}" for note in sop.catatan)] if sop.catatan else []
    return "\n".join([*head, *steps, *notes])


def _step_lines(sop: Sop, step: Langkah) -> list[str]:
    names = " / ".join(sop.role_name(role) for role in step.pelaksana)
    lines = [f"{step.no_asli}. {step.uraian}", f"   {names}; waktu {step.waktu or 'tidak disebut'}"]
    for answer in step.keputusan:
        target = f"langkah {answer.ke}" if answer.ke else "selesai"
        lines.append(f"   {answer.jawaban} -> {target}")
    return lines

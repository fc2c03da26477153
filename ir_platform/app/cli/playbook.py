"""`irp playbook`: the shipped SOPs, one SOP, and what contradicts itself in a playbook file."""

import json
from pathlib import Path

import click

from playbooks.checks.check import problems_of, same_titles
from playbooks.checks.problem import Severity
from playbooks.errors import BadPlaybookError, UnknownPlaybookError, UnreadablePlaybookError
from playbooks.export import plain_sop
from playbooks.library import read_text, shipped
from playbooks.schema import read_sop
from playbooks.sop import Langkah, Sop

_FOUND_ERRORS = 1
_NOTHING_USABLE = 2


@click.group()
def playbook() -> None:
    """SOP yang dibawa program, dan pemeriksaan berkas SOP."""


@playbook.command("list")
def list_playbooks() -> None:
    """Daftar SOP: id, judul, instansi."""
    for one in shipped().all():
        click.echo(f"{one.sop.id}\t{one.sop.judul}\t{one.sop.instansi}")


@playbook.command()
@click.argument("playbook_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON pada stdout.")
def show(playbook_id: str, as_json: bool) -> None:
    """Satu SOP dengan semua langkahnya."""
    try:
        sop = shipped().get(playbook_id).sop
    except UnknownPlaybookError as error:
        click.echo(str(error), err=True)
        raise SystemExit(_NOTHING_USABLE) from error
    click.echo(json.dumps(plain_sop(sop), ensure_ascii=False, indent=2) if as_json else _text_of(sop))


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

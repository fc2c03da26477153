"""`irp position`: who holds which jabatan, from when to when, by itself or in somebody's place."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, settings_from, stop
from ir_platform.app.cli.sops import playbooks_in_force, role_names
from ir_platform.app.cli.user import known, opened
from ir_platform.app.ids import new_id
from ir_platform.audit.record import record
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.position import Kedudukan, Position, PositionId
from ir_platform.identity.accounts import LEADERSHIP_ROLE
from ir_platform.identity.positions import end_position, give_position


def a_day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"bukan tanggal YYYY-MM-DD: {value}") from error


@click.group()
def position() -> None:
    """Jabatan: siapa memegangnya, sejak kapan sampai kapan."""


@position.command()
@click.argument("name", metavar="AKUN")
@click.option("--jabatan", required=True, help="Nama jabatan seperti sekarang disebut.")
@click.option("--peran", "roles", multiple=True, metavar="ID", help="Pelaksana; SOP:PELAKSANA untuk satu SOP saja.")
@click.option("--kantor", default=HOME_OFFICE, show_default=True, help="Id kantor.")
@click.option("--mulai", metavar="YYYY-MM-DD", callback=a_day, help="Hari pertama; baku: hari ini.")
@click.option("--sampai", metavar="YYYY-MM-DD", callback=a_day, help="Hari terakhir.")
@click.option(
    "--kedudukan",
    type=click.Choice([one.value for one in Kedudukan]),
    default=Kedudukan.DEFINITIF.value,
    show_default=True,
    help="plt: jabatan kosong; plh: pejabatnya berhalangan.",
)
@click.option("--surat", "letter_number", help="Nomor surat perintah Plt. atau Plh.")
@click.option("--tanggal-surat", "letter_date", metavar="YYYY-MM-DD", callback=a_day, help="Tanggal surat perintah.")
@click.option("--menggantikan", "replaces", metavar="AKUN", help="Siapa yang digantikan Plh.")
@data_option
@json_option
def add(  # noqa: PLR0913  one option a field of a position
    name: str,
    *,
    jabatan: str,
    roles: tuple[str, ...],
    kantor: str,
    mulai: date | None,
    sampai: date | None,
    kedudukan: str,
    letter_number: str | None,
    letter_date: date | None,
    replaces: str | None,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Beri AKUN sebuah jabatan."""
    require_known(roles, data_dir)
    with opened(data_dir) as here:
        new = Position(
            id=PositionId(new_id()),
            account_id=known(here.state, name).id,
            office_id=OfficeId(kantor),
            jabatan=jabatan.strip(),
            roles=frozenset(roles),
            kedudukan=Kedudukan(kedudukan),
            begins=mulai or here.now().date(),
            ends=sampai,
            letter_number=(letter_number or "").strip() or None,
            letter_date=letter_date,
            replaces=known(here.state, replaces).id if replaces else None,
        )
        give_position(here.state, new, by=None, now=here.now(), record=record)
        shown = plain_of(here.state, new, today=here.now().date())
    if as_json:
        print_json(shown)
    else:
        click.echo(f"{name}: {new.jabatan} sejak {new.begins} (jabatan {new.id})")


@position.command()
@click.argument("position_id", metavar="ID")
@click.option(
    "--sampai", metavar="YYYY-MM-DD", callback=a_day, help="Hari terakhir; baku: kemarin, sehingga berakhir seketika."
)
@data_option
@json_option
def end(position_id: str, *, sampai: date | None, data_dir: Path | None, as_json: bool) -> None:
    """Akhiri jabatan ID."""
    with opened(data_dir) as here:
        today = here.now().date()
        last_day = sampai or date.fromordinal(today.toordinal() - 1)
        ended = end_position(
            here.state, PositionId(position_id), last_day=last_day, by=None, now=here.now(), record=record
        )
        shown = plain_of(here.state, ended, today=today)
    if as_json:
        print_json(shown)
    else:
        click.echo(f"jabatan {position_id} berakhir {ended.ends}")


@position.command("list")
@click.option("--akun", "name", metavar="AKUN", help="Hanya milik akun ini.")
@click.option("--berlaku", "only_held", is_flag=True, help="Hanya yang berlaku hari ini.")
@data_option
@json_option
def list_positions(*, name: str | None, only_held: bool, data_dir: Path | None, as_json: bool) -> None:
    """Daftar jabatan."""
    with opened(data_dir) as here:
        today = here.now().date()
        with here.state.read() as uow:
            accounts = (known(here.state, name),) if name else uow.accounts.all()
        given = [one for account in accounts for one in account.positions]
        known_items = [plain_of(here.state, one, today=today) for one in given]
    items = [item for item in known_items if item["berlaku"] or not only_held]
    if as_json:
        print_json(items)
        return
    columns = ("id", "akun", "jabatan", "kedudukan", "mulai", "sampai", "peran", "nomor_surat")
    print_table([tuple(_cell(item[column]) for column in columns) for item in items], columns)


def require_known(roles: tuple[str, ...], data_dir: Path | None) -> None:
    """End with status 2 for a role that no SOP, shipped or in force, knows."""
    settings = settings_from(data_dir=data_dir)
    names, playbooks = {*role_names(settings), LEADERSHIP_ROLE}, {one.sop.id for one in playbooks_in_force(settings)}
    for role in roles:
        playbook, _, name = role.rpartition(":")
        if name not in names or (playbook and playbook not in playbooks):
            stop(f"peran tidak dikenal: {role}; yang ada: {', '.join(sorted(names))}")


def plain_of(state: SqlState, one: Position, *, today: date) -> dict[str, Any]:
    with state.read() as uow:
        holder = uow.accounts.by_id(one.account_id)
        replaced = uow.accounts.by_id(one.replaces) if one.replaces else None
    return {
        "id": one.id,
        "akun": holder.username if holder else one.account_id,
        "kantor": one.office_id,
        "jabatan": one.jabatan,
        "peran": sorted(one.roles),
        "kedudukan": one.kedudukan.value,
        "mulai": one.begins.isoformat(),
        "sampai": one.ends.isoformat() if one.ends else None,
        "nomor_surat": one.letter_number,
        "tanggal_surat": one.letter_date.isoformat() if one.letter_date else None,
        "menggantikan": replaced.username if replaced else None,
        "berlaku": one.is_held(on=today) and not (holder and holder.disabled),
    }


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "-" if value is None else str(value)

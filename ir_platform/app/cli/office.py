"""`irp office`: the offices (OPD) that share this installation."""

from pathlib import Path

import click

from ir_platform.app.cli.common import data_option, json_option, print_json, print_table
from ir_platform.app.cli.user import opened
from ir_platform.audit.record import record
from ir_platform.domain.office import Office, OfficeId
from ir_platform.identity.offices import NamedOffice, add_office, named, named_offices


@click.group()
def office() -> None:
    """Kantor (OPD) yang memakai instalasi ini bersama-sama."""


@office.command()
@click.argument("office_id", metavar="ID")
@click.option("--kode", required=True, help="Singkatan huruf besar, bagian dari nomor register, misalnya DISHUB.")
@click.option("--nama", required=True, help="Nama lengkap kantor.")
@data_option
@json_option
def add(office_id: str, *, kode: str, nama: str, data_dir: Path | None, as_json: bool) -> None:
    """Tambah kantor ID."""
    new = Office(id=OfficeId(office_id), kode=kode, nama=nama.strip())
    with opened(data_dir) as here:
        add_office(here.state, new, by=None, now=here.now(), record=record)
        shown = named(new, home=here.settings.office_name)
    if as_json:
        print_json(as_plain(shown))
    else:
        click.echo(f"kantor {shown.id} ditambahkan")


@office.command("list")
@data_option
@json_option
def list_offices(data_dir: Path | None, as_json: bool) -> None:
    """Daftar kantor, kantor utama lebih dahulu."""
    with opened(data_dir) as here, here.state.read() as uow:
        offices = named_offices(uow, home=here.settings.office_name)
    if as_json:
        print_json([as_plain(one) for one in offices])
    else:
        print_table([(one.id, one.kode, one.nama) for one in offices], ("id", "kode", "nama"))


def as_plain(one: NamedOffice) -> dict[str, str]:
    return {"id": one.id, "kode": one.kode, "nama": one.nama}

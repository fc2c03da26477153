"""`irp user`: the accounts."""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ir_platform.adapters.files.data_dir import DataDirError
from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, settings_from, stop
from ir_platform.app.cli.deciding import Prepared, prepared_state
from ir_platform.app.cli.sops import role_names
from ir_platform.app.ids import new_id, utc_now
from ir_platform.audit.record import record
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.accounts import (
    LEADERSHIP_ROLE,
    InvalidRoleError,
    InvalidUsernameError,
    NewAccount,
    NotDisabledError,
    PasswordPolicyError,
    UnknownAccountError,
    create_account,
    set_one_time_password,
)
from ir_platform.identity.accounts import disable as disable_account
from ir_platform.identity.accounts import enable as enable_account
from ir_platform.identity.offices import InvalidOfficeError, UnknownOfficeError, require_office
from ir_platform.identity.passwords import make_one_time_password
from ir_platform.identity.positions import InvalidPositionError, SubstitutedAlreadyError, UnknownPositionError
from ir_platform.identity.power import as_of, roles_of
from ir_platform.identity.sources import InvalidSourceError, UnknownSourceError
from ir_platform.ports import NameTakenError

REFUSALS = (
    InvalidUsernameError,
    InvalidRoleError,
    PasswordPolicyError,
    NotDisabledError,
    UnknownAccountError,
    InvalidOfficeError,
    UnknownOfficeError,
    InvalidPositionError,
    SubstitutedAlreadyError,
    UnknownPositionError,
    InvalidSourceError,
    UnknownSourceError,
)


@contextmanager
def opened(data_dir: Path | None) -> Iterator[Prepared]:
    """Yield the state; a refusal ends the command with status 2 and one line."""
    try:
        with prepared_state(data_dir) as here:
            yield here
    except NameTakenError as error:
        stop(f"nama sudah dipakai: {error.name}")
    except (*REFUSALS, DataDirError) as error:
        stop(str(error))


@click.group()
def user() -> None:
    """Akun pengguna."""


@user.command()
@click.argument("name")
@click.option(
    "--peran", "roles", multiple=True, metavar="ID", help="Peran SOP, lihat `irp playbook show`; boleh diulang."
)
@click.option("--nama", "display_name", help="Nama lengkap; baku: nama pengguna.")
@click.option("--jabatan", help="Jabatan; baku: nama peran pertama.")
@click.option("--admin", "is_admin", is_flag=True, help="Administrator program; tidak memegang peran SOP.")
@click.option("--kantor", default=HOME_OFFICE, show_default=True, help="Id kantor tempat orangnya bekerja.")
@click.option("--password-stdin", is_flag=True, required=True, help="Baca kata sandi dari stdin.")
@data_option
@json_option
def add(  # noqa: PLR0913  one option a field of an account
    name: str,
    *,
    roles: tuple[str, ...],
    display_name: str | None,
    jabatan: str | None,
    is_admin: bool,
    kantor: str,
    password_stdin: bool,
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Tambah akun NAME."""
    names = role_names(settings_from(data_dir=data_dir)) | {LEADERSHIP_ROLE: "Pimpinan"}
    unknown = [role for role in roles if role not in names]
    if unknown:
        stop(f"peran tidak dikenal: {', '.join(unknown)}; yang ada: {', '.join(sorted(names))}")
    title = names[roles[0]] if roles else "Administrator program" if is_admin else "Pelapor"
    with opened(data_dir) as here:
        with here.state.read() as uow:
            require_office(uow, kantor)
        new = NewAccount(
            username=name,
            display_name=display_name or name,
            jabatan=jabatan or title,
            roles=frozenset(roles),
            password=sys.stdin.readline().rstrip("\r\n"),
            is_admin=is_admin,
            must_change_password=False,
            office_id=OfficeId(kantor),
        )
        account = create_account(
            here.state, new, account_id=AccountId(new_id()), by=None, now=here.now(), record=record
        )
    if as_json:
        print_json(shown(account))
    else:
        click.echo(f"akun {account.username} dibuat")


@user.command("list")
@data_option
@json_option
def list_users(data_dir: Path | None, as_json: bool) -> None:
    """Daftar akun."""
    with opened(data_dir) as here, here.state.read() as uow:
        accounts = [as_of(account, on=here.now().date()) for account in uow.accounts.all()]
    if as_json:
        print_json([shown(account) for account in accounts])
        return
    rows = [
        (
            account.username,
            account.display_name,
            account.jabatan,
            ", ".join(sorted(roles_of(account))) or ("(administrator)" if account.is_admin else "-"),
            "nonaktif" if account.disabled else "aktif",
        )
        for account in accounts
    ]
    print_table(rows, ("akun", "nama", "jabatan", "peran", "status"))


@user.command()
@click.argument("name")
@data_option
@json_option
def passwd(name: str, data_dir: Path | None, as_json: bool) -> None:
    """Buat kata sandi sekali pakai baru untuk akun NAME."""
    password = given_password(name, data_dir, set_one_time_password)
    if as_json:
        print_json({"username": name, "password": password})
    else:
        click.echo(f"kata sandi sekali pakai untuk {name}: {password}")


@user.command()
@click.argument("name")
@data_option
def disable(name: str, data_dir: Path | None) -> None:
    """Nonaktifkan akun NAME; semua sesinya berakhir."""
    with opened(data_dir) as here:
        account_id = known(here.state, name).id
        disable_account(here.state, account_id=account_id, by=None, now=utc_now(), record=record)
    click.echo(f"akun {name} dinonaktifkan")


@user.command()
@click.argument("name")
@data_option
@json_option
def enable(name: str, data_dir: Path | None, as_json: bool) -> None:
    """Aktifkan kembali akun NAME dengan kata sandi sekali pakai."""
    password = given_password(name, data_dir, enable_account)
    if as_json:
        print_json({"username": name, "password": password})
    else:
        click.echo(f"akun {name} diaktifkan kembali; kata sandi sekali pakai: {password}")


def given_password(name: str, data_dir: Path | None, give: Callable[..., Account]) -> str:
    """Return the one-time password that `give`, one of the services that set one, has set."""
    password = make_one_time_password(secrets.choice)
    with opened(data_dir) as here:
        account_id = known(here.state, name).id
        give(here.state, account_id=account_id, password=password, by=None, now=utc_now(), record=record)
    return password


def known(state: SqlState, name: str) -> Account:
    """Raises: UnknownAccountError."""
    with state.read() as uow:
        account = uow.accounts.by_username(name.lower())
    if account is None:
        raise UnknownAccountError(account=name)
    return account


def shown(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "username": account.username,
        "nama": account.display_name,
        "jabatan": account.jabatan,
        "peran": sorted(roles_of(account)),
        "is_admin": account.is_admin,
        "disabled": account.disabled,
    }

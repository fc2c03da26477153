"""Accounts with their positions, managed by the administrator of the program, who acts as no official."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Administrator, CallerFirstRoute, Services, Use
from api.errors import BadInputError
from api.pagination import Items, all_items
from api.resources.positions.schemas import PositionShown, show_position
from api.text import Line
from ir_platform.audit.record import record
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.accounts import NewAccount, create_account, disable, enable, set_one_time_password
from ir_platform.identity.offices import require_office
from ir_platform.identity.passwords import make_one_time_password

router = APIRouter(prefix="/officials", tags=["officials"], route_class=CallerFirstRoute)


class OfficialShown(BaseModel):
    id: str
    username: str
    nama: str
    jabatan: str
    kantor: str
    is_admin: bool
    nonaktif: bool
    harus_ganti_sandi: bool
    dibuat: datetime
    posisi: list[PositionShown]
    """Every one that was ever given, oldest first."""


class NewOfficial(BaseModel):
    username: Annotated[Line, Field(min_length=2, max_length=64)]
    nama: Annotated[Line, Field(min_length=1, max_length=200)]
    jabatan: Annotated[Line, Field(min_length=1, max_length=200)]
    kantor: Annotated[Line, Field(max_length=32)] = HOME_OFFICE
    is_admin: bool = False


class OneTimePassword(BaseModel):
    """Shown once; it must be changed at the next sign-in."""

    akun: OfficialShown
    kata_sandi: str


def show_official(account: Account, names: Mapping[AccountId, str], *, today: date) -> OfficialShown:
    return OfficialShown(
        id=account.id,
        username=account.username,
        nama=account.display_name,
        jabatan=account.jabatan,
        kantor=account.office_id,
        is_admin=account.is_admin,
        nonaktif=account.disabled,
        harus_ganti_sandi=account.must_change_password,
        dibuat=account.created_at,
        posisi=[show_position(one, names, today=today, is_disabled=account.disabled) for one in account.positions],
    )


@router.get("")
def list_officials(services: Use, caller: Administrator) -> Items[OfficialShown]:
    """By username."""
    with services.state.read() as uow:
        accounts = uow.accounts.all()
    names = {one.id: one.display_name for one in accounts}
    return all_items(accounts, lambda one: show_official(one, names, today=services.today()))


@router.post("", status_code=201)
def create_official(body: NewOfficial, services: Use, caller: Administrator) -> OneTimePassword:
    """Make an account without power: positions are given apart. Its one-time password is told this once."""
    with services.state.read() as uow:
        require_office(uow, body.kantor)
    password = make_one_time_password(secrets.choice)
    new = NewAccount(
        username=body.username,
        display_name=body.nama.strip(),
        jabatan=body.jabatan.strip(),
        roles=frozenset(),
        password=password,
        is_admin=body.is_admin,
        office_id=OfficeId(body.kantor),
    )
    account = create_account(
        services.state, new, account_id=AccountId(services.new_id()), by=caller, now=services.clock(), record=record
    )
    return OneTimePassword(akun=show_official(account, {}, today=services.today()), kata_sandi=password)


@router.post("/{account_id}/password")
def reset_password(account_id: str, services: Use, caller: Administrator) -> OneTimePassword:
    """Give a new one-time password; every session and token of the account ends."""
    if account_id == caller.id:
        raise BadInputError(detail="Ganti kata sandi Anda sendiri lewat menu akun.")
    return one_time_password(services, caller, account_id, set_one_time_password)


@router.post("/{account_id}/disable")
def disable_official(account_id: str, services: Use, caller: Administrator) -> OfficialShown:
    """End the account at once, with its sessions and tokens."""
    if account_id == caller.id:
        raise BadInputError(detail="Anda tidak dapat menonaktifkan akun Anda sendiri.")
    account = disable(services.state, account_id=AccountId(account_id), by=caller, now=services.clock(), record=record)
    return show_official(account, {}, today=services.today())


@router.post("/{account_id}/enable")
def enable_official(account_id: str, services: Use, caller: Administrator) -> OneTimePassword:
    """Let a disabled account in again, with a new one-time password."""
    return one_time_password(services, caller, account_id, enable)


def one_time_password(
    services: Services, caller: Account, account_id: str, give: Callable[..., Account]
) -> OneTimePassword:
    """`give`: one of the services that set a one-time password."""
    password = make_one_time_password(secrets.choice)
    account = give(
        services.state,
        account_id=AccountId(account_id),
        password=password,
        by=caller,
        now=services.clock(),
        record=record,
    )
    return OneTimePassword(akun=show_official(account, {}, today=services.today()), kata_sandi=password)

"""What an account may do today and why, for the administrator who gives and ends positions."""

from datetime import date
from enum import StrEnum

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import Administrator, CallerFirstRoute, Services, Use
from api.resources.positions.schemas import PositionShown, show_position
from ir_platform.domain.incident import IncidentStatus
from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.accounts import UnknownAccountError
from ir_platform.identity.power import addressed_roles, as_of, offices_of
from ir_platform.ports import IncidentFilter, Reader, UnitOfWork
from playbooks.holders import Holder, holders_of
from playbooks.powers import Power, powers_of
from playbooks.run_state import state_from_json

router = APIRouter(prefix="/officials/{account_id}/power", tags=["officials"], route_class=CallerFirstRoute)

MAX_WAITING = 50
"""Incidents shown; more are told as a number."""


class Powerless(StrEnum):
    """Why an account may carry out no step today."""

    NONAKTIF = "nonaktif"
    ADMINISTRATOR = "administrator"
    TANPA_JABATAN = "tanpa_jabatan"
    """It holds no position today."""


class SopPowerShown(BaseModel):
    id: str
    judul: str
    judul_en: str
    instansi: str
    peran: list[str]
    langkah: list[int]


class PositionPowerShown(BaseModel):
    posisi: PositionShown
    sop: list[SopPowerShown]


class WaitingShown(BaseModel):
    """An active step that the account may carry out now."""

    insiden: str
    nomor: str
    judul: str
    no: int
    satu_satunya: bool
    """Nobody else may today: without the account the step waits for another position."""


class PowerShown(BaseModel):
    hari: date
    """Today, in the office's zone."""
    tanpa_kuasa: Powerless | None
    jabatan: list[PositionPowerShown]
    menunggu: list[WaitingShown]
    insiden_menunggu: int
    """How many incidents have a step for one of the account's roles."""


@router.get("")
def show_power(account_id: str, services: Use, caller: Administrator) -> PowerShown:
    today = services.today()
    with services.state.read() as uow:
        found = uow.accounts.by_id(AccountId(account_id))
        if found is None:
            raise UnknownAccountError(account=account_id)
        account = as_of(found, on=today)
        everybody = uow.accounts.all()
        sops = [one.sop for one in services.library.all_in_force(uow)]
        waiting, total = waiting_for(services, uow, account, everybody)
    names = {one.id: one.display_name for one in everybody}
    return PowerShown(
        hari=today,
        tanpa_kuasa=why_powerless(account),
        jabatan=[show_power_of(one, names, today=today) for one in powers_of(account, sops)],
        menunggu=waiting,
        insiden_menunggu=total,
    )


def why_powerless(account: Account) -> Powerless | None:
    """`account` as of today."""
    if account.disabled:
        return Powerless.NONAKTIF
    if account.is_admin:
        return Powerless.ADMINISTRATOR
    return None if account.positions else Powerless.TANPA_JABATAN


def show_power_of(one: Power, names: dict[AccountId, str], *, today: date) -> PositionPowerShown:
    return PositionPowerShown(
        posisi=show_position(one.position, names, today=today),
        sop=[
            SopPowerShown(
                id=power.sop.id,
                judul=power.sop.judul,
                judul_en=power.sop.judul_en,
                instansi=power.sop.instansi,
                peran=list(power.peran),
                langkah=list(power.langkah),
            )
            for power in one.sops
        ],
    )


def waiting_for(
    services: Services, uow: UnitOfWork, account: Account, everybody: tuple[Account, ...]
) -> tuple[list[WaitingShown], int]:
    """Return the active steps that the account may carry out today, and how many incidents have one for its roles."""
    roles = frozenset(role for _, role in addressed_roles(account))
    if not roles:
        return [], 0
    wanted = IncidentFilter(
        status=IncidentStatus.OPEN,
        active_role=roles,
        reader=Reader(account_id=account.id, offices=offices_of(account)),
    )
    page = uow.incidents.page(wanted, cursor=None, limit=MAX_WAITING)
    shown = []
    for incident in page.items:
        run = uow.runs.get(incident.id)
        assert run is not None, "an incident has its run"
        sop, state = services.library.sop_of(uow, run), state_from_json(run.state)
        for step in holders_of(everybody, incident, sop, state, on=services.today()):
            if is_free(account.id, step.free):
                one = WaitingShown(
                    insiden=incident.id,
                    nomor=incident.nomor,
                    judul=incident.judul,
                    no=step.no,
                    satu_satunya=len(step.free) == 1,
                )
                shown.append(one)
    return shown, page.total if page.total is not None else len(page.items)


def is_free(account_id: AccountId, free: tuple[Holder, ...]) -> bool:
    return any(one.account_id == account_id for one in free)

"""Positions (jabatan), given and ended by the administrator of the program."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Administrator, CallerFirstRoute, Services, Use
from api.errors import BadInputError
from api.pagination import Items, all_items
from api.resources.positions.schemas import NewPosition, PositionEnd, PositionShown, show_position
from api.text import Line
from ir_platform.audit.record import record
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import AccountId
from ir_platform.domain.position import Position, PositionId
from ir_platform.identity.accounts import LEADERSHIP_ROLE
from ir_platform.identity.positions import end_position, give_position

router = APIRouter(prefix="/positions", tags=["positions"], route_class=CallerFirstRoute)


@router.get("")
def list_positions(
    services: Use, caller: Administrator, kantor: Annotated[Line, Query(max_length=32)] = "utama"
) -> Items[PositionShown]:
    """Of one office, oldest first, ended ones too."""
    with services.state.read() as uow:
        accounts = {account.id: account for account in uow.accounts.all()}
        positions = uow.positions.of_office(OfficeId(kantor))
    names = {account_id: account.display_name for account_id, account in accounts.items()}
    today = services.today()
    return all_items(
        positions,
        lambda one: show_position(one, names, today=today, is_disabled=accounts[one.account_id].disabled),
    )


@router.post("", status_code=201)
def create_position(body: NewPosition, services: Use, caller: Administrator) -> PositionShown:
    require_known_roles(services, body.peran)
    position = Position(
        id=PositionId(services.new_id()),
        account_id=AccountId(body.akun),
        office_id=OfficeId(body.kantor),
        jabatan=body.jabatan.strip(),
        roles=frozenset(body.peran),
        kedudukan=body.kedudukan,
        begins=body.mulai,
        ends=body.sampai,
        letter_number=(body.nomor_surat or "").strip() or None,
        letter_date=body.tanggal_surat,
        replaces=AccountId(body.menggantikan) if body.menggantikan else None,
    )
    give_position(services.state, position, by=caller, now=services.clock(), record=record)
    return shown(services, position)


@router.post("/{position_id}/end")
def end_one(position_id: str, body: PositionEnd, services: Use, caller: Administrator) -> PositionShown:
    position = end_position(
        services.state,
        PositionId(position_id),
        last_day=body.sampai,
        by=caller,
        now=services.clock(),
        record=record,
    )
    return shown(services, position)


def shown(services: Services, position: Position) -> PositionShown:
    with services.state.read() as uow:
        holder = uow.accounts.by_id(position.account_id)
        replaced = uow.accounts.by_id(position.replaces) if position.replaces else None
    names = {replaced.id: replaced.display_name} if replaced else {}
    is_disabled = holder is not None and holder.disabled
    return show_position(position, names, today=services.today(), is_disabled=is_disabled)


def require_known_roles(services: Services, roles: list[str]) -> None:
    """Raises: BadInputError for a role that no SOP here knows."""
    with services.state.read() as uow:
        known = {*services.library.role_names_in_force(uow), LEADERSHIP_ROLE}
        playbooks = {one.sop.id for one in services.library.all_in_force(uow)}
    for role in roles:
        playbook, _, name = role.rpartition(":")
        if name not in known or (playbook and playbook not in playbooks):
            raise BadInputError(detail=f"Peran tidak dikenal: {role}")

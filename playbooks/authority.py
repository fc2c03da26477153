"""In what capacity an account acts in a step: by its own jabatan, or in somebody's place by a letter."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Kedudukan, Mandate, Position, PositionId
from ir_platform.identity.power import acting_positions, as_of, roles_in_playbook
from ir_platform.ports import UnitOfWork
from playbooks.commands import Official
from playbooks.errors import NotHeldError
from playbooks.run_state import RunState
from playbooks.sop import Sop
from playbooks.turns import turn_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """One position as it counts in one incident."""

    position_id: PositionId
    jabatan: str
    roles: frozenset[str]
    mandat: Mandate | None
    """None: the account's own jabatan."""


def read_capacities(uow: UnitOfWork, account: Account, incident: Incident, *, on: date) -> tuple[Capacity, ...]:
    """Return what the account may act as in the incident on that day."""
    today = as_of(account, on=on)
    replaced = {one.replaces: uow.accounts.by_id(one.replaces) for one in today.positions if one.replaces}
    names = {account_id: found.display_name for account_id, found in replaced.items() if found}
    return capacities_of(today, incident, names=names)


def capacities_of(account: Account, incident: Incident, *, names: Mapping[AccountId, str]) -> tuple[Capacity, ...]:
    """Return what the account (as of today) may act as in the incident, its own positions first.

    `names` are those of the accounts it stands in for.
    """
    return tuple(
        Capacity(
            position_id=one.id,
            jabatan=one.jabatan if one.kedudukan is Kedudukan.DEFINITIF else account.jabatan,
            roles=roles_in_playbook(one, incident.playbook_id),
            mandat=_mandate(one, names),
        )
        for one in acting_positions(account, office_id=incident.office_id)
    )


def all_roles(capacities: tuple[Capacity, ...]) -> frozenset[str]:
    return frozenset[str]().union(*(one.roles for one in capacities))


def _mandate(position: Position, names: Mapping[AccountId, str]) -> Mandate | None:
    if position.kedudukan is Kedudukan.DEFINITIF:
        return None
    assert position.letter_number is not None, "identity.positions gives no substitution without a letter"
    assert position.letter_date is not None
    return Mandate(
        kedudukan=position.kedudukan,
        jabatan=position.jabatan,
        letter_number=position.letter_number,
        letter_date=position.letter_date,
        replaces=names.get(position.replaces) if position.replaces else None,
    )


def official_for(
    account: Account,
    capacities: tuple[Capacity, ...],
    sop: Sop,
    state: RunState,
    no: int,
    *,
    sebagai: str | None = None,
    is_recording: bool = False,
) -> Official:
    """Return the account as the official it is in that step now: by the first capacity in which it may act.

    `sebagai` names the position it chooses; `is_recording`: it records what somebody outside did. Where nothing lets
    it act, it is all it is at once, and the engine says what is wrong. Raises: NotHeldError.
    """
    offered = tuple(one for one in capacities if sebagai is None or one.position_id == sebagai)
    if sebagai is not None and not offered:
        raise NotHeldError(position_id=sebagai)
    chosen = next(iter(acting_capacities(offered, sop, state, no, is_recording=is_recording)), None)
    return _official(account, chosen, otherwise=all_roles(offered))


def official_among(account: Account, capacities: tuple[Capacity, ...], roles: Collection[str]) -> Official:
    """Return the account as the official it is outside any step: by the first capacity that brings one of the roles.

    Where none does, it is all it is at once, and whoever decides says what is wrong.
    """
    return _official(account, first_bringing(capacities, roles), otherwise=all_roles(capacities))


def first_bringing(capacities: Iterable[Capacity], roles: Collection[str]) -> Capacity | None:
    wanted = frozenset(roles)
    return next((one for one in capacities if one.roles & wanted), None)


def _official(account: Account, chosen: Capacity | None, *, otherwise: frozenset[str]) -> Official:
    return Official(
        account_id=account.id,
        name=account.display_name,
        jabatan=chosen.jabatan if chosen else account.jabatan,
        roles=chosen.roles if chosen else otherwise,
        mandat=chosen.mandat if chosen else None,
    )


def acting_capacities(
    capacities: tuple[Capacity, ...], sop: Sop, state: RunState, no: int, *, is_recording: bool = False
) -> tuple[Capacity, ...]:
    """Return those in which the step may be done now; where it is recorded for an outsider, recorders come first."""
    step, active = sop.step(no), state.active_pass(no)
    if step is None or active is None:
        return ()
    turn = turn_of(sop, step, active)
    first = turn.recorders if is_recording else turn.roles
    fitting = tuple(one for one in capacities if one.roles & set(turn.accounts))
    return tuple(sorted(fitting, key=lambda one: not one.roles & set(first)))

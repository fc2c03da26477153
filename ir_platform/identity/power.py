"""What an account may act as on a day: the positions it holds then, and the roles they bring. Pure.

Positions are the one source of roles. `as_of` leaves those held on a day; everything else here is asked of an account
that went through it.
"""

from dataclasses import replace
from datetime import date

from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import Account
from ir_platform.domain.position import Kedudukan, Position


def as_of(account: Account, *, on: date) -> Account:
    """Return the account as it stands on that day: with the positions it holds then, its own before those of others.

    Its title is that of its own position, where it holds one. A disabled account holds nothing.
    """
    held = () if account.disabled else tuple(one for one in account.positions if one.is_held(on=on))
    own_first = tuple(sorted(held, key=_rank))
    own = next((one for one in own_first if one.kedudukan is Kedudukan.DEFINITIF), None)
    return replace(account, positions=own_first, jabatan=own.jabatan if own else account.jabatan)


def _rank(position: Position) -> tuple[bool, date, str]:
    return position.kedudukan is not Kedudukan.DEFINITIF, position.begins, position.id


def roles_of(account: Account) -> frozenset[str]:
    """Return every role the account holds, as written: one bound to a playbook keeps its `playbook-id:`."""
    return frozenset[str]().union(*(position.roles for position in account.positions))


def addressed_roles(account: Account) -> tuple[tuple[OfficeId, str], ...]:
    """Return the roles the account holds with the office each counts in, as written, in a steady order."""
    held = {(one.office_id, role) for one in account.positions for role in one.roles}
    return () if account.is_admin else tuple(sorted(held))


def acting_positions(account: Account, *, office_id: OfficeId) -> tuple[Position, ...]:
    """Return the positions through which the account acts in that office, its own first.

    The program's administrator may not act as an official.
    """
    return () if account.is_admin else tuple(one for one in account.positions if one.office_id == office_id)


def roles_in_playbook(position: Position, playbook_id: str) -> frozenset[str]:
    """Return the pelaksana ids that the position brings in that playbook."""
    parts = (role.rpartition(":") for role in position.roles)
    return frozenset(name for playbook, _, name in parts if playbook in ("", playbook_id))


def acting_roles(account: Account, *, office_id: OfficeId, playbook_id: str) -> frozenset[str]:
    """Return the pelaksana ids the account may act as in a run of that playbook in that office."""
    positions = acting_positions(account, office_id=office_id)
    return frozenset[str]().union(*(roles_in_playbook(one, playbook_id) for one in positions))


def offices_of(account: Account) -> frozenset[OfficeId]:
    """Return the offices whose incidents the account sees: where a position brings it a role.

    Who administers the program sees those of the office it works in.
    """
    of_positions = frozenset(one.office_id for one in account.positions if one.roles)
    return of_positions | {account.office_id} if account.is_admin else of_positions

"""Positions (jabatan): given, ended, and what of them is allowed; every change with its audit entry.

Several accounts may hold one jabatan by themselves: a Tim Teknis has many members. While a holder is away, its Plh. and
the holder both may act: the machine suspends nobody, every signature says in what capacity somebody acted.
"""

import json
from dataclasses import replace
from datetime import date, datetime

from ir_platform.domain.audit import AuditFact
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Kedudukan, Position, PositionId
from ir_platform.identity.accounts import Record, UnknownAccountError, actor_of, position_facts, require_roles
from ir_platform.identity.offices import require_office
from ir_platform.ports import State, UnitOfWork

MAX_POSITIONS = 200
"""Of one account, ended ones too; each sign-in reads them."""


class InvalidPositionError(Exception):
    """A position that cannot be given; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class SubstitutedAlreadyError(Exception):
    """Somebody else is Plt. of the jabatan, or Plh. of the same person in it, on some of the same days."""

    def __init__(self, *, position: Position, holder: str) -> None:
        assert position.ends is not None, "a substitution has a last day"
        super().__init__(
            f"{holder} sudah menjadi {'Plt.' if position.kedudukan is Kedudukan.PLT else 'Plh.'} {position.jabatan} "
            f"pada {position.begins:%d-%m-%Y} sampai {position.ends:%d-%m-%Y}; akhiri dahulu atau pilih masa yang lain."
        )
        self.position, self.holder = position, holder


class UnknownPositionError(Exception):
    def __init__(self, *, position_id: str) -> None:
        super().__init__(f"Jabatan tidak ditemukan: {position_id}")
        self.position_id = position_id


def give_position(state: State, position: Position, *, by: Account | None, now: datetime, record: Record) -> Position:
    """Give its holder the position. `by` None: the operator of the server.

    Raises: UnknownAccountError, UnknownOfficeError, InvalidRoleError, InvalidPositionError, SubstitutedAlreadyError.
    """
    with state.write() as uow:
        holder = _account(uow, position.account_id)
        require_office(uow, position.office_id)
        require_roles(position.roles, is_admin=holder.is_admin)
        _check(uow, position, holder)
        uow.positions.add(position)
        record(uow, _fact("position.given", position, holder, by=by, now=now))
        # After the entry: its lock on the trail's head lets one of two administrators see what the other has given.
        _require_sole_substitute(uow, position)
    return position


def end_position(
    state: State, position_id: PositionId, *, last_day: date, by: Account | None, now: datetime, record: Record
) -> Position:
    """End the position with that day (in the office's zone), or before it begins: then it never counts.

    `last_day` before today takes it away at once, from tokens issued earlier too. Raises: UnknownPositionError,
    InvalidPositionError where it would end later than it does already.
    """
    with state.write() as uow:
        position = uow.positions.get(position_id)
        if position is None:
            raise UnknownPositionError(position_id=position_id)
        if position.ends is not None and last_day > position.ends:
            raise InvalidPositionError(
                field="sampai", reason="Jabatan yang sudah berakhir tidak diperpanjang; berikan jabatan baru."
            )
        ended = replace(position, ends=last_day)
        uow.positions.save(ended)
        record(uow, _fact("position.ended", ended, _account(uow, ended.account_id), by=by, now=now))
    return ended


def _check(uow: UnitOfWork, position: Position, holder: Account) -> None:
    if not position.jabatan.strip():
        raise InvalidPositionError(field="jabatan", reason="Nama jabatan belum diisi.")
    if position.ends is not None and position.ends < position.begins:
        raise InvalidPositionError(field="sampai", reason="Hari terakhir tidak boleh sebelum hari pertama.")
    if len(holder.positions) >= MAX_POSITIONS:
        raise InvalidPositionError(field="akun", reason=f"Akun ini sudah diberi {MAX_POSITIONS} jabatan.")
    if position.kedudukan is Kedudukan.DEFINITIF:
        if position.replaces is not None:
            raise InvalidPositionError(field="menggantikan", reason="Hanya Plt. dan Plh. yang menggantikan seseorang.")
        return
    _check_substitution(uow, position, holder)


def _check_substitution(uow: UnitOfWork, position: Position, holder: Account) -> None:
    """A Plt. or Plh. acts by a letter and for a time; a Plh. stands in for somebody."""
    if holder.is_admin:
        raise InvalidPositionError(field="akun", reason="Administrator program tidak dapat menjadi Plt. atau Plh.")
    if not (position.letter_number or "").strip() or position.letter_date is None:
        raise InvalidPositionError(field="nomor_surat", reason="Plt. dan Plh. memerlukan nomor dan tanggal surat.")
    if position.ends is None:
        raise InvalidPositionError(field="sampai", reason="Plt. dan Plh. memerlukan hari terakhir.")
    if position.kedudukan is Kedudukan.PLH and position.replaces is None:
        raise InvalidPositionError(field="menggantikan", reason="Sebutkan siapa yang digantikan oleh Plh.")
    if position.replaces == position.account_id:
        raise InvalidPositionError(field="menggantikan", reason="Seseorang tidak dapat menggantikan dirinya sendiri.")
    if position.replaces is not None:
        _account(uow, position.replaces)


def _require_sole_substitute(uow: UnitOfWork, position: Position) -> None:
    """One person acts in somebody's place at a time; another letter for the same person may follow or overlap.

    Raises: SubstitutedAlreadyError.
    """
    if position.kedudukan is Kedudukan.DEFINITIF:
        return
    others = (one for one in uow.positions.of_office(position.office_id) if one.account_id != position.account_id)
    for other in others:
        if not (_is_same_place(other, position) and _overlap(other, position)):
            continue
        holder = _account(uow, other.account_id)
        if not holder.disabled:
            raise SubstitutedAlreadyError(position=other, holder=holder.display_name)


def _is_same_place(one: Position, other: Position) -> bool:
    is_person_same = one.kedudukan is Kedudukan.PLT or one.replaces == other.replaces
    return one.kedudukan is other.kedudukan and is_person_same and _spelled(one.jabatan) == _spelled(other.jabatan)


def _spelled(jabatan: str) -> str:
    return " ".join(jabatan.casefold().split())


def _overlap(one: Position, other: Position) -> bool:
    """Whether both count on some day; one that was ended before it began counts on none."""
    last = min(one.ends or date.max, other.ends or date.max)
    return max(one.begins, other.begins) <= last


def _account(uow: UnitOfWork, account_id: AccountId) -> Account:
    account = uow.accounts.by_id(account_id)
    if account is None:
        raise UnknownAccountError(account=account_id)
    return account


def _fact(action: str, position: Position, holder: Account, *, by: Account | None, now: datetime) -> AuditFact:
    actor, actor_name = actor_of(by)
    details = {"akun": holder.username, **position_facts(position)}
    return AuditFact(
        at=now,
        actor=actor,
        actor_name=actor_name,
        action=action,
        subject=f"account:{holder.id}",
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
    )

"""Accounts: made, changed, disabled and signed in to; every change with its audit entry in the same transaction."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Final

import structlog

from ir_platform.domain.audit import AuditFact
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Kedudukan, Position, PositionId
from ir_platform.identity.passwords import PasswordFault, fault_of, hash_password, is_outdated, is_password
from ir_platform.identity.power import roles_of
from ir_platform.identity.throttle import SignInThrottle
from ir_platform.ports import ConflictError, State, UnitOfWork

log = structlog.get_logger()

Record = Callable[[UnitOfWork, AuditFact], object]
"""Appends a fact to the audit trail: `ir_platform.audit.record.record`."""

LEADERSHIP_ROLE: Final = "pimpinan"
"""Reads figures; acts in no SOP, so an administrator of the program may hold it."""

_USERNAME: Final = re.compile(r"[a-z0-9._-]{2,64}")
_ROLE: Final = re.compile(r"([a-z][a-z0-9-]{1,79}:)?[a-z0-9_]{2,64}")


class InvalidUsernameError(Exception):
    def __init__(self, *, username: str) -> None:
        super().__init__("Nama pengguna terdiri atas 2-64 huruf kecil, angka, titik, garis bawah, atau tanda hubung.")
        self.username = username


class InvalidRoleError(Exception):
    """A role that this account may not hold; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, role: str, reason: str) -> None:
        super().__init__(reason)
        self.role, self.reason = role, reason


class PasswordPolicyError(Exception):
    """A password is refused; `fault` says why, in Bahasa Indonesia."""

    def __init__(self, *, fault: PasswordFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class SignInRefusedError(Exception):
    """No such account, a wrong password or a disabled account: which one is not told."""

    def __init__(self) -> None:
        super().__init__("Nama pengguna atau kata sandi salah.")


class SignInThrottledError(Exception):
    """Too many failures for this account or address."""

    def __init__(self, *, wait: timedelta) -> None:
        self.retry_after_seconds = ceil(wait.total_seconds())
        super().__init__(f"Terlalu banyak percobaan masuk. Coba lagi dalam {self.retry_after_seconds} detik.")


class NotDisabledError(Exception):
    """An account that is to be let in again was never shut out."""

    def __init__(self, *, account: str) -> None:
        super().__init__(f"Akun {account} tidak sedang nonaktif.")
        self.account = account


class UnknownAccountError(Exception):
    def __init__(self, *, account: str) -> None:
        super().__init__(f"Akun tidak ditemukan: {account}")
        self.account = account


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    username: str
    display_name: str
    jabatan: str
    roles: frozenset[str]
    """Pelaksana ids; a definitive position brings them, from the day the account is made."""
    password: str
    is_admin: bool = False
    must_change_password: bool = True
    office_id: OfficeId = HOME_OFFICE

    def __repr__(self) -> str:
        return f"NewAccount(username={self.username!r}, roles={sorted(self.roles)!r}, is_admin={self.is_admin!r})"


def prepare_account(new: NewAccount, *, account_id: AccountId, now: datetime, any_password: bool = False) -> Account:
    """Return the account to be added, its password hashed (slow: keep it out of transactions).

    `now` in the office's zone: its date is the first day of the position that brings the roles.

    `any_password`: for demo accounts, whose one password the operator has chosen knowingly.

    Raises: InvalidUsernameError, InvalidRoleError, PasswordPolicyError.
    """
    if not _USERNAME.fullmatch(new.username):
        raise InvalidUsernameError(username=new.username)
    require_roles(new.roles, is_admin=new.is_admin)
    if not any_password:
        _require_password(new.password, username=new.username)
    return Account(
        id=account_id,
        username=new.username,
        display_name=new.display_name,
        jabatan=new.jabatan,
        office_id=new.office_id,
        positions=_first_positions(new, account_id, now),
        is_admin=new.is_admin,
        password_hash=hash_password(new.password),
        must_change_password=new.must_change_password,
        disabled=False,
        token_epoch=0,
        created_at=now,
    )


def _first_positions(new: NewAccount, account_id: AccountId, now: datetime) -> tuple[Position, ...]:
    if not new.roles:
        return ()
    first = Position(
        id=PositionId(f"awal-{account_id}"),
        account_id=account_id,
        office_id=new.office_id,
        jabatan=new.jabatan,
        roles=new.roles,
        kedudukan=Kedudukan.DEFINITIF,
        begins=now.date(),
        ends=None,
    )
    return (first,)


def require_roles(roles: frozenset[str], *, is_admin: bool) -> None:
    """Refuse a malformed role, and an SOP's role for who administers the program. Raises: InvalidRoleError."""
    for role in sorted(roles):
        if not _ROLE.fullmatch(role):
            raise InvalidRoleError(role=role, reason=f"Peran tidak dikenal: {role}")
        if is_admin and role != LEADERSHIP_ROLE:
            reason = f"Administrator program tidak boleh memegang peran SOP ({role})."
            raise InvalidRoleError(role=role, reason=reason)


def add_account(uow: UnitOfWork, account: Account, *, by: Account | None, now: datetime, record: Record) -> None:
    """Add what `prepare_account` made. `by` None: the program itself. Raises: NameTakenError."""
    uow.accounts.add(account)
    facts = {
        "is_admin": account.is_admin,
        "roles": sorted(roles_of(account)),
        "username": account.username,
        "penempatan": [position_facts(one) for one in account.positions],
    }
    record(uow, _fact("account.created", account, by=by, now=now, facts=facts))


def position_facts(position: Position) -> dict[str, object]:
    """Return what the audit trail keeps of a position: every field but whose it is."""
    return {
        "id": position.id,
        "kantor": position.office_id,
        "jabatan": position.jabatan,
        "peran": sorted(position.roles),
        "kedudukan": position.kedudukan,
        "mulai": position.begins.isoformat(),
        "sampai": position.ends.isoformat() if position.ends else None,
        "nomor_surat": position.letter_number,
        "tanggal_surat": position.letter_date.isoformat() if position.letter_date else None,
        "menggantikan": position.replaces,
    }


def create_account(
    state: State, new: NewAccount, *, account_id: AccountId, by: Account | None, now: datetime, record: Record
) -> Account:
    """Raises: InvalidUsernameError, InvalidRoleError, PasswordPolicyError, NameTakenError."""
    account = prepare_account(new, account_id=account_id, now=now)
    with state.write() as uow:
        add_account(uow, account, by=by, now=now, record=record)
    return account


def change_password(
    state: State, *, account_id: AccountId, old: str, new: str, now: datetime, record: Record
) -> Account:
    """Change one's own password; every earlier token of the account ends.

    Raises: PasswordPolicyError (also for a wrong old password), UnknownAccountError, ConflictError.
    """
    account = _known(state, account_id)
    if not is_password(old, stored_hash=account.password_hash):
        raise PasswordPolicyError(fault=PasswordFault.WRONG_OLD)
    if new == old:
        raise PasswordPolicyError(fault=PasswordFault.UNCHANGED)
    _require_password(new, username=account.username)
    new_hash = hash_password(new)
    with state.write() as uow:
        current = _unchanged(uow, account)
        changed = replace(
            current, password_hash=new_hash, must_change_password=False, token_epoch=current.token_epoch + 1
        )
        uow.accounts.save(changed)
        record(uow, _fact("account.password_changed", changed, by=changed, now=now))
    return changed


def set_one_time_password(
    state: State, *, account_id: AccountId, password: str, by: Account | None, now: datetime, record: Record
) -> Account:
    """Give a password that must be changed at the next sign-in; every earlier token of the account ends.

    Raises: PasswordPolicyError, UnknownAccountError.
    """
    _require_password(password, username=_known(state, account_id).username)
    new_hash = hash_password(password)
    with state.write() as uow:
        current = _present(uow.accounts.by_id(account_id), account_id)
        changed = _with_one_time_password(current, new_hash)
        uow.accounts.save(changed)
        record(uow, _fact("account.password_reset", changed, by=by, now=now))
    return changed


def _with_one_time_password(account: Account, password_hash: str) -> Account:
    return replace(account, password_hash=password_hash, must_change_password=True, token_epoch=account.token_epoch + 1)


def disable(state: State, *, account_id: AccountId, by: Account | None, now: datetime, record: Record) -> Account:
    """End the account: no sign-in and no token of it counts any more. Raises: UnknownAccountError."""
    with state.write() as uow:
        current = _present(uow.accounts.by_id(account_id), account_id)
        if current.disabled:
            return current
        changed = replace(current, disabled=True, token_epoch=current.token_epoch + 1)
        uow.accounts.save(changed)
        record(uow, _fact("account.disabled", changed, by=by, now=now))
    return changed


def enable(
    state: State, *, account_id: AccountId, password: str, by: Account | None, now: datetime, record: Record
) -> Account:
    """Let a disabled account in again, with a password that must be changed at the next sign-in.

    Its positions count again as far as their days reach. An account that is not disabled keeps its password.
    Raises: PasswordPolicyError, UnknownAccountError, NotDisabledError.
    """
    _require_password(password, username=_known(state, account_id).username)
    new_hash = hash_password(password)
    with state.write() as uow:
        current = _present(uow.accounts.by_id(account_id), account_id)
        if not current.disabled:
            raise NotDisabledError(account=current.username)
        changed = replace(_with_one_time_password(current, new_hash), disabled=False)
        uow.accounts.save(changed)
        record(uow, _fact("account.enabled", changed, by=by, now=now))
    return changed


def authenticate(
    state: State, *, username: str, password: str, address: str, throttle: SignInThrottle, now: datetime
) -> Account:
    """Return the account of a right name and password; an unknown name takes as long as a wrong password.

    Sign-ins are logged, not audited: guesses from outside must not be able to grow the audit trail.
    Raises: SignInThrottledError, SignInRefusedError.
    """
    name = username.strip().lower()
    wait = throttle.begin(username=name, address=address, now=now)
    if wait:
        log.warning("sign_in_throttled", address=address)
        raise SignInThrottledError(wait=wait)
    with state.read() as uow:
        account = uow.accounts.by_username(name)
    is_right = is_password(password, stored_hash=None if account is None else account.password_hash)
    if account is None or account.disabled or not is_right:
        log.warning("sign_in_refused", account_id=None if account is None else account.id, address=address)
        raise SignInRefusedError
    throttle.succeed(username=name, address=address, now=now)
    log.info("signed_in", account_id=account.id, address=address)
    return _with_todays_hash(state, account, password)


def _with_todays_hash(state: State, account: Account, password: str) -> Account:
    """Hash the password anew where the parameters have been raised; the password and the tokens stay."""
    if not is_outdated(account.password_hash):
        return account
    new_hash = hash_password(password)
    with state.write() as uow:
        current = _present(uow.accounts.by_id(account.id), account.id)
        if current.password_hash != account.password_hash:
            return current
        changed = replace(current, password_hash=new_hash)
        uow.accounts.save(changed)
    return changed


def _require_password(password: str, *, username: str) -> None:
    fault = fault_of(password, username=username)
    if fault is not None:
        raise PasswordPolicyError(fault=fault)


def _known(state: State, account_id: AccountId) -> Account:
    with state.read() as uow:
        return _present(uow.accounts.by_id(account_id), account_id)


def _present(account: Account | None, account_id: AccountId) -> Account:
    if account is None:
        raise UnknownAccountError(account=account_id)
    return account


def _unchanged(uow: UnitOfWork, account: Account) -> Account:
    """Return the account as it is now. Raises: ConflictError where its password was changed in the meantime."""
    current = _present(uow.accounts.by_id(account.id), account.id)
    if current.password_hash != account.password_hash:
        raise ConflictError(subject=f"account:{account.id}", expected=account.token_epoch, found=current.token_epoch)
    return current


def actor_of(by: Account | None) -> tuple[str, str]:
    """Return who is named in an audit entry: the account with its title, or the program itself."""
    return ("system", "Sistem") if by is None else (by.id, by.named())


def _fact(
    action: str, account: Account, *, by: Account | None, now: datetime, facts: dict[str, object] | None = None
) -> AuditFact:
    actor, actor_name = actor_of(by)
    return AuditFact(
        at=now,
        actor=actor,
        actor_name=actor_name,
        action=action,
        subject=f"account:{account.id}",
        details=json.dumps(facts or {}, ensure_ascii=False, sort_keys=True),
    )

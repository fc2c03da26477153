"""Offices: made with their audit entry, and what each is called."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ir_platform.domain.audit import AuditFact
from ir_platform.domain.office import HOME_OFFICE, Office, OfficeId
from ir_platform.domain.person import Account
from ir_platform.identity.accounts import Record, actor_of
from ir_platform.ports import State, UnitOfWork

_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")
_KODE: Final = re.compile(r"[A-Z][A-Z0-9]{1,15}")


class InvalidOfficeError(Exception):
    """An office that cannot be added; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownOfficeError(Exception):
    def __init__(self, *, office_id: str) -> None:
        super().__init__(f"Kantor tidak ditemukan: {office_id}")
        self.office_id = office_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOffice:
    """An office with the name it is shown by."""

    id: OfficeId
    kode: str
    nama: str


def add_office(state: State, office: Office, *, by: Account | None, now: datetime, record: Record) -> None:
    """`by` None: the operator of the server. Raises: InvalidOfficeError, NameTakenError."""
    if not _ID.fullmatch(office.id):
        raise InvalidOfficeError(reason="Id kantor terdiri atas 2-32 huruf kecil, angka, atau tanda hubung.")
    if not _KODE.fullmatch(office.kode):
        raise InvalidOfficeError(reason="Kode kantor terdiri atas 2-16 huruf besar atau angka, misalnya DISHUB.")
    if not office.nama.strip():
        raise InvalidOfficeError(reason="Nama kantor belum diisi.")
    with state.write() as uow:
        uow.offices.add(office)
        record(uow, _fact(office, by=by, now=now))


def require_office(uow: UnitOfWork, office_id: str) -> Office:
    """Raises: UnknownOfficeError."""
    office = uow.offices.get(OfficeId(office_id))
    if office is None:
        raise UnknownOfficeError(office_id=office_id)
    return office


def named_offices(uow: UnitOfWork, *, home: str) -> tuple[NamedOffice, ...]:
    """Return every office, the home office first; `home` is what the settings call it."""
    return tuple(named(one, home=home) for one in uow.offices.all())


def named(office: Office, *, home: str) -> NamedOffice:
    return NamedOffice(id=office.id, kode=office.kode, nama=home if office.id == HOME_OFFICE else office.nama)


def office_name(uow: UnitOfWork, office_id: OfficeId, *, home: str) -> str:
    """Return what the office is called. Raises: UnknownOfficeError."""
    return home if office_id == HOME_OFFICE else require_office(uow, office_id).nama


def _fact(office: Office, *, by: Account | None, now: datetime) -> AuditFact:
    actor, actor_name = actor_of(by)
    return AuditFact(
        at=now,
        actor=actor,
        actor_name=actor_name,
        action="office.created",
        subject=f"office:{office.id}",
        details=json.dumps({"kode": office.kode, "nama": office.nama}, ensure_ascii=False, sort_keys=True),
    )

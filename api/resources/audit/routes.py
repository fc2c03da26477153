"""The audit trail, for the leadership and the program's administrator: its entries, its state, the auditor's pack."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.access import reader_of
from api.dependencies import OfficeMember, Use, Way
from api.errors import ApiError, BadInputError, NotAllowedError
from api.pagination import Cursor, Items, Limit, items_of
from api.resources.audit.schemas import (
    EntryShown,
    ReportShown,
    StampShown,
    TrailShown,
    show_checkpoint,
    show_entry,
    show_report,
)
from api.resources.audit.subjects import show_subject
from api.resources.evidence.routes import written_download
from api.resources.metrics.routes import From, To, period_of
from api.text import Line
from ir_platform.audit.checkpoint import CheckpointFileError, CheckpointLine
from ir_platform.audit.custody import handler_of
from ir_platform.audit.signing import AuditKeyError, bundle_of, published_keys
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditEntry, AuditFilter
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.identity.power import offices_of, roles_of
from ir_platform.ports import IncidentFilter, Reader, UnitOfWork

router = APIRouter(prefix="/audit", tags=["audit"])

LEADERSHIP: Final = "pimpinan"
LAST_CHECKPOINTS: Final = 20
MOST_ALIKE: Final = 50
"""Incidents in whose words a register number is looked for."""

Item = TypeVar("Item")

_verifying = threading.Lock()


class BusyError(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "Jejak audit sedang diperiksa. Tunggu sampai selesai."


def auditor(caller: OfficeMember) -> Account:
    """Return a caller who may look into the whole trail. Raises: NotAllowedError."""
    is_leading = caller.is_admin or LEADERSHIP in roles_of(caller)
    # The trail is one for all offices of the installation.
    if not (is_leading and HOME_OFFICE in offices_of(caller)):
        raise NotAllowedError(detail="Jejak audit hanya untuk pimpinan dan administrator program.")
    return caller


Auditor = Annotated[Account, Depends(auditor)]
Word = Annotated[Line | None, Query(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the filters of the address ask for."""

    subject: str | None
    actor: str | None
    action: str | None
    insiden: str | None
    since: datetime | None
    until: datetime | None

    def resolved(self, uow: UnitOfWork, reader: Reader) -> AuditFilter:
        by_number = subject_numbered(uow, self.insiden, reader) if self.insiden else None
        return AuditFilter(
            subject=by_number or self.subject or None,
            actor=self.actor or None,
            action=self.action or None,
            since=self.since,
            until=self.until,
        )


def asked(
    subject: Word = None,
    actor: Word = None,
    action: Word = None,
    insiden: Word = None,
    time_from: From = None,
    time_to: To = None,
) -> Asked:
    return Asked(subject=subject, actor=actor, action=action, insiden=insiden, since=time_from, until=time_to)


@router.get("/entries")
def list_entries(
    services: Use,
    caller: Auditor,
    wanted: Annotated[Asked, Depends(asked)],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[EntryShown]:
    """Newest first; filters ask for the very word: `incident:ID`, an account's id, `step.completed`, `INS/2026/0001`.

    What was said in incidents of other offices stays theirs: `details` is empty there.
    """
    with services.state.read() as uow:
        try:
            page = uow.audit.page(wanted.resolved(uow, reader_of(caller)), cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
        about = {entry.seq: incident_of(entry) for entry in page.items}
        incidents = [one for one in about.values() if one is not None]
        readable = uow.incidents.readable(incidents, reader_of(caller))

        def show(entry: AuditEntry) -> EntryShown:
            incident_id = about[entry.seq]
            is_hidden = incident_id is not None and incident_id not in readable
            subject = show_subject(services, uow, entry.fact.subject, is_hidden=is_hidden)
            return show_entry(entry, subject, is_hidden=is_hidden)

        return items_of(page, show)


def subject_numbered(uow: UnitOfWork, nomor: str, reader: Reader) -> str:
    """Return the subject of the incident with this register number, else one that nothing is about."""
    alike = uow.incidents.page(IncidentFilter(text=nomor, reader=reader), cursor=None, limit=MOST_ALIKE).items
    found = next((one for one in alike if one.nomor.casefold() == nomor.strip().casefold()), None)
    return f"incident:{found.id}" if found else "incident:"


def incident_of(entry: AuditEntry) -> IncidentId | None:
    kind, _, name = entry.fact.subject.partition(":")
    return IncidentId(name) if kind == "incident" else None


@router.get("")
def show_trail(services: Use, caller: Auditor) -> TrailShown:
    """How long the chain is, its last checkpoints, and the public key to verify them with elsewhere."""
    trouble: str | None = None
    public, noted, noted_count = "", list[CheckpointLine](), 0
    try:
        public = bundle_of(published_keys(services.audit.published).values())
        noted, noted_count = newest_of(services.audit.file.lines())
    except (CheckpointFileError, AuditKeyError) as error:
        trouble = error.reason
    with services.state.read() as uow:
        head = uow.audit.lock_head()
        stamps, stamp_count = newest_of(uow.stamps.all())
    return TrailShown(
        entries=head.seq,
        checkpoints=[show_checkpoint(one.checkpoint) for one in noted],
        jumlah_titik_periksa=noted_count,
        cap_waktu=[StampShown(seq=one.seq, hash=one.hash, at=one.at) for one in stamps],
        jumlah_cap_waktu=stamp_count,
        kunci_publik=public,
        masalah=trouble,
    )


def newest_of(items: Iterable[Item]) -> tuple[list[Item], int]:
    """Return the last ones, newest first, and how many there are; read once."""
    kept: deque[Item] = deque(maxlen=LAST_CHECKPOINTS)
    count = 0
    for item in items:
        kept.append(item)
        count += 1
    return list(kept)[::-1], count


@router.post("/verify")
def verify_trail(services: Use, caller: Auditor) -> ReportShown:
    """Recompute the whole chain, its signatures and the custody lines; changes nothing. One at a time."""
    with one_at_a_time():
        return show_report(services.audit.verify())


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Reading the whole trail takes long, and any number of people may ask for it. Raises: BusyError."""
    if not _verifying.acquire(blocking=False):
        raise BusyError
    try:
        yield
    finally:
        _verifying.release()


@router.get("/pack", response_class=StreamingResponse)
def take_pack(
    services: Use, caller: Auditor, way: Way, time_from: From = None, time_to: To = None
) -> StreamingResponse:
    """Return the auditor's pack of the caller's offices for [from, to); who took it is in the trail. One at a time."""
    period, by = period_of(services, time_from, time_to), handler_of(caller, way)
    name = f"audit-{period.begins:%Y%m%d}-{period.ends:%Y%m%d}.zip"
    with one_at_a_time():
        return written_download(
            services, lambda target: services.audit_pack(period, target, by, offices_of(caller)), name=name
        )

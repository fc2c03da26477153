"""The audit trail, for the leadership and the program's administrator: its entries, its state, the auditor's pack."""

import threading
from collections import deque
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api.access import reader_of
from api.dependencies import OfficeMember, Use, Way
from api.errors import ApiError, BadInputError, NotAllowedError
from api.pagination import Cursor, Items, Limit, items_of
from api.resources.audit.schemas import EntryShown, ReportShown, TrailShown, show_checkpoint, show_entry, show_report
from api.resources.evidence.routes import as_download
from api.resources.metrics.routes import From, To, period_of
from api.text import Line
from ir_platform.audit.checkpoint import CheckpointFileError
from ir_platform.audit.custody import handler_of
from ir_platform.audit.signing import AuditKeyError, bundle_of, published_keys
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditEntry, AuditFilter
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.identity.power import offices_of, roles_of

router = APIRouter(prefix="/audit", tags=["audit"])

LEADERSHIP: Final = "pimpinan"
LAST_CHECKPOINTS: Final = 20

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


@router.get("/entries")
def list_entries(
    services: Use,
    caller: Auditor,
    subject: Word = None,
    actor: Word = None,
    action: Word = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[EntryShown]:
    """Newest first; filters ask for the very word: `incident:ID`, an account's id, `step.completed`.

    What was said in incidents of other offices stays theirs: `details` is empty there.
    """
    wanted = AuditFilter(subject=subject or None, actor=actor or None, action=action or None)
    with services.state.read() as uow:
        try:
            page = uow.audit.page(wanted, cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
        about = {entry.seq: incident_of(entry) for entry in page.items}
        asked = [one for one in about.values() if one is not None]
        readable = uow.incidents.readable(asked, reader_of(caller))

    def show(entry: AuditEntry) -> EntryShown:
        incident_id = about[entry.seq]
        return show_entry(entry, is_hidden=incident_id is not None and incident_id not in readable)

    return items_of(page, show)


def incident_of(entry: AuditEntry) -> IncidentId | None:
    kind, _, name = entry.fact.subject.partition(":")
    return IncidentId(name) if kind == "incident" else None


@router.get("")
def show_trail(services: Use, caller: Auditor) -> TrailShown:
    """How long the chain is, its last checkpoints, and the public key to verify them with elsewhere."""
    trouble: str | None = None
    public, lines = "", []
    try:
        public = bundle_of(published_keys(services.audit.published).values())
        lines = [show_checkpoint(one.checkpoint) for one in deque(services.audit.file.lines(), LAST_CHECKPOINTS)]
    except (CheckpointFileError, AuditKeyError) as error:
        trouble = error.reason
    with services.state.read() as uow:
        head = uow.audit.lock_head()
    return TrailShown(entries=head.seq, checkpoints=lines[::-1], kunci_publik=public, masalah=trouble)


@router.post("/verify")
def verify_trail(services: Use, caller: Auditor) -> ReportShown:
    """Recompute the whole chain, its signatures and the custody lines; changes nothing. One at a time."""
    if not _verifying.acquire(blocking=False):
        raise BusyError
    try:
        return show_report(services.audit.verify())
    finally:
        _verifying.release()


@router.get("/pack", response_class=StreamingResponse)
def take_pack(
    services: Use, caller: Auditor, way: Way, time_from: From = None, time_to: To = None
) -> StreamingResponse:
    """Return the auditor's pack of the caller's offices for [from, to); who took it is in the trail."""
    period = period_of(services, time_from, time_to)
    pack = TemporaryFile(dir=services.settings.data_dir)  # noqa: SIM115  the answer closes it
    try:
        services.audit_pack(period, pack, handler_of(caller, way), offices_of(caller))
    except BaseException:
        pack.close()
        raise
    pack.seek(0, 2)
    size_bytes = pack.tell()
    pack.seek(0)
    name = f"audit-{period.begins:%Y%m%d}-{period.ends:%Y%m%d}.zip"
    return as_download(pack, name=name, size_bytes=size_bytes)

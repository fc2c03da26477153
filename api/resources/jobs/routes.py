"""Background work: its phase, percentage and result."""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import reader_of, require_more_than_reading
from api.dependencies import OfficeMember, Use
from api.errors import ApiError, NotAllowedError, NotFoundError
from ir_platform.audit.record import record
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.document import DocumentId
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.job import Job, JobId, JobKind
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.identity.power import offices_of
from ir_platform.ports import UnitOfWork

router = APIRouter(prefix="/jobs", tags=["jobs"])


class JobShown(BaseModel):
    id: str
    kind: str
    status: str
    phase: str
    percent: int
    result: dict[str, Any] | None
    """While it runs, and of one that was cancelled: what there is so far."""
    error: str | None
    created_at: datetime
    updated_at: datetime
    cancel_at: datetime | None
    """When somebody wanted it ended; it ends at its next step."""
    dapat_dihentikan: bool


class NotCancellableError(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "Pekerjaan ini tidak dapat dihentikan, atau sudah selesai."


CANCELLABLE = frozenset({JobKind.INGEST_FILE, JobKind.HUNT_RULES})
"""The others belong to a record that waits for them."""


def is_cancellable(job: Job) -> bool:
    return job.kind in CANCELLABLE and not job.is_over and job.cancel_at is None


def is_readable(uow: UnitOfWork, job: Job, caller: Account) -> bool:
    """A job about an incident is for whoever may read it, any other for the home office."""
    incident_id = incident_of(uow, json.loads(job.payload))
    if incident_id is None:
        return HOME_OFFICE in offices_of(caller)
    return bool(uow.incidents.readable([incident_id], reader_of(caller)))


def incident_of(uow: UnitOfWork, payload: dict[str, Any]) -> IncidentId | None:
    """Return the incident that the work is for; None where it is for none, or for what is gone."""
    if "incident_id" in payload:
        return IncidentId(payload["incident_id"])
    document = uow.documents.get(DocumentId(payload["document_id"])) if "document_id" in payload else None
    evidence = uow.evidence.get(EvidenceId(payload["evidence_id"])) if "evidence_id" in payload else None
    about = document or evidence
    return about.incident_id if about else None


@router.get("/{job_id}")
def show_job(job_id: str, services: Use, caller: OfficeMember) -> JobShown:
    with services.state.read() as uow:
        return show(readable_job(uow, job_id, caller))


@router.post("/{job_id}/cancel", status_code=202)
def cancel_job(job_id: str, services: Use, caller: OfficeMember) -> JobShown:
    """Want the job ended: one that waits ends now, one that runs at its next step, and what it has found is kept.

    409 for one that is over or was asked already, and for what a record waits for.
    """
    if caller.is_admin:
        raise NotAllowedError(detail="Administrator program tidak bertindak sebagai petugas.")
    with services.state.write() as uow:
        job = readable_job(uow, job_id, caller)
        require_changing(uow, job, caller)
        if not is_cancellable(job) or not uow.jobs.ask_to_cancel(job.id, now=services.clock()):
            raise NotCancellableError
        note_cancelling(uow, job, caller, at=services.clock())
        return show(readable_job(uow, job_id, caller))


def readable_job(uow: UnitOfWork, job_id: str, caller: Account) -> Job:
    """Raises: NotFoundError."""
    job = uow.jobs.get(JobId(job_id))
    if job is None or not is_readable(uow, job, caller):
        raise NotFoundError
    return job


def require_changing(uow: UnitOfWork, job: Job, caller: Account) -> None:
    """Raises: NotAllowedError for whom the job's incident was only shared with."""
    incident_id = incident_of(uow, json.loads(job.payload))
    incident = None if incident_id is None else uow.incidents.get(incident_id)
    if incident is not None:
        require_more_than_reading(caller, incident)


def note_cancelling(uow: UnitOfWork, job: Job, caller: Account, *, at: datetime) -> None:
    details = json.dumps({"jenis": job.kind.value, "isi": json.loads(job.payload)}, ensure_ascii=False, sort_keys=True)
    fact = AuditFact(
        at=at,
        actor=caller.id,
        actor_name=caller.named(),
        action="job.cancelled",
        subject=f"job:{job.id}",
        details=details,
    )
    record(uow, fact)
    uow.changes.add("job", job.id, at)


def show(job: Job) -> JobShown:
    return JobShown(
        id=job.id,
        kind=job.kind.value,
        status=job.status.value,
        phase=job.phase,
        percent=job.percent,
        result=json.loads(job.result) if job.result else None,
        error=job.error,
        created_at=job.created_at,
        updated_at=job.updated_at,
        cancel_at=job.cancel_at,
        dapat_dihentikan=is_cancellable(job),
    )

"""Background work: its phase, percentage and result."""

import json
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import reader_of
from api.dependencies import OfficeMember, Use
from api.errors import NotFoundError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import DocumentId
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.job import Job, JobId
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
    error: str | None
    created_at: datetime
    updated_at: datetime


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
        job = uow.jobs.get(JobId(job_id))
        if job is None or not is_readable(uow, job, caller):
            raise NotFoundError
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
    )

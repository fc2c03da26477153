"""Background work: its phase, percentage and result."""

import json
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import OfficeMember, Use
from api.errors import NotFoundError
from ir_platform.domain.job import JobId

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


@router.get("/{job_id}")
def show_job(job_id: str, services: Use, caller: OfficeMember) -> JobShown:
    with services.state.read() as uow:
        job = uow.jobs.get(JobId(job_id))
    if job is None:
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

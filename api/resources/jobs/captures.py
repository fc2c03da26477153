"""The result page of a capture that came by the intake, without an incident: by the job that analyses it."""

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import OfficeMember, Services, Use
from api.errors import NotFoundError
from api.pagination import Cursor, Items, Limit
from api.resources.events.routes import Bucket
from api.resources.evidence import capture as results
from api.resources.evidence import capture_views as views
from api.resources.evidence.capture_views import Table
from api.resources.jobs.routes import readable_job
from ingest.pcap.kind import media_type_of
from ir_platform.domain.job import Job, JobKind
from ir_platform.domain.media_type import CAPTURES
from ir_platform.domain.person import Account

router = APIRouter(prefix="/jobs/{job_id}/capture", tags=["jobs"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A capture that was received, and the job of it."""

    job: Job
    sha256: str
    name: str
    size_bytes: int


def received(services: Services, caller: Account, job_id: str) -> Received:
    """Raises: NotFoundError, also for a job that is about no capture."""
    with services.state.read() as uow:
        job = readable_job(uow, job_id, caller)
    payload = json.loads(job.payload)
    # What is evidence is looked into as such: its custody keeps who did.
    if job.kind is not JobKind.INGEST_FILE or "evidence_id" in payload:
        raise NotFoundError(detail="Tangkapan paket tidak ditemukan.")
    try:
        with services.files.open(payload["sha256"]) as file:
            is_capture = media_type_of(file) in CAPTURES
            size_bytes = services.files.path(payload["sha256"]).stat().st_size
    except FileNotFoundError as error:
        raise NotFoundError(detail="Tangkapan paket tidak ditemukan.") from error
    if not is_capture:
        raise NotFoundError(detail="Tangkapan paket tidak ditemukan.")
    return Received(job=job, sha256=payload["sha256"], name=payload["name"], size_bytes=size_bytes)


@router.get("")
def show_received_capture(job_id: str, services: Use, caller: OfficeMember) -> results.CaptureShown:
    one = received(services, caller, job_id)
    return results.capture_shown(services, one.sha256, name=one.name, size_bytes=one.size_bytes, job=one.job)


@router.get("/histogram")
def count_received_over_time(
    job_id: str, services: Use, caller: OfficeMember, buckets: Annotated[int, Query(ge=1, le=500)] = 60
) -> Items[Bucket]:
    """Events in equal parts of the time from the first to the last; none where there are none."""
    return results.histogram_of(services, received(services, caller, job_id).sha256, buckets=buckets)


@router.get("/endpoints")
def list_received_endpoints(
    job_id: str,
    services: Use,
    caller: OfficeMember,
    cursor: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Limit = 50,
) -> Items[results.EndpointShown]:
    """The most bytes first; `cursor` is how many were shown."""
    return results.endpoints_of(services, received(services, caller, job_id).sha256, cursor=cursor, limit=limit)


@router.get("/protocols")
def show_received_protocols(job_id: str, services: Use, caller: OfficeMember) -> results.ProtocolsShown:
    return results.protocols_of(services, received(services, caller, job_id).sha256)


@router.get("/alerts")
def list_received_alerts(job_id: str, services: Use, caller: OfficeMember) -> results.CaptureAlerts:
    """The alerts that events of the capture are behind, seen last first."""
    return results.alerts_of(services, received(services, caller, job_id).sha256)


@router.get("/tables/{table}")
def list_received_rows(
    job_id: str,
    table: Table,
    services: Use,
    caller: OfficeMember,
    address: IPv4Address | IPv6Address | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[dict[str, Any]]:
    """Flat ECS events, newest first; with `address` those alone that it is an end of. Every text is hostile."""
    query = views.of_table(received(services, caller, job_id).sha256, table, address)
    return results.rows_of(services, query, cursor=cursor, limit=limit)

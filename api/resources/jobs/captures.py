"""Captures that came by the intake, without an incident: all of them, and what each holds, by the job of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import HomeMember, OfficeMember, Services, Use
from api.errors import BadInputError, NotFoundError
from api.pagination import Cursor, Items, Limit
from api.resources.events.routes import Bucket
from api.resources.evidence import capture as results
from api.resources.evidence import capture_views as views
from api.resources.evidence.capture_views import Table
from api.resources.jobs.routes import JobShown, readable_job
from api.resources.jobs.routes import show as show_job
from ingest.pcap.kind import media_type_of
from ir_platform.domain.job import Job, JobKind, JobStatus
from ir_platform.domain.media_type import CAPTURES
from ir_platform.domain.person import Account
from ir_platform.ports import Page

router = APIRouter(prefix="/jobs/{job_id}/capture", tags=["jobs"])
listed = APIRouter(prefix="/captures", tags=["jobs"])

MOST_LOOKED_AT = 500
"""Jobs at once: of an office that sends many logs a page may hold fewer captures than were asked for."""


class ReceivedShown(BaseModel):
    nama: str
    ukuran: int
    """Bytes of the file."""
    diterima: datetime
    job: JobShown
    kejadian: int | None
    """Stored so far; null: nothing is known yet."""
    temuan: int | None
    """Alerts so far, of rules, detectors and YARA."""
    sebagian: bool
    """Whether the result is less than all there is: ended early, failed, or a capture that is damaged."""


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
    found = capture_of(services, job)
    if found is None:
        raise NotFoundError(detail="Tangkapan paket tidak ditemukan.")
    return found


def capture_of(services: Services, job: Job) -> Received | None:
    """Return the capture that the intake received with this job; None where it was none, or is no longer kept."""
    payload = json.loads(job.payload)
    # What is evidence is looked into as such: its custody keeps who did.
    if job.kind is not JobKind.INGEST_FILE or "evidence_id" in payload or "sha256" not in payload:
        return None
    try:
        with services.files.open(payload["sha256"]) as file:
            is_capture = media_type_of(file) in CAPTURES
            size_bytes = services.files.path(payload["sha256"]).stat().st_size
    except FileNotFoundError:
        return None
    if not is_capture:
        return None
    return Received(job=job, sha256=payload["sha256"], name=payload["name"], size_bytes=size_bytes)


@listed.get("")
def list_received_captures(
    services: Use, _caller: HomeMember, cursor: Cursor = None, limit: Limit = 50
) -> Items[ReceivedShown]:
    """Captures sent to the intake without an incident, newest first, as long as their jobs are kept.

    A page may be short although `cursor` says that there are more.
    """
    found: list[ReceivedShown] = []
    looked_at = 0
    while True:
        page = _page(services, cursor, limit=limit - len(found))
        known = (capture_of(services, job) for job in page.items)
        found += [_shown(one) for one in known if one is not None]
        looked_at, cursor = looked_at + len(page.items), page.cursor
        if cursor is None or len(found) >= limit or looked_at >= MOST_LOOKED_AT:
            return Items(items=found, cursor=cursor)


def _page(services: Services, cursor: str | None, *, limit: int) -> Page[Job]:
    """Raises: BadInputError."""
    with services.state.read() as uow:
        try:
            return uow.jobs.received(cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error


def _shown(one: Received) -> ReceivedShown:
    job = show_job(one.job)
    result = job.result or {}
    ended_early = one.job.is_over and one.job.status is not JobStatus.DONE
    return ReceivedShown(
        nama=one.name,
        ukuran=one.size_bytes,
        diterima=one.job.created_at,
        job=job,
        kejadian=result.get("events"),
        temuan=result.get("alerts"),
        sebagian=ended_early or bool(result.get("partial")),
    )


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

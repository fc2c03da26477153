"""The result page of a capture that is evidence: what its analysis has found so far, while it runs and afterwards."""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.dependencies import CallerFirstRoute, OfficeMember, Services, Use, Way
from api.errors import BadInputError
from api.pagination import Cursor, Items, Limit, items_of
from api.resources.events.routes import Bucket, show_event
from api.resources.evidence import capture_views as views
from api.resources.evidence.capture_views import Branch, Table
from api.resources.evidence.packets import PROTOCOLS, PortNumber
from api.resources.evidence.routes import content_disposition, known_capture
from api.resources.jobs.routes import JobShown
from api.resources.jobs.routes import show as show_job
from ingest.pcap.capture_file import NotACaptureError
from ingest.pcap.carve import carve
from ingest.pcap.drilldown import BadFlowError, FlowEnds
from ir_platform.audit.custody import handler_of
from ir_platform.domain.alert import Level
from ir_platform.domain.custody import CustodyAct, CustodyWay
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.job import Job
from ir_platform.domain.person import Account

router = APIRouter(
    prefix="/incidents/{incident_id}/evidence/{evidence_id}", tags=["evidence"], route_class=CallerFirstRoute
)


class CaptureShown(BaseModel):
    nama: str
    ukuran: int
    """Bytes of the file."""
    job: JobShown | None
    """The newest analysis; null: none was begun, or its outcome is no longer kept."""
    jumlah: dict[Table, int]
    """Rows of each table so far."""
    paket: int
    bita: int
    """On the wire, of all flows so far."""
    pertama: datetime | None
    terakhir: datetime | None


class EndpointShown(BaseModel):
    address: str
    flows: int
    packets: int
    bytes: int
    sent_bytes: int
    received_bytes: int


class BranchShown(BaseModel):
    name: str
    """Transport, or port; empty: all transports that are not named."""
    count: int
    """Flows."""
    packets: int
    bytes: int
    below: list["BranchShown"]


class ApplicationShown(BaseModel):
    name: str
    """The `event.dataset`."""
    events: int


class ProtocolsShown(BaseModel):
    transports: list[BranchShown]
    applications: list[ApplicationShown]


class CaptureAlert(BaseModel):
    id: str
    rule_id: str
    rule_title: str
    level: Level
    count: int
    first_seen: datetime
    last_seen: datetime
    group: dict[str, str]


class CaptureAlerts(Items[CaptureAlert]):
    lengkap: bool
    """False: there are so many alerts that the older ones were not looked at."""


@router.get("/capture")
def show_capture(incident_id: str, evidence_id: str, services: Use, caller: OfficeMember, way: Way) -> CaptureShown:
    evidence = looked_at_capture(services, caller, incident_id, evidence_id, way)
    with services.state.read() as uow:
        job = uow.jobs.of_evidence([evidence.id]).get(evidence.id)
    return capture_shown(services, evidence.sha256, name=evidence.name, size_bytes=evidence.size, job=job)


def capture_shown(services: Services, sha256: str, *, name: str, size_bytes: int, job: Job | None) -> CaptureShown:
    span = services.events.span(views.of_capture(sha256))
    flows = views.of_table(sha256, Table.CONVERSATIONS, None)
    _, total, packets = services.events.totals(flows, sums=views.SUMS)
    return CaptureShown(
        nama=name,
        ukuran=size_bytes,
        job=None if job is None else show_job(job),
        jumlah=views.counts(services.events, sha256),
        paket=packets,
        bita=total,
        pertama=span[0] if span else None,
        terakhir=span[1] if span else None,
    )


@router.get("/capture/histogram")
def count_over_time(
    incident_id: str,
    evidence_id: str,
    services: Use,
    caller: OfficeMember,
    way: Way,
    buckets: Annotated[int, Query(ge=1, le=500)] = 60,
) -> Items[Bucket]:
    """Events in equal parts of the time from the first to the last; none where there are none."""
    evidence = looked_at_capture(services, caller, incident_id, evidence_id, way)
    return histogram_of(services, evidence.sha256, buckets=buckets)


def histogram_of(services: Services, sha256: str, *, buckets: int) -> Items[Bucket]:
    query = views.of_capture(sha256)
    span = services.events.span(query)
    if span is None:
        return Items(items=[], total=0)
    end = span[1] + timedelta(microseconds=1)
    found = services.events.histogram(query, time_from=span[0], time_to=end, buckets=buckets)
    return Items(
        items=[Bucket(start=one.start, count=one.count) for one in found], total=sum(one.count for one in found)
    )


@router.get("/capture/endpoints")
def list_endpoints(
    incident_id: str,
    evidence_id: str,
    services: Use,
    caller: OfficeMember,
    way: Way,
    cursor: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Limit = 50,
) -> Items[EndpointShown]:
    """The most bytes first; `cursor` is how many were shown."""
    evidence = looked_at_capture(services, caller, incident_id, evidence_id, way)
    return endpoints_of(services, evidence.sha256, cursor=cursor, limit=limit)


def endpoints_of(services: Services, sha256: str, *, cursor: int, limit: int) -> Items[EndpointShown]:
    found = views.endpoints(services.events, sha256)
    shown = [EndpointShown.model_validate(one, from_attributes=True) for one in found[cursor : cursor + limit]]
    following = str(cursor + limit) if cursor + limit < len(found) else None
    return Items(items=shown, cursor=following, total=len(found))


@router.get("/capture/protocols")
def show_protocols(incident_id: str, evidence_id: str, services: Use, caller: OfficeMember, way: Way) -> ProtocolsShown:
    evidence = looked_at_capture(services, caller, incident_id, evidence_id, way)
    return protocols_of(services, evidence.sha256)


def protocols_of(services: Services, sha256: str) -> ProtocolsShown:
    named = views.applications(services.events, sha256)
    return ProtocolsShown(
        transports=[show_branch(one) for one in views.transports(services.events, sha256)],
        applications=[ApplicationShown(name=name, events=count) for name, count in named],
    )


@router.get("/capture/alerts")
def list_capture_alerts(
    incident_id: str, evidence_id: str, services: Use, caller: OfficeMember, way: Way
) -> CaptureAlerts:
    """The alerts that events of the capture are behind, seen last first."""
    evidence = looked_at_capture(services, caller, incident_id, evidence_id, way)
    return alerts_of(services, evidence.sha256)


def alerts_of(services: Services, sha256: str) -> CaptureAlerts:
    span = services.events.span(views.of_capture(sha256))
    if span is None:
        return CaptureAlerts(items=[], total=0, lengkap=True)
    found, is_whole = views.alerts(services.state, services.events, sha256, span)
    shown = [
        CaptureAlert(
            id=one.id,
            rule_id=one.rule_id,
            rule_title=one.rule_title,
            level=one.level,
            count=one.count,
            first_seen=one.first_seen,
            last_seen=one.last_seen,
            group=dict(one.group),
        )
        for one in found
    ]
    return CaptureAlerts(items=shown, total=len(shown), lengkap=is_whole)


@router.get("/capture/tables/{table}")
def list_capture_rows(  # noqa: PLR0913, PLR0917  whose capture, which table, which page
    incident_id: str,
    evidence_id: str,
    table: Table,
    services: Use,
    caller: OfficeMember,
    way: Way,
    address: IPv4Address | IPv6Address | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[dict[str, Any]]:
    """Flat ECS events, newest first; with `address` those alone that it is an end of. Every text is hostile."""
    evidence = looked_at_capture(services, caller, incident_id, evidence_id, way)
    return rows_of(services, views.of_table(evidence.sha256, table, address), cursor=cursor, limit=limit)


def rows_of(services: Services, query: str, *, cursor: str | None, limit: int) -> Items[dict[str, Any]]:
    try:
        page = services.events.search(query, time_from=None, time_to=None, cursor=cursor, limit=limit)
    except ValueError as error:
        raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
    return items_of(page, show_event)


@router.get("/flow.pcapng", response_class=StreamingResponse)
def download_flow(  # noqa: PLR0913, PLR0917  the five parts of a flow's name
    incident_id: str,
    evidence_id: str,
    services: Use,
    caller: OfficeMember,
    way: Way,
    source_ip: IPv4Address | IPv6Address,
    destination_ip: IPv4Address | IPv6Address,
    source_port: PortNumber = 0,
    destination_port: PortNumber = 0,
    transport: str = "tcp",
) -> StreamingResponse:
    """Return one flow's packets, both ways, as a capture of their own; the two ends may be given either way round.

    The capture is hashed first, and who took which flow is kept, as with every download.
    """
    evidence = known_capture(services, caller, incident_id, evidence_id)
    if transport not in CARVED:
        raise BadInputError(detail="Alur yang dapat diunduh: tcp, udp, sctp, icmp, ipv6-icmp.")
    flow = FlowEnds(
        protocol=CARVED[transport],
        source=source_ip,
        source_port=source_port,
        destination=destination_ip,
        destination_port=destination_port,
    )
    by = handler_of(caller, way)
    verified = services.handling.checked(evidence, by)
    carved = carve(services.files.path(evidence.sha256), flow)
    try:
        first = next(carved)
    except (BadFlowError, NotACaptureError) as error:
        raise BadInputError(detail=f"Alur tidak dapat diambil: {error.reason}.") from error
    named = f"{transport} {source_ip} {source_port} {destination_ip} {destination_port}"
    services.handling.note(
        [evidence], CustodyAct.DIUNDUH, by, verified={evidence.id: verified}, facts={"bagian": f"alur {named}"}
    )
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": content_disposition(f"alur-{named.replace(' ', '-').replace(':', '.')}.pcapng"),
    }

    return StreamingResponse(chain([first], carved), media_type="application/octet-stream", headers=headers)


CARVED = {**PROTOCOLS, "icmp": 1, "ipv6-icmp": 58}
"""These two have no ports: 0."""


def looked_at_capture(
    services: Services, caller: Account, incident_id: str, evidence_id: str, way: CustodyWay
) -> Evidence:
    """Return the capture and keep that somebody looks into it. Raises: NotFoundError."""
    evidence = known_capture(services, caller, incident_id, evidence_id)
    services.handling.note_look(evidence, handler_of(caller, way))
    return evidence


def show_branch(branch: Branch) -> BranchShown:
    return BranchShown(
        name=branch.name,
        count=branch.count,
        packets=branch.packets,
        bytes=branch.bytes,
        below=[show_branch(one) for one in branch.below],
    )

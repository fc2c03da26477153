"""The application: every resource under `/api/v1`, and the built page for every other address."""

from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from api import errors, page
from api.body_limit import BODY_BYTES, BodyLimit
from api.dependencies import Services, storable_path
from api.headers import SecurityHeaders
from api.resources.alerts.routes import router as alerts
from api.resources.audit.routes import router as audit
from api.resources.auth.routes import router as auth
from api.resources.calendar.routes import router as calendar
from api.resources.documents.routes import router as documents
from api.resources.events.export import router as event_export
from api.resources.events.routes import router as events
from api.resources.evidence.capture import router as captures
from api.resources.evidence.custody import router as custody
from api.resources.evidence.packets import router as packets
from api.resources.evidence.routes import router as evidence
from api.resources.health.routes import router as health
from api.resources.incidents.disposisi import router as disposisi
from api.resources.incidents.export import router as incident_export
from api.resources.incidents.followed import router as followed_playbooks
from api.resources.incidents.holders import router as holders
from api.resources.incidents.notes import router as notes
from api.resources.incidents.penerimaan import router as penerimaan
from api.resources.incidents.routes import router as incidents
from api.resources.incidents.steps import router as incident_steps
from api.resources.ingest.routes import router as ingest
from api.resources.jobs.captures import listed as listed_captures
from api.resources.jobs.captures import router as received_captures
from api.resources.jobs.routes import router as jobs
from api.resources.legal_clocks.routes import router as legal_clocks
from api.resources.letterhead.routes import router as letterhead
from api.resources.metrics.routes import router as metrics
from api.resources.notices.routes import router as notices
from api.resources.offices.routes import router as offices
from api.resources.officials.power import router as officials_power
from api.resources.officials.routes import router as officials
from api.resources.parsers.routes import router as parsers
from api.resources.playbooks.routes import router as playbooks
from api.resources.playbooks.versions import router as playbook_versions
from api.resources.positions.routes import router as positions
from api.resources.quarantine.routes import router as quarantine
from api.resources.reports.routes import router as reports
from api.resources.rules.routes import router as rules
from api.resources.shares.routes import router as shares
from api.resources.sources.routes import router as sources
from api.resources.stream.routes import router as stream
from api.resources.system.routes import router as system
from api.resources.templates.routes import router as templates
from api.resources.ties.routes import router as ties
from api.resources.uploads.routes import router as uploads
from api.resources.verification.routes import router as verification
from api.resources.verify.routes import router as verify

RESOURCES = (
    auth,
    alerts,
    incidents,
    incident_steps,
    disposisi,
    notes,
    holders,
    penerimaan,
    verification,
    ties,
    incident_export,
    evidence,
    custody,
    packets,
    captures,
    uploads,
    documents,
    reports,
    shares,
    offices,
    officials,
    officials_power,
    positions,
    events,
    event_export,
    quarantine,
    parsers,
    ingest,
    sources,
    rules,
    playbooks,
    playbook_versions,
    followed_playbooks,
    jobs,
    received_captures,
    listed_captures,
    notices,
    calendar,
    legal_clocks,
    stream,
    system,
    letterhead,
    templates,
    verify,
    metrics,
    audit,
)
PAGE_FOLDER = Path(__file__).resolve().parents[1] / "frontend-static" / "dist"


def operation_name(route: APIRoute) -> str:
    """The generated client names its functions after ours."""
    return route.name


def create_app(services: Services | None, *, page_folder: Path = PAGE_FOLDER) -> FastAPI:
    """Return the application; without services it only describes itself (`api.openapi`)."""
    app = FastAPI(
        title="Tanggap",
        version=services.version if services else "0",
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads from another host
        redoc_url=None,
        generate_unique_id_function=operation_name,
    )
    app.state.services = services
    errors.install(app)
    app.add_middleware(
        BodyLimit,
        evidence_bytes=services.settings.max_evidence_bytes if services else BODY_BYTES,
        upload_bytes=services.settings.max_upload_bytes if services else BODY_BYTES,
    )
    app.add_middleware(SecurityHeaders)
    for router in RESOURCES:
        # Each by itself: a router of routers is searched at both levels for every request.
        app.include_router(router, prefix="/api/v1", dependencies=[Depends(storable_path)])
    app.include_router(health)
    page.install(app, page_folder)
    return app

"""Liveness, readiness and figures for Prometheus: no sign-in, and nothing of any incident in them."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.dependencies import Use
from api.resources.health.figures import IntakeFigures
from ingest.sources.gelf import GelfCounters
from ingest.sources.ledger import GELF_LEDGER_NAME, LEDGER_NAME, SyslogCounters, read_ledger

router = APIRouter(tags=["health"])


class Live(BaseModel):
    status: str = "ok"


class Ready(BaseModel):
    database: bool
    intake: bool


@router.get("/healthz")
def show_live() -> Live:
    return Live()


@router.get("/readyz")
def show_ready(response: Response, services: Use) -> Ready:
    """503 while the database or the intake process does not answer."""
    ready = Ready(database=services.database_answers(), intake=services.intake_answers())
    if not (ready.database and ready.intake):
        response.status_code = 503
    return ready


@router.get("/metrics", response_class=Response)
def show_metrics(services: Use) -> Response:
    """Of this process, and of the intake."""
    folder = services.settings.data_dir
    figures = IntakeFigures(
        lag=services.spool_lag(),
        now=services.clock(),
        counters={
            "syslog": read_ledger(folder / LEDGER_NAME, SyslogCounters) or SyslogCounters(),
            "gelf": read_ledger(folder / GELF_LEDGER_NAME, GelfCounters) or GelfCounters(),
        },
    )
    return Response(generate_latest() + figures.text(), media_type=CONTENT_TYPE_LATEST)

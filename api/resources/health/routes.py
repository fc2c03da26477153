"""Liveness, readiness and figures for Prometheus: no sign-in, and nothing of any incident in them."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from api.dependencies import Use

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
def show_metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

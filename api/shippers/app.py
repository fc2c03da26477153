"""The application on the shippers' port: Elasticsearch's intake, and `/api/v1/ingest` as the page's port has it."""

from dataclasses import dataclass

from fastapi import FastAPI

from api.resources.ingest.routes import ingest_gelf
from api.resources.ingest.routes import router as ingest
from api.shippers import elastic
from api.shippers.desk import Shippers
from api.shippers.refusals import ShipmentRefusedError, on_refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipperServices:
    shippers: Shippers


def create_shipper_app(services: ShipperServices) -> FastAPI:
    app = FastAPI(title="Tanggap", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.services = services
    app.add_exception_handler(ShipmentRefusedError, on_refused)
    app.include_router(ingest, prefix="/api/v1")
    app.add_api_route("/gelf", ingest_gelf, methods=["POST"], status_code=202)
    app.router.routes.extend(elastic.routes())
    return app

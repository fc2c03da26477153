"""Elasticsearch's intake as its shippers use it: the bulk API, single documents, and what they ask before they send.

Read from: Elasticsearch reference, "Bulk API" and "Index API"; what Filebeat, rsyslog's omelasticsearch, Fluent Bit,
Vector, Logstash and the Python client ask at their start. Templates, policies and pipelines that a shipper brings are
acknowledged and not used: events are kept in this program's own form.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.shippers.answers import bulk_answer, item_facts
from api.shippers.bodies import body_of, expected_bytes
from api.shippers.desk import Shippers
from api.shippers.refusals import UNREADABLE, ShipmentRefusedError
from ingest.shipment import Named, Shipment
from ir_platform.domain.source import Source

VERSION: Final = "9.99.0"
"""Filebeat sends only to a server that is not older than itself."""
PRODUCT: Final = {"X-Elastic-Product": "Elasticsearch"}
_CLUSTER: Final = {"cluster_name": "tanggap", "cluster_uuid": "tanggap-intake-0000000"}


def json_answer(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return body_answer(orjson.dumps(value), status=status, headers=headers)


def body_answer(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={**PRODUCT, **(headers or {})},
    )


def refusal(error: ShipmentRefusedError) -> Response:
    """Return the refusal as Elasticsearch words its own."""
    status, reason = int(error.kind.status), error.said or error.kind.detail
    cause = {"type": error.kind.elastic_type, "reason": reason}
    return json_answer(
        {"error": {"root_cause": [cause], **cause}, "status": status}, status=status, headers=error.headers
    )


Handler = Callable[[Request], Awaitable[Response]]


def with_refusals(handler: Handler) -> Handler:
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except ShipmentRefusedError as error:
            return refusal(error)

    return answer


def shippers_of(request: Request) -> Shippers:
    shippers: Shippers = request.app.state.services.shippers
    return shippers


async def sender_of(request: Request) -> Source:
    """Raises: ShipmentRefusedError."""
    return await run_in_threadpool(shippers_of(request).sender, request.headers.get("authorization", ""))


# --- sending ---------------------------------------------------------------------------------------------------------


async def take_bulk(request: Request) -> Response:
    shippers, source = shippers_of(request), await sender_of(request)
    began = time.monotonic()
    with shippers.in_flight.hold(expected_bytes(request, limit_bytes=shippers.max_bytes)):
        body = await body_of(request, limit_bytes=shippers.max_bytes)
        shipment = shippers.shipment(source, body, index=request.path_params.get("index"))
        return await run_in_threadpool(_take, shippers, shipment, began, request.query_params.get("filter_path", ""))


def _take(shippers: Shippers, shipment: Shipment, began: float, filter_path: str) -> Response:
    """Raises: ShipmentRefusedError."""
    answered = shippers.keep(shipment)
    took_ms = int((time.monotonic() - began) * 1000)
    return body_answer(bulk_answer(answered, took_ms=took_ms, filter_path=filter_path))


async def take_document(request: Request) -> Response:
    shippers, source = shippers_of(request), await sender_of(request)
    named = Named(request.path_params["index"], request.path_params.get("id"))
    with shippers.in_flight.hold(expected_bytes(request, limit_bytes=shippers.max_bytes)):
        body = await body_of(request, limit_bytes=shippers.max_bytes)
        shipment = shippers.shipment(source, body, named=named)
        [answered] = await run_in_threadpool(shippers.keep, shipment)
    if answered.refusal is not None:
        raise ShipmentRefusedError(kind=UNREADABLE, said=answered.refusal)
    said = item_facts(answered)
    return json_answer(said, status=said.pop("status"))


# --- what they ask before --------------------------------------------------------------------------------------------


async def show_root(request: Request) -> Response:
    """Open to everybody: it tells nothing of this server, and balancers ask it."""
    version = {
        "number": VERSION,
        "build_flavor": "default",
        "build_type": "tanggap",
        "build_hash": "0000000",
        "build_date": "2026-01-01T00:00:00.000Z",
        "build_snapshot": False,
        "lucene_version": "10.0.0",
        "minimum_wire_compatibility_version": "8.19.0",
        "minimum_index_compatibility_version": "8.0.0",
    }
    return json_answer({"name": "tanggap", **_CLUSTER, "version": version, "tagline": "You Know, for Search"})


async def show_license(request: Request) -> Response:
    await sender_of(request)
    terms = {"status": "active", "uid": _CLUSTER["cluster_uuid"], "type": "basic", "mode": "basic"}
    return json_answer({"license": terms})


async def show_xpack(request: Request) -> Response:
    await sender_of(request)
    terms = {"uid": _CLUSTER["cluster_uuid"], "type": "basic", "mode": "basic", "status": "active"}
    return json_answer({"build": {}, "license": terms, "features": {"ilm": {"available": True, "enabled": True}}})


async def show_health(request: Request) -> Response:
    await sender_of(request)
    return json_answer({**_CLUSTER, "status": "green", "timed_out": False, "number_of_nodes": 1})


async def show_nodes(request: Request) -> Response:
    await sender_of(request)
    node = {"name": "tanggap", "version": VERSION, "roles": ["ingest", "data"]}
    return json_answer({"_nodes": {"total": 1, "successful": 1, "failed": 0}, **_CLUSTER, "nodes": {"tanggap": node}})


async def acknowledge(request: Request) -> Response:
    """A template, policy, pipeline or data stream that a shipper brings or looks for: it need not bring it."""
    await sender_of(request)
    if request.method in ("GET", "HEAD"):
        name = request.path_params["name"]
        kind = request.url.path.split("/")[1]
        if "template" in kind:
            return json_answer({"index_templates": [{"name": name, "index_template": {}}]})
        return json_answer({name: {}})
    return json_answer({"acknowledged": True})


async def show_nothing_else(request: Request) -> Response:
    await sender_of(request)
    raise ShipmentRefusedError(kind=UNREADABLE, said=f"no handler found for {request.method} {request.url.path[:200]}")


def routes() -> list[Route]:
    def route(path: str, handler: Handler, *methods: str) -> Route:
        return Route(path, with_refusals(handler), methods=list(methods))

    reading, any_method = ("GET", "HEAD"), ("GET", "HEAD", "PUT", "POST", "DELETE")
    kept = ("_index_template", "_template", "_component_template", "_ilm/policy", "_ingest/pipeline", "_data_stream")
    return [
        route("/", show_root, *reading),
        route("/_license", show_license, *reading),
        route("/_xpack", show_xpack, *reading),
        route("/_cluster/health", show_health, *reading),
        route("/_nodes", show_nodes, *reading),
        route("/_nodes/{rest:path}", show_nodes, *reading),
        *(route(f"/{kind}/{{name}}", acknowledge, *any_method) for kind in (*kept, "_logstash/pipeline")),
        route("/_bulk", take_bulk, "POST", "PUT"),
        route("/{index}/_bulk", take_bulk, "POST", "PUT"),
        route("/{index}/_doc", take_document, "POST"),
        route("/{index}/_doc/{id}", take_document, "POST", "PUT"),
        route("/{index}/_create/{id}", take_document, "POST", "PUT"),
        route("/{rest:path}", show_nothing_else, *any_method),
    ]

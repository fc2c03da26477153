"""Elasticsearch's intake as its shippers use it: the bulk API, single documents, and what they ask before they send.

Read from: Elasticsearch reference, "Bulk API" and "Index API"; what Filebeat, rsyslog's omelasticsearch, Fluent Bit,
Vector, Logstash and the Python client ask at their start. Templates, policies and pipelines that a shipper brings are
acknowledged and not used: events are kept in this program's own form.
"""

import re
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.shippers.bodies import body_of, expected_bytes
from api.shippers.desk import Document, Fate, Outcome, Shippers, Taken
from api.shippers.filtering import filtered
from api.shippers.refusals import AWAY, FULL, UNREADABLE, RefusalKind, ShipmentRefusedError
from ingest.documents import id_of
from ingest.sources.bulk import STORING, BulkItem, MalformedBulkError, read_bulk
from ir_platform.domain.source import Source

VERSION: Final = "9.99.0"
"""Filebeat sends only to a server that is not older than itself."""
PRODUCT: Final = {"X-Elastic-Product": "Elasticsearch"}
REJECTED: Final = "document_parsing_exception"
UNSUPPORTED: Final = "illegal_argument_exception"
_STREAM: Final = re.compile(r"(?:logs|metrics|traces)-([^-]+)-[^-]+")
_CLUSTER: Final = {"cluster_name": "tanggap", "cluster_uuid": "tanggap-intake-0000000"}


def json_answer(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(value),
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
        items, taken = await run_in_threadpool(_take_bulk, shippers, source, body, request.path_params.get("index"))
    answers = [_item_answer(item, outcome) for item, outcome in zip(items, taken, strict=True)]
    said = {
        "took": int((time.monotonic() - began) * 1000),
        "errors": any(outcome.fate is not Fate.STORED for outcome in taken),
        "items": answers,
    }
    return json_answer(filtered(said, request.query_params.get("filter_path", "")))


def _take_bulk(
    shippers: Shippers, source: Source, body: bytes, index: str | None
) -> tuple[list[BulkItem], list[Outcome]]:
    """Raises: ShipmentRefusedError."""
    try:
        items = [_identified(item, source) for item in read_bulk(body, index=index)]
    except MalformedBulkError as error:
        raise ShipmentRefusedError(kind=UNREADABLE, said=f"Malformed action/metadata {error}") from error
    if not items:
        raise ShipmentRefusedError(kind=UNREADABLE, said="request body is required")
    wanted = [document for item, document in items if item.action in STORING]
    taken = shippers.take(source, wanted) if wanted else Taken()
    taken.require_some()
    fates = iter(taken.outcomes)
    outcomes = [
        next(fates)
        if item.action in STORING
        else Outcome(Fate.REJECTED, f"{item.action} is not possible: events are never changed")
        for item, _ in items
    ]
    return [item for item, _ in items], outcomes


def _identified(item: BulkItem, source: Source) -> tuple[BulkItem, Document]:
    """Return the item with the id it is answered with, and its document with the event's own id."""
    event_id = id_of(source.id, place=item.target, given=item.id)
    stream = _STREAM.fullmatch(item.target)
    defaults: dict[str, Any] = {"event.dataset": stream[1]} if stream else {}
    if item.id is not None:
        defaults["tanggap.document_id"] = item.id
    return item._replace(id=item.id or event_id), Document(item.document, event_id, defaults)


def _item_answer(item: BulkItem, outcome: Outcome) -> dict[str, Any]:
    place: dict[str, Any] = {"_index": item.target, "_id": item.id}
    match outcome.fate:
        case Fate.STORED:
            return {item.action: {**place, **_stored(item.action)}}
        case Fate.REJECTED:
            kind = REJECTED if item.action in STORING else UNSUPPORTED
            return {item.action: {**place, "status": 400, "error": {"type": kind, "reason": outcome.reason}}}
        case Fate.FULL:
            return {item.action: {**place, **_refused(FULL)}}
        case Fate.AWAY:
            return {item.action: {**place, **_refused(AWAY)}}


def _stored(action: str) -> dict[str, Any]:
    return {
        "_version": 1,
        "result": "created",
        "_shards": {"total": 1, "successful": 1, "failed": 0},
        "_seq_no": 0,
        "_primary_term": 1,
        "status": 201,
    }


def _refused(kind: RefusalKind) -> dict[str, Any]:
    return {"status": int(kind.status), "error": {"type": kind.elastic_type, "reason": kind.detail}}


async def take_document(request: Request) -> Response:
    shippers, source = shippers_of(request), await sender_of(request)
    given = request.path_params.get("id")
    with shippers.in_flight.hold(expected_bytes(request, limit_bytes=shippers.max_bytes)):
        body = await body_of(request, limit_bytes=shippers.max_bytes)
        item, document = _identified(BulkItem("index", request.path_params["index"], given, body), source)
        taken = await run_in_threadpool(shippers.take, source, [document])
    taken.require_some()
    [outcome] = taken.outcomes
    if outcome.fate is Fate.REJECTED:
        raise ShipmentRefusedError(kind=UNREADABLE, said=outcome.reason)
    said = _item_answer(item, outcome)["index"]
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

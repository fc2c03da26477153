"""A server with what our writer asks of Elasticsearch, and with faults that a real one has only under load."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

Fault = Callable[["Server", list[dict[str, Any]]], tuple[int, dict[str, Any]] | None]
"""Answers a bulk request; None: break the connection off."""


@dataclass
class Server:
    url: str = ""
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Documents by id, each under `logs-x`."""
    faults: list[Fault] = field(default_factory=list)
    """For the next bulk requests, one each; then they are answered as they should be."""
    answers: dict[tuple[str, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """By method and path: recorded from a real server."""
    knows_logsdb: bool = True
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def create(self, operations: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        """Carry a bulk request out."""
        items: list[dict[str, Any]] = []
        while operations:
            (action, target), *operations = (next(iter(operations[0].items())), *operations[1:])
            key = target["_id"]
            if action == "delete":
                status = 200 if self.stored.pop(key, None) else 404
            else:
                document, *operations = operations
                status = 409 if key in self.stored else 201
                self.stored.setdefault(key, document)
            items.append({action: {"_id": key, "_index": "logs-x", "status": status}})
        return 200, {"errors": False, "took": 1, "items": items}

    def answer(  # noqa: PLR0911  one line per kind of request
        self, method: str, path: str, body: bytes
    ) -> tuple[int, dict[str, Any]] | None:
        lines = [json.loads(line) for line in body.splitlines() if line]
        self.requests.append((method, path, lines))
        if not self.knows_logsdb and '"index.mode"' in body.decode():
            refused = {"type": "illegal_argument_exception", "reason": "[logsdb] is an invalid index mode"}
            return 400, {"error": refused, "status": 400}
        if (method, path) in self.answers:
            return self.answers[method, path]
        if path == "/_bulk":
            return self.faults.pop(0)(self, lines) if self.faults else self.create(lines)
        if path == "/_mget":
            found = [(one["_id"], self.stored.get(one["_id"])) for one in lines[0]["docs"]]
            return 200, {"docs": [{"_id": key, "found": doc is not None, "_source": doc or {}} for key, doc in found]}
        if path.endswith("/_search"):
            return 200, {"hits": {"hits": [], "total": {"value": 0}}}
        if method == "GET" and path.startswith("/_ilm/"):
            return 400, {"error": f"no handler found for uri [{path}] and method [{method}]", "status": 400}
        return 200, {"acknowledged": True, "version": {"number": "9.2.0"}}

    def asked(self, method: str, path: str) -> list[Any]:
        """The bodies of such requests."""
        return [lines for m, p, lines in self.requests if (m, p) == (method, path)]


@contextmanager
def a_server(wrap: Callable[[ThreadingHTTPServer], None] | None = None) -> Iterator[Server]:
    """`wrap` may put TLS around its socket."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536  # headers and body in one packet, or each waits for the other's acknowledgement

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = server.answer(self.command, unquote(self.path.partition("?")[0]), body)
            if answer is None:
                self.close_connection = True
                return
            status, document = answer
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_HEAD = _serve

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    if wrap is not None:
        wrap(http)
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def busy(server: Server, operations: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """The whole request is refused."""
    return 429, {"error": {"type": "es_rejected_execution_exception", "reason": "queue is full"}, "status": 429}


def busy_for_the_second(server: Server, operations: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """All are created but the second."""
    refused = operations[2]["create"]["_id"]
    status, answer = server.create(operations[:2] + operations[4:])
    error = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
    answer["items"].insert(1, {"create": {"_id": refused, "_index": "logs-x", "status": 429, "error": error}})
    return status, answer


def full_at_the_second(server: Server, operations: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """The first is created; then the disk is full, as the server says it."""
    status, answer = server.create(operations[:2])
    error = {"type": "cluster_block_exception", "reason": "disk usage exceeded flood-stage watermark"}
    for one in operations[2::2]:
        key = one["create"]["_id"]
        answer["items"].append({"create": {"_id": key, "_index": "logs-x", "status": 429, "error": error}})
    return status, answer


def stored_and_not_answered(server: Server, operations: list[dict[str, Any]]) -> None:
    """Everything is created, and the connection breaks before the answer."""
    server.create(operations)


def not_stored_and_not_answered(server: Server, operations: list[dict[str, Any]]) -> None:
    """The connection breaks before the server has looked at it."""

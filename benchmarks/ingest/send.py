"""A sender in a process of its own: `python -m benchmarks.ingest.send WHAT TARGET COUNT RATE`; says what it took.

`lines` sends syslog over TCP to a port, `documents` the bulk API's bodies to `URL KEY`. RATE 0: as fast as the other
side takes them; else so many a second.
"""

import http.client
import json
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from benchmarks.ingest.lines import documents, lines

BATCH = 2_000
"""Lines made at a time, and documents of one shipment."""
STEPS_A_SECOND = 50


def main() -> None:
    what, target, count, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    began, cpu = time.monotonic(), time.process_time()
    sender = lines_to(int(target)) if what == "lines" else documents_to(*target.split())
    batch = BATCH if not rate else max(1, min(BATCH, int(rate / STEPS_A_SECOND)))
    sent = 0
    while sent < count:
        if rate and (early := began + sent / rate - time.monotonic()) > 0:
            time.sleep(early)
        size = min(batch, count - sent)
        sender(sent, size)
        sent += size
    took = {"sent": sent, "seconds": time.monotonic() - began, "cpu_seconds": time.process_time() - cpu}
    print(json.dumps(took), flush=True)


Send = Callable[[int, int], None]


def lines_to(port: int) -> Send:
    connection = socket.create_connection(("127.0.0.1", port))

    def send(first: int, size: int) -> None:
        connection.sendall(lines(first, size, clock=clock_text()))

    return send


def clock_text() -> bytes:
    now = datetime.now(UTC)
    return f"{now:%b} {now.day:2d} {now:%H:%M:%S}".encode()


def documents_to(url: str, key: str) -> Send:
    """One shipment after another, each answered before the next. Raises: ConnectionError where one is refused."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Authorization": f"ApiKey {key}", "Content-Type": "application/x-ndjson"}

    def send(first: int, size: int) -> None:
        body = documents(first, size, at=datetime.now(UTC).isoformat(timespec="milliseconds"))
        connection.request("POST", "/_bulk?filter_path=errors", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if said != b'{"errors":false}':
            raise ConnectionError(f"refused with {answer.status}: {said[:200]!r}")

    return send


if __name__ == "__main__":
    main()

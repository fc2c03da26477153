"""Documents through the bulk API until every one is stored, found and judged: embedded, and scaled out on one machine.

`python -m benchmarks.scaled_out --documents 60000 --workers 2 --owners 1`. Scaled out it needs PostgreSQL and Redis;
they share the machine with the senders: this tells what the way through them costs, not what more machines give.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.ingest.lines import documents
from ir_platform.app.handover import connect
from tests.support.postgres import a_postgres_server
from tests.support.redis import a_redis_server
from tests.support.server import Server, irp, running

PER_SHIPMENT = 2_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=60_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--owners", type=int, default=1)
    wanted = parser.parse_args()
    print(measured("embedded", {}, wanted.documents), flush=True)
    with scaled_out(workers=wanted.workers, owners=wanted.owners) as places:
        print(measured("scaled out", places, wanted.documents), flush=True)
    return 0


@contextmanager
def scaled_out(*, workers: int, owners: int) -> Iterator[dict[str, str]]:
    """Give the settings of this form, with a PostgreSQL that waits for the disk and a Redis that keeps nothing."""
    with (
        a_postgres_server(durable=True) as server,
        server.database() as database_url,
        a_redis_server() as redis_url,
    ):
        yield {
            "IRP_PIPELINE": "scaled_out",
            "IRP_DATABASE_URL": database_url,
            "IRP_BROKER_URL": redis_url,
            "IRP_INGEST_WORKERS": str(workers),
            "IRP_RANGE_OWNERS": str(owners),
        }


def measured(form: str, places: dict[str, str], count: int) -> str:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "var", **places) as server:
        key = json.loads(irp("source", "add", "ukur", "--json", data=server.data, **places).stdout)["api_key"]
        # What is compiled and connected at the first batch is not measured.
        sent(server, key, first=0, count=PER_SHIPMENT)
        flushed(server)
        begun = time.monotonic()
        sent(server, key, first=PER_SHIPMENT, count=count)
        acknowledged = time.monotonic() - begun
        flushed(server)
        judged = time.monotonic() - begun
    return (
        f"{form}: {count:,} documents acknowledged in {acknowledged:.1f} s, stored, found and judged in {judged:.1f} s "
        f"({count / judged:,.0f} a second)"
    )


def sent(server: Server, key: str, *, first: int, count: int) -> None:
    at = datetime.now(UTC).isoformat()
    with httpx.Client(headers={"Authorization": f"ApiKey {key}"}, timeout=120) as client:
        for start in range(first, first + count, PER_SHIPMENT):
            body = documents(start, PER_SHIPMENT, at=at)
            while client.post(f"http://127.0.0.1:{server.ports['bulk']}/_bulk", content=body).status_code == 429:
                time.sleep(0.2)


def flushed(server: Server) -> None:
    with connect(server.data) as intake:
        intake.flush()


if __name__ == "__main__":
    sys.exit(main())

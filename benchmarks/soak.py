"""`make soak`: ingest and carry incidents out for a while, killing processes at random; then count what is there.

`python -m benchmarks.soak --minutes 10 --seed 1`. Ends with 1 where anything acknowledged is missing or doubled.
"""

import argparse
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx

from tests.support.chaos import Chaos, ingest_until_done, insist, write_auth_log
from tests.support.server import DEMO_PASSWORD, Server, irp, running, wait_for
from tests.support.walk import WALK, complete

LINES_PER_FILE = 20_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "var", demo=True) as server:
        files, walks, kills = work(server, Path(folder), minutes=wanted.minutes, seed=wanted.seed)
        missing = files * LINES_PER_FILE - stored(server)
        whole = irp("audit", "verify", data=server.data).returncode == 0
    print(f"files {files}, walks {walks}, kills {kills}, missing events {missing}, audit whole {whole}")
    return 0 if missing == 0 and whole else 1


def work(server: Server, folder: Path, *, minutes: float, seed: int) -> tuple[int, int, int]:
    """Return how many files were ingested, walks carried out and processes killed."""
    chaos = Chaos(server=server, names=("intake", "index", "api", "worker"), rng=random.Random(seed))
    files = walks = 0
    end = time.monotonic() + 60 * minutes
    with chaos.running(between_seconds=(1, 6)):
        while time.monotonic() < end:
            log = folder / f"auth-{files}.log"
            write_auth_log(log, lines=LINES_PER_FILE, host=f"soak-{files}")
            ingest_until_done(server, log)
            files += 1
            walk(server)
            walks += 1
    return files, walks, chaos.kills


def signed_in(server: Server, name: str) -> httpx.Client:
    """Return a person's client, however often the API is killed while they sign in."""
    client = server.stranger()
    form = {"username": name, "password": DEMO_PASSWORD}
    answer = insist(lambda: client.post("/api/v1/auth/token", data=form))
    if answer.status_code != 200:
        raise AssertionError(f"sign-in of {name}: {answer.status_code} {answer.text}")
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def walk(server: Server) -> None:
    people = {name: signed_in(server, name) for name in ("pemeriksa", "kabid", "kasi", "pengelola")}
    report = {"judul": "Gangguan", "uraian": "Uji ketahanan.", "tingkat": "medium", "pelapor": "Uji"}
    incident = insist(lambda: people["kasi"].post("/api/v1/reports", json=report)).json()
    for who, no, body in WALK:
        key = {"Idempotency-Key": str(uuid4())}
        answer = insist(partial(complete, people[who], incident["id"], no, body, **key))
        if answer.status_code != 200:
            raise AssertionError(f"step {no}: {answer.status_code} {answer.text}")


def stored(server: Server) -> int:
    """Return how many of the soak's own events can be found once the index has caught up."""
    kasi = signed_in(server, "kasi")

    def total() -> int:
        answer = kasi.get("/api/v1/events/search", params={"q": "host.name:soak-*", "limit": 1})
        return answer.json()["total"] if answer.status_code == 200 else 0

    wait_for(total, 60)
    before = -1
    while before != (now := total()):
        before = now
        time.sleep(3)
    return now


if __name__ == "__main__":
    sys.exit(main())

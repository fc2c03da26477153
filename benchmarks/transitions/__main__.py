"""How many steps a second are accepted over HTTP, how long people wait for them, and whether a full archive slows them.

    python -m benchmarks transitions [--incidents 1000 100000] [--databases sqlite postgresql] [--rounds 3]

A real `irp serve` (API, intake, worker; audit on, documents queued and rendered meanwhile) on a filled database, the
small and the large one in turn, so that both meet the same machine; each round begins when the documents of the rounds
before are drawn. Open loop: 50 steps a second from 8 clients, each timed from the moment it was meant to be sent.
Closed loop: each client sends as soon as it was answered. The load comes from this process, on the same machine.
PostgreSQL is a cluster of the benchmark's own, with fsync on. The load average is printed as each round began: above
the number of cores, the figures say what others did, and only the ratios are of use. Memory is that of the API and of
the worker with its processes, before the first round and after the last.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.transitions.bulk import Bulk, PostgresBulk, SqliteBulk
from benchmarks.transitions.lists import READS, median_ms
from benchmarks.transitions.load import CLIENTS, Client, Round, closed_loop, open_loop, share_out
from benchmarks.transitions.processes import children_of, resident_mb
from benchmarks.transitions.seed import Started, fill, restore
from benchmarks.transitions.templates import PASSWORD, ROLES, Base, make_base
from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.ids import utc_now
from ir_platform.app.wiring import STATE_FILE
from tests.support.postgres import PostgresServer, a_postgres_server
from tests.support.server import Server, irp, running

RATE = 50.0
WARM_UP_SECONDS, OPEN_SECONDS, CLOSED_SECONDS = 3.0, 10.0, 5.0
SETTLED_EVERY_SECONDS = 0.5
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    database: str
    incidents: int
    server: Server
    clients: tuple[Client, ...]

    @property
    def database_url(self) -> str | None:
        return self.server.environment.get("IRP_DATABASE_URL")

    def wait_for_documents(self) -> None:
        """So that a round is not about what the one before has left to be drawn, least of all another server's."""
        state = SqlState(self.database_url or f"sqlite:///{self.server.data / STATE_FILE}")
        try:
            while has_work(state):
                time.sleep(SETTLED_EVERY_SECONDS)
        finally:
            state.close()

    def memory_mb(self) -> dict[str, int]:
        """Return the resident memory of API and worker, the worker with what it has forked."""
        pids = self.server.processes()
        return {name: sum(map(resident_mb, (pids[name], *children_of(pids[name])))) for name in ("api", "worker")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--databases", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--api-processes", type=int, default=1)
    wanted = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="transitions-") as folder:
        base = make_base(Path(folder) / "base")
        for database in wanted.databases:
            failed |= not compare(base, Path(folder), database, wanted)
    return 1 if failed else 0


def compare(base: Base, folder: Path, database: str, wanted: argparse.Namespace) -> bool:
    """Measure and print one database at every size; return whether every step was accepted and the trail is whole."""
    with ExitStack() as stack:
        postgres = stack.enter_context(a_postgres_server(durable=True)) if database == "postgresql" else None
        cases = [
            stack.enter_context(a_case(base, folder / f"{database}-{size}", size, postgres, apis=wanted.api_processes))
            for size in wanted.incidents
        ]
        for case in cases:
            open_loop(case.clients, rate=RATE / 2, seconds=WARM_UP_SECONDS)
        memory = [case.memory_mb() for case in cases]
        loads: list[list[float]] = [[] for _ in cases]
        opened: list[list[Round]] = [[] for _ in cases]
        closed: list[list[Round]] = [[] for _ in cases]
        for _ in range(wanted.rounds):
            for number, case in enumerate(cases):
                case.wait_for_documents()
                loads[number].append(os.getloadavg()[0])
                opened[number].append(open_loop(case.clients, rate=RATE, seconds=OPEN_SECONDS))
                case.wait_for_documents()
                closed[number].append(closed_loop(case.clients, seconds=CLOSED_SECONDS))
                case.wait_for_documents()
        print_transitions(cases, opened, closed)
        for case, before, load in zip(cases, memory, loads, strict=True):
            print(
                f"{case.database} {case.incidents:,}: load at each round {load}; memory MB {before} {case.memory_mb()}"
            )
        print_reads(cases)
        verdicts = [is_whole(case) for case in cases]
        return all(verdicts)


@contextmanager
def a_case(base: Base, folder: Path, size: int, postgres: PostgresServer | None, *, apis: int) -> Iterator[Case]:
    base.copy_to(folder)
    with ExitStack() as stack:
        settings: dict[str, Any] = {"IRP_API_PROCESSES": str(apis), "IRP_ACCESS_TOKEN_MINUTES": "60"}
        if postgres is None:
            started = filled(SqliteBulk(folder / STATE_FILE), base, size, as_sqlite_keeps_it)
        else:
            url = stack.enter_context(postgres.database())
            migrated(url)
            settings["IRP_DATABASE_URL"] = url
            with PostgresBulk(url) as bulk:
                restore(bulk, base.rows)
            started = filled(PostgresBulk(url), base, size, lambda at: at)
        server = stack.enter_context(running(folder, **settings))
        tokens = {name: bearer(server, name) for name in ROLES}
        clients = share_out(started, server.url, tokens)
        kind = "sqlite" if postgres is None else "postgresql"
        yield Case(database=kind, incidents=size, server=server, clients=clients)


def has_work(state: SqlState) -> bool:
    with state.read() as uow:
        return bool(uow.jobs.waiting(now=utc_now(), limit=1)) or uow.jobs.newest_running(since=LONG_AGO) is not None


def filled(bulk: Bulk, base: Base, size: int, write_time: Callable[[datetime], object]) -> list[Started]:
    with bulk:
        started = fill(bulk, base.templates, size, write_time=write_time)
        bulk.settle()
    return started


def as_sqlite_keeps_it(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


def migrated(url: str) -> None:
    state = SqlState(url)
    state.migrate()
    state.close()


def bearer(server: Server, name: str) -> str:
    scheme_and_token: str = server.client(name, PASSWORD).headers["Authorization"]
    return scheme_and_token.partition(" ")[2]


def print_transitions(
    cases: Sequence[Case], opened: Sequence[Sequence[Round]], closed: Sequence[Sequence[Round]]
) -> None:
    """Print the best round of each case: what else the machine does makes a round slower, never faster."""
    load = f"open loop, {RATE:.0f}/s from {CLIENTS} clients: p50, p99, max ms"
    print(f"{'database':11} {'incidents':>9} | {load} | closed loop")
    first: Round | None = None
    for case, rounds, bursts in zip(cases, opened, closed, strict=True):
        best = min(rounds, key=lambda one: one.percentile(0.99))
        fastest = max(bursts, key=lambda one: one.rate)
        first = first or best
        p50, p99, worst = (1_000 * best.percentile(share) for share in (0.5, 0.99, 1.0))
        ratio = best.percentile(0.5) / first.percentile(0.5), best.percentile(0.99) / first.percentile(0.99)
        all_p99 = ", ".join(f"{1_000 * one.percentile(0.99):.0f}" for one in rounds)
        print(
            f"{case.database:11} {case.incidents:>9,} | {p50:6.1f} {p99:6.1f} {worst:6.1f}"
            f"  ({ratio[0]:.2f}x, {ratio[1]:.2f}x; p99 of each round {all_p99})"
            f" | {fastest.rate:5.0f}/s, p99 {1_000 * fastest.percentile(0.99):.0f} ms"
        )


def print_reads(cases: Sequence[Case]) -> None:
    print(f"{'median ms of a read':28}" + "".join(f"{case.incidents:>12,}" for case in cases))
    for name, path in READS.items():
        times = [median_ms(case.clients[0], path) for case in cases]
        print(f"{name:28}" + "".join(f"{one:12.1f}" for one in times) + f"  ({times[-1] / times[0]:.2f}x)")


def is_whole(case: Case) -> bool:
    """Whether no step was refused and the audit trail can be verified from its first entry."""
    refused = [one for client in case.clients for one in client.refused]
    database = {"IRP_DATABASE_URL": case.database_url} if case.database_url else {}
    verdict = irp("audit", "verify", data=case.server.data, **database)
    if refused or verdict.returncode != 0:
        print(
            f"{case.database} {case.incidents}: {len(refused)} refused {refused[:3]}; {verdict.stdout}{verdict.stderr}"
        )
    return not refused and verdict.returncode == 0


if __name__ == "__main__":
    sys.exit(main())

"""The state database: `ports.State` on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Lock

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from ir_platform.adapters.sql.engine import open_engine, reading
from ir_platform.adapters.sql.head import Head
from ir_platform.adapters.sql.migrate import migrate
from ir_platform.adapters.sql.repositories.accounts import SqlAccounts
from ir_platform.adapters.sql.repositories.alerts import SqlAlerts
from ir_platform.adapters.sql.repositories.audit import SqlAuditLog
from ir_platform.adapters.sql.repositories.calendar import SqlCalendarDays
from ir_platform.adapters.sql.repositories.changes import SqlChanges
from ir_platform.adapters.sql.repositories.checkpoints import SqlCheckpoints
from ir_platform.adapters.sql.repositories.clocks import SqlClocks
from ir_platform.adapters.sql.repositories.custody import SqlCustody
from ir_platform.adapters.sql.repositories.disposisi import SqlDisposisi
from ir_platform.adapters.sql.repositories.documents import SqlDocuments
from ir_platform.adapters.sql.repositories.evidence import SqlEvidenceRecords
from ir_platform.adapters.sql.repositories.holdings import SqlHoldings
from ir_platform.adapters.sql.repositories.idempotency import SqlIdempotency
from ir_platform.adapters.sql.repositories.incidents import SqlIncidents
from ir_platform.adapters.sql.repositories.jobs import SqlJobs
from ir_platform.adapters.sql.repositories.legal_clocks import SqlLegalClocks
from ir_platform.adapters.sql.repositories.notices import SqlNotices
from ir_platform.adapters.sql.repositories.offices import SqlOffices
from ir_platform.adapters.sql.repositories.penerimaan import SqlPenerimaan
from ir_platform.adapters.sql.repositories.playbook_versions import SqlPlaybookVersions
from ir_platform.adapters.sql.repositories.positions import SqlPositions
from ir_platform.adapters.sql.repositories.registers import SqlRegisters
from ir_platform.adapters.sql.repositories.rules import SqlRules
from ir_platform.adapters.sql.repositories.runs import SqlRuns
from ir_platform.adapters.sql.repositories.scaled_out import SqlAcceptedBatches, SqlKeyRanges
from ir_platform.adapters.sql.repositories.shares import SqlShares
from ir_platform.adapters.sql.repositories.sign_in_failures import SqlSignInFailures
from ir_platform.adapters.sql.repositories.sources import SqlSources
from ir_platform.adapters.sql.repositories.stamps import SqlAuditStamps
from ir_platform.adapters.sql.repositories.stationery import SqlStationery
from ir_platform.adapters.sql.repositories.ties import SqlProposals, SqlTies
from ir_platform.adapters.sql.repositories.uploads import SqlUploads
from ir_platform.adapters.sql.repositories.verifications import SqlVerifications
from ir_platform.adapters.sql.statements import ASKED
from ir_platform.ports import StateUnavailableError, UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlUnitOfWork:
    """`ports.UnitOfWork`: every repository on one connection, hence in one transaction."""

    accounts: SqlAccounts
    batches: SqlAcceptedBatches
    ranges: SqlKeyRanges
    sign_in_failures: SqlSignInFailures
    positions: SqlPositions
    offices: SqlOffices
    shares: SqlShares
    incidents: SqlIncidents
    runs: SqlRuns
    playbook_versions: SqlPlaybookVersions
    alerts: SqlAlerts
    evidence: SqlEvidenceRecords
    disposisi: SqlDisposisi
    penerimaan: SqlPenerimaan
    documents: SqlDocuments
    audit: SqlAuditLog
    stamps: SqlAuditStamps
    custody: SqlCustody
    holdings: SqlHoldings
    registers: SqlRegisters
    stationery: SqlStationery
    jobs: SqlJobs
    uploads: SqlUploads
    changes: SqlChanges
    notices: SqlNotices
    calendar_days: SqlCalendarDays
    clocks: SqlClocks
    legal_clocks: SqlLegalClocks
    checkpoints: SqlCheckpoints
    idempotency: SqlIdempotency
    verifications: SqlVerifications
    ties: SqlTies
    proposals: SqlProposals
    rules: SqlRules
    sources: SqlSources


class SqlState:
    """`ports.State`; many threads may use it, and a forked process opens connections of its own.

    `url` is a database URL (`engine.sqlite_url(path)`, `postgresql://user:password@host:port/name`).
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._reader = reading(self._engine)
        # SQLite has one writer at a time, and who finds it busy sleeps up to 100 ms before asking again: the threads
        # of one process wait for each other here instead, which wakes the next as soon as one is done.
        self._turn: AbstractContextManager[object] = Lock() if self._engine.dialect.name == "sqlite" else nullcontext()

    def migrate(self) -> None:
        """Bring the tables up to date; see `migrate.migrate`."""
        with _usable():
            migrate(self._engine)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with self._turn, _usable(), self._engine.begin() as connection:
            unit = _unit_of_work(connection)
            yield unit
            unit.changes.flush()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Writing inside raises sqlalchemy.exc.DBAPIError."""
        with ExitStack() as stack:
            with _usable():
                connection = stack.enter_context(self._reader.begin()).execution_options(**{ASKED: {}})
            yield _unit_of_work(connection)

    def is_reachable(self) -> bool:
        try:
            with self._reader.begin() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            log.warning("database_unreachable", error=type(error).__name__)
            return False
        return True

    def close(self) -> None:
        """Close every idle connection; the state can be used again afterwards."""
        self._reader.dispose()
        self._engine.dispose()


@contextmanager
def _usable() -> Iterator[None]:
    """Raises: StateUnavailableError where no connection is to be had, or what was begun cannot be written."""
    try:
        yield
    except OperationalError as error:
        raise StateUnavailableError(reason=str(error.orig).partition("\n")[0]) from error


def _unit_of_work(connection: Connection) -> SqlUnitOfWork:
    head = Head(connection)
    return SqlUnitOfWork(
        accounts=SqlAccounts(connection),
        batches=SqlAcceptedBatches(connection),
        ranges=SqlKeyRanges(connection),
        sign_in_failures=SqlSignInFailures(connection),
        positions=SqlPositions(connection),
        offices=SqlOffices(connection),
        shares=SqlShares(connection),
        incidents=SqlIncidents(connection),
        runs=SqlRuns(connection),
        playbook_versions=SqlPlaybookVersions(connection),
        alerts=SqlAlerts(connection),
        evidence=SqlEvidenceRecords(connection),
        disposisi=SqlDisposisi(connection),
        penerimaan=SqlPenerimaan(connection),
        documents=SqlDocuments(connection),
        audit=SqlAuditLog(connection, head),
        stamps=SqlAuditStamps(connection),
        custody=SqlCustody(connection),
        holdings=SqlHoldings(connection),
        registers=SqlRegisters(connection, head),
        stationery=SqlStationery(connection),
        jobs=SqlJobs(connection),
        uploads=SqlUploads(connection),
        changes=SqlChanges(connection),
        notices=SqlNotices(connection),
        calendar_days=SqlCalendarDays(connection),
        clocks=SqlClocks(connection),
        legal_clocks=SqlLegalClocks(connection),
        checkpoints=SqlCheckpoints(connection),
        idempotency=SqlIdempotency(connection),
        verifications=SqlVerifications(connection),
        ties=SqlTies(connection),
        proposals=SqlProposals(connection),
        rules=SqlRules(connection),
        sources=SqlSources(connection),
    )

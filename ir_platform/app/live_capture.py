"""Where the files of a live capture go as they fill: into the store, or to an incident as evidence."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.pcap.kind import media_type_of
from ir_platform.app.handover import Carried, HandoverError
from ir_platform.app.ingest_file import FileIngest, IngestCounts, NothingUsableError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.custody import CustodyWay
from ir_platform.domain.event import EventBatch
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.job import JobId
from ir_platform.domain.person import Account
from ir_platform.ports import Files, State, StoreBusyError
from playbooks.runner import NewEvidence, Runner

ATTEMPTS = 5
PAUSE_SECONDS = 2.0
_CHUNK_BYTES = 1 << 20


class Sink(Protocol):
    def take(self, path: Path, *, called: str) -> str | None:
        """Return what became of a full file of the ring, in Bahasa Indonesia; None: it held no packet."""


class Intake(Protocol):
    def carry(self, batch: EventBatch) -> Carried: ...
    def flush(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToStore:
    """Analyse each file here and hand its events over; the intake is asked for anew each time, for a server may come
    and go while an interface is listened to for days.
    """

    ingest: FileIngest
    intake: Callable[[], AbstractContextManager[Intake]]
    sleep: Callable[[float], None] = time.sleep

    def take(self, path: Path, *, called: str) -> str | None:
        """Return what became of the file's packets, in words; None: it had none.

        An event is stored once however often it is sent, so a file whose carrying broke off is carried again.

        Raises: HandoverError, StoreBusyError after ATTEMPTS, StoreFullError, OSError.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.intake() as intake:
                    counts = self.ingest.run(path, intake.carry, format_name="pcap", called=Path(called))
                    intake.flush()
                    return _counts_words(counts)
            except NothingUsableError:
                return None
            except (HandoverError, StoreBusyError):
                if attempt == ATTEMPTS - 1:
                    raise
                self.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToEvidence:
    """Keep each file as evidence of an incident, with custody, and queue its analysis as with every capture."""

    incident_id: IncidentId
    account: Account
    files: Files
    state: State
    runner: Runner
    analyse: Callable[[Evidence], JobId | None]
    limit_bytes: int

    def take(self, path: Path, *, called: str) -> str:
        """Return what it is kept as, in words.

        Raises: FileTooLargeError, PlaybookRefusalError, ConflictError, OSError.
        """
        with path.open("rb") as file:
            media_type = media_type_of(file)
        held = self.files.held(_chunks(path), limit_bytes=self.limit_bytes, is_in_use=self._is_in_use)
        with held as stored:
            new = NewEvidence(
                name=called, sha256=stored.sha256, size=stored.size, media_type=media_type, way=CustodyWay.CLI
            )
            evidence = self.runner.add_evidence(self.incident_id, new, self.account)
        self.analyse(evidence)
        return f"bukti {evidence.id}, SHA-256 {evidence.sha256}"

    def _is_in_use(self, sha256: str) -> bool:
        with self.state.read() as uow:
            return uow.holdings.is_file_in_use(sha256)


def _counts_words(counts: IngestCounts) -> str:
    words = f"{counts.events} kejadian, {counts.alerts} temuan baru, {counts.incidents} insiden dibuka"
    reasons = "; ".join(reason for reason, _ in counts.reasons)
    return f"{words}; terbaca sebagian: {reasons}" if counts.partial else words


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk

"""What each kind of job does; `ir_platform.app.worker` leases the row, calls this and stores the outcome."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from ir_platform.app.background import sparing
from ir_platform.app.handover import HandoverError, NoIntakeError, connect
from ir_platform.app.ingest_file import FileIngest, IngestCounts, NothingUsableError, OnCounts
from ir_platform.app.press import Press
from ir_platform.app.retro_hunt import hunt_to_json
from ir_platform.app.verification_record import evidence_with_merged, save_verification
from ir_platform.app.verify import Examination, Question
from ir_platform.config import Settings
from ir_platform.documents.confined import ConfinedError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import DocumentId, DocumentStatus
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.job import Job, JobId, JobKind, queued_job
from ir_platform.domain.verification import VerificationId
from ir_platform.incidents.verification import report_to_json
from ir_platform.ports import Clock, Files, State, UnitOfWork

DRAWING_LOCK: Final = "drawing.lock"
"""In the data folder."""


class Progress(Protocol):
    def __call__(self, phase: str, percent: int, result: str | None = None, /) -> None:
        """Tell the phase, the percentage done (0 to 100), and what there is so far (JSON).

        Raises: LostLeaseError, CancelWishedError.
        """


class JobFailedError(Exception):
    """The job cannot be done however often it is tried; `reason` is shown to people."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryAgainError(Exception):
    """What the job needs is away for the moment; it waits for its lease to end and is tried again."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LostLeaseError(Exception):
    """Another worker has the job by now; nothing of this attempt is to be kept."""


class CancelWishedError(Exception):
    """Somebody wants the job ended; what it has done by then is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    result: str
    """JSON."""
    finish: Callable[[UnitOfWork], None]
    """What else changes in the transaction that ends the job."""


def add_job(uow: UnitOfWork, kind: JobKind, payload: dict[str, Any], *, job_id: str, now: datetime) -> JobId:
    """Add a queued job within the caller's transaction; its bell is rung after the commit."""
    job = queued_job(kind, payload, job_id=job_id, now=now)
    uow.jobs.add(job)
    return job.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Every kind of job, with what it needs."""

    state: State
    files: Files
    ingest: FileIngest
    settings: Settings
    clock: Clock
    examination: Examination

    def do(self, job: Job, progress: Progress) -> Outcome:
        """Raises: JobFailedError, LostLeaseError."""
        payload: dict[str, Any] = json.loads(job.payload)
        match job.kind:
            case JobKind.RENDER_DOCUMENT:
                return self._render(DocumentId(payload["document_id"]))
            case JobKind.INGEST_FILE:
                return self._ingest(payload, progress)
            case JobKind.VERIFY_INCIDENT:
                return self._verify(VerificationId(payload["verification_id"]), progress)
            case JobKind.HUNT_RULES:
                return self._hunt(payload, progress)

    def on_failure(self, uow: UnitOfWork, job: Job) -> None:
        """What else a failed job changes, in the transaction that ends it."""
        if job.kind is JobKind.RENDER_DOCUMENT:
            document = uow.documents.get(DocumentId(json.loads(job.payload)["document_id"]))
            if document is not None:
                self._press.save(uow, replace(document, status=DocumentStatus.FAILED))

    def _render(self, document_id: DocumentId) -> Outcome:
        with self.state.read() as uow:
            document = uow.documents.get(document_id)
        if document is None:
            raise JobFailedError(reason="Dokumen tidak ditemukan.")
        try:
            with sparing(self.settings.data_dir / DRAWING_LOCK, processors=len(os.sched_getaffinity(0))):
                drawn = self._press.draw(document)
        except ConfinedError as error:
            raise JobFailedError(reason=f"Templat kantor gagal disusun: {error.reason}.") from error
        return Outcome(
            result=json.dumps({"docx_sha256": drawn.docx_sha256, "pdf_sha256": drawn.pdf_sha256}),
            finish=lambda uow: self._press.save(uow, drawn),
        )

    @property
    def _press(self) -> Press:
        return Press(state=self.state, files=self.files, clock=self.clock, public_url=self.settings.public_url)

    def _verify(self, verification_id: VerificationId, progress: Progress) -> Outcome:
        now = self.clock()
        with self.state.read() as uow:
            verification = uow.verifications.get(verification_id)
            if verification is None:
                raise JobFailedError(reason="Pemeriksaan tidak ditemukan.")
            question = Question(
                alerts=uow.alerts.of_incident(verification.incident_id),
                evidence=evidence_with_merged(uow, verification.incident_id),
                sejak=verification.sejak,
                sampai=max(now, verification.sejak),
            )
        report = self.examination.answer(question, progress)
        result = report_to_json(report)
        return Outcome(
            result=json.dumps({"kejadian": report.kejadian, "kemunculan": len(report.kemunculan)}),
            finish=lambda uow: save_verification(uow, verification, report, result=result, at=self.clock()),
        )

    def _hunt(self, payload: dict[str, Any], progress: Progress) -> Outcome:
        wanted = frozenset(payload["aturan"])
        usable = self.examination.hunt.usable(wanted)
        if not usable:
            raise JobFailedError(reason="Aturan itu tidak ada di antara yang dipakai sekarang.")
        found = self.examination.hunt.over_candidates(
            usable,
            time_from=datetime.fromisoformat(payload["dari"]),
            time_to=datetime.fromisoformat(payload["sampai"]),
            on_progress=lambda percent: progress("mencari", percent),
        )
        result = {**hunt_to_json(found), "unusable": sorted(wanted - usable)}
        return Outcome(result=json.dumps(result), finish=lambda uow: None)

    def _ingest(self, payload: dict[str, Any], progress: Progress) -> Outcome:
        path, called = self.files.path(payload["sha256"]), Path(payload["name"])
        so_far: str | None = None

        def keep(counts: IngestCounts) -> None:
            nonlocal so_far
            so_far = json.dumps(asdict(counts))

        def tell(phase: str, percent: int) -> None:
            progress(phase, percent, so_far)

        counts = self._carry_file(path, called, tell, on_counts=keep, incident_id=self._incident_of(payload))
        return Outcome(result=json.dumps(asdict(counts)), finish=lambda uow: None)

    def _incident_of(self, payload: dict[str, Any]) -> IncidentId | None:
        """Return the incident that the file is evidence of; None: it came by the intake."""
        if "evidence_id" not in payload:
            return None
        with self.state.read() as uow:
            evidence = uow.evidence.get(EvidenceId(payload["evidence_id"]))
        return None if evidence is None else evidence.incident_id

    def _carry_file(
        self,
        path: Path,
        called: Path,
        progress: Callable[[str, int], None],
        *,
        on_counts: OnCounts,
        incident_id: IncidentId | None,
    ) -> IngestCounts:
        try:
            with connect(self.settings.data_dir) as intake:
                try:
                    return self.ingest.run(
                        path,
                        intake.carry,
                        called=called,
                        incident_id=incident_id,
                        on_progress=progress,
                        on_counts=on_counts,
                    )
                finally:
                    # Who is told that the job is over looks at once for what it has stored.
                    intake.flush()
        except NothingUsableError as error:
            raise JobFailedError(reason=error.reason) from error
        except (NoIntakeError, HandoverError) as error:
            raise TryAgainError(reason=str(error)) from error

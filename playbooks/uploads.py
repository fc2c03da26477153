"""Files that arrive in pieces: begun, taken further by whoever has the next piece, and in the end evidence or intake.

How far an upload has come is in the database and counts only bytes that are synced, so a process that is killed, a line
that breaks and another process of the API all go on from the same place.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import BinaryIO, Final

import structlog

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.custody import CustodyWay
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.job import JobId
from ir_platform.domain.person import Account
from ir_platform.domain.upload import Upload, UploadId, UploadStatus
from ir_platform.ports import (
    Clock,
    Files,
    NewId,
    PartialBusyError,
    PartialFiles,
    PartialLostError,
    State,
    StoredFile,
    UnitOfWork,
    UploadWriter,
)
from playbooks.record import add_audit
from playbooks.runner import NewEvidence, Runner
from playbooks.upload_errors import (
    NoRoomError,
    TooManyUploadsError,
    UnknownUploadError,
    UploadBusyError,
    UploadExpiredError,
    UploadOverrunError,
    UploadTooLargeError,
    WrongOffsetError,
)

log = structlog.get_logger()

COMMIT_BYTES: Final = 32 * 1024**2
"""A process that is killed loses no more than this of what it was sent."""
RESERVE_BYTES: Final = 1024**3
"""Of the disk, that uploads leave to everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    max_bytes: int
    lifetime: timedelta
    """After the last piece."""
    per_account: int
    """Open at once."""

    @property
    def account_bytes(self) -> int:
        return 2 * self.max_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    incident_id: IncidentId | None
    kelengkapan: str | None
    name: str
    length: int
    metadata: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyses:
    """Who looks at a file that is there."""

    of_evidence: Callable[[Evidence], JobId | None]
    """None where there is nothing to look at."""
    of_intake: Callable[[UnitOfWork, Upload], JobId]
    """Queues within the transaction."""
    ring: Callable[[JobId], None]
    """Wakes a worker for what `of_intake` queued, after the commit."""


@dataclass(slots=True, kw_only=True)
class Receiving:
    """The one writer of an upload; `upload` is as last committed."""

    upload: Upload
    _desk: "UploadDesk" = field(repr=False)
    _writer: UploadWriter = field(repr=False)
    _written: int = 0
    """Beyond `upload.received`."""

    def take(self, chunk: bytes) -> None:
        """Raises: UploadOverrunError, with all before it kept; OSError (disk full)."""
        if self.upload.received + self._written + len(chunk) > self.upload.length:
            raise UploadOverrunError(length=self.upload.length)
        if not chunk:
            return
        self._writer.write(chunk)
        self._written += len(chunk)
        if self._written >= COMMIT_BYTES:
            self.commit()

    def commit(self) -> None:
        """Count what was written, once it is on the disk. Raises: UnknownUploadError where it was given up."""
        self._writer.sync()
        now = self._desk.clock()
        received = self.upload.received + self._written
        self.upload = replace(self.upload, received=received, expires_at=now + self._desk.limits.lifetime)
        self._written = 0
        with self._desk.state.write() as uow:
            if not uow.uploads.save(self.upload):
                raise UnknownUploadError

    @property
    def is_whole(self) -> bool:
        return self.upload.received + self._written == self.upload.length

    def finish(self, account: Account, way: CustodyWay) -> Upload:
        """Make a whole upload what it is for. Raises: what `Runner.add_evidence` raises; then it can be tried again."""
        self.commit()
        self.upload = self._desk.finish(self.upload, self._writer, account, way)
        return self.upload


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDesk:
    state: State
    partials: PartialFiles
    files: Files
    runner: Runner
    analyses: Analyses
    media_type_of: Callable[[BinaryIO], str]
    """Return what kind a file is, by its content, never a type that a browser runs."""
    clock: Clock
    new_id: NewId
    limits: UploadLimits

    def begin(self, new: NewUpload, account: Account) -> Upload:
        """Raises: UploadTooLargeError, TooManyUploadsError, NoRoomError."""
        if new.length > self.limits.max_bytes:
            raise UploadTooLargeError(limit_bytes=self.limits.max_bytes)
        now = self.clock()
        upload = Upload(
            id=UploadId(self.new_id()),
            account_id=account.id,
            incident_id=new.incident_id,
            kelengkapan=new.kelengkapan,
            name=new.name,
            length=new.length,
            received=0,
            status=UploadStatus.OPEN,
            metadata=new.metadata,
            sha256=None,
            evidence_id=None,
            job_id=None,
            created_at=now,
            expires_at=now + self.limits.lifetime,
        )
        free_bytes = self.partials.free_bytes()
        if new.length > free_bytes - RESERVE_BYTES:
            raise NoRoomError(free_bytes=free_bytes)
        # Before the row: a row whose file is missing would look as if its bytes were lost.
        self.partials.begin(upload.id)
        try:
            with self.state.write() as uow:
                self._require_room(uow, upload)
                uow.uploads.add(upload)
        except BaseException:
            self.partials.remove(upload.id)
            raise
        log.info("upload_begun", upload_id=upload.id, account_id=account.id, size_bytes=upload.length)
        return upload

    def find(self, upload_id: str, account: Account) -> Upload:
        """Raises: UnknownUploadError, also for another account's; UploadExpiredError."""
        with self.state.read() as uow:
            upload = uow.uploads.get(UploadId(upload_id))
        if upload is None or upload.account_id != account.id:
            raise UnknownUploadError
        if upload.is_expired(self.clock()):
            raise UploadExpiredError
        return upload

    def open_of(self, account: Account) -> tuple[Upload, ...]:
        """Those that can be taken further, oldest first."""
        now = self.clock()
        with self.state.read() as uow:
            found = uow.uploads.open_of(account.id)
        return tuple(one for one in found if not one.is_expired(now))

    @contextmanager
    def receiving(self, upload_id: str, account: Account, *, offset: int) -> Iterator[Receiving]:
        """Be the one who writes; what was written by the end of the block counts, whatever ends it.

        Raises: UnknownUploadError, UploadExpiredError, UploadBusyError, WrongOffsetError.
        """
        known = self.find(upload_id, account)
        if known.received != offset:
            raise WrongOffsetError(expected=known.received, found=offset)
        try:
            with self.partials.writing(known.id, offset=lambda: self._offset(known, account, offset)) as writer:
                receiving = Receiving(upload=known, _desk=self, _writer=writer)
                try:
                    yield receiving
                finally:
                    if receiving.upload.status is UploadStatus.OPEN:
                        receiving.commit()
        except PartialBusyError as error:
            raise UploadBusyError from error
        except PartialLostError as error:
            log.error("upload_lost", upload_id=upload_id, name=error.name)
            raise UnknownUploadError from error

    def give_up(self, upload_id: str, account: Account) -> None:
        """Raises: UnknownUploadError, UploadExpiredError."""
        upload = self.find(upload_id, account)
        if upload.status is UploadStatus.DONE:
            raise UnknownUploadError
        with self.state.write() as uow:
            uow.uploads.remove(upload.id)
        self.partials.remove(upload.id)
        log.info("upload_given_up", upload_id=upload.id, account_id=account.id, received_bytes=upload.received)

    def finish(self, upload: Upload, writer: UploadWriter, account: Account, way: CustodyWay) -> Upload:
        with writer.path.open("rb") as file:
            media_type = self.media_type_of(file)
        held = self.files.held_link(
            writer.path, sha256=writer.sha256, size=upload.length, is_in_use=self._is_file_in_use
        )
        with held as stored:
            if upload.incident_id is None:
                done = self._to_intake(upload, stored, account)
            else:
                done = self._to_evidence(upload, upload.incident_id, stored, media_type, account, way)
        self.partials.remove(upload.id)
        log.info("upload_finished", upload_id=upload.id, size_bytes=upload.length, job_id=done.job_id)
        return done

    def _to_evidence(
        self,
        upload: Upload,
        incident_id: IncidentId,
        stored: StoredFile,
        media_type: str,
        account: Account,
        way: CustodyWay,
    ) -> Upload:
        new = NewEvidence(
            name=upload.name,
            sha256=stored.sha256,
            size=stored.size,
            media_type=media_type,
            kelengkapan=upload.kelengkapan,
            way=way,
        )

        def done_with(evidence: Evidence) -> Upload:
            return replace(upload, status=UploadStatus.DONE, sha256=stored.sha256, evidence_id=evidence.id)

        def also(uow: UnitOfWork, evidence: Evidence) -> None:
            if not uow.uploads.save(done_with(evidence)):
                raise UnknownUploadError

        evidence = self.runner.add_evidence(incident_id, new, account, also=also)
        return replace(done_with(evidence), job_id=self.analyses.of_evidence(evidence))

    def _to_intake(self, upload: Upload, stored: StoredFile, account: Account) -> Upload:
        now = self.clock()
        with self.state.write() as uow:
            done = replace(upload, status=UploadStatus.DONE, sha256=stored.sha256)
            job_id = self.analyses.of_intake(uow, done)
            done = replace(done, job_id=job_id)
            if not uow.uploads.save(done):
                raise UnknownUploadError
            add_audit(
                uow,
                at=now,
                actor=(account.id, account.named()),
                action="upload.received",
                subject=f"upload:{upload.id}",
                details={"nama": upload.name, "sha256": stored.sha256, "ukuran": stored.size},
            )
        self.analyses.ring(job_id)
        return done

    def _offset(self, known: Upload, account: Account, offset: int) -> int:
        """Return the offset, looked at once more under the lock: another writer may have come further meanwhile.

        Raises: UnknownUploadError, WrongOffsetError.
        """
        now_known = self.find(known.id, account)
        if now_known.status is not UploadStatus.OPEN:
            raise UnknownUploadError
        if now_known.received != offset:
            raise WrongOffsetError(expected=now_known.received, found=offset)
        return offset

    def _require_room(self, uow: UnitOfWork, upload: Upload) -> None:
        """Raises: TooManyUploadsError."""
        others = [one for one in uow.uploads.open_of(upload.account_id) if not one.is_expired(upload.created_at)]
        declared = sum(one.length for one in others) + upload.length
        if len(others) >= self.limits.per_account or declared > self.limits.account_bytes:
            raise TooManyUploadsError

    def _is_file_in_use(self, sha256: str) -> bool:
        with self.state.read() as uow:
            return uow.holdings.is_file_in_use(sha256)

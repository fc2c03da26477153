"""What an Upload is: a file that arrives in pieces and may take days, until it is evidence or goes to the intake."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.account_id import AccountId
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.job import JobId

UploadId = NewType("UploadId", str)


class UploadStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    id: UploadId
    account_id: AccountId
    incident_id: IncidentId | None
    """None: the file is for the intake, as with `irp ingest`."""
    kelengkapan: str | None
    """The item of the active step that the evidence is to satisfy."""
    name: str
    """For display only."""
    length: int
    """Bytes, as declared."""
    received: int
    """Bytes that are safely on the disk; what stands in the file after them does not count."""
    status: UploadStatus
    metadata: str
    """As the client sent it (`Upload-Metadata`)."""
    sha256: str | None
    evidence_id: EvidenceId | None
    job_id: JobId | None
    created_at: datetime
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return self.status is UploadStatus.OPEN and self.expires_at <= now

"""What a Verification is: the check, asked for once, whether what was found is really over since the repair."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.job import JobId
from ir_platform.domain.person import AccountId

VerificationId = NewType("VerificationId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    id: VerificationId
    incident_id: IncidentId
    no: int
    """The step that verifies."""
    putaran: int
    """Of the repair that is checked."""
    sejak: datetime
    """Events from here on are looked at."""
    requested_by: AccountId | None
    """None: the program, when the repair was reported."""
    requested_at: datetime
    job_id: JobId
    sampai: datetime | None = None
    """Up to when it was to look; None: not done yet."""
    result: str | None = None
    """`ir_platform.incidents.verification` as JSON; None: not done yet, or failed (see the job)."""

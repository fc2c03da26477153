"""What Evidence (bukti dukung) is: a file, stored once by content, that belongs to an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.person import AccountId

EvidenceId = NewType("EvidenceId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    id: EvidenceId
    incident_id: IncidentId
    name: str
    """File name as sent, for display only; never used as a path."""
    sha256: str
    size: int
    media_type: str
    """Sniffed on the server; never one a browser runs."""
    kelengkapan: str | None
    """The kelengkapan item it satisfies, in the words of the SOP."""
    step_no: int | None
    putaran: int | None
    added_by: AccountId
    added_at: datetime

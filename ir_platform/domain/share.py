"""What a Share is: leave for another office to read an incident."""

from dataclasses import dataclass
from datetime import datetime

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.office import OfficeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    incident_id: IncidentId
    office_id: OfficeId
    """Which office may read it."""
    reason: str
    shared_by: str
    """Account id, or `system` where the report came from that office."""
    shared_at: datetime

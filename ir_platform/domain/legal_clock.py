"""What a LegalClock is: the time a law leaves to notify somebody, begun by a person's rating of an incident."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.person import AccountId

LegalClockId = NewType("LegalClockId", str)


class LegalBasis(StrEnum):
    """Which law; hours of the calendar, nights and holidays included."""

    BSSN_1X24 = "bssn_1x24"
    """Perban BSSN 1/2024 art. 15: incident of vital information infrastructure, to the sectoral TTIS."""
    PDP_3X24 = "pdp_3x24"
    """UU 27/2022 (PDP) art. 46: failed protection of personal data, to the people concerned and the authority."""

    @property
    def hours(self) -> int:
        return 24 if self is LegalBasis.BSSN_1X24 else 72

    @property
    def label(self) -> str:
        """Return what the rule is called in a sentence."""
        return {
            LegalBasis.BSSN_1X24: "Perban BSSN 1/2024 (1x24 jam)",
            LegalBasis.PDP_3X24: "UU PDP (3x24 jam)",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A person's record that the notification was sent; the program itself never sends one."""

    at: datetime
    how: str
    """To whom and in what way, with the letter's number."""
    evidence_id: EvidenceId | None
    """Proof."""
    by: AccountId
    by_name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    id: LegalClockId
    incident_id: IncidentId
    basis: LegalBasis
    since: datetime
    """When the office came to know."""
    reason: str
    """Why the person rates the incident so."""
    rated_by: AccountId
    rated_name: str
    rated_at: datetime
    sent: Sent | None = None

    @property
    def due(self) -> datetime:
        return self.since + timedelta(hours=self.basis.hours)

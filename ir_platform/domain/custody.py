"""What the Riwayat penguasaan bukti (chain of custody) is: who had which evidence in hand, when, and by what way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import EvidenceId

CustodyId = NewType("CustodyId", str)


class CustodyAct(StrEnum):
    """What somebody did with the evidence, in the words the API sends."""

    DITERIMA = "diterima"
    DILIHAT = "dilihat"
    DIUNDUH = "diunduh"
    DIUNDUH_TERKUNCI = "diunduh_terkunci"
    """Taken as a ZIP under a password, the only way for content that can run."""
    DIEKSPOR = "diekspor"
    """It left in the archive of its incident."""
    DILAMPIRKAN = "dilampirkan"
    """Given with a step that was carried out."""
    DISERAHKAN = "diserahkan"
    """Handed over outside the program, recorded by a person."""
    TIDAK_COCOK = "tidak_cocok"
    """The stored content was found to be another one than what was received; nothing was given out."""


class CustodyWay(StrEnum):
    """From where the act came."""

    HALAMAN = "halaman"
    API = "api"
    CLI = "cli"
    SISTEM = "sistem"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One line of the history; it is never changed, and the audit trail holds its hash."""

    id: CustodyId
    evidence_id: EvidenceId
    incident_id: IncidentId
    act: CustodyAct
    at: datetime
    actor: str
    """Account id, or `system`."""
    actor_name: str
    """Name and jabatan as they were then."""
    way: CustodyWay
    sha256: str
    """Of the content: as computed then where `is_verified`, else as it stands in the record."""
    is_verified: bool
    """Whether the stored content was read and hashed for this very act."""
    facts: tuple[tuple[str, str], ...] = ()
    """What else was said, such as `kepada`, `keperluan`, `waktu`, `langkah`, `putaran`; sorted by name."""
    audit_seq: int | None = None
    """The audit entry that holds this line's hash; None: not written yet."""

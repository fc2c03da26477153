"""What an Incident is: a disturbance being carried through an SOP."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.person import AccountId


class IncidentStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


class Outcome(StrEnum):
    """How a closed incident ended (`hasil`)."""

    TUNTAS = "tuntas"
    DISELESAIKAN_AWAL = "diselesaikan_awal"
    BUKAN_GANGGUAN = "bukan_gangguan"
    MASUK_PROGRAM_KEGIATAN = "masuk_program_kegiatan"
    DIALIHKAN = "dialihkan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    id: IncidentId
    nomor: str
    """Nomor register insiden, `INS/2026/0001`; never an official letter's number."""
    judul: str
    uraian: str
    level: Level
    playbook_id: str
    office_id: OfficeId = HOME_OFFICE
    """Whose incident it is: only that office acts in it, others read it where it was shared with them."""
    status: IncidentStatus
    hasil: Outcome | None = None
    pelapor: str
    """Who reported it, as text; for a detection `Deteksi otomatis`."""
    opened_by: AccountId | None
    """None: opened by an alert."""
    opened_at: datetime
    closed_at: datetime | None = None
    hosts: tuple[str, ...] = ()
    """host.name or address the incident is about; a new alert about one of them within an hour joins it."""
    last_alert_at: datetime | None = None
    version: int = 1
    """Raised by every accepted change; the ETag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of the Kronologi: what happened, when, by whom."""

    at: datetime
    kind: str
    """`opened`, `step_completed`, `step_activated`, `evidence_added`, `document_made`, `alert_joined`, `closed`, …"""
    actor: str
    """Display name, or `Sistem`."""
    facts: tuple[tuple[str, str], ...]
    """What the page puts into its sentence, such as `langkah`, `keputusan`, `catatan`, `putaran`."""

"""What ties incidents to one another: links, merges, and proposals to re-open one that was closed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import AlertId, IncidentId
from ir_platform.domain.person import AccountId

TieId = NewType("TieId", str)
ProposalId = NewType("ProposalId", str)


class TieKind(StrEnum):
    TERULANG = "terulang"
    """The same disturbance has come back."""
    TERKAIT = "terkait"
    GABUNGAN = "gabungan"
    """`source` was merged into `target`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    id: TieId
    source: IncidentId
    target: IncidentId
    kind: TieKind
    by: AccountId
    by_name: str
    at: datetime
    alasan: str = ""
    alerts: tuple[AlertId, ...] = ()
    """Of a merge: the alerts that went over to the target."""


class ProposalStatus(StrEnum):
    MENUNGGU = "menunggu"
    DIBUKA_KEMBALI = "dibuka_kembali"
    DITAUTKAN = "ditautkan"
    DITOLAK = "ditolak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Made by the program when a finding of a closed incident fires again; a person decides, once."""

    id: ProposalId
    incident_id: IncidentId
    """The closed incident."""
    alert_id: AlertId
    """What fired again."""
    shared: tuple[tuple[str, str], ...]
    """What both are about, such as `source.ip` with its value."""
    is_same_cause: bool
    """The same rule and group; else the same rule about one of the entities."""
    made_at: datetime
    status: ProposalStatus = ProposalStatus.MENUNGGU
    decided_by: AccountId | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None
    alasan: str = ""

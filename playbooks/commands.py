"""What may be asked of the engine (commands), and what it answers has happened (facts)."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Outcome
from ir_platform.domain.person import AccountId
from ir_platform.domain.position import Mandate
from playbooks.behalf import AtasNama
from playbooks.isian import Isian
from playbooks.run_state import Act, Reopening, StepNote
from playbooks.sop import Keputusan


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Begin the SOP: step 1 becomes active, what the SOP calls `disiapkan` is prepared."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """Who acts, with what they may act as."""

    account_id: AccountId
    name: str
    jabatan: str
    roles: frozenset[str]
    """Pelaksana ids held now."""
    mandat: Mandate | None = None
    """In whose place the official acts; None: by the jabatan's own right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep:
    no: int
    by: Official
    at: datetime
    zone: tzinfo
    """The office's, for the hour in a refusal's words."""
    keputusan: str | None = None
    alasan: str | None = None
    sebab: str | None = None
    catatan: str = ""
    lampiran: tuple[str, ...] = ()
    nihil: tuple[tuple[str, str], ...] = ()
    atas_nama: AtasNama | None = None
    """Given where the caller records what somebody outside the office did."""
    isian: Isian | None = None
    putaran: int | None = None
    """The putaran the caller saw; None: not said."""
    expected_version: int | None = None
    """The incident's version the caller saw; None: not said."""
    version: int = 1
    """The incident's version now."""
    evidence: tuple[Evidence, ...] = ()
    """Everything the incident has now."""
    temuan: tuple[str, ...] = ()
    """Ids of its alerts now; needed only where `isian` names any."""
    surat: str = ""
    """The report as it is on record, in words, where that is as `Sop.kanal_wajib` wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """Say something about an active step without finishing it."""

    no: int
    by: Official
    at: datetime
    zone: tzinfo
    catatan: str
    putaran: int | None = None
    """The putaran the caller saw; None: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Take up a run that has ended, at the step its SOP sends work back to."""

    by: Official
    at: datetime
    alasan: str
    temuan: tuple[str, ...] = ()
    """Alert ids that are open again; empty: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeAway:
    """End the run because another incident's carries on for it."""

    by: Official
    at: datetime
    alasan: str


Command = Start | CompleteStep | AddNote | Reopen | MergeAway


@dataclass(frozen=True, slots=True, kw_only=True)
class StepActed:
    """Somebody has acted and the step stays active: for the next executor, a confirmation, or another attempt."""

    no: int
    putaran: int
    act: Act
    next_role: str
    choice: Keputusan | None = None
    attempt: int | None = None
    """The nth test of this activation (`pengujian ke-n`), where the answer leads back to the step itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted:
    no: int
    putaran: int
    act: Act
    choice: Keputusan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    no: int
    putaran: int
    note: StepNote


@dataclass(frozen=True, slots=True, kw_only=True)
class StepActivated:
    no: int
    putaran: int
    at: datetime
    is_rework: bool
    """Sent back by an answer that counts as rework."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDue:
    """An output that is rendered: `kind` is a name of the documents' catalog."""

    kind: str
    title: str
    no: int
    putaran: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    hasil: Outcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReopened:
    reopening: Reopening


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMerged:
    at: datetime


Fact = StepActed | StepCompleted | NoteAdded | StepActivated | DocumentDue | RunEnded | RunReopened | RunMerged

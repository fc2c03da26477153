"""Evidence in somebody's hands: what is given out is checked first, and every act is one line of its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog

from ir_platform.audit.custody import ANALYSIS, Handler, custody_line, record_custody
from ir_platform.domain.custody import CustodyAct, CustodyEntry
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import TimelineEntry
from ir_platform.domain.media_type import SNIFF_BYTES, is_executable
from ir_platform.ports import Clock, Files, NewId, State, UnitOfWork

log = structlog.get_logger()

CHUNK_BYTES = 1 << 20
LOOKED_AGAIN: Final = timedelta(hours=1)
"""Who looks at the same evidence within this time still has it in hand: no new line."""

ACTIONS: Final[Mapping[CustodyAct, str]] = {
    CustodyAct.DILIHAT: "evidence.viewed",
    CustodyAct.DIUNDUH: "evidence.taken",
    CustodyAct.DIUNDUH_TERKUNCI: "evidence.sample_taken",
    CustodyAct.DIEKSPOR: "evidence.exported",
    CustodyAct.DISERAHKAN: "evidence.handed_over",
    CustodyAct.TIDAK_COCOK: "evidence.mismatch",
}
TIMELINE: Final[Mapping[CustodyAct, str]] = {
    CustodyAct.DIUNDUH: "evidence_taken",
    CustodyAct.DIUNDUH_TERKUNCI: "evidence_taken",
    CustodyAct.DISERAHKAN: "evidence_handed_over",
    CustodyAct.TIDAK_COCOK: "evidence_mismatch",
}
"""Acts that have a line in the Kronologi too."""


class ContentMismatchError(Exception):
    """The stored content is not (or no longer) what was received; `found` None: it is gone."""

    def __init__(self, *, evidence: Evidence, found: str | None) -> None:
        super().__init__(
            f"Isi bukti {evidence.name} tidak sama dengan yang diterima; tidak diberikan, dan kejadian ini dicatat."
        )
        self.evidence, self.found = evidence, found


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What handing out evidence needs."""

    state: State
    files: Files
    clock: Clock
    new_id: NewId

    def checked(self, evidence: Evidence, by: Handler) -> str:
        """Return the SHA-256 of the content as read just now; what differs is recorded and refused.

        Raises: ContentMismatchError.
        """
        return self.require_same(evidence, hash_of(self.files, evidence.sha256), by)

    def require_same(self, evidence: Evidence, found: str | None, by: Handler) -> str:
        """Raises: ContentMismatchError, after it was recorded."""
        if found is not None and found == evidence.sha256:
            return found
        log.error("evidence_mismatch", evidence_id=evidence.id, incident_id=evidence.incident_id, found=found)
        facts = {"ditemukan": found or "berkas tidak ada"}
        self.note([evidence], CustodyAct.TIDAK_COCOK, by, facts=facts)
        raise ContentMismatchError(evidence=evidence, found=found)

    def note(
        self,
        evidence: Sequence[Evidence],
        act: CustodyAct,
        by: Handler,
        *,
        verified: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> tuple[CustodyEntry, ...]:
        """Record the act for evidence of one incident; `verified`: evidence id to the SHA-256 found just now."""
        if not evidence:
            return ()
        with self.state.write() as uow:
            return self.note_within(uow, evidence, act, by, verified=verified, facts=facts)

    def note_within(
        self,
        uow: UnitOfWork,
        evidence: Sequence[Evidence],
        act: CustodyAct,
        by: Handler,
        *,
        verified: Mapping[str, str] | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> tuple[CustodyEntry, ...]:
        now, found = self.clock(), verified or {}
        lines = tuple(
            custody_line(one, act, by, entry_id=self.new_id(), at=now, verified_sha256=found.get(one.id), facts=facts)
            for one in evidence
        )
        for one in evidence:
            if act in TIMELINE:
                uow.incidents.add_timeline(one.incident_id, _timeline(one, act, by, facts or {}, now))
        record_custody(uow, lines, action=ACTIONS[act])
        uow.changes.add("incident", evidence[0].incident_id, now)
        return lines

    def note_look(self, evidence: Evidence, by: Handler) -> None:
        """Record that somebody looks into the content, once in `LOOKED_AGAIN`."""
        with self.state.read() as uow:
            past = uow.custody.of_evidence(evidence.id)
        since = self.clock() - LOOKED_AGAIN
        if any(one.act is CustodyAct.DILIHAT and one.actor == by.actor and one.at > since for one in past):
            return
        self.note([evidence], CustodyAct.DILIHAT, by)

    def why_locked(self, evidence: Evidence) -> str | None:
        """Return why the content is given out only under a password (Bahasa Indonesia); None: it may go as it is.

        Raises: FileNotFoundError.
        """
        if evidence.added_by == ANALYSIS.actor:  # only what YARA rules matched is taken in without a person
            return "cocok dengan aturan YARA"
        with self.files.open(evidence.sha256) as file:
            head = file.read(SNIFF_BYTES)
        return "dapat dijalankan" if is_executable(head, evidence.name) else None


def hash_of(files: Files, digest: str) -> str | None:
    """Return the SHA-256 of the stored content, read in pieces; None where it is gone."""
    found = sha256()
    try:
        with files.open(digest) as source:
            while chunk := source.read(CHUNK_BYTES):
                found.update(chunk)
    except FileNotFoundError:
        return None
    return found.hexdigest()


def _timeline(
    evidence: Evidence, act: CustodyAct, by: Handler, facts: Mapping[str, str], at: datetime
) -> TimelineEntry:
    said = (("nama", evidence.name), ("sha256", evidence.sha256), ("tindakan", act.value), *sorted(facts.items()))
    return TimelineEntry(at=at, kind=TIMELINE[act], actor=by.display_name, facts=said)

"""Writes the outcome of a verification where people find it: its row, Kronologi, audit trail with the result's hash."""

from datetime import datetime
from hashlib import sha256

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import TimelineEntry
from ir_platform.domain.verification import Verification
from ir_platform.incidents.verification import VerificationReport
from ir_platform.ports import UnitOfWork
from playbooks.record import add_audit
from playbooks.words import SYSTEM


def evidence_with_merged(uow: UnitOfWork, incident_id: IncidentId) -> tuple[Evidence, ...]:
    """Return the incident's evidence and that of every incident merged into it."""
    sources = (incident_id, *(tie.source for tie in uow.ties.merged_into(incident_id)))
    return tuple(one for source in sources for one in uow.evidence.of_incident(source))


def save_verification(
    uow: UnitOfWork, verification: Verification, report: VerificationReport, *, result: str, at: datetime
) -> None:
    uow.verifications.finish(verification.id, sampai=report.sampai, result=result)
    facts = {
        "putaran": str(verification.putaran),
        "sejak": report.sejak.isoformat(),
        "diperiksa_sampai": report.diperiksa_sampai.isoformat(),
        "kejadian": str(report.kejadian),
        "kemunculan": str(sum(one.jumlah for one in report.kemunculan)),
    }
    said = tuple((name, value) for name, value in facts.items() if value)
    entry = TimelineEntry(at=at, kind="verification_done", actor=SYSTEM, facts=said)
    uow.incidents.add_timeline(verification.incident_id, entry)
    add_audit(
        uow,
        at=at,
        actor=("system", SYSTEM),
        action="verification.done",
        subject=f"incident:{verification.incident_id}",
        details={
            "pemeriksaan": verification.id,
            "langkah": verification.no,
            "aturan": [one.rule_id for one in report.aturan if one.dijalankan],
            "lengkap": report.lengkap,
            "hasil_sha256": sha256(result.encode()).hexdigest(),
            **facts,
        },
    )
    uow.changes.add("verification", verification.incident_id, at)

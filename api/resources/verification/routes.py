"""The verification of a repair: what came back since, what was done, what is there. It informs; people decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from api.dependencies import Caller, CallerFirstRoute, Services, Use
from api.errors import BadInputError, NotAllowedError, NotFoundError, UnderWayError
from api.resources.alerts.schemas import AlertShown, show_alert
from api.resources.incidents.access import readable_incident
from api.resources.verification.schemas import (
    BuktiShown,
    KelengkapanVerifikasiShown,
    PekerjaanShown,
    PutusanShown,
    TemuanShown,
    TindakanShown,
    VerificationRun,
    VerificationShown,
    VerificationStarted,
)
from ir_platform.domain.alert import Alert, AlertStatus
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Incident
from ir_platform.domain.job import JobKind, JobStatus
from ir_platform.domain.person import Account
from ir_platform.domain.verification import Verification
from ir_platform.identity.power import acting_roles, offices_of
from ir_platform.incidents.grouping import hosts_of
from ir_platform.incidents.verification import VerificationReport, report_from_json
from ir_platform.ports import UnitOfWork
from playbooks.findings import open_findings, repair_no, repaired_at, verifying_step
from playbooks.record import add_audit
from playbooks.run_state import RunState, state_from_json
from playbooks.sop import Sop
from playbooks.verification_view import decisions, requirements, treatments
from playbooks.verifying import add_verification, wanted_of

router = APIRouter(prefix="/incidents/{incident_id}/verification", tags=["verification"], route_class=CallerFirstRoute)

MAX_PAST = 50
"""Verifications of one incident that are looked at, asked for last first."""
MAX_UNDER_WAY = 3
"""Verifications of one incident that wait or run at once: each reads every event of its range."""
MAX_OPEN_ALERTS = 100
OPEN = frozenset(status for status in AlertStatus if status.is_open)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Everything about the incident that an answer is made of."""

    incident: Incident
    sop: Sop
    state: RunState
    alerts: tuple[Alert, ...]
    evidence: tuple[Evidence, ...]
    past: tuple[Verification, ...]

    @property
    def putaran(self) -> int:
        no = repair_no(self.sop)
        return self.state.putaran(no) if no is not None else 0


def verified_incident(incident_id: str, services: Use, caller: Caller) -> Incident:
    """Return the incident to somebody of its own office: its log lines are not for others, nor for its reporter."""
    incident = readable_incident(services, caller, incident_id)
    if incident.office_id not in offices_of(caller):
        raise NotAllowedError(detail="Verifikasi hanya untuk petugas penanganan gangguan.")
    return incident


Verified = Annotated[Incident, Depends(verified_incident)]


@router.get("")
def show_verification(services: Use, caller: Caller, incident: Verified) -> VerificationShown:
    """What speaks for and against its being over, for the current putaran."""
    with services.state.read() as uow:
        subject = read_subject(services, uow, incident)
        done = newest_done(subject)
        report = report_from_json(done.result) if done and done.result else None
        verifying = verifying_step(subject.sop)
        shown = VerificationShown(
            langkah=verifying.no if verifying else None,
            langkah_perbaikan=repair_no(subject.sop),
            putaran=subject.putaran,
            sejak=repaired_at(subject.sop, subject.state),
            hasil=report,
            diminta_oleh=name_of(uow, done),
            kejadian_terbaru=None,
            kejadian_sesudahnya=0,
            pekerjaan=job_under_way(uow, subject),
            temuan=findings(uow, subject, report.sejak if report else None),
            peringatan_terbuka=open_alerts(uow, subject),
            kelengkapan=kelengkapan(subject),
            boleh_menjalankan=may_run(subject, caller),
        )
    newest, after = newest_events(services, report)
    return shown.model_copy(update={"kejadian_terbaru": newest, "kejadian_sesudahnya": after})


def runnable_incident(services: Use, caller: Caller, incident: Verified) -> Incident:
    """Raises: NotAllowedError, before the body is looked at."""
    with services.state.read() as uow:
        subject = read_subject(services, uow, incident)
    if not may_run(subject, caller):
        raise NotAllowedError(detail="Pemeriksaan ulang dijalankan oleh pelaksana SOP insiden ini.")
    return incident


@router.post("/run", status_code=202)
def run_verification(
    services: Use,
    caller: Caller,
    incident: Annotated[Incident, Depends(runnable_incident)],
    body: VerificationRun | None = None,
) -> VerificationStarted:
    """Ask for it now, by default since the repair; while one of the same range waits or runs, that one is answered."""
    now, given = services.clock(), body.sejak if body else None
    with services.state.write() as uow:
        subject = read_subject(services, uow, incident)
        sejak = since_of(subject, given, now)
        under_way = [one for one in subject.past if one.result is None and is_under_way(uow, one)]
        same = next((one for one in under_way if one.sejak == sejak), None)
        if same is not None:
            return VerificationStarted(id=same.id, job_id=same.job_id)
        if len(under_way) >= MAX_UNDER_WAY:
            raise UnderWayError(detail="Pemeriksaan ulang insiden ini masih berjalan; tunggu sampai selesai.")
        wanted = wanted_of(subject.sop, subject.state, incident_id=incident.id, sejak=sejak, by=caller.id)
        asked = add_verification(uow, wanted, new_id=services.new_id, at=now)
        add_audit(
            uow,
            at=now,
            actor=(caller.id, caller.named()),
            action="verification.requested",
            subject=f"incident:{incident.id}",
            details={"pemeriksaan": asked.id, "sejak": sejak.astimezone(UTC).isoformat()},
        )
        uow.changes.add("verification", incident.id, now)
    services.bell.ring(asked.job_id, JobKind.VERIFY_INCIDENT)
    return VerificationStarted(id=asked.id, job_id=asked.job_id)


def read_subject(services: Services, uow: UnitOfWork, incident: Incident) -> Subject:
    run = uow.runs.get(incident.id)
    if run is None:
        raise NotFoundError
    return Subject(
        incident=incident,
        sop=services.library.sop_of(uow, run),
        state=state_from_json(run.state),
        alerts=uow.alerts.of_incident(incident.id),
        evidence=uow.evidence.of_incident(incident.id),
        past=uow.verifications.of_incident(incident.id, limit=MAX_PAST),
    )


def may_run(subject: Subject, caller: Account) -> bool:
    incident = subject.incident
    roles = acting_roles(caller, office_id=incident.office_id, playbook_id=incident.playbook_id)
    return bool(roles & {one.id for one in subject.sop.pelaksana})


def since_of(subject: Subject, given: datetime | None, now: datetime) -> datetime:
    """Raises: BadInputError."""
    since = given or repaired_at(subject.sop, subject.state)
    if since is None:
        raise BadInputError(detail="Perbaikan belum dilaporkan selesai; sebutkan sejak kapan (sejak).")
    if since > now:
        raise BadInputError(detail="Waktu sejak tidak boleh di masa depan.")
    return since


def is_under_way(uow: UnitOfWork, verification: Verification) -> bool:
    job = uow.jobs.get(verification.job_id)
    return job is not None and job.status in (JobStatus.QUEUED, JobStatus.RUNNING)


def newest_done(subject: Subject) -> Verification | None:
    of_putaran = (one for one in subject.past if one.putaran == subject.putaran)
    return next((one for one in of_putaran if one.result is not None), None)


def name_of(uow: UnitOfWork, verification: Verification | None) -> str | None:
    asker = uow.accounts.by_id(verification.requested_by) if verification and verification.requested_by else None
    return asker.display_name if asker else None


def job_under_way(uow: UnitOfWork, subject: Subject) -> PekerjaanShown | None:
    if not subject.past or subject.past[0].result is not None:
        return None
    job = uow.jobs.get(subject.past[0].job_id)
    if job is None:
        return None
    return PekerjaanShown(id=job.id, status=job.status.value, phase=job.phase, percent=job.percent, error=job.error)


def newest_events(services: Services, report: VerificationReport | None) -> tuple[datetime | None, int]:
    """Return the time of the newest event, and how many lie behind what the report speaks of."""
    newest = services.events.search("*", time_from=None, time_to=None, cursor=None, limit=1).items
    at = datetime.fromisoformat(newest[0].fields["@timestamp"]) if newest else None
    if report is None or at is None or at < report.diperiksa_sampai:
        return at, 0
    later = services.events.search("*", time_from=report.diperiksa_sampai, time_to=None, cursor=None, limit=1)
    return at, later.total or 0


def findings(uow: UnitOfWork, subject: Subject, since: datetime | None) -> list[TemuanShown]:
    """`since`: what the shown result counts from, so that before and after add up."""
    no = repair_no(subject.sop)
    repair = subject.state.last_pass(no) if no is not None else None
    still_open = open_findings(subject.sop, subject.state, repair, subject.alerts) if repair else ()
    return [show_finding(uow, subject, alert, since=since, is_open=alert.id in still_open) for alert in subject.alerts]


def show_finding(
    uow: UnitOfWork, subject: Subject, alert: Alert, *, since: datetime | None, is_open: bool
) -> TemuanShown:
    repaired = since or repaired_at(subject.sop, subject.state)
    count, last = uow.alerts.counted_before(alert.id, repaired) if repaired else (alert.event_count, alert.last_seen)
    is_seen_again = repaired is not None and alert.last_seen >= repaired
    done = treatments(subject.sop, subject.state)
    return TemuanShown(
        temuan=show_alert(alert, subject.incident.nomor),
        jumlah_sebelum=count,
        terakhir_sebelum=last,
        jumlah_terdeteksi=max(alert.event_count - count, 0) if is_seen_again else 0,
        terakhir_terdeteksi=alert.last_seen if is_seen_again else None,
        terbuka=is_open,
        tindakan=[TindakanShown.model_validate(one) for one in done if one.temuan == alert.id],
        riwayat=history(subject, alert),
    )


def history(subject: Subject, alert: Alert) -> list[PutusanShown]:
    return [
        PutusanShown(
            putaran=one.putaran,
            label=one.label.id,
            label_en=one.label.en,
            terbuka=one.terbuka,
            oleh=one.oleh,
            pada=one.pada,
            muncul=fired_again(subject.past, alert, putaran=one.putaran, by=one.pada),
        )
        for one in decisions(subject.sop, subject.state, alert)
    ]


def fired_again(past: Sequence[Verification], alert: Alert, *, putaran: int, by: datetime) -> int | None:
    """Return what the last verification of that putaran before the decision found; None: there was none."""
    known = (one for one in past if one.putaran == putaran and one.result and one.requested_at <= by)
    newest = next(known, None)
    if newest is None or newest.result is None:
        return None
    return sum(one.jumlah for one in report_from_json(newest.result).kemunculan if alert.id in one.temuan)


def open_alerts(uow: UnitOfWork, subject: Subject) -> list[AlertShown]:
    hosts = set(subject.incident.hosts).union(*(hosts_of(alert) for alert in subject.alerts))
    found: dict[str, Alert] = {}
    for host in sorted(hosts):
        page = uow.alerts.page(status=OPEN, level=None, text=host, cursor=None, limit=MAX_OPEN_ALERTS)
        found |= {alert.id: alert for alert in page.items if not hosts.isdisjoint(hosts_of(alert))}
    others = [alert for alert in found.values() if alert.incident_id != subject.incident.id]
    newest_first = sorted(others, key=lambda alert: (alert.last_seen, alert.id), reverse=True)[:MAX_OPEN_ALERTS]
    incidents = {one: uow.incidents.get(one) for one in {alert.incident_id for alert in newest_first} if one}
    numbers = {one: incident.nomor for one, incident in incidents.items() if incident}
    return [show_alert(alert, numbers.get(alert.incident_id) if alert.incident_id else None) for alert in newest_first]


def kelengkapan(subject: Subject) -> list[KelengkapanVerifikasiShown]:
    return [
        KelengkapanVerifikasiShown(
            nama=one.nama,
            keadaan=one.keadaan.value,
            oleh=one.oleh,
            bukti=[BuktiShown(id=bukti.id, incident_id=bukti.incident_id, nama=bukti.name) for bukti in one.bukti],
        )
        for one in requirements(subject.sop, subject.state, subject.evidence)
    ]

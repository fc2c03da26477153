"""Opens an incident within the caller's unit of work: number, run, prepared document, Kronologi, audit, change."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog

from ir_platform.audit.chain import storable
from ir_platform.calendar.zones import moment_words, zone_of
from ir_platform.domain.alert import Alert, IncidentId, Level
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.job import JobId
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.domain.penerimaan import NOTHING_KNOWN, Penerimaan
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.run import StoredRun
from ir_platform.domain.share import Share
from ir_platform.identity.offices import office_name, require_office
from ir_platform.incidents.grouping import hosts_of
from ir_platform.ports import Clock, NewId, UnitOfWork
from playbooks.clocks import Timing, active_steps
from playbooks.commands import Start
from playbooks.engine import decide
from playbooks.errors import UnknownPlaybookError
from playbooks.issuing import next_number
from playbooks.library import Library, Playbook
from playbooks.paper import Dossier, about
from playbooks.penerimaan import check_penerimaan, of_alert, penerimaan_hash
from playbooks.record import Office, add_audit, add_documents, add_timeline, keep_clocks
from playbooks.words import AUTOMATIC_REPORTER, SYSTEM

log = structlog.get_logger()

REGISTER = "INS"
_MAX_JUDUL_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A disturbance that a person reports."""

    judul: str
    uraian: str
    tingkat: Level
    pelapor: str
    playbook: str | None = None
    """None: the office's usual one."""
    penerimaan: Penerimaan = NOTHING_KNOWN
    """As far as the reporter knows it."""
    office_id: OfficeId = HOME_OFFICE
    """The office that is to handle it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    incident: Incident
    jobs: tuple[JobId, ...]
    """RENDER_DOCUMENT jobs; ring for them after the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """What an incident is opened with."""

    judul: str
    uraian: str
    level: Level
    pelapor: str
    playbook: Playbook
    opened_by: Account | None = None
    alert: Alert | None = None
    penerimaan: Penerimaan = NOTHING_KNOWN
    office_id: OfficeId = HOME_OFFICE
    hosts: tuple[str, ...] = ()

    @property
    def reported_from(self) -> OfficeId | None:
        """What somebody of another office reported, that office may read."""
        by = self.opened_by
        return by.office_id if by is not None and by.office_id != self.office_id else None


class Opener:
    def __init__(
        self,
        *,
        library: Library,
        timing: Timing,
        clock: Clock,
        new_id: NewId,
        timezone: str,
        office_name: str,
        default_playbook: str,
    ) -> None:
        """`timezone` is WITA or Asia/Makassar. Raises: UnknownZoneError, UnknownPlaybookError for the default."""
        self._library, self._clock = library, clock
        self._default_id = library.get(default_playbook).sop.id
        self._office = Office(timing=timing, new_id=new_id, zone=zone_of(timezone), name=office_name)

    def open_from_alert(self, uow: UnitOfWork, alert: Alert) -> Opened:
        """Open an incident for the alert; the caller saves the alert with the incident's id.

        An alert whose rule names an SOP that is not there is handled by the office's usual one.
        """
        opening = _Opening(
            judul=alert_judul(alert),
            uraian=self._alert_uraian(alert),
            level=alert.level,
            pelapor=AUTOMATIC_REPORTER,
            playbook=self.playbook_for(uow, alert),
            alert=alert,
            penerimaan=of_alert(alert, now=self._clock()),
            hosts=hosts_of(alert),
        )
        return self._open(uow, opening)

    def open_from_report(self, uow: UnitOfWork, report: Report, account: Account) -> Opened:
        """Open an incident for a person's report.

        Raises: UnknownPlaybookError, UnknownOfficeError, FutureDateError, DatesOutOfOrderError.
        """
        check_penerimaan(report.penerimaan, now=self._clock(), zone=self._office.zone)
        opening = _Opening(
            judul=report.judul,
            uraian=report.uraian,
            level=report.tingkat,
            pelapor=report.pelapor,
            playbook=self._library.in_force(uow, report.playbook or self._default_id),
            opened_by=account,
            penerimaan=report.penerimaan,
            office_id=require_office(uow, report.office_id).id,
        )
        return self._open(uow, opening)

    def _open(self, uow: UnitOfWork, opening: _Opening) -> Opened:
        now = self._clock()
        # Everything below needs the number, so the head is locked here: the two locks keep their order everywhere.
        uow.audit.lock_head()
        incident = self._incident(uow, opening, now)
        sop = opening.playbook.sop
        state, facts = decide(sop, None, Start(at=now))
        stored = StoredRun(
            incident_id=incident.id,
            playbook_id=sop.id,
            playbook_sha256=opening.playbook.sha256,
            state=state.to_json(),
            active=active_steps(sop, state, self._office.timing.calendars.of(uow, incident.office_id)),
        )
        dossier = Dossier(
            incident=incident,
            sop=sop,
            state=state,
            evidence=(),
            alerts=(opening.alert,) if opening.alert else (),
            names=(),
            office_name=office_name(uow, incident.office_id, home=self._office.name),
            zone=self._office.zone,
        )
        uow.incidents.add(incident)
        uow.runs.add(stored, playbook_text=opening.playbook.text)
        keep_clocks(uow, self._office, incident=incident, sop=sop, state=state)
        uow.penerimaan.put(incident.id, opening.penerimaan)
        _show_to_reporters_office(uow, incident, opening)
        uow.incidents.add_timeline(incident.id, _opened_entry(incident, opening))
        add_timeline(uow, sop, incident.id, facts, at=now)
        jobs = add_documents(uow, self._office, dossier, facts, author=None, at=now)
        add_audit(
            uow,
            at=now,
            actor=_actor(opening.opened_by),
            action="incident.opened",
            subject=f"incident:{incident.id}",
            details=_details(incident, opening),
        )
        uow.changes.add("incident", incident.id, now)
        return Opened(incident=incident, jobs=jobs)

    def _incident(self, uow: UnitOfWork, opening: _Opening, now: datetime) -> Incident:
        year = now.astimezone(self._office.zone).year
        return Incident(
            id=IncidentId(self._office.new_id()),
            nomor=next_number(uow, REGISTER, office_id=opening.office_id, year=year),
            judul=opening.judul,
            uraian=opening.uraian,
            level=opening.level,
            playbook_id=opening.playbook.sop.id,
            office_id=opening.office_id,
            status=IncidentStatus.OPEN,
            pelapor=opening.pelapor,
            opened_by=opening.opened_by.id if opening.opened_by else None,
            opened_at=now,
            hosts=opening.hosts,
            last_alert_at=opening.alert.last_seen if opening.alert else None,
        )

    def playbook_for(self, uow: UnitOfWork, alert: Alert) -> Playbook:
        """Return the SOP that the alert's rule names, in its version in force; the office's usual one where it names
        none that is there.
        """
        if alert.playbook_id is not None:
            try:
                return self._library.in_force(uow, alert.playbook_id)
            except UnknownPlaybookError:
                log.warning("playbook_of_rule_unknown", alert_id=alert.id)
        return self._library.in_force(uow, self._default_id)

    def _alert_uraian(self, alert: Alert) -> str:
        zone = self._office.zone
        lines = [
            f"Temuan deteksi: {alert.rule_title}.",
            f"Tentang: {about(alert.group) or 'tidak disebut'}.",
            f"Jumlah: {alert.event_count} kejadian, dari {moment_words(alert.first_seen, zone)} "
            f"sampai {moment_words(alert.last_seen, zone)}.",
        ]
        if alert.look_at:
            lines += ["Yang perlu diperiksa:", *(f"- {one}" for one in alert.look_at)]
        if alert.false_positives:
            lines += ["Kemungkinan bukan gangguan:", *(f"- {one}" for one in alert.false_positives)]
        return "\n".join(lines)


def alert_judul(alert: Alert) -> str:
    """Return `Tebakan kata sandi SSH pada web-1`, or `… dari 203.0.113.9` where no host is known; one line."""
    hosts = hosts_of(alert)
    source = next((value for name, value in alert.group if name == "source.ip" and value), None)
    about_whom = f" pada {hosts[0]}" if hosts else f" dari {source}" if source else ""
    return " ".join(f"{alert.rule_title}{about_whom}".split())[:_MAX_JUDUL_CHARACTERS]


def _opened_entry(incident: Incident, opening: _Opening) -> TimelineEntry:
    facts = {"nomor": incident.nomor, "pelapor": incident.pelapor, "tingkat": incident.level.value}
    if opening.alert:
        facts |= {"temuan": opening.alert.rule_title, "jumlah": str(opening.alert.event_count)}
    actor = opening.opened_by.display_name if opening.opened_by else SYSTEM
    return TimelineEntry(at=incident.opened_at, kind="opened", actor=actor, facts=tuple(facts.items()))


def _show_to_reporters_office(uow: UnitOfWork, incident: Incident, opening: _Opening) -> None:
    if opening.reported_from is None:
        return
    share = Share(
        incident_id=incident.id,
        office_id=opening.reported_from,
        reason="Dilaporkan dari kantor ini.",
        shared_by="system",
        shared_at=incident.opened_at,
    )
    uow.shares.add(share)


def _actor(account: Account | None) -> tuple[AccountId | str, str]:
    return (account.id, account.named()) if account else ("system", SYSTEM)


def _details(incident: Incident, opening: _Opening) -> dict[str, object]:
    return {
        "nomor": incident.nomor,
        "judul": incident.judul,
        "uraian_sha256": sha256(storable(incident.uraian).encode()).hexdigest(),
        "penerimaan_sha256": penerimaan_hash(opening.penerimaan),
        "tingkat_usulan": opening.penerimaan.tingkat_usulan,
        "dibagikan": opening.reported_from,
        "tingkat": incident.level,
        "pelapor": incident.pelapor,
        "kantor": incident.office_id,
        "sop": opening.playbook.sop.id,
        "sop_versi": opening.playbook.number,
        "sop_sha256": opening.playbook.sha256,
        "temuan": opening.alert.id if opening.alert else None,
    }

"""What a document of a run says: pure, from the values as they stood when the step was accepted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ir_platform.calendar.zones import moment_words
from ir_platform.documents.content import DocumentContent, EvidenceLine, FindingLine, StepLine
from ir_platform.domain.alert import Alert
from ir_platform.domain.disposisi import Disposisi
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import AccountId
from playbooks.behalf import CARA_WORDS, AtasNama
from playbooks.commands import DocumentDue
from playbooks.completeness import items_of
from playbooks.isian import Isian
from playbooks.printed_disposisi import printed_lembar
from playbooks.run_state import Act, RunState, StepPass
from playbooks.sop import Keputusan, Langkah, Sop
from playbooks.words import LEVELS, OUTCOMES, SYSTEM, signed_as

_MAX_SAMPLES = 10
_MAX_SAMPLE_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything a document may speak of."""

    incident: Incident
    sop: Sop
    state: RunState
    evidence: tuple[Evidence, ...]
    alerts: tuple[Alert, ...]
    names: tuple[tuple[AccountId, str], ...]
    """Display names of those who gave evidence."""
    office_name: str
    zone: tzinfo
    disposisi: tuple[Disposisi, ...] = ()
    """Made by the act that the documents are due for."""
    surat: str = ""
    """The letter on record (`penerimaan.recorded_words`)."""


def content_of(dossier: Dossier, due: DocumentDue, *, author: Act | None, at: datetime) -> DocumentContent:
    """Return the content of a document; `author` None: the program prepared it."""
    incident, zone = dossier.incident, dossier.zone
    return DocumentContent(
        judul_dokumen=due.title,
        instansi=dossier.sop.instansi,
        kantor=dossier.office_name,
        nomor_register=incident.nomor,
        judul=incident.judul,
        uraian=incident.uraian,
        tingkat=LEVELS[incident.level],
        pelapor=incident.pelapor,
        dibuka_pada=moment_words(incident.opened_at, zone),
        ditutup_pada=moment_words(incident.closed_at, zone) if incident.closed_at else None,
        hasil=OUTCOMES[incident.hasil] if incident.hasil else None,
        sop=f"{dossier.sop.judul} – {dossier.sop.instansi}",
        langkah_no=due.no,
        putaran=due.putaran,
        dibuat_pada=moment_words(at, zone),
        pembuat=author.name if author else SYSTEM,
        jabatan_pembuat=signed_as(author.jabatan, author.mandat) if author else "",
        langkah=tuple(_step_lines(dossier)),
        bukti=tuple(_evidence_line(dossier, one) for one in dossier.evidence),
        temuan=tuple(_finding_line(one, zone) for one in dossier.alerts),
        disposisi=next((printed_lembar(dossier.sop, one, zone) for one in dossier.disposisi), None),
    )


def _step_lines(dossier: Dossier) -> Iterator[StepLine]:
    for one in dossier.state.passes:
        step = dossier.sop.step(one.no)
        assert step is not None
        for act in one.acts:
            yield _step_line(dossier, step, one, act)


def _step_line(dossier: Dossier, step: Langkah, one: StepPass, act: Act) -> StepLine:
    lane = dossier.sop.lane_of_role(act.role) or dossier.sop.lane_of(step)
    choice = next((choice for choice in step.keputusan if choice.jawaban == act.keputusan), None)
    return StepLine(
        no=step.no,
        uraian=step.uraian,
        pelaksana=lane.judul.id if lane else dossier.sop.role_name(act.role),
        oleh=f"{act.name} atas nama {act.atas_nama.nama}" if act.atas_nama else act.name,
        jabatan=_behalf_words(act, act.atas_nama, dossier.zone)
        if act.atas_nama
        else signed_as(act.jabatan, act.mandat),
        pada=moment_words(act.at, dossier.zone),
        putaran=one.putaran,
        keputusan=_answer_words(choice, act) if choice else None,
        alasan=act.alasan,
        catatan=act.catatan,
        kelengkapan=tuple(_satisfied_words(dossier, one)),
        isian=tuple(_form_words(one, act, dossier.zone)),
    )


def _form_words(one: StepPass, act: Act, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Say what was filled in with the act; what was said while the step stayed active stands with its last act."""
    forms = act.isian or Isian()
    if forms.pertanyaan:
        yield "Pertanyaan", forms.pertanyaan
    if forms.arahan:
        yield "Arahan", forms.arahan
    for party in forms.pihak_terkait:
        yield "Pihak terkait", f"{party.siapa}, {moment_words(party.waktu, zone)}: {party.hasil}"
    for note in one.notes if act is one.acts[-1] else ():
        yield "Catatan antara", f"{moment_words(note.at, zone)}, {note.name}: {note.catatan}"


def _behalf_words(act: Act, given: AtasNama, zone: tzinfo) -> str:
    how = f"{CARA_WORDS[given.cara]}, {moment_words(given.waktu, zone)}"
    return f"{given.jabatan} ({how}); dicatat oleh {signed_as(act.jabatan, act.mandat)}"


def _answer_words(choice: Keputusan, act: Act) -> str:
    cause = next((one.label.id for one in choice.sebab if one.kode == act.sebab), None)
    return f"{choice.label.id} ({cause})" if cause else choice.label.id


def _satisfied_words(dossier: Dossier, one: StepPass) -> Iterator[str]:
    """Say what satisfied each item of that activation, seen from the state it was accepted in."""
    index = dossier.state.passes.index(one)
    then = _until(dossier.state, index)
    at = one.acts[-1].at
    evidence = tuple(given for given in dossier.evidence if given.added_at <= at)
    for item in items_of(dossier.sop, then, one, evidence=evidence, surat=dossier.surat):
        if item.by is not None:
            words = item.by.replace("nihil: ", "nihil (", 1) + ")" if item.by.startswith("nihil: ") else item.by
            yield f"{item.item.nama}: {words}"


def _until(state: RunState, index: int) -> RunState:
    """Return the run as it was when that activation was the newest."""
    return RunState(started_at=state.started_at, passes=state.passes[:index], prepared=state.prepared)


def _evidence_line(dossier: Dossier, one: Evidence) -> EvidenceLine:
    return EvidenceLine(
        nama=one.name,
        sha256=one.sha256,
        ukuran=one.size,
        kelengkapan=one.kelengkapan or "",
        langkah="" if one.step_no is None else str(one.step_no),
        putaran="" if one.putaran is None else str(one.putaran),
        oleh=dict(dossier.names).get(one.added_by, one.added_by),
        pada=moment_words(one.added_at, dossier.zone),
    )


def _finding_line(alert: Alert, zone: tzinfo) -> FindingLine:
    return FindingLine(
        judul=alert.rule_title,
        level=LEVELS[alert.level],
        pertama=moment_words(alert.first_seen, zone),
        terakhir=moment_words(alert.last_seen, zone),
        jumlah=alert.event_count,
        tentang=about(alert.group),
        tags=alert.tags,
        contoh=tuple(event.summary[:_MAX_SAMPLE_CHARACTERS] for event in alert.events[:_MAX_SAMPLES]),
        periksa=alert.look_at,
    )


def about(group: Sequence[tuple[str, str]]) -> str:
    """Return `source.ip 203.0.113.9 · host.name web-1`."""
    return " · ".join(f"{field} {value}" for field, value in group)

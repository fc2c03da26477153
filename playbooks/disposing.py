"""Writes lembar disposisi and tells their recipients, within the transaction of whoever made them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from ir_platform.domain.disposisi import Disposisi, DisposisiId
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind
from ir_platform.domain.penerimaan import Penerimaan
from ir_platform.notify.post import post
from ir_platform.ports import NewId, UnitOfWork
from playbooks.commands import Fact, RunEnded, StepActed, StepCompleted
from playbooks.disposisi import lembar_of, next_executors, recipient_names
from playbooks.run_state import RunState
from playbooks.sop import JenisIsian, Sop, askers_of


def add_lembar(
    uow: UnitOfWork, sop: Sop, after: RunState, facts: Iterable[Fact], *, incident: Incident, new_id: NewId
) -> tuple[Disposisi, ...]:
    """Add the lembar that an accepted act makes, where its step is a disposisi, with its Kronologi line."""
    made = tuple(one for one in facts if isinstance(one, StepActed | StepCompleted) and _disposes(sop, one))
    return tuple(_add(uow, sop, after, fact, incident=incident, new_id=new_id) for fact in made)


def _disposes(sop: Sop, fact: StepActed | StepCompleted) -> bool:
    step = sop.step(fact.no)
    return step is not None and step.asks(JenisIsian.DISPOSISI, fact.act.role)


def _add(
    uow: UnitOfWork,
    sop: Sop,
    after: RunState,
    fact: StepActed | StepCompleted,
    *,
    incident: Incident,
    new_id: NewId,
) -> Disposisi:
    lembar = lembar_of(
        sop,
        after,
        fact,
        disposisi_id=DisposisiId(new_id()),
        incident=incident,
        penerimaan=uow.penerimaan.get(incident.id) or Penerimaan(),
        earlier=uow.disposisi.of_incident(incident.id),
    )
    uow.disposisi.add(lembar)
    uow.incidents.add_timeline(incident.id, given_entry(sop, lembar))
    return lembar


def given_entry(sop: Sop, lembar: Disposisi) -> TimelineEntry:
    kind = "disposisi_forwarded" if lembar.diteruskan else "disposisi_given"
    facts = {
        "langkah": str(lembar.step_no),
        "jabatan": lembar.paraf.jabatan,
        "kepada": ", ".join(recipient_names(sop, lembar)),
        "catatan": lembar.catatan if lembar.diteruskan else "",
    }
    said = tuple((name, value) for name, value in facts.items() if value)
    return TimelineEntry(at=lembar.paraf.at, kind=kind, actor=lembar.paraf.name, facts=said)


def lembar_details(sop: Sop, lembar: Disposisi) -> dict[str, object]:
    """Return what the audit trail keeps of a lembar: every field, and its recipients by name."""
    return {**lembar_facts(lembar), "penerima": list(recipient_names(sop, lembar))}


def lembar_facts(lembar: Disposisi) -> dict[str, object]:
    """Return every field of a lembar but who has read it; who wrote it when is the entry's own too."""
    return {
        "id": lembar.id,
        "dari": lembar.dari,
        "langkah": lembar.step_no,
        "putaran": lembar.putaran,
        "surat_dari": lembar.surat_dari,
        "nomor_surat": lembar.nomor_surat,
        "tanggal_surat": lembar.tanggal_surat.isoformat() if lembar.tanggal_surat else None,
        "diterima": lembar.diterima.isoformat() if lembar.diterima else None,
        "nomor_agenda": lembar.nomor_agenda,
        "hal": lembar.hal,
        "keamanan": lembar.keamanan,
        "derajat": lembar.derajat,
        "kepada": list(lembar.kepada),
        "orang": lembar.orang.account_id if lembar.orang else None,
        "diteruskan": lembar.diteruskan,
        "paraf": [lembar.paraf.name, lembar.paraf.jabatan, lembar.paraf.role],
        "harap": list(lembar.harap),
        "catatan": lembar.catatan,
    }


def tell(
    uow: UnitOfWork,
    sop: Sop,
    after: RunState,
    facts: Sequence[Fact],
    made: Sequence[Disposisi],
    *,
    incident: Incident,
    at: datetime,
    new_id: NewId,
) -> None:
    """Tell people what an accepted act means for them."""
    tell_recipients(uow, incident, made, new_id=new_id)
    tell_of_consultation(uow, sop, after, facts, incident=incident, at=at, new_id=new_id)
    tell_of_ending(uow, sop, facts, incident=incident, at=at, new_id=new_id)


def tell_recipients(uow: UnitOfWork, incident: Incident, made: Sequence[Disposisi], *, new_id: NewId) -> None:
    post(uow, (one for lembar in made for one in _notices(incident, lembar, new_id)))


def tell_of_ending(
    uow: UnitOfWork, sop: Sop, facts: Sequence[Fact], *, incident: Incident, at: datetime, new_id: NewId
) -> None:
    """Tell those whom the answer that ended the run passes over, as the SOP's file names them."""
    answer = next((one.choice for one in facts if isinstance(one, StepCompleted) and one.choice), None)
    if answer is None or not answer.diberitahukan or not any(isinstance(one, RunEnded) for one in facts):
        return
    no = next(one.no for one in facts if isinstance(one, StepCompleted))
    notice = _notice(incident, NoticeKind.CLOSED_EARLY, at=at, notice_id=NoticeId(new_id()), no=no)
    post(uow, (replace(notice, roles=answer.diberitahukan, playbook_id=sop.id),))


def tell_of_consultation(
    uow: UnitOfWork,
    sop: Sop,
    after: RunState,
    facts: Iterable[Fact],
    *,
    incident: Incident,
    at: datetime,
    new_id: NewId,
) -> None:
    """Tell the superior of a pertanyaan; tell of an arahan those it is for, and who asked (its tembusan)."""
    for fact in facts:
        step = sop.step(fact.no) if isinstance(fact, StepCompleted) else None
        if not isinstance(fact, StepCompleted) or step is None:
            continue
        following = next_executors(sop, after, fact.act)
        if step.asks(JenisIsian.PERTANYAAN, fact.act.role):
            kind, roles = NoticeKind.ADVICE_ASKED, following
        elif step.asks(JenisIsian.ARAHAN, fact.act.role):
            kind, roles = NoticeKind.ADVICE_GIVEN, (*following, *askers_of(sop))
        else:
            continue
        notice = _notice(incident, kind, at=at, notice_id=NoticeId(new_id()), no=fact.no)
        post(uow, (replace(notice, roles=tuple(dict.fromkeys(roles)), playbook_id=sop.id),))


def _notices(incident: Incident, lembar: Disposisi, new_id: NewId) -> Iterable[Notice]:
    at, no = lembar.paraf.at, lembar.step_no
    if lembar.kepada:
        notice = _notice(incident, NoticeKind.DISPOSISI_RECEIVED, at=at, notice_id=NoticeId(new_id()), no=no)
        yield replace(notice, roles=lembar.kepada, playbook_id=incident.playbook_id)
    if lembar.orang is not None:
        notice = _notice(incident, NoticeKind.DISPOSISI_RECEIVED, at=at, notice_id=NoticeId(new_id()), no=no)
        yield replace(notice, account_id=lembar.orang.account_id)


def _notice(incident: Incident, kind: NoticeKind, *, at: datetime, notice_id: NoticeId, no: int) -> Notice:
    return Notice(
        id=notice_id,
        key=notice_id,
        office_id=incident.office_id,
        kind=kind,
        at=at,
        incident_id=incident.id,
        facts=(("nomor", incident.nomor), ("langkah", str(no))),
    )

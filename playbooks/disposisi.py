"""Lembar disposisi: what an executor may write, what is derived from facts, to whom one may be forwarded. Pure.

The program fills in facts (who reported, which letter, who is next) and never a disposisi's words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from ir_platform.domain.disposisi import Disposisi, DisposisiId, Harap, Orang, Paraf
from ir_platform.domain.incident import Incident
from ir_platform.domain.penerimaan import Penerimaan
from playbooks.commands import StepActed, StepCompleted
from playbooks.errors import (
    AlreadyForwardedError,
    DatesOutOfOrderError,
    FutureDateError,
    MissingRecipientError,
    UnaskedIsianError,
    UnknownRecipientError,
)
from playbooks.isian import Isian, IsianDisposisi
from playbooks.run_state import Act, RunState
from playbooks.sop import JenisIsian, Langkah, Sop
from playbooks.turns import turn_of
from playbooks.words import signed_as

FORM_WORDS = {
    JenisIsian.DISPOSISI: "lembar disposisi",
    JenisIsian.PERTANYAAN: "pertanyaan konsultasi",
    JenisIsian.ARAHAN: "arahan",
    JenisIsian.PIHAK_TERKAIT: "pihak terkait",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """What a recipient passes on, and to whom."""

    kepada: tuple[str, ...] = ()
    """Pelaksana ids."""
    orang: Orang | None = None
    """One official instead."""
    harap: tuple[Harap, ...] = ()
    catatan: str = ""


def check_isian(sop: Sop, step: Langkah, role: str, isian: Isian | None, *, at: datetime, zone: tzinfo) -> None:
    """Raises: UnaskedIsianError, UnknownRecipientError, DatesOutOfOrderError, FutureDateError."""
    if isian is None:
        return
    given = {
        JenisIsian.DISPOSISI: isian.disposisi is not None,
        JenisIsian.PERTANYAAN: bool(isian.pertanyaan),
        JenisIsian.ARAHAN: bool(isian.arahan),
        JenisIsian.PIHAK_TERKAIT: bool(isian.pihak_terkait),
    }
    for jenis, is_given in given.items():
        if is_given and not step.asks(jenis, role):
            raise UnaskedIsianError(no=step.no, what=FORM_WORDS[jenis])
    if isian.disposisi is not None:
        check_recipients(sop, isian.disposisi.kepada)
        check_letter_dates(isian.disposisi.tanggal_surat, isian.disposisi.diterima, today=at.astimezone(zone).date())
    if any(one.waktu > at for one in isian.pihak_terkait):
        raise FutureDateError(what="Waktu keterlibatan pihak terkait")


def check_recipients(sop: Sop, roles: Sequence[str]) -> None:
    """Raises: UnknownRecipientError for a role that the SOP does not have, or that is outside the office."""
    inside = {one.id for one in sop.pelaksana if not one.luar}
    strangers = tuple(role for role in roles if role not in inside)
    if strangers:
        raise UnknownRecipientError(recipients=strangers)


def check_letter_dates(written: date | None, received: date | None, *, today: date) -> None:
    """Raises: FutureDateError, DatesOutOfOrderError."""
    for day, what in ((written, "Tanggal surat"), (received, "Tanggal diterima")):
        if day is not None and day > today:
            raise FutureDateError(what=what)
    if written is not None and received is not None and written > received:
        raise DatesOutOfOrderError(earlier="Tanggal surat", later="tanggal diterima")


def lembar_of(
    sop: Sop,
    after: RunState,
    fact: StepActed | StepCompleted,
    *,
    disposisi_id: DisposisiId,
    incident: Incident,
    penerimaan: Penerimaan,
    earlier: Sequence[Disposisi],
) -> Disposisi:
    """Return the lembar that the act makes; `after` is the run with it, `earlier` what was written before.

    A field comes from the executor, else from the report's intake, else from the superior's lembar.
    """
    act = fact.act
    given = (act.isian.disposisi if act.isian else None) or IsianDisposisi()
    above = above_of(act, earlier)
    return Disposisi(
        id=disposisi_id,
        incident_id=incident.id,
        step_no=fact.no,
        putaran=fact.putaran,
        dari=above.id if above else None,
        diteruskan=False,
        surat_dari=given.surat_dari or penerimaan.instansi or penerimaan.nama or incident.pelapor,
        nomor_surat=given.nomor_surat or penerimaan.nomor_surat or (above.nomor_surat if above else ""),
        tanggal_surat=given.tanggal_surat or penerimaan.tanggal_surat or (above.tanggal_surat if above else None),
        diterima=given.diterima or penerimaan.tanggal_diterima or (above.diterima if above else None),
        nomor_agenda=given.nomor_agenda or penerimaan.nomor_agenda or (above.nomor_agenda if above else ""),
        hal=given.hal or incident.judul,
        keamanan=given.keamanan or (above.keamanan if above else None),
        derajat=given.derajat or (above.derajat if above else None),
        kepada=tuple(dict.fromkeys(given.kepada)) or next_executors(sop, after, act),
        harap=tuple(dict.fromkeys(given.harap)),
        catatan=given.catatan or act.catatan,
        paraf=paraf_of(act),
    )


def paraf_of(act: Act) -> Paraf:
    title = signed_as(act.jabatan, act.mandat)
    return Paraf(account_id=act.account_id, name=act.name, jabatan=title, role=act.role, at=act.at)


def above_of(act: Act, earlier: Sequence[Disposisi]) -> Disposisi | None:
    """Return the latest lembar that was addressed to whoever acts."""
    roles = frozenset({act.role})
    return next((one for one in reversed(earlier) if one.is_for(act.account_id, roles)), None)


def next_executors(sop: Sop, after: RunState, act: Act) -> tuple[str, ...]:
    """Return whose turn it is once the act is done, without the actor's own role and those outside the office."""
    roles: list[str] = []
    for one in after.active:
        step = sop.step(one.no)
        assert step is not None
        roles += turn_of(sop, step, one).roles
    return tuple(dict.fromkeys(role for role in roles if role != act.role and not sop.is_outside(role)))


def forward_of(
    sop: Sop,
    lembar: Disposisi,
    forwarding: Forwarding,
    paraf: Paraf,
    *,
    disposisi_id: DisposisiId,
    chain: Sequence[Disposisi],
) -> Disposisi:
    """Return the lembar as its recipient passes it on.

    Raises: AlreadyForwardedError, MissingRecipientError, UnknownRecipientError.
    """
    kepada, orang = tuple(dict.fromkeys(forwarding.kepada)), forwarding.orang
    _check_not_there(sop, lembar, kepada, orang, chain)
    if bool(kepada) == (orang is not None):
        raise MissingRecipientError
    check_recipients(sop, kepada)
    if paraf.role in kepada:
        raise UnknownRecipientError(recipients=(sop.role_name(paraf.role),))
    if orang is not None and orang.account_id == paraf.account_id:
        raise UnknownRecipientError(recipients=(orang.name,))
    return Disposisi(
        id=disposisi_id,
        incident_id=lembar.incident_id,
        step_no=lembar.step_no,
        putaran=lembar.putaran,
        dari=lembar.id,
        diteruskan=True,
        surat_dari=lembar.surat_dari,
        nomor_surat=lembar.nomor_surat,
        tanggal_surat=lembar.tanggal_surat,
        diterima=lembar.diterima,
        nomor_agenda=lembar.nomor_agenda,
        hal=lembar.hal,
        keamanan=lembar.keamanan,
        derajat=lembar.derajat,
        kepada=kepada,
        orang=orang,
        harap=tuple(dict.fromkeys(forwarding.harap)),
        catatan=forwarding.catatan,
        paraf=paraf,
    )


def _check_not_there(
    sop: Sop, lembar: Disposisi, kepada: Sequence[str], orang: Orang | None, chain: Sequence[Disposisi]
) -> None:
    """Raises: AlreadyForwardedError where it went to one of them already, by the lembar or a forwarding of it."""
    copies = (lembar, *(one for one in chain if one.dari == lembar.id and one.diteruskan))
    names = [sop.role_name(role) for role in kepada if any(role in one.kepada for one in copies)]
    if orang is not None and any(one.orang is not None and one.orang.account_id == orang.account_id for one in copies):
        names.append(orang.name)
    if names:
        raise AlreadyForwardedError(names=names)


def recipient_names(sop: Sop, one: Disposisi) -> tuple[str, ...]:
    person = (one.orang.name,) if one.orang else ()
    return (*(sop.role_name(role) for role in one.kepada), *person)

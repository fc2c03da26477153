"""Consultations of a run: what was asked of the superior, and the arahan that answered it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from playbooks.isian import Isian
from playbooks.run_state import Act, RunState
from playbooks.sop import JenisIsian, Sop, askers_of
from playbooks.words import signed_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Ucapan:
    """What one official said, in the form or, where it was left out, in the note."""

    langkah: int
    putaran: int
    oleh: str
    jabatan: str
    pada: datetime
    teks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Konsultasi:
    pertanyaan: Ucapan
    arahan: Ucapan | None
    """None: not answered yet."""
    kepada: tuple[str, ...]
    """Whom the arahan goes to, by their names in the SOP."""
    tembusan: tuple[str, ...]


def consultations_of(sop: Sop, state: RunState) -> tuple[Konsultasi, ...]:
    """Return them oldest first; an arahan answers the latest question before it."""
    asked: list[Konsultasi] = []
    tembusan = tuple(sop.role_name(role) for role in askers_of(sop))
    for jenis, said, kepada in _said(sop, state):
        if jenis is JenisIsian.PERTANYAAN:
            asked.append(Konsultasi(pertanyaan=said, arahan=None, kepada=(), tembusan=tembusan))
        elif asked and asked[-1].arahan is None:
            answered = asked.pop()
            asked.append(Konsultasi(pertanyaan=answered.pertanyaan, arahan=said, kepada=kepada, tembusan=tembusan))
    return tuple(asked)


def _said(sop: Sop, state: RunState) -> Iterator[tuple[JenisIsian, Ucapan, tuple[str, ...]]]:
    for one in state.passes:
        step = sop.step(one.no)
        following = sop.step(step.berikut) if step and step.berikut else None
        kepada = tuple(sop.role_name(role) for role in following.pelaksana) if following else ()
        for act in one.acts:
            for jenis in (JenisIsian.PERTANYAAN, JenisIsian.ARAHAN):
                if step is not None and step.asks(jenis, act.role):
                    yield jenis, _ucapan(one.no, one.putaran, act, jenis), kepada


def _ucapan(no: int, putaran: int, act: Act, jenis: JenisIsian) -> Ucapan:
    forms = act.isian or Isian()
    given = forms.pertanyaan if jenis is JenisIsian.PERTANYAAN else forms.arahan
    title = signed_as(act.jabatan, act.mandat)
    return Ucapan(langkah=no, putaran=putaran, oleh=act.name, jabatan=title, pada=act.at, teks=given or act.catatan)

"""The text a notification by law begins with: contact, description, chronology, impact. A draft; nothing is sent. Pure.

The content asked for: Perban BSSN 1/2024 art. 15 (contact, description, chronology, impact), UU PDP art. 46 (the data,
when and how it came out, what is done about it). What nobody has written down stays a gap in brackets for a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import Final

from ir_platform.calendar.zones import moment_words
from ir_platform.domain.alert import Alert
from ir_platform.domain.incident import Incident
from ir_platform.domain.legal_clock import LegalBasis, LegalClock
from ir_platform.domain.penerimaan import Penerimaan
from playbooks.run_state import RunState
from playbooks.sop import Sop
from playbooks.words import LEVELS

MAX_LINES: Final = 200
"""Of the chronology; the incident's own Kronologi has them all."""

_TO: Final = {
    LegalBasis.BSSN_1X24: "Kepada: TTIS sektor; tembusan: TTIS nasional (BSSN)",
    LegalBasis.PDP_3X24: "Kepada: subjek data pribadi yang terdampak dan lembaga pelindungan data pribadi",
}
_IMPACT: Final = {
    LegalBasis.BSSN_1X24: "[Diisi pejabat: layanan yang terganggu, sejak kapan, berapa pengguna, keadaan sekarang.]",
    LegalBasis.PDP_3X24: (
        "[Diisi pejabat: data pribadi yang terungkap, kapan dan bagaimana terungkap, berapa orang, "
        "serta upaya penanganan dan pemulihannya.]"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSource:
    incident: Incident
    sop: Sop
    state: RunState
    alerts: Sequence[Alert]
    penerimaan: Penerimaan
    office_name: str
    zone: tzinfo


def draft_of(clock: LegalClock, source: DraftSource) -> str:
    """Return the draft as plain text."""
    incident, zone = source.incident, source.zone
    sections = (
        (
            "PEMBERITAHUAN INSIDEN (RANCANGAN)",
            (
                f"Dasar: {clock.basis.label}",
                _TO[clock.basis],
                f"Batas pengiriman: {moment_words(clock.due, zone)}",
            ),
        ),
        (
            "1. Kontak",
            (source.office_name, f"Narahubung: {clock.rated_name}", "[Diisi pejabat: telepon dan alamat e-mail.]"),
        ),
        (
            "2. Uraian",
            (
                f"Nomor register insiden: {incident.nomor}",
                f"Perihal: {incident.judul}",
                f"Tingkat: {LEVELS[incident.level]}",
                f"Diketahui: {moment_words(clock.since, zone)}",
                f"Perangkat: {', '.join(incident.hosts) or 'tidak dicatat'}",
                f"Tempat: {source.penerimaan.lokasi or 'tidak dicatat'}",
                incident.uraian,
                f"Alasan penilaian: {clock.reason}",
            ),
        ),
        ("3. Kronologi", tuple(_chronology(source))),
        ("4. Dampak", (_IMPACT[clock.basis],)),
    )
    return "\n\n".join("\n".join((title, *lines)) for title, lines in sections) + "\n"


def _chronology(source: DraftSource) -> Iterator[str]:
    lines = sorted(_happened(source))
    for at, words in islice(lines, MAX_LINES):
        yield f"- {moment_words(at, source.zone)}: {words}"
    if len(lines) > MAX_LINES:
        yield f"- … dan {len(lines) - MAX_LINES} kejadian berikutnya, lihat kronologi insiden."


def _happened(source: DraftSource) -> Iterator[tuple[datetime, str]]:
    intake = source.penerimaan
    for at, words in (
        (intake.kejadian, "Kejadian, menurut laporan"),
        (intake.diketahui, "Diketahui, menurut laporan"),
        (intake.dilaporkan, "Dilaporkan kepada kantor"),
    ):
        if at is not None:
            yield at, words
    for alert in source.alerts:
        yield alert.first_seen, f"Terdeteksi: {alert.rule_title}"
    yield source.incident.opened_at, f"Dicatat sebagai insiden {source.incident.nomor}"
    for one in source.state.passes:
        step = source.sop.step(one.no)
        for act in one.acts:
            answer = step.answer_named(act.keputusan) if step else None
            done = step.ringkas.id if step else f"langkah {one.no}"
            yield act.at, f"{done}: {answer.label.id}" if answer else done
    if source.incident.closed_at is not None:
        yield source.incident.closed_at, "Insiden ditutup"

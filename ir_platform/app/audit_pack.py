"""The auditor's pack of a period: figures as JSON, CSV and PDF, and the chain of the period with what proves it."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import IO, Any, BinaryIO

from pydantic import BaseModel

from api.resources.audit.schemas import show_report
from api.resources.metrics.schemas import (
    GroupFiguresShown,
    IncidentFiguresShown,
    LateStepShown,
    LoopShown,
    MissingPaperShown,
    PaperFiguresShown,
    PlaybookFiguresShown,
    StepFiguresShown,
    SummaryShown,
    show_incident_figures,
    show_summary,
)
from ir_platform.app.archive import Archive, audit_place, opened_archive, signed_head
from ir_platform.app.period_words import report_values
from ir_platform.app.spreadsheet import harmless
from ir_platform.audit.custody import Handler
from ir_platform.audit.record import record
from ir_platform.audit.signing import AuditKey, AuditKeyError, published_keys
from ir_platform.audit.trail import AuditReport, AuditTrail
from ir_platform.documents.period_report import render_period_report
from ir_platform.domain.audit import AuditEntry, AuditFact
from ir_platform.domain.office import OfficeId
from ir_platform.identity.offices import named_offices
from ir_platform.ports import Calendars, Clock, State, UnitOfWork
from playbooks.cases import cases_of
from playbooks.figures import Period, Summary, summarise
from playbooks.library import Library

README = """Paket pemeriksa, masa {masa}

ringkasan.pdf            laporan untuk dibaca
ringkasan.json           semua angka
langkah.csv              kepatuhan waktu baku per langkah setiap SOP
langkah-terlambat.csv    setiap langkah yang lewat waktu, dengan alasannya
putaran.csv              pekerjaan yang dikembalikan, dan waktu yang dihabiskannya
dokumen.csv              dokumen yang dibuat, menurut jenis
dokumen-hilang.csv       keluaran langkah yang tidak ada dokumennya
insiden.csv              setiap insiden dalam masa ini
sop.csv, tingkat.csv, kantor.csv   jumlahnya menurut SOP, tingkat dan kantor
audit/hasil.json         hasil verifikasi seluruh jejak audit
audit/rantai.jsonl       tempat setiap entri jejak audit dalam masa ini, tanpa isinya
audit/titik-periksa.jsonl  akhir rantai saat paket dibuat, bertanda tangan
MANIFEST.sha256, MANIFEST.sig

Memeriksa keutuhannya: python3 verifikasi.py
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditing:
    """What a pack is made of."""

    state: State
    library: Library
    calendars: Calendars
    trail: AuditTrail
    clock: Clock
    office_name: str
    timezone: str

    def write_pack(
        self, period: Period, target: BinaryIO | IO[bytes], by: Handler, *, offices: frozenset[OfficeId] | None
    ) -> AuditReport:
        """Write the pack and note who took it; return what the verification of the whole trail found.

        Raises: OSError; then nothing is noted.
        """
        report = self.trail.verify()
        with self.state.read() as uow:
            cases = cases_of(uow, period, library=self.library, calendars=self.calendars, offices=offices)
            names = {str(one.id): one.nama for one in named_offices(uow, home=self.office_name)}
            found = summarise(cases, period)
            with opened_archive(target) as archive:
                digest = self._fill(archive, uow, found, names, report)
        self._note(period, by, digest)
        return report

    def write(self, period: Period, target: IO[bytes], by: Handler, offices: frozenset[OfficeId] | None) -> None:
        """`write_pack`, for whoever needs the pack alone."""
        self.write_pack(period, target, by, offices=offices)

    def _fill(
        self, archive: Archive, uow: UnitOfWork, found: Summary, offices: Mapping[str, str], report: AuditReport
    ) -> str:
        period, summary = found.period, show_summary(found, offices=offices)
        values = report_values(summary, report, office_name=self.office_name, timezone=self.timezone, now=period.now)
        archive.add_bytes("BACA-SAYA.txt", README.format(masa=values["masa"]).encode())
        archive.add_bytes("ringkasan.pdf", render_period_report(values, made_at=period.now))
        archive.add_json("ringkasan.json", summary.model_dump(mode="json"))
        for name, columns, rows in tables_of(found, summary, offices):
            archive.add_bytes(name, csv_of(columns, rows))
        archive.add_json("audit/hasil.json", show_report(report).model_dump(mode="json"))
        head = uow.audit.lock_head()
        places = _places(uow, period)
        archive.add_lines("audit/rantai.jsonl", (audit_place(entry, is_shown=False) for entry in places))
        key = self._key()
        if key is not None and head.seq:
            at = self.clock().astimezone(UTC).isoformat()
            archive.add_lines("audit/titik-periksa.jsonl", [signed_head(head, at, key)])
        return archive.close(key, published=tuple(published_keys(self.trail.published).values()))

    def _key(self) -> AuditKey | None:
        try:
            return self.trail.key()
        except AuditKeyError:
            return None  # the medium with the key is away: the pack says that it is not signed

    def _note(self, period: Period, by: Handler, digest: str) -> None:
        said = {
            "dari": period.begins.isoformat(),
            "sampai": period.ends.isoformat(),
            "manifest_sha256": digest,
            "cara": by.way,
        }
        fact = AuditFact(
            at=self.clock(),
            actor=by.actor,
            actor_name=by.name,
            action="audit.pack_taken",
            subject="audit",
            details=json.dumps(said, ensure_ascii=False, sort_keys=True),
        )
        with self.state.write() as uow:
            record(uow, fact)


def _places(uow: UnitOfWork, period: Period) -> Iterator[AuditEntry]:
    """Yield from the period's first entry to the trail's end, so that the chain reaches the signed head."""
    yield from uow.audit.entries(after=uow.audit.first_at(period.begins) - 1)


def tables_of(
    found: Summary, summary: SummaryShown, offices: Mapping[str, str]
) -> Iterator[tuple[str, Sequence[str], Iterator[Mapping[str, Any]]]]:
    """Yield each table's file, its columns and its rows; whatever belongs to an SOP names it in words too."""
    titles = {one.playbook_id: one.judul for one in summary.playbook}
    incidents = sorted(found.incidents, key=lambda one: (one.dibuka, one.nomor))
    tables: dict[str, tuple[type[BaseModel], Sequence[BaseModel]]] = {
        "insiden.csv": (
            IncidentFiguresShown,
            [show_incident_figures(one, titles=titles, offices=offices) for one in incidents],
        ),
        "sop.csv": (PlaybookFiguresShown, summary.playbook),
        "tingkat.csv": (GroupFiguresShown, summary.tingkat),
        "kantor.csv": (GroupFiguresShown, summary.kantor),
        "langkah.csv": (StepFiguresShown, summary.langkah),
        "langkah-terlambat.csv": (LateStepShown, summary.langkah_terlambat),
        "putaran.csv": (LoopShown, summary.putaran),
        "dokumen.csv": (PaperFiguresShown, summary.dokumen),
        "dokumen-hilang.csv": (MissingPaperShown, summary.dokumen_hilang),
    }
    for name, (kind, rows) in tables.items():
        columns = list(kind.model_fields)
        is_of_sop = "playbook_id" in columns and not {"judul", "playbook_judul"} & set(columns)
        plain = (row.model_dump(mode="json") for row in rows)
        if is_of_sop:
            columns.insert(columns.index("playbook_id") + 1, "sop")
            plain = ({**row, "sop": titles.get(row["playbook_id"], row["playbook_id"])} for row in plain)
        yield name, columns, plain


def csv_of(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the rows with a header, for a spreadsheet: UTF-8 with its mark, and no cell that it would compute."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(row[column]) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()

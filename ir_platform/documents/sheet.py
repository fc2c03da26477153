"""What the templates print: a content cut to its limits, spelled for its paper, with the words of the form added."""

from dataclasses import dataclass, replace
from datetime import datetime

from ir_platform.documents import limits
from ir_platform.documents.content import DocumentContent, EvidenceLine, FindingLine, StepLine
from ir_platform.documents.dates import instant_of
from ir_platform.documents.kind import DocumentKind
from ir_platform.documents.letter import (
    Carrying,
    DispositionForm,
    IncidentReport,
    Letter,
    carrying_of,
    disposition_of,
    incident_report_of,
    letter_of,
)
from ir_platform.documents.limits import left_out
from ir_platform.documents.writer import Spell, Writer

Row = tuple[str, str]
"""A label and what stands beside it."""

NOTHING = "–"
NOT_OF_A_STEP = "Di luar langkah"
"""Origin of evidence that was added to the incident, not to one of its steps."""
VAGUE_NAMES = frozenset({"data", "dokumen", "lapop", "laporan"})
"""Names of outputs in the SOPs that say too little to be the title of a paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    no: str
    putaran: str
    uraian: str
    pelaksana: str
    oleh: str
    jabatan: str
    pada: str
    hasil: tuple[Row, ...]
    """Never empty, because a table cell of a DOCX must not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    no: str
    nama: str
    ukuran: str
    kelengkapan: str
    asal: str
    oleh: str
    pada: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    no: str
    judul: str
    rincian: tuple[Row, ...]
    contoh: tuple[str, ...]
    sisa_contoh: str | None
    periksa: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    sections: tuple[str, ...]
    dibuat: datetime
    judul_dokumen: str
    subjudul: str
    """The SOP's own name of it, where the title is another; may be empty."""
    naskah: Letter
    instansi: str
    kantor: str
    nomor_register: str
    judul: str
    uraian: str
    identitas: tuple[Row, ...]
    disposisi: DispositionForm
    pelaksanaan: Carrying
    laporan_insiden: IncidentReport
    langkah: tuple[StepRow, ...]
    sisa_langkah: str | None
    bukti: tuple[EvidenceRow, ...]
    sisa_bukti: str | None
    temuan: tuple[FindingRow, ...]
    sisa_temuan: str | None
    catatan_kaki: tuple[str, ...]


def sheet_of(kind: DocumentKind, content: DocumentContent, *, spell: Spell) -> Sheet:
    """Return what is printed of a content; footnotes say what was cut or spelled out.

    Texts are taken in the order of their weight: hashes before steps, the attackers' sample lines last.
    """
    writer = Writer(spell)
    title, under_it = _titles(kind, content.judul_dokumen)
    sheet = Sheet(
        sections=tuple(kind.sections),
        dibuat=instant_of(content.dibuat_pada),
        judul_dokumen=writer.name(title),
        subjudul=writer.name(under_it),
        naskah=letter_of(content, writer),
        instansi=writer.name(content.instansi),
        kantor=writer.name(content.kantor),
        nomor_register=writer.name(content.nomor_register),
        judul=writer.name(content.judul),
        uraian=writer.text(content.uraian, max_chars=limits.MAX_URAIAN_CHARS) or NOTHING,
        identitas=_identity(content, writer),
        disposisi=disposition_of(content, writer),
        pelaksanaan=carrying_of(content, writer),
        laporan_insiden=incident_report_of(content, writer),
        bukti=tuple(_evidence(no, line, writer) for no, line in enumerate(content.bukti[: limits.MAX_EVIDENCE], 1)),
        sisa_bukti=left_out(len(content.bukti), limits.MAX_EVIDENCE, "bukti dukung"),
        langkah=tuple(_step(line, writer) for line in content.langkah[: limits.MAX_STEPS]),
        sisa_langkah=left_out(len(content.langkah), limits.MAX_STEPS, "langkah"),
        catatan_kaki=writer.names(content.catatan_kaki, what="catatan"),
        temuan=tuple(_finding(no, line, writer) for no, line in enumerate(content.temuan[: limits.MAX_FINDINGS], 1)),
        sisa_temuan=left_out(len(content.temuan), limits.MAX_FINDINGS, "temuan deteksi"),
    )
    return replace(sheet, catatan_kaki=(*sheet.catatan_kaki, *writer.notices()))


def _titles(kind: DocumentKind, given: str) -> tuple[str, str]:
    """Return the title and what stands under it; a name that says no more than `laporan` gives way to the kind's."""
    name = given.strip()
    if not name or name.casefold() in VAGUE_NAMES:
        return kind.judul, ""
    if kind.judul_tetap:
        return kind.judul, "" if name.casefold() == kind.judul.casefold() else name
    return name, ""


def _identity(content: DocumentContent, writer: Writer) -> tuple[Row, ...]:
    """The rows of the table under the title; what is not known (yet) has no row."""
    pembuat = ", ".join(part for part in (content.pembuat, content.jabatan_pembuat) if part)
    step = f"{content.langkah_no}, putaran {content.putaran}" if content.langkah_no else None
    rows: tuple[tuple[str, str | None], ...] = (
        ("Register insiden", content.nomor_register),
        ("Hal", content.judul),
        ("Tingkat", content.tingkat),
        ("Pelapor", content.pelapor),
        ("Dibuka", content.dibuka_pada),
        ("Ditutup", content.ditutup_pada),
        ("Hasil", content.hasil),
        ("SOP", content.sop),
        ("Langkah SOP", step),
        ("Disusun oleh", pembuat),
        ("Disusun pada", content.dibuat_pada),
    )
    return tuple((label, writer.name(value)) for label, value in rows if value)


def _step(line: StepLine, writer: Writer) -> StepRow:
    texts: tuple[tuple[str, str | None], ...] = (
        ("Keputusan", line.keputusan),
        ("Alasan", line.alasan),
        *line.isian,
        ("Catatan", line.catatan),
    )
    said = tuple((label, writer.text(text)) for label, text in texts if text and text.strip())
    given = tuple(("Kelengkapan", item) for item in writer.names(line.kelengkapan, what="kelengkapan"))
    return StepRow(
        no=str(line.no),
        putaran=str(line.putaran),
        uraian=writer.text(line.uraian),
        pelaksana=writer.name(line.pelaksana),
        oleh=writer.name(line.oleh),
        jabatan=writer.name(line.jabatan),
        pada=writer.name(line.pada),
        hasil=said + given or (("Catatan", NOTHING),),
    )


def _evidence(no: int, line: EvidenceLine, writer: Writer) -> EvidenceRow:
    return EvidenceRow(
        no=str(no),
        nama=writer.name(line.nama),
        ukuran=size_in_words(line.ukuran),
        kelengkapan=writer.name(line.kelengkapan) or NOTHING,
        asal=writer.name(f"Langkah {line.langkah}, putaran {line.putaran}") if line.langkah else NOT_OF_A_STEP,
        oleh=writer.name(line.oleh),
        pada=writer.name(line.pada),
        sha256=writer.name(line.sha256),
    )


def _finding(no: int, line: FindingLine, writer: Writer) -> FindingRow:
    rows: tuple[Row, ...] = (
        ("Tingkat", line.level),
        ("Tentang", line.tentang),
        ("Pertama", line.pertama),
        ("Terakhir", line.terakhir),
        ("Jumlah", f"{line.jumlah} kali"),
        ("Penanda", " · ".join(line.tags[: limits.MAX_LIST_ITEMS])),
    )
    return FindingRow(
        no=str(no),
        judul=writer.name(line.judul),
        rincian=tuple((label, writer.name(text)) for label, text in rows if text),
        contoh=tuple(writer.sample(sample) for sample in line.contoh[: limits.MAX_SAMPLES]),
        sisa_contoh=left_out(len(line.contoh), limits.MAX_SAMPLES, "baris contoh"),
        periksa=writer.names(line.periksa, what="saran"),
    )


def size_in_words(size_bytes: int) -> str:
    """Return `1.536 byte` below a megabyte, else `2,5 MB` (10⁶ bytes), in Indonesian figures."""
    if size_bytes < 1_000_000:
        return f"{size_bytes:,} byte".replace(",", ".")
    return f"{size_bytes / 1_000_000:,.1f} MB".translate(str.maketrans(",.", ".,"))

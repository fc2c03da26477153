"""What the templates print: a content cut to its limits, spelled for its paper, with the words of the form added."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from ir_platform.documents import limits
from ir_platform.documents.content import DocumentContent, EvidenceLine, FindingLine, StepLine
from ir_platform.documents.dates import instant_of
from ir_platform.documents.kind import DocumentKind
from ir_platform.documents.limits import cut_chars, cut_lines, left_out
from ir_platform.documents.spelling import NOTICE

Spell = Callable[[str], str]
Row = tuple[str, str]
"""A label and what stands beside it."""

NOTHING = "–"
NOT_OF_A_STEP = "Di luar langkah"
"""Origin of evidence that was added to the incident, not to one of its steps."""
BY_THE_PROGRAM = "Sistem"
"""`pembuat` of a document that was prepared without a person; its signature stays without a name."""


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
class DispositionForm:
    surat_dari: str
    diterima: str
    hal: str
    isi: str
    """What the official wrote at the step; empty lines for ink where nothing was written."""
    oleh: str
    pada: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    sections: tuple[str, ...]
    dibuat: datetime
    judul_dokumen: str
    instansi: str
    kantor: str
    nomor_register: str
    judul: str
    uraian: str
    identitas: tuple[Row, ...]
    disposisi: DispositionForm
    langkah: tuple[StepRow, ...]
    sisa_langkah: str | None
    bukti: tuple[EvidenceRow, ...]
    sisa_bukti: str | None
    temuan: tuple[FindingRow, ...]
    sisa_temuan: str | None
    penanda_tangan: str
    jabatan_penanda_tangan: str
    catatan_kaki: tuple[str, ...]


def sheet_of(kind: DocumentKind, content: DocumentContent, *, spell: Spell) -> Sheet:
    """Return what is printed of a content; footnotes say what was cut or spelled out.

    Texts are taken in the order of their weight: hashes before steps, the attackers' sample lines last.
    """
    writer = _Writer(spell)
    by_person = content.pembuat != BY_THE_PROGRAM
    sheet = Sheet(
        sections=tuple(kind.sections),
        dibuat=instant_of(content.dibuat_pada),
        judul_dokumen=writer.name(content.judul_dokumen or kind.judul),
        instansi=writer.name(content.instansi),
        kantor=writer.name(content.kantor),
        nomor_register=writer.name(content.nomor_register),
        judul=writer.name(content.judul),
        uraian=writer.text(content.uraian, max_chars=limits.MAX_URAIAN_CHARS) or NOTHING,
        identitas=_identity(content, writer),
        disposisi=_disposition(content, writer),
        bukti=tuple(_evidence(no, line, writer) for no, line in enumerate(content.bukti[: limits.MAX_EVIDENCE], 1)),
        sisa_bukti=left_out(len(content.bukti), limits.MAX_EVIDENCE, "bukti dukung"),
        langkah=tuple(_step(line, writer) for line in content.langkah[: limits.MAX_STEPS]),
        sisa_langkah=left_out(len(content.langkah), limits.MAX_STEPS, "langkah"),
        catatan_kaki=writer.names(content.catatan_kaki, what="catatan"),
        penanda_tangan=writer.name(content.pembuat) if by_person else "",
        jabatan_penanda_tangan=writer.name(content.jabatan_pembuat) if by_person else "",
        temuan=tuple(_finding(no, line, writer) for no, line in enumerate(content.temuan[: limits.MAX_FINDINGS], 1)),
        sisa_temuan=left_out(len(content.temuan), limits.MAX_FINDINGS, "temuan deteksi"),
    )
    return replace(sheet, catatan_kaki=(*sheet.catatan_kaki, *writer.notices()))


class _Writer:
    """Spells and cuts texts, and remembers what a footnote has to say about it."""

    def __init__(self, spell: Spell) -> None:
        self._spell = spell
        self._left = limits.MAX_DOCUMENT_CHARS
        self._has_spelled = False

    def text(self, text: str, *, max_chars: int = limits.MAX_NOTE_CHARS, max_lines: int = limits.MAX_TEXT_LINES) -> str:
        """The limit holds for the spelled text, which may be eight times as long as what was given."""
        given = cut_lines(cut_chars(text, max_chars=max_chars), max_lines=max_lines)
        spelled = self._spell(given)
        self._has_spelled = self._has_spelled or spelled.count("[U+") > given.count("[U+")
        shown = cut_chars(spelled, max_chars=min(max_chars + len(limits.CUT_MARK), self._left))
        self._left = max(0, self._left - len(shown))
        return shown

    def notices(self) -> tuple[str, ...]:
        cut = (limits.DOCUMENT_CUT,) if self._left == 0 else ()
        return (*cut, NOTICE) if self._has_spelled else cut

    def name(self, text: str) -> str:
        return self.text(text, max_chars=limits.MAX_NAME_CHARS, max_lines=1)

    def sample(self, text: str) -> str:
        return self.text(text, max_chars=limits.MAX_SAMPLE_CHARS, max_lines=1)

    def names(self, texts: tuple[str, ...], *, what: str) -> tuple[str, ...]:
        shown = tuple(
            self.text(text, max_chars=limits.MAX_SAMPLE_CHARS, max_lines=1) for text in texts[: limits.MAX_LIST_ITEMS]
        )
        rest = left_out(len(texts), limits.MAX_LIST_ITEMS, what)
        return shown if rest is None else (*shown, rest)


def _identity(content: DocumentContent, writer: _Writer) -> tuple[Row, ...]:
    """The rows of the table under the title; what is not known (yet) has no row."""
    pembuat = ", ".join(part for part in (content.pembuat, content.jabatan_pembuat) if part)
    rows: tuple[tuple[str, str | None], ...] = (
        ("Hal", content.judul),
        ("Tingkat", content.tingkat),
        ("Pelapor", content.pelapor),
        ("Dibuka", content.dibuka_pada),
        ("Ditutup", content.ditutup_pada),
        ("Hasil", content.hasil),
        ("SOP", content.sop),
        ("Langkah SOP", f"{content.langkah_no}, putaran {content.putaran}"),
        ("Disusun oleh", pembuat),
        ("Disusun pada", content.dibuat_pada),
    )
    return tuple((label, writer.name(value)) for label, value in rows if value)


def _disposition(content: DocumentContent, writer: _Writer) -> DispositionForm:
    step = _own_step(content)
    return DispositionForm(
        surat_dari=writer.name(content.pelapor) or NOTHING,
        diterima=writer.name(content.dibuka_pada) or NOTHING,
        hal=writer.name(content.judul) or NOTHING,
        isi=writer.text(step.catatan) if step and step.catatan.strip() else "\n\n\n",
        oleh=writer.name(f"{step.oleh}, {step.jabatan}") if step else NOTHING,
        pada=writer.name(step.pada) if step else NOTHING,
    )


def _own_step(content: DocumentContent) -> StepLine | None:
    """The step the document is an output of, None where it was prepared before the step was done."""
    own = (line for line in content.langkah if (line.no, line.putaran) == (content.langkah_no, content.putaran))
    return next(own, None)


def _step(line: StepLine, writer: _Writer) -> StepRow:
    texts: tuple[tuple[str, str | None], ...] = (
        ("Keputusan", line.keputusan),
        ("Alasan", line.alasan),
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


def _evidence(no: int, line: EvidenceLine, writer: _Writer) -> EvidenceRow:
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


def _finding(no: int, line: FindingLine, writer: _Writer) -> FindingRow:
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

"""The parts of a naskah dinas as printed: kop, head, parties, signatures, tembusan; empty means a line for ink."""

from dataclasses import dataclass

from ir_platform.documents import limits
from ir_platform.documents.content import DocumentContent, StepLine
from ir_platform.documents.dates import day_in_words, day_of
from ir_platform.documents.naskah import Harap, LembarDisposisi, Penanda
from ir_platform.documents.writer import Writer

BY_THE_PROGRAM = "Sistem"
"""`pembuat` of a document that was prepared without a person; its signature stays without a name."""
INCIDENT_REPORT_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Every part may be empty; `jabatan` and `nama` then are lines for ink."""

    atas_nama: str
    untuk_beliau: str
    jabatan: str
    """With `Plt.` or `Plh.` before it."""
    nama: str
    mandat: str
    pelaksana: str
    """The lane's title in the SOP, where it is another than the jabatan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A box to tick."""

    label: str
    dipilih: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionForm:
    surat_dari: str
    nomor_surat: str
    tanggal_surat: str
    diterima: str
    nomor_agenda: str
    sifat: str
    hal: str
    diteruskan_kepada: tuple[str, ...]
    harap: tuple[Option, ...]
    isi: str
    """What the official wrote; empty lines for ink where nothing was written."""
    oleh: str
    pada: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """The step the document belongs to, as it was carried out; empty where it was prepared before."""

    petugas: str
    pada: str
    catatan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    kontak: str
    dampak: str
    kronologi: tuple[tuple[str, str], ...]
    """When, and what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    nomor_dokumen: str
    """Our register number with its revision, `LGK/2026/0001` or `LGK/2026/0001 (revisi 2)`."""
    nomor: str
    """Nomor naskah."""
    klasifikasi_keamanan: str
    derajat_kecepatan: str
    lampiran: str
    kode_klasifikasi: str
    hal: str
    kepada: tuple[str, ...]
    tembusan: tuple[str, ...]
    alamat: str
    kontak: str
    tempat: str
    tanggal: str
    """Of the naskah; a line for ink until a number was given."""
    hari: str
    """Day and date in words, as a Berita Acara begins."""
    penanda_tangan: Signature
    paraf: tuple[str, ...]
    mengetahui: tuple[Signature, ...]
    pihak: tuple[Signature, ...]
    """Both parties of a Berita Acara, ours first; always two."""


def letter_of(content: DocumentContent, writer: Writer) -> Letter:
    given = content.naskah
    name = writer.name
    revision = f" (revisi {given.revisi})" if given.nomor_dokumen and given.revisi > 1 else ""
    parties = [_signature(one, writer) for one in given.pihak[:2]]
    return Letter(
        nomor_dokumen=name(f"{given.nomor_dokumen}{revision}"),
        nomor=name(given.nomor_naskah),
        klasifikasi_keamanan=name(given.klasifikasi_keamanan),
        derajat_kecepatan=name(given.derajat_kecepatan),
        lampiran=name(given.lampiran),
        kode_klasifikasi=name(given.kode_klasifikasi),
        hal=name(content.judul),
        kepada=writer.lines(given.kepada),
        tembusan=writer.lines(given.tembusan),
        alamat=name(given.alamat),
        kontak=name(given.kontak),
        tempat=name(given.tempat),
        tanggal=name(given.tanggal_naskah),
        hari=name(day_in_words(given.tanggal_naskah or day_of(content.dibuat_pada))),
        penanda_tangan=_signature(given.penanda or _maker(content), writer, given.atas_nama, given.untuk_beliau),
        paraf=writer.lines(given.paraf),
        mengetahui=tuple(_signature(one, writer) for one in given.mengetahui[:3]) or (_signature(Penanda(), writer),),
        pihak=(*parties, *[_signature(Penanda(), writer)] * (2 - len(parties))),
    )


def disposition_of(content: DocumentContent, writer: Writer) -> DispositionForm:
    form = content.disposisi or _form_of_step(content)
    chosen = frozenset(form.harap)
    return DispositionForm(
        surat_dari=writer.name(form.surat_dari or content.pelapor),
        nomor_surat=writer.name(form.nomor_surat),
        tanggal_surat=writer.name(form.tanggal_surat),
        diterima=writer.name(form.diterima_pada or content.dibuka_pada),
        nomor_agenda=writer.name(form.nomor_agenda),
        sifat=writer.name(form.sifat),
        hal=writer.name(form.hal or content.judul),
        diteruskan_kepada=writer.lines(form.diteruskan_kepada),
        harap=tuple(Option(label=one.value, dipilih=one.value in chosen) for one in Harap),
        isi=writer.text(form.catatan) if form.catatan.strip() else "\n\n\n",
        oleh=writer.name(", ".join(part for part in (form.oleh, form.jabatan) if part)),
        pada=writer.name(form.pada),
    )


def _form_of_step(content: DocumentContent) -> LembarDisposisi:
    """A step that was carried out with a note alone: the note is the disposisi."""
    step = own_step(content)
    if step is None:
        return LembarDisposisi()
    return LembarDisposisi(catatan=step.catatan, oleh=step.oleh, jabatan=step.jabatan, pada=step.pada)


def carrying_of(content: DocumentContent, writer: Writer) -> Carrying:
    step = own_step(content)
    if step is None:
        return Carrying(petugas="", pada="", catatan="")
    who = ", ".join(part for part in (step.oleh, step.jabatan) if part)
    return Carrying(petugas=writer.name(who), pada=writer.name(step.pada), catatan=writer.text(step.catatan))


def incident_report_of(content: DocumentContent, writer: Writer) -> IncidentReport:
    given = content.laporan_insiden
    if given is None:
        return IncidentReport(kontak="", dampak="", kronologi=())
    lines = given.kronologi[:INCIDENT_REPORT_LINES]
    rest = limits.left_out(len(given.kronologi), INCIDENT_REPORT_LINES, "kejadian")
    rows = tuple(
        (writer.name(line.pada), writer.text(line.kejadian, max_chars=limits.MAX_SAMPLE_CHARS)) for line in lines
    )
    return IncidentReport(
        kontak=writer.text(given.kontak),
        dampak=writer.text(given.dampak),
        kronologi=rows if rest is None else (*rows, ("", rest)),
    )


def own_step(content: DocumentContent) -> StepLine | None:
    """The step the document is an output of, None where it was prepared before the step was done."""
    own = (line for line in content.langkah if (line.no, line.putaran) == (content.langkah_no, content.putaran))
    return next(own, None)


def _maker(content: DocumentContent) -> Penanda:
    if content.pembuat == BY_THE_PROGRAM:
        return Penanda()
    return Penanda(nama=content.pembuat, jabatan=content.jabatan_pembuat)


def _signature(who: Penanda, writer: Writer, atas_nama: str = "", untuk_beliau: str = "") -> Signature:
    jabatan = " ".join(part for part in (who.kedudukan, who.jabatan) if part)
    is_other = who.pelaksana.casefold() != who.jabatan.casefold()
    return Signature(
        atas_nama=writer.name(atas_nama),
        untuk_beliau=writer.name(untuk_beliau),
        jabatan=writer.name(jabatan),
        nama=writer.name(who.nama),
        mandat=writer.name(who.mandat),
        pelaksana=writer.name(who.pelaksana) if is_other else "",
    )

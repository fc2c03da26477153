"""What stands around a document of a run: number, kop, signature, the parties of a Berita Acara; pure."""

from collections.abc import Iterator

from ir_platform.documents.content import DocumentContent
from ir_platform.documents.dates import date_words
from ir_platform.documents.naskah import KronologiLine, LaporanInsiden, Naskah, Penanda
from ir_platform.domain.position import Kedudukan, Mandate
from ir_platform.domain.stationery import Letterhead
from playbooks.commands import DocumentDue
from playbooks.paper import Dossier
from playbooks.run_state import Act, StepPass

TEMBUSAN_TTIS = "Tim Tanggap Insiden Siber (TTIS) Nasional, Badan Siber dan Sandi Negara"
"""Perban BSSN 1/2024 art. 15: a report to the sectoral TTIS goes to the national one too."""
KEDUDUKAN_WORDS = {Kedudukan.PLT: "Plt.", Kedudukan.PLH: "Plh."}
MAX_KRONOLOGI = 200


def naskah_of(dossier: Dossier, due: DocumentDue, *, author: Act | None, letterhead: Letterhead) -> Naskah:
    """Return it without a number, which is drawn when all else is there."""
    return Naskah(
        alamat=letterhead.alamat,
        kontak=letterhead.kontak,
        lambang=letterhead.lambang,
        tempat=letterhead.tempat,
        kode_klasifikasi=letterhead.kode_klasifikasi,
        penanda=penanda_of(dossier, author) if author else None,
        pihak=tuple(_parties(dossier, due)),
    )


def penanda_of(dossier: Dossier, act: Act) -> Penanda:
    """Return who acted as a signature names him: for somebody outside, the one he is recorded for."""
    if act.atas_nama is not None:
        return Penanda(nama=act.atas_nama.nama, jabatan=act.atas_nama.jabatan)
    lane = dossier.sop.lane_of_role(act.role)
    return Penanda(
        nama=act.name,
        jabatan=act.mandat.jabatan if act.mandat else act.jabatan,
        kedudukan=KEDUDUKAN_WORDS.get(act.mandat.kedudukan, "") if act.mandat else "",
        mandat=_mandate_words(act.mandat),
        pelaksana=lane.judul.id if lane else dossier.sop.role_name(act.role),
    )


def incident_report(content: DocumentContent, *, kontak: str, dampak: str) -> LaporanInsiden:
    """Return the parts of a report to the TTIS; the chronology is what the record tells, in its order."""
    found = (KronologiLine(pada=one.pertama, kejadian=f"Terdeteksi: {one.judul}") for one in content.temuan)
    opened = KronologiLine(pada=content.dibuka_pada, kejadian=f"Dicatat sebagai insiden {content.nomor_register}")
    steps = (
        KronologiLine(pada=one.pada, kejadian=": ".join(part for part in (one.uraian, one.keputusan or "") if part))
        for one in content.langkah
    )
    closed = KronologiLine(pada=content.ditutup_pada, kejadian="Insiden ditutup") if content.ditutup_pada else None
    lines = (*found, opened, *steps, *((closed,) if closed else ()))
    return LaporanInsiden(kontak=kontak, dampak=dampak, kronologi=lines[:MAX_KRONOLOGI])


def _mandate_words(mandate: Mandate | None) -> str:
    if mandate is None or not mandate.letter_number:
        return ""
    return f"Surat Perintah Nomor {mandate.letter_number} tanggal {date_words(mandate.letter_date)}"


def _parties(dossier: Dossier, due: DocumentDue) -> Iterator[Penanda]:
    """The executor of ours and the one outside who acted last in the step, ours first; nobody stands in for another."""
    one = _pass_of(dossier, due)
    acts = one.acts if one else ()
    ours = [act for act in acts if act.atas_nama is None]
    theirs = [act for act in acts if act.atas_nama is not None]
    if ours or theirs:
        yield penanda_of(dossier, ours[-1]) if ours else Penanda()
    if theirs:
        yield penanda_of(dossier, theirs[-1])


def _pass_of(dossier: Dossier, due: DocumentDue) -> StepPass | None:
    return next((one for one in dossier.state.passes if (one.no, one.putaran) == (due.no, due.putaran)), None)

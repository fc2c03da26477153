"""A lembar disposisi as its paper says it: words for its closed sets, dates and times in the office's zone. Pure."""

from datetime import date, tzinfo

from ir_platform.calendar.zones import moment_words
from ir_platform.documents.dates import date_words
from ir_platform.documents.naskah import DerajatKecepatan as PrintedDerajat
from ir_platform.documents.naskah import Harap as PrintedHarap
from ir_platform.documents.naskah import KlasifikasiKeamanan as PrintedKeamanan
from ir_platform.documents.naskah import LembarDisposisi
from ir_platform.domain.disposisi import DerajatKecepatan, Disposisi, Harap, KlasifikasiKeamanan
from playbooks.disposisi import recipient_names
from playbooks.sop import Sop

KEAMANAN = {
    KlasifikasiKeamanan.BIASA: PrintedKeamanan.BIASA,
    KlasifikasiKeamanan.TERBATAS: PrintedKeamanan.TERBATAS,
    KlasifikasiKeamanan.RAHASIA: PrintedKeamanan.RAHASIA,
    KlasifikasiKeamanan.SANGAT_RAHASIA: PrintedKeamanan.SANGAT_RAHASIA,
}
DERAJAT = {
    DerajatKecepatan.BIASA: PrintedDerajat.BIASA,
    DerajatKecepatan.SEGERA: PrintedDerajat.SEGERA,
    DerajatKecepatan.AMAT_SEGERA: PrintedDerajat.AMAT_SEGERA,
}
HARAP = {
    Harap.TANGGAPAN_DAN_SARAN: PrintedHarap.TANGGAPAN,
    Harap.PROSES_LEBIH_LANJUT: PrintedHarap.PROSES,
    Harap.KOORDINASI_DAN_KONFIRMASIKAN: PrintedHarap.KOORDINASI,
}


def printed_lembar(sop: Sop, one: Disposisi, zone: tzinfo) -> LembarDisposisi:
    sifat = [KEAMANAN[one.keamanan].value] if one.keamanan else []
    sifat += [DERAJAT[one.derajat].value] if one.derajat else []
    return LembarDisposisi(
        surat_dari=one.surat_dari,
        nomor_surat=one.nomor_surat,
        tanggal_surat=_day(one.tanggal_surat),
        diterima_pada=_day(one.diterima),
        nomor_agenda=one.nomor_agenda,
        sifat=" / ".join(sifat),
        hal=one.hal,
        diteruskan_kepada=recipient_names(sop, one),
        harap=tuple(HARAP[each].value for each in one.harap),
        catatan=one.catatan,
        oleh=one.paraf.name,
        jabatan=one.paraf.jabatan,
        pada=moment_words(one.paraf.at, zone),
    )


def _day(day: date | None) -> str:
    return date_words(day) if day else ""

"""What the auditor's report prints: the figures of a period in words of Bahasa Indonesia."""

from datetime import datetime
from typing import Any

from api.resources.metrics.schemas import (
    GroupFiguresShown,
    LateStepShown,
    LoopShown,
    PlaybookFiguresShown,
    StepFiguresShown,
    SummaryShown,
)
from ir_platform.audit.trail import AuditReport
from ir_platform.calendar.duration import in_words
from ir_platform.calendar.limits import days_words
from ir_platform.calendar.zones import moment_words, zone_of
from playbooks.words import OUTCOMES

MOST_ROWS = 400
"""Of late steps in the PDF; the CSV has them all."""
NOTHING = "–"


def report_values(
    summary: SummaryShown, report: AuditReport, *, office_name: str, timezone: str, now: datetime
) -> dict[str, Any]:
    """Return what `templates/laporan_masa.typ` draws."""
    zone = zone_of(timezone)
    late, left = summary.langkah_terlambat[:MOST_ROWS], len(summary.langkah_terlambat) - MOST_ROWS
    return {
        "judul": "Laporan Kepatuhan SOP Penanganan Gangguan",
        "kantor": office_name,
        "masa": f"{moment_words(summary.dari, zone)} sampai sebelum {moment_words(summary.sampai, zone)}",
        "dibuat": moment_words(now, zone),
        "ringkas": _headline(summary),
        "audit": {"utuh": report.ok, "kalimat": audit_sentence(report, timezone)},
        "playbook": [_playbook(one) for one in summary.playbook],
        "per_tingkat": [_group(one) for one in summary.tingkat],
        "per_kantor": [_group(one) for one in summary.kantor],
        "langkah": [
            {
                "sop": one.judul,
                "baris": [_step(step) for step in summary.langkah if step.playbook_id == one.playbook_id],
            }
            for one in summary.playbook
        ],
        "terlambat": [_late(one, timezone) for one in late],
        "terlambat_sisa": f"{MOST_ROWS} yang terlama; {left} lainnya ada di langkah-terlambat.csv." if left > 0 else "",
        "putaran": [_loop(one, timezone) for one in summary.putaran[:MOST_ROWS]],
        "dokumen": [[one.judul, str(one.dibuat), str(one.belum_ada)] for one in summary.dokumen],
        "hilang": [[one.nomor, _place(one.no, one.putaran), one.judul] for one in summary.dokumen_hilang[:MOST_ROWS]],
    }


def audit_sentence(report: AuditReport, timezone: str) -> str:
    """Return what the verification found, as one sentence."""
    if not report.ok:
        place = "" if report.first_broken is None else f" mulai entri {report.first_broken}"
        return f"rantai hash tidak utuh{place}: {report.reason}. {report.entries} entri dibaca."
    signed = "bertanda tangan" if report.is_signed else "tidak bertanda tangan"
    stamps = f", {report.stamps} cap waktu otoritas" if report.stamps else ""
    last = report.last_checkpoint
    until = f" Titik periksa terakhir: entri {last.seq}, {moment_words(last.at, zone_of(timezone))}." if last else ""
    return f"{report.entries} entri tersambung utuh, {report.checkpoints} titik periksa {signed}{stamps}.{until}"


def _headline(summary: SummaryShown) -> list[list[str]]:
    loops = days_words(summary.putaran_hari_kerja)
    return [
        ["Kepatuhan waktu baku", _percent(summary.kepatuhan), f"{summary.langkah_terlambat_jumlah} langkah terlambat"],
        ["Insiden dibuka", str(summary.dibuka), f"{summary.ditutup} ditutup, {summary.masih_terbuka} masih terbuka"],
        ["Putaran", str(summary.putaran_jumlah), f"menghabiskan {loops}"],
        ["Dokumen dibuat", str(summary.dokumen_dibuat), f"{summary.dokumen_belum_ada} belum ada"],
    ]


def _playbook(one: PlaybookFiguresShown) -> list[str]:
    measured = one.dalam_waktu_total + one.lewat_waktu_total
    return [
        one.judul,
        str(one.dibuka),
        str(one.ditutup),
        str(one.masih_terbuka),
        str(one.lewat),
        "; ".join(f"{OUTCOMES[hasil]}: {count}" for hasil, count in one.hasil.items()) or NOTHING,
        _number(one.rata_hari_kerja),
        one.waktu_total or NOTHING,
        f"{one.dalam_waktu_total} dari {measured}" if measured else NOTHING,
    ]


def _group(one: GroupFiguresShown) -> list[str]:
    counts = (one.dibuka, one.ditutup, one.masih_terbuka, one.lewat, one.putaran)
    return [one.nama, *map(str, counts), _number(one.rata_hari_kerja)]


def _step(one: StepFiguresShown) -> list[str]:
    return [
        str(one.no),
        one.uraian,
        one.batas or NOTHING,
        str(one.selesai),
        str(one.tepat_waktu),
        str(one.terlambat),
        str(one.masih_lewat),
        _percent(one.kepatuhan),
        _minutes(one.rata_menit),
        _minutes(one.median_terlambat_menit),
    ]


def _late(one: LateStepShown, timezone: str) -> list[str]:
    zone = zone_of(timezone)
    return [
        one.nomor,
        _place(one.no, one.putaran),
        one.pelaksana,
        moment_words(one.jatuh_tempo, zone),
        moment_words(one.selesai, zone) if one.selesai else "belum",
        in_words(one.terlambat_menit),
        one.alasan or NOTHING,
    ]


def _loop(one: LoopShown, timezone: str) -> list[str]:
    since = moment_words(one.sejak, zone_of(timezone))
    return [
        one.nomor,
        f"{one.dari} → {one.ke}",
        str(one.putaran),
        since,
        _number(one.hari_kerja),
        one.alasan or NOTHING,
    ]


def _place(no: int, putaran: int) -> str:
    return str(no) if putaran == 1 else f"{no} (putaran {putaran})"


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.0f} %"


def _minutes(minutes: float | None) -> str:
    return NOTHING if minutes is None else in_words(round(minutes))


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}".replace(".", ",")

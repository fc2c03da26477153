"""An SOP as plain JSON: what `irp playbook show --json` prints and the API answers."""

from dataclasses import asdict
from typing import Any

from ir_platform.calendar.duration import Waktu, in_words
from playbooks.checks.graph import graph_of, longest_forward_minutes, shortest_minutes
from playbooks.library import Playbook
from playbooks.sop import Kelengkapan, Keputusan, Langkah, Sop

_LISTS = (
    "dasar_hukum",
    "keterkaitan",
    "kualifikasi_pelaksana",
    "peralatan",
    "fasilitas_penunjang",
    "peringatan",
    "pencatatan",
    "catatan",
)


def plain_playbook(playbook: Playbook) -> dict[str, Any]:
    """Return one version of an SOP, with its number; 0 is the one that comes with the program."""
    return {**plain_sop(playbook.sop), "versi": playbook.number, "sha256": playbook.sha256}


def plain_sop(sop: Sop) -> dict[str, Any]:
    """Return the SOP with the keys of the public contract, and those that drawing it needs."""
    printed = ("unit", "nomor", "revisi", "tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif")
    return {
        "id": sop.id,
        "judul": sop.judul,
        "judul_en": sop.judul_en,
        "instansi": sop.instansi,
        "uraian": sop.uraian,
        "pengantar": sop.pengantar,
        "penanggung_jawab": sop.penanggung_jawab,
        **{name: getattr(sop, name) for name in printed},
        "disahkan_oleh": asdict(sop.disahkan_oleh) if sop.disahkan_oleh else None,
        "kanal_wajib": [one.value for one in sop.kanal_wajib],
        "waktu_total": _waktu(sop.waktu_total),
        "jumlah_waktu": _jumlah(sop),
        "pelaksana": [asdict(one) for one in sop.pelaksana],
        "eskalasi": {
            "langkah": [{"pelaksana": one.pelaksana, "atasan": list(one.atasan)} for one in sop.eskalasi.langkah],
            "total": list(sop.eskalasi.total),
        },
        "lajur": [{**asdict(one), "pelaksana": list(one.pelaksana)} for one in sop.lajur],
        "langkah": [_langkah(sop, step) for step in sop.langkah],
        **{name: list(getattr(sop, name)) for name in _LISTS},
    }


def _langkah(sop: Sop, step: Langkah) -> dict[str, Any]:
    lane = sop.lane_of(step)
    return {
        "no": step.no,
        "no_asli": step.no_asli,
        "uraian": step.uraian,
        "ringkas": asdict(step.ringkas),
        "prosedur": step.prosedur,
        "pelaksana": list(step.pelaksana),
        "lajur": lane.id if lane else None,
        "mode": step.mode.value,
        "simbol": step.simbol.value,
        "kelengkapan": [_item(item) for item in step.kelengkapan],
        "waktu": _waktu(step.waktu),
        "output": [_item(item) for item in step.output],
        "keputusan": [_keputusan(answer) for answer in step.keputusan],
        "berikut": step.berikut,
        "hasil": step.hasil.value if step.hasil else None,
        "tombol": asdict(step.tombol),
        "menunggu": asdict(step.menunggu),
        "dicatat_oleh": list(step.dicatat_oleh),
        "cara": [one.value for one in step.cara],
        "otomatis": step.otomatis,
        "waktu_asli": step.waktu_asli,
        "petunjuk": asdict(step.petunjuk) if step.petunjuk else None,
        "keterangan": step.keterangan,
        "isian": [{"jenis": one.jenis.value, "oleh": list(one.oleh)} for one in step.isian],
        "memverifikasi": list(step.memverifikasi),
    }


def _jumlah(sop: Sop) -> dict[str, Any]:
    """Return what the steps' times add up to, by the shortest way and by the longest that never goes back."""
    least, most = shortest_minutes(sop) or 0, longest_forward_minutes(sop, graph_of(sop))
    return {"min_menit": least, "max_menit": most, "min": in_words(least), "max": in_words(most)}


def _waktu(waktu: Waktu | None) -> dict[str, Any] | None:
    return {"min": waktu.min, "max": waktu.max, "satuan": waktu.satuan.value} if waktu else None


def _item(item: Kelengkapan) -> dict[str, Any]:
    return {**asdict(item), "jenis": item.jenis.value}


def _keputusan(answer: Keputusan) -> dict[str, Any]:
    return {
        **asdict(answer),
        "hasil": answer.hasil.value if answer.hasil else None,
        "dikonfirmasi_oleh": list(answer.dikonfirmasi_oleh),
        "diberitahukan": list(answer.diberitahukan),
        "sebab": [
            {"kode": cause.kode, "label": asdict(cause.label), "hasil": cause.hasil.value if cause.hasil else None}
            for cause in answer.sebab
        ],
    }

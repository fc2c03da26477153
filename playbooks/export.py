"""An SOP as plain JSON: what `irp playbook show --json` prints and the API answers."""

from dataclasses import asdict
from typing import Any

from ir_platform.calendar.duration import Waktu
from playbooks.sop import Kelengkapan, Keputusan, Langkah, Sop


def plain_sop(sop: Sop) -> dict[str, Any]:
    """Return the SOP with the keys of the public contract, and those that drawing it needs."""
    lists = ("dasar_hukum", "keterkaitan", "kualifikasi_pelaksana", "peralatan", "peringatan", "pencatatan", "catatan")
    return {
        "id": sop.id,
        "judul": sop.judul,
        "judul_en": sop.judul_en,
        "instansi": sop.instansi,
        "uraian": sop.uraian,
        "pengantar": sop.pengantar,
        "penanggung_jawab": sop.penanggung_jawab,
        "waktu_total": _waktu(sop.waktu_total),
        "pelaksana": [asdict(one) for one in sop.pelaksana],
        "lajur": [{**asdict(one), "pelaksana": list(one.pelaksana)} for one in sop.lajur],
        "langkah": [_langkah(sop, step) for step in sop.langkah],
        **{name: list(getattr(sop, name)) for name in lists},
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
    }


def _waktu(waktu: Waktu | None) -> dict[str, Any] | None:
    return {"min": waktu.min, "max": waktu.max, "satuan": waktu.satuan.value} if waktu else None


def _item(item: Kelengkapan) -> dict[str, Any]:
    return {**asdict(item), "jenis": item.jenis.value}


def _keputusan(answer: Keputusan) -> dict[str, Any]:
    return {
        **asdict(answer),
        "hasil": answer.hasil.value if answer.hasil else None,
        "sebab": [
            {"kode": cause.kode, "label": asdict(cause.label), "hasil": cause.hasil.value if cause.hasil else None}
            for cause in answer.sebab
        ],
    }

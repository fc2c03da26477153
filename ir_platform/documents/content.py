"""What a document says: everything its templates need, frozen as JSON when the step was accepted."""

import json
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from pydantic import TypeAdapter

from ir_platform.documents.naskah import LaporanInsiden, LembarDisposisi, Naskah


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One carried-out step; times are already words in the office's zone (`21 November 2026 pukul 14.05 WITA`)."""

    no: int
    uraian: str
    pelaksana: str
    """The lane's title in the SOP."""
    oleh: str
    jabatan: str
    pada: str
    putaran: int
    keputusan: str | None = None
    """The answer in words, `Belum tuntas – ulangi langkah 7`."""
    alasan: str | None = None
    catatan: str = ""
    kelengkapan: tuple[str, ...] = ()
    """Each item with what satisfied it, `NOC: tangkapan.pcap` or `NOC: nihil (alasan)`."""
    isian: tuple[tuple[str, str], ...] = ()
    """What was filled in besides the note: its name (`Pertanyaan`, `Pihak terkait`) and the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    nama: str
    sha256: str
    ukuran: int
    """Bytes."""
    kelengkapan: str
    langkah: str
    putaran: str
    oleh: str
    pada: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A detection (temuan deteksi) that belongs to the incident."""

    judul: str
    level: str
    pertama: str
    terakhir: str
    jumlah: int
    tentang: str
    """`source.ip 203.0.113.9 · host.name web-1`."""
    tags: tuple[str, ...] = ()
    contoh: tuple[str, ...] = ()
    """Original lines, at most 10, each at most 500 characters. Hostile text."""
    periksa: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentContent:
    judul_dokumen: str
    instansi: str
    kantor: str
    nomor_register: str
    judul: str
    uraian: str
    tingkat: str
    """In words: Informasi, Rendah, Sedang, Tinggi, Kritis."""
    pelapor: str
    dibuka_pada: str
    ditutup_pada: str | None = None
    hasil: str | None = None
    """In words: Tuntas, Diselesaikan lebih awal, Bukan gangguan, …"""
    sop: str
    langkah_no: int
    putaran: int
    dibuat_pada: str
    pembuat: str
    """Who carried out the step the document belongs to, `Sistem` for the prepared Dokumen Informasi Gangguan."""
    jabatan_pembuat: str = ""
    langkah: tuple[StepLine, ...] = ()
    """In the order in which they were carried out, every putaran."""
    bukti: tuple[EvidenceLine, ...] = ()
    temuan: tuple[FindingLine, ...] = ()
    catatan_kaki: tuple[str, ...] = ()
    naskah: Naskah = field(default_factory=Naskah)
    disposisi: LembarDisposisi | None = None
    """None: no form was filled in; what the step says stands in its place."""
    laporan_insiden: LaporanInsiden | None = None

    def to_json(self) -> str:
        return json.dumps(self, default=_parts_of, ensure_ascii=False, sort_keys=True)


def _parts_of(part: object) -> dict[str, object]:
    """Return the fields of a part; `asdict` would first copy everything below it, which took longer than writing it.

    Raises: TypeError for what is no part.
    """
    if not is_dataclass(part) or isinstance(part, type):
        raise TypeError(f"not a part of a document: {type(part).__name__}")
    return {one.name: getattr(part, one.name) for one in fields(part)}


_ADAPTER = TypeAdapter(DocumentContent)


def content_from_json(text: str) -> DocumentContent:
    """Return what `DocumentContent.to_json` wrote, also in a version of the program that knew fewer parts.

    Raises: pydantic.ValidationError for anything else.
    """
    raw: dict[str, Any] = json.loads(text)
    return _ADAPTER.validate_python(raw)

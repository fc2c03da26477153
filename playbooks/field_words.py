"""What the fields of an SOP are called when a person reads about them: differences, and the places of mistakes."""

from typing import Final

from playbooks.source import Place

FIELD_WORDS: Final = {
    # head
    "id": "Kode",
    "judul": "Judul",
    "judul_en": "Judul (Inggris)",
    "instansi": "Instansi",
    "unit": "Unit",
    "nomor": "Nomor SOP",
    "revisi": "Revisi",
    "tanggal_pembuatan": "Tanggal pembuatan",
    "tanggal_revisi": "Tanggal revisi",
    "tanggal_efektif": "Tanggal efektif",
    "disahkan_oleh": "Disahkan oleh",
    "uraian": "Uraian",
    "pengantar": "Pengantar",
    "penanggung_jawab": "Penanggung jawab",
    "dasar_hukum": "Dasar hukum",
    "keterkaitan": "Keterkaitan",
    "kualifikasi_pelaksana": "Kualifikasi pelaksana",
    "peralatan": "Peralatan/perlengkapan",
    "fasilitas_penunjang": "Fasilitas penunjang",
    "peringatan": "Peringatan",
    "pencatatan": "Pencatatan dan pendataan",
    "waktu_total": "Waktu total",
    "eskalasi": "Eskalasi",
    "atasan": "Atasan",
    "total": "Bila waktu total lewat",
    "oleh": "Oleh",
    "pelaksana": "Pelaksana",
    "lajur": "Lajur",
    "langkah": "Langkah",
    "catatan": "Catatan",
    # people
    "nama": "Nama",
    "jabatan": "Jabatan",
    "luar": "Pihak luar",
    # step
    "no": "Nomor urut",
    "no_asli": "Nomor tercetak",
    "ringkas": "Ringkasan",
    "prosedur": "Prosedur",
    "mode": "Cara pelaksanaan",
    "simbol": "Simbol",
    "kelengkapan": "Kelengkapan",
    "waktu": "Waktu",
    "waktu_asli": "Waktu tercetak",
    "output": "Output",
    "keputusan": "Keputusan",
    "berikut": "Langkah berikutnya",
    "hasil": "Hasil akhir",
    "tombol": "Teks tombol",
    "menunggu": "Teks antrean",
    "dicatat_oleh": "Dicatat oleh",
    "cara": "Cara penyampaian",
    "otomatis": "Otomatis",
    "petunjuk": "Petunjuk",
    "keterangan": "Keterangan",
    "memverifikasi": "Memverifikasi langkah",
    "isian": "Formulir",
    "kanal_wajib": "Kanal laporan yang wajib",
    # item
    "jenis": "Jenis",
    "dokumen": "Jenis dokumen",
    "disiapkan": "Disiapkan program",
    "bukti_setiap_putaran": "Bukti setiap putaran",
    "boleh_nihil": "Boleh nihil",
    "dilampirkan": "Dilampirkan",
    "dibuat": "Dibuat pada langkah ini",
    # answer
    "jawaban": "Jawaban",
    "label": "Label",
    "ke": "Menuju langkah",
    "alasan_wajib": "Alasan wajib",
    "sebab": "Sebab",
    "kode": "Kode",
    "hanya_bila_kembali": "Hanya bila kembali",
    "adalah_putaran": "Putaran",
    "hasil_dari_sebab": "Hasil dari sebab langkah",
    "hanya_setelah_uji": "Hanya setelah uji",
    "catatan_wajib": "Catatan wajib",
    "dikonfirmasi_oleh": "Dikonfirmasi oleh",
    "diberitahukan": "Diberitahukan kepada",
    # time and language
    "min": "paling singkat",
    "max": "paling lama",
    "satuan": "satuan",
    "en": "Inggris",
}


def field_words(name: str) -> str:
    """Return what the field is called; a name that is none of ours as it stands."""
    return FIELD_WORDS.get(name, name.replace("_", " "))


def place_words(place: Place) -> str:
    """Return `Langkah 4 › Waktu › paling singkat`; positions in lists are counted from 1. Empty for the whole."""
    parts: list[str] = []
    for part in place:
        if isinstance(part, int) and parts:
            parts[-1] = f"{parts[-1]} {part + 1}"
        elif part == "id" and parts:
            # `id` is a code where a role has one, and Bahasa Indonesia where a text has two languages.
            parts.append("Kode" if place[0] in ("pelaksana", "lajur") and len(place) == _OWN_ID else "Indonesia")
        else:
            parts.append(field_words(str(part)))
    return " › ".join(parts)


_OWN_ID: Final = 3
"""Length of the place of an id that belongs to a role or a lane itself: list, position, `id`."""

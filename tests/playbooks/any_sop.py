"""Any SOP, for laws: every field takes any value that a playbook file may give it."""

from hypothesis import strategies as st

from ir_platform.calendar.duration import Satuan, Waktu
from ir_platform.domain.incident import Outcome
from playbooks.behalf import Cara
from playbooks.sop import (
    JenisItem,
    Kelengkapan,
    Keputusan,
    Lajur,
    Langkah,
    Mode,
    Pelaksana,
    Pengesah,
    Sebab,
    Simbol,
    Sop,
    Teks,
)

# Line separators, a byte-order mark and what looks like YAML, beside ordinary letters.
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
_ANY_TEXT = st.text(_LETTERS | st.sampled_from("\n\t:#-'\"{}[]&*!|>%@`,?\u2028\ufeff"), max_size=12)
_HARD = st.sampled_from(["no", "yes", "null", "~", "true", "12", "-1", "0x1f", "1e3", "2018-10-08", "- a", "a: b", "#"])
texts = _ANY_TEXT | _HARD
words = texts.map(str.strip).filter(bool)
ids = st.from_regex(r"[a-z][a-z0-9_]{1,6}", fullmatch=True)
days = st.sampled_from([None, "2018", "2017-10", "2018-10-08"])
step_numbers = st.integers(1, 200)
flags = st.booleans()
outcomes = st.none() | st.sampled_from(Outcome)


def some(one: st.SearchStrategy[object], *, least: int = 0) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, min_size=least, max_size=2).map(tuple)


both = st.builds(Teks, id=words, en=words)
waktu = st.tuples(st.integers(1, 1_000), st.integers(1, 1_000), st.sampled_from(Satuan)).map(
    lambda given: Waktu(min=min(given[:2]), max=max(given[:2]), satuan=given[2])
)
items = st.builds(
    Kelengkapan,
    nama=words,
    jenis=st.sampled_from(JenisItem),
    dokumen=st.none() | ids,
    disiapkan=flags,
    bukti_setiap_putaran=flags,
    boleh_nihil=flags,
    dilampirkan=flags,
    dibuat=flags,
)
causes = st.builds(Sebab, kode=ids, label=both, hasil=outcomes)
answers = st.builds(
    Keputusan,
    jawaban=ids,
    label=both,
    ke=st.none() | step_numbers,
    alasan_wajib=flags,
    sebab=some(causes),
    hanya_bila_kembali=flags,
    adalah_putaran=flags,
    hasil=outcomes,
    hasil_dari_sebab=st.none() | step_numbers,
    hanya_setelah_uji=flags,
    catatan_wajib=flags,
    dikonfirmasi_oleh=some(ids),
    petunjuk=st.none() | both,
)
steps = st.builds(
    Langkah,
    no=step_numbers,
    no_asli=words,
    uraian=words,
    ringkas=both,
    prosedur=texts,
    pelaksana=some(ids, least=1),
    mode=st.sampled_from(Mode),
    simbol=st.sampled_from(Simbol),
    kelengkapan=some(items),
    waktu=st.none() | waktu,
    output=some(items),
    keputusan=some(answers),
    berikut=st.none() | step_numbers,
    hasil=outcomes,
    tombol=both,
    menunggu=both,
    dicatat_oleh=some(ids),
    cara=some(st.sampled_from(Cara)),
    otomatis=flags,
    memverifikasi=some(step_numbers),
    waktu_asli=st.none() | words,
    petunjuk=st.none() | both,
    keterangan=texts,
)
sops = st.builds(
    Sop,
    id=st.from_regex(r"[a-z][a-z0-9-]{1,8}", fullmatch=True),
    judul=words,
    judul_en=words,
    instansi=words,
    uraian=words,
    pengantar=texts,
    penanggung_jawab=texts,
    dasar_hukum=some(words),
    keterkaitan=some(words),
    kualifikasi_pelaksana=some(words),
    peralatan=some(words),
    peringatan=some(words),
    pencatatan=some(words),
    waktu_total=st.none() | waktu,
    pelaksana=some(st.builds(Pelaksana, id=ids, nama=words, luar=flags), least=1),
    lajur=some(st.builds(Lajur, id=ids, judul=both, pelaksana=some(ids, least=1)), least=1),
    langkah=some(steps, least=1),
    catatan=some(words),
    unit=texts,
    nomor=st.none() | words,
    revisi=st.none() | words,
    tanggal_pembuatan=days,
    tanggal_revisi=days,
    tanggal_efektif=days,
    disahkan_oleh=st.none() | st.builds(Pengesah, nama=words, jabatan=words),
    fasilitas_penunjang=some(words),
)

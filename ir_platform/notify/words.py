"""What a notice says, in both languages; pure. Only the number and the step stand in it, never the content."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ir_platform.domain.notice import Notice, NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    id: str
    en: str


SENTENCES: Mapping[NoticeKind, Sentence] = {
    NoticeKind.REMINDER_BEFORE: Sentence(
        id="{nomor}: batas waktu langkah {langkah} tinggal {sisa}.",
        en="{nomor}: step {langkah} is due in {sisa}.",
    ),
    NoticeKind.DUE: Sentence(
        id="{nomor}: langkah {langkah} mencapai batas waktu baku.",
        en="{nomor}: step {langkah} has reached its time limit.",
    ),
    NoticeKind.OVERDUE: Sentence(
        id="{nomor}: langkah {langkah} masih melewati waktu baku, {lewat}.",
        en="{nomor}: step {langkah} is still past its time limit, by {lewat}.",
    ),
    NoticeKind.OVERDUE_SUPERIOR: Sentence(
        id="{nomor}: langkah {langkah} ({pelaksana}) melewati waktu baku, {lewat}.",
        en="{nomor}: step {langkah} ({pelaksana}) is past its time limit, by {lewat}.",
    ),
    NoticeKind.TOTAL_BEFORE: Sentence(
        id="{nomor}: waktu total SOP tinggal {sisa}.",
        en="{nomor}: the SOP's total time ends in {sisa}.",
    ),
    NoticeKind.TOTAL_DUE: Sentence(
        id="{nomor}: waktu total SOP telah habis.",
        en="{nomor}: the SOP's total time is used up.",
    ),
    NoticeKind.TOTAL_OVERDUE: Sentence(
        id="{nomor}: waktu total SOP masih terlampaui, {lewat}.",
        en="{nomor}: still past the SOP's total time, by {lewat}.",
    ),
    NoticeKind.LEGAL_BEFORE: Sentence(
        id="{nomor}: batas pemberitahuan {dasar} tinggal {sisa}.",
        en="{nomor}: the notification under {dasar} is due in {sisa}.",
    ),
    NoticeKind.LEGAL_DUE: Sentence(
        id="{nomor}: batas pemberitahuan {dasar} telah tiba.",
        en="{nomor}: the notification under {dasar} is due now.",
    ),
    NoticeKind.LEGAL_OVERDUE: Sentence(
        id="{nomor}: pemberitahuan {dasar} belum dicatat terkirim, lewat {lewat}.",
        en="{nomor}: no notification under {dasar} is recorded as sent, {lewat} late.",
    ),
    NoticeKind.CLOSED_EARLY: Sentence(
        id="{nomor}: insiden ditutup lebih awal, pada langkah {langkah}.",
        en="{nomor}: the incident was closed early, at step {langkah}.",
    ),
    NoticeKind.REOPEN_PROPOSED: Sentence(
        id="{nomor}: temuan muncul lagi setelah insiden ditutup; periksa apakah perlu dibuka kembali.",
        en="{nomor}: a finding fired again after closing; decide whether to re-open the incident.",
    ),
    NoticeKind.DISPOSISI_RECEIVED: Sentence(
        id="{nomor}: Anda menerima disposisi.",
        en="{nomor}: a disposition was forwarded to you.",
    ),
    NoticeKind.ADVICE_ASKED: Sentence(
        id="{nomor}: konsultasi pada langkah {langkah} menunggu arahan.",
        en="{nomor}: a consultation at step {langkah} waits for your direction.",
    ),
    NoticeKind.ADVICE_GIVEN: Sentence(
        id="{nomor}: arahan pada langkah {langkah} telah diberikan.",
        en="{nomor}: a direction was given at step {langkah}.",
    ),
    NoticeKind.RULE_MUTED: Sentence(
        id="Aturan deteksi “{aturan}” diredam: lebih dari {batas} temuan dalam satu jam. Temuannya tetap dihitung.",
        en="Detection rule “{aturan}” was muted: more than {batas} findings within an hour. They are still counted.",
    ),
}


_UNITS = {"hari": "d", "jam": "h", "menit": "min"}


def sentence_of(notice: Notice) -> Sentence:
    """Return the notice in words; a fact that it does not carry shows as a dash."""
    words = SENTENCES[notice.kind]
    facts = defaultdict(lambda: "–", notice.facts)
    return Sentence(id=words.id.format_map(facts), en=words.en.format_map(_in_english(facts)))


def _in_english(facts: Mapping[str, str]) -> Mapping[str, str]:
    """Spans of time are facts in Indonesian, `1 hari 4 jam`."""
    spans = {name: re.sub("|".join(_UNITS), lambda unit: _UNITS[unit[0]], facts[name]) for name in ("sisa", "lewat")}
    return defaultdict(lambda: "–", {**facts, **spans})

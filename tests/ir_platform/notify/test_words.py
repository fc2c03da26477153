"""What notices say."""

import string

import pytest

from ir_platform.domain.notice import Notice, NoticeId, NoticeKind
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.notify.words import SENTENCES, sentence_of
from tests.support.builders import NOON

FACTS_THAT_MAY_LEAVE_THE_PAGE = {"nomor", "langkah", "sisa", "lewat", "pelaksana", "dasar", "aturan", "batas"}
ABOUT_NO_INCIDENT = {NoticeKind.RULE_MUTED}


def a_notice(kind: NoticeKind, **facts: str) -> Notice:
    return Notice(
        id=NoticeId("n"), key="n", office_id=HOME_OFFICE, kind=kind, at=NOON, roles=("x",), facts=tuple(facts.items())
    )


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_sentence_without_content_of_the_incident(kind: NoticeKind) -> None:
    words = SENTENCES[kind]

    names = {name for text in (words.id, words.en) for _, name, _, _ in string.Formatter().parse(text) if name}

    assert names <= FACTS_THAT_MAY_LEAVE_THE_PAGE
    assert ("nomor" in names) is (kind not in ABOUT_NO_INCIDENT)


def test_the_number_step_and_time_left_stand_in_both_languages() -> None:
    notice = a_notice(NoticeKind.REMINDER_BEFORE, nomor="INS/2026/0001", langkah="4", sisa="1 hari 4 jam")

    sentence = sentence_of(notice)

    assert sentence.id == "INS/2026/0001: batas waktu langkah 4 tinggal 1 hari 4 jam."
    assert sentence.en == "INS/2026/0001: step 4 is due in 1 d 4 h."


def test_a_fact_that_is_missing_or_looks_like_a_format_does_no_harm() -> None:
    notice = a_notice(NoticeKind.OVERDUE_SUPERIOR, nomor="{langkah.__class__}", pelaksana="%s{0}")

    sentence = sentence_of(notice)

    assert sentence.id == "{langkah.__class__}: langkah – (%s{0}) melewati waktu baku, –."

"""Shapes of what a person is told."""

from datetime import datetime

from pydantic import BaseModel

from api.pagination import Items
from ir_platform.domain.notice import ReadNotice
from ir_platform.notify.words import sentence_of


class NoticeShown(BaseModel):
    id: str
    kind: str
    kalimat: str
    kalimat_en: str
    incident_id: str | None
    at: datetime
    dibaca: bool


class NoticesShown(Items[NoticeShown]):
    belum_dibaca: int
    """Of the last two months, counted up to 100."""


def show_notice(one: ReadNotice) -> NoticeShown:
    sentence = sentence_of(one.notice)
    return NoticeShown(
        id=one.notice.id,
        kind=one.notice.kind.value,
        kalimat=sentence.id,
        kalimat_en=sentence.en,
        incident_id=one.notice.incident_id,
        at=one.notice.at,
        dibaca=one.read_at is not None,
    )

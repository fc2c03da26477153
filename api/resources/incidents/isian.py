"""The form of a step as it is sent: what is filled in besides the note; empty where the step asks for none of it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.text import Line, Text
from playbooks.isian import Isian, Tindakan

AlertId = Annotated[Line, Field(min_length=1, max_length=100)]


class TindakanBody(BaseModel):
    """What was done about one finding."""

    model_config = ConfigDict(from_attributes=True)

    temuan: AlertId
    uraian: Annotated[Text, Field(min_length=1, max_length=5_000)]


class IsianBody(BaseModel):
    tindakan: list[TindakanBody] = Field(default_factory=list, max_length=200)
    temuan_terbuka: list[AlertId] = Field(default_factory=list, max_length=200)
    """Findings that stay open; none named: all of them."""


def isian_of(body: IsianBody | None) -> Isian | None:
    """Return what was filled in; None where nothing was."""
    if body is None:
        return None
    given = Isian(
        tindakan=tuple(Tindakan(temuan=one.temuan, uraian=one.uraian.strip()) for one in body.tindakan),
        temuan_terbuka=tuple(dict.fromkeys(body.temuan_terbuka)),
    )
    return given if given != Isian() else None

"""The state of one PlaybookRun: every activation of every step in order, and its saved form with upgrades."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter

from ir_platform.domain.incident import Outcome
from ir_platform.domain.person import AccountId
from ir_platform.domain.position import Mandate
from playbooks.behalf import AtasNama, Cara
from playbooks.errors import UnknownStateVersionError
from playbooks.isian import Isian, isian_from_plain, isian_to_plain

SCHEMA_VERSION: Final = 3
_MANDATE: Final = TypeAdapter[Mandate | None](Mandate | None)


def _to_version_2(body: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knows acts recorded for somebody outside; before, everybody acted for himself."""
    passes = [{**one, "acts": [{**act, "atas_nama": None} for act in one["acts"]]} for one in body["passes"]]
    return {**body, "schema_version": 2, "passes": passes}


def _to_version_3(body: dict[str, Any]) -> dict[str, Any]:
    """Version 3 knows forms, notes of a step that stays active, and acts in somebody's place; before, there was only
    the note and one's own jabatan.
    """
    new = {"isian": None, "mandat": None}
    passes = [{**one, "notes": [], "acts": [{**act, **new} for act in one["acts"]]} for one in body["passes"]]
    return {**body, "schema_version": 3, "passes": passes}


UPGRADES: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _to_version_2, 2: _to_version_3}
"""From that version to the next, one function per version; version 1 is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One executor's accepted action in a step, with name and jabatan as they were then."""

    role: str
    account_id: AccountId
    name: str
    jabatan: str
    at: datetime
    keputusan: str | None = None
    alasan: str | None = None
    sebab: str | None = None
    catatan: str = ""
    lampiran: tuple[str, ...] = ()
    """Evidence ids."""
    nihil: tuple[tuple[str, str], ...] = ()
    """Item with the reason why there is none."""
    atas_nama: AtasNama | None = None
    """The outside executor (whose role `role` is) for whom the account recorded it; None: the account acted."""
    isian: Isian | None = None
    mandat: Mandate | None = None
    """In whose place the account acted; None: by its own jabatan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNote:
    """What an executor said about a step that stays active."""

    role: str
    account_id: AccountId
    name: str
    jabatan: str
    at: datetime
    catatan: str


_NOTES: Final = TypeAdapter[tuple[StepNote, ...]](tuple[StepNote, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPass:
    """One activation of a step: its nth putaran."""

    no: int
    putaran: int
    since: datetime
    acts: tuple[Act, ...] = ()
    notes: tuple[StepNote, ...] = ()
    done_at: datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """An end that did not last, and who took the run up again."""

    ended_at: datetime
    hasil: Outcome
    at: datetime
    account_id: AccountId
    name: str
    jabatan: str
    alasan: str
    temuan: tuple[str, ...]
    """Alert ids that are open again; empty: all."""
    no: int
    """The step that became active, with its putaran."""
    putaran: int


_REOPENINGS: Final = TypeAdapter(tuple[Reopening, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    started_at: datetime
    passes: tuple[StepPass, ...]
    """In the order of their activation."""
    prepared: tuple[str, ...] = ()
    """Kelengkapan that the program prepared when the incident opened."""
    foreseen: Outcome | None = None
    """How the run will end, where an earlier answer said so."""
    ended_at: datetime | None = None
    hasil: Outcome | None = None
    reopenings: tuple[Reopening, ...] = ()

    @property
    def active(self) -> tuple[StepPass, ...]:
        return () if self.ended_at else tuple(one for one in self.passes if not one.is_done)

    def active_pass(self, no: int) -> StepPass | None:
        return next((one for one in self.active if one.no == no), None)

    def last_pass(self, no: int) -> StepPass | None:
        """Return the latest activation of the step, done or not."""
        return next((one for one in reversed(self.passes) if one.no == no), None)

    def last_done(self, no: int) -> StepPass | None:
        return next((one for one in reversed(self.passes) if one.no == no and one.is_done), None)

    def putaran(self, no: int) -> int:
        """Return how often the step has become active."""
        return sum(one.no == no for one in self.passes)

    def comes_again(self, past: StepPass) -> bool:
        """Whether the run went back before this step after it was done, so that it will come once more."""
        later = self.passes[self.passes.index(past) + 1 :]
        return self.ended_at is None and any(one.no < past.no for one in later)

    def with_pass(self, changed: StepPass) -> "RunState":
        """Return the state with that activation in the place of the same step and putaran."""
        same = (changed.no, changed.putaran)
        return replace(self, passes=tuple(changed if (one.no, one.putaran) == same else one for one in self.passes))

    def to_json(self) -> str:
        body = {
            "schema_version": SCHEMA_VERSION,
            "started_at": _written(self.started_at),
            "passes": [_pass_to_plain(one) for one in self.passes],
            "prepared": list(self.prepared),
            "foreseen": self.foreseen,
            "ended_at": _written(self.ended_at),
            "hasil": self.hasil,
            "reopenings": _REOPENINGS.dump_python(self.reopenings, mode="json"),
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True)


def state_from_json(text: str) -> RunState:
    """Return the saved run, upgraded to this program's version. Raises: UnknownStateVersionError."""
    body: dict[str, Any] = json.loads(text)
    while (version := body.get("schema_version")) != SCHEMA_VERSION:
        if not isinstance(version, int) or version not in UPGRADES:
            raise UnknownStateVersionError(version=version)
        body = UPGRADES[version](body)
    return RunState(
        started_at=_read(body["started_at"]),
        passes=tuple(_pass_from_plain(one) for one in body["passes"]),
        prepared=tuple(body["prepared"]),
        foreseen=_outcome(body["foreseen"]),
        ended_at=_read_or_none(body["ended_at"]),
        hasil=_outcome(body["hasil"]),
        reopenings=_REOPENINGS.validate_python(body.get("reopenings", ())),
    )


def _pass_to_plain(one: StepPass) -> dict[str, Any]:
    return {
        "no": one.no,
        "putaran": one.putaran,
        "since": _written(one.since),
        "done_at": _written(one.done_at),
        "notes": _NOTES.dump_python(one.notes, mode="json"),
        "acts": [
            {
                "role": act.role,
                "account_id": act.account_id,
                "name": act.name,
                "jabatan": act.jabatan,
                "at": _written(act.at),
                "keputusan": act.keputusan,
                "alasan": act.alasan,
                "sebab": act.sebab,
                "catatan": act.catatan,
                "lampiran": list(act.lampiran),
                "nihil": [list(pair) for pair in act.nihil],
                "atas_nama": _behalf_to_plain(act.atas_nama),
                "isian": isian_to_plain(act.isian),
                "mandat": _MANDATE.dump_python(act.mandat, mode="json"),
            }
            for act in one.acts
        ],
    }


def _pass_from_plain(plain: dict[str, Any]) -> StepPass:
    return StepPass(
        no=plain["no"],
        putaran=plain["putaran"],
        since=_read(plain["since"]),
        done_at=_read_or_none(plain["done_at"]),
        notes=_NOTES.validate_python(plain["notes"]),
        acts=tuple(
            Act(
                **{
                    **act,
                    "at": _read(act["at"]),
                    "lampiran": tuple(act["lampiran"]),
                    "nihil": tuple((item, reason) for item, reason in act["nihil"]),
                    "atas_nama": _behalf_from_plain(act["atas_nama"]),
                    "isian": isian_from_plain(act["isian"]),
                    "mandat": _MANDATE.validate_python(act["mandat"]),
                }
            )
            for act in plain["acts"]
        ),
    )


def _behalf_to_plain(one: AtasNama | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"nama": one.nama, "jabatan": one.jabatan, "cara": one.cara, "waktu": _written(one.waktu)}


def _behalf_from_plain(plain: dict[str, Any] | None) -> AtasNama | None:
    if plain is None:
        return None
    return AtasNama(**{**plain, "cara": Cara(plain["cara"]), "waktu": _read(plain["waktu"])})


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _read_or_none(text: str | None) -> datetime | None:
    return _read(text) if text else None


def _outcome(text: str | None) -> Outcome | None:
    return Outcome(text) if text else None

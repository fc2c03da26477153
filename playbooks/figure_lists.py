"""The incidents behind the figures of a period, and what they come to per level and per office. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ir_platform.domain.alert import Level
from ir_platform.domain.incident import Outcome


class Figure(StrEnum):
    """A count of incidents, as the API names it; each counts what its function in `COUNTED` says."""

    DIBUKA = "dibuka"
    DITUTUP = "ditutup"
    MASIH_TERBUKA = "masih_terbuka"
    LEWAT = "lewat"
    PUTARAN = "putaran"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFigures:
    incident_id: str
    nomor: str
    judul: str
    level: Level
    playbook_id: str
    office_id: str
    dibuka: datetime
    ditutup: datetime | None
    """When it was closed, or merged into another one; None: it has not been."""
    hasil: Outcome | None
    hari_kerja: float | None
    """From opening to closing; None: not closed within the period."""
    is_opened: bool
    """Within the period; so are the next ones."""
    is_closed: bool
    is_open: bool
    """At the end of the period, or now."""
    langkah_terlambat: int
    """Finished late within the period."""
    langkah_lewat: int
    """Still active then, and past their standard time."""
    putaran: int
    """Begun within the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """What the incidents of one level or one office come to."""

    key: str
    dibuka: int
    ditutup: int
    masih_terbuka: int
    lewat: int
    putaran: int
    """Rounds, not incidents."""
    rata_hari_kerja: float | None
    """Mean from opening to closing, of those closed within the period."""


COUNTED: dict[Figure, Callable[[IncidentFigures], bool]] = {
    Figure.DIBUKA: lambda one: one.is_opened,
    Figure.DITUTUP: lambda one: one.is_closed,
    Figure.MASIH_TERBUKA: lambda one: one.is_open,
    Figure.LEWAT: lambda one: one.langkah_lewat > 0,
    Figure.PUTARAN: lambda one: one.putaran > 0,
}


def behind(
    incidents: Iterable[IncidentFigures],
    figure: Figure,
    *,
    level: Level | None = None,
    playbook_id: str | None = None,
    office_id: str | None = None,
) -> tuple[IncidentFigures, ...]:
    """Return the incidents that the figure counts, newest first; None: of any."""
    counts = COUNTED[figure]
    found = (
        one
        for one in incidents
        if counts(one)
        and level in (None, one.level)
        and playbook_id in (None, one.playbook_id)
        and office_id in (None, one.office_id)
    )
    return tuple(sorted(found, key=lambda one: (one.dibuka, one.nomor), reverse=True))


def grouped(incidents: Iterable[IncidentFigures], key_of: Callable[[IncidentFigures], str]) -> tuple[GroupFigures, ...]:
    """Return one line per key, by key."""
    groups: dict[str, list[IncidentFigures]] = {}
    for one in incidents:
        groups.setdefault(key_of(one), []).append(one)
    return tuple(_group(key, groups[key]) for key in sorted(groups))


def _group(key: str, members: list[IncidentFigures]) -> GroupFigures:
    def count(figure: Figure) -> int:
        return sum(map(COUNTED[figure], members))

    return GroupFigures(
        key=key,
        dibuka=count(Figure.DIBUKA),
        ditutup=count(Figure.DITUTUP),
        masih_terbuka=count(Figure.MASIH_TERBUKA),
        lewat=count(Figure.LEWAT),
        putaran=sum(one.putaran for one in members),
        rata_hari_kerja=mean_or_none([one.hari_kerja for one in members if one.hari_kerja is not None]),
    )


def mean_or_none(values: list[float] | list[int]) -> float | None:
    return sum(values) / len(values) if values else None

"""What is shown of senders: the named ones with what was heard of them, and those that nobody has named yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ir_platform.domain.source import RATE_SPAN, Source, SourceActivity, SourceRate
from ir_platform.ports import UnitOfWork

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
_ADDRESS: Final = "address:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    source: Source | None
    """None: nobody has given it a name."""
    address: str
    """Of a sender without a name."""
    last_seen: datetime | None
    events: int
    rejected: int
    per_minute: float
    """Over the newest two spans, the one that is being counted included."""
    last_hour: int
    last_day: int
    quiet_seconds: float

    @property
    def name(self) -> str:
        return self.source.name if self.source else self.address

    @property
    def is_silent(self) -> bool:
        """Whether it has sent nothing for longer than it may."""
        watched = self.source is not None and not self.source.disabled and self.source.silent_minutes > 0
        return watched and self.source is not None and self.quiet_seconds >= self.source.silent_minutes * 60


def figures_of(uow: UnitOfWork, *, now: datetime) -> tuple[SourceFigures, ...]:
    """Return the named senders by name, then the others by address."""
    activity = {one.key: one for one in uow.sources.activity()}
    rates: dict[str, list[SourceRate]] = {}
    for rate in uow.sources.rates(since=now - DAY):
        rates.setdefault(rate.key, []).append(rate)
    named = uow.sources.all()
    ids = {str(one.id) for one in named}
    shown = [_figures(one, "", activity.get(one.id), rates.get(one.id, []), now=now) for one in named]
    for key, heard in activity.items():
        if key not in ids and key.startswith(_ADDRESS):
            shown.append(_figures(None, key.removeprefix(_ADDRESS), heard, rates.get(key, []), now=now))
    return tuple(shown)


def _figures(
    source: Source | None, address: str, heard: SourceActivity | None, rates: Sequence[SourceRate], *, now: datetime
) -> SourceFigures:
    return SourceFigures(
        source=source,
        address=address,
        last_seen=heard.last_seen if heard else None,
        events=heard.events if heard else 0,
        rejected=heard.rejected if heard else 0,
        per_minute=_per_minute(rates, now=now),
        last_hour=sum(one.events for one in rates if one.start > now - HOUR),
        last_day=sum(one.events for one in rates),
        quiet_seconds=heard.quiet_seconds if heard else 0.0,
    )


def _per_minute(rates: Sequence[SourceRate], *, now: datetime) -> float:
    newest = [one for one in rates if now - one.start < 2 * RATE_SPAN]
    if not newest:
        return 0.0
    since = min(one.start for one in newest)
    return sum(one.events for one in newest) / max((now - since).total_seconds() / 60, 1.0)

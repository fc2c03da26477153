"""How owners share the key ranges: each an equal part, and what a dead one held goes to those that live."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from ir_platform.domain.key_range import Holding, RangeNo


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What one owner is to do now."""

    claim: tuple[RangeNo, ...]
    give_back: tuple[RangeNo, ...]


def share(holdings: Sequence[Holding], *, me: str, owners: Collection[str], now: datetime) -> Sharing:
    """`owners`: those that live, this one among them."""
    fair = -(-len(holdings) // max(len(owners), 1))
    mine = [one.range_no for one in holdings if one.owner == me and not one.is_free(now)]
    free = [one.range_no for one in holdings if one.is_free(now)]
    return Sharing(claim=tuple(free[: max(fair - len(mine), 0)]), give_back=tuple(mine[fair:]))

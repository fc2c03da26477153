"""Which key range each cause belongs to: what counts together comes to one owner, whoever found it."""

from collections.abc import Iterable
from hashlib import blake2b

from detections.hits import Group, PlacedHit
from detections.sigma.correlation import Correlation


class KeyPlaces:
    """Divides keys into `count` ranges, the same in every process that has the same rules.

    A correlation's key is its group. Correlations over one another group by different fields, so such a chain is one
    key. A rule that matches single events has their entities for a key, and a detector is one key: what it compares is
    its own affair.
    """

    def __init__(self, correlations: Iterable[Correlation], *, count: int) -> None:
        self._count = count
        self._chain_of = _chains(tuple(correlations))

    def of_hit(self, placed: PlacedHit) -> int:
        chain = self._chain_of.get(placed.correlation)
        return self._place("", chain) if chain is not None else self.of_group(placed.correlation, placed.hit.group)

    def of_group(self, rule_id: str, group: Group) -> int:
        return self._place(rule_id, *(text for pair in group for text in pair))

    def of_detector(self, name: str) -> int:
        return self._place("detector", name)

    def _place(self, *parts: str) -> int:
        digest = blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self._count


def _chains(correlations: tuple[Correlation, ...]) -> dict[str, str]:
    """Return for each correlation that rests on another, or carries one, the name of what it hangs together with."""
    known = {one.rule_id for one in correlations}
    chain_of: dict[str, str] = {}
    for one in correlations:
        linked = {one.rule_id, *known.intersection(one.sources)}
        if len(linked) == 1:
            continue
        joined = {chain_of.get(name, name) for name in linked}
        name = min(joined)
        chain_of |= dict.fromkeys(linked, name)
        chain_of |= {other: name for other, before in chain_of.items() if before in joined}
    return chain_of

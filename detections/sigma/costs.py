"""How often texts stand in events: measured shares where we have them (`mapping/witness_costs.json`), else a guess."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from detections.sigma.traces import Cost


@lru_cache(maxsize=1)
def _measured() -> Mapping[str, Mapping[str, float]]:
    text = files("detections.sigma").joinpath("mapping/witness_costs.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, float]] = json.loads(text)
    return table


@lru_cache(maxsize=64)
def shipped_cost(code: str | None) -> Cost:
    """Return the cost of texts in events of this code; a text that was never seen is the rarer the longer it is."""
    table = _measured()
    here = {text.encode(): share for text, share in {**table["any"], **table.get(code or "any", {})}.items()}

    def cost(text: bytes) -> float:
        found = here.get(text)
        return found if found is not None else 0.3 ** min(len(text), 10)

    return cost

"""`filter_path` of Elasticsearch's API: only the named parts of an answer (shippers ask for errors and statuses)."""

from typing import Any

MAX_PATTERNS = 32
MAX_DEPTH = 16


def filtered(answer: dict[str, Any], patterns: str) -> dict[str, Any]:
    """Return the parts of the answer that the patterns name (`errors,items.*.status`); all of it without any."""
    wanted = [tuple(one.split(".")[:MAX_DEPTH]) for one in patterns.split(",")[:MAX_PATTERNS] if one]
    if not wanted:
        return answer
    kept = _kept(answer, wanted)
    return kept if isinstance(kept, dict) else {}


def _kept(value: object, patterns: list[tuple[str, ...]]) -> object:
    """Return what is left of a value; None: nothing."""
    if any(not pattern for pattern in patterns):
        return value
    if isinstance(value, list):
        found = [kept for one in value if (kept := _kept(one, patterns)) is not None]
        return found or None
    if not isinstance(value, dict):
        return None
    parts = {name: _kept(inner, _after(name, patterns)) for name, inner in value.items()}
    return {name: kept for name, kept in parts.items() if kept is not None} or None


def _after(name: str, patterns: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [pattern[1:] for pattern in patterns if pattern and pattern[0] in (name, "*")]

"""What people are shown of a rule set: every rule with whose it is, whether it is on, and whether anything feeds it."""

from pathlib import Path
from typing import Any, Final

import orjson

from detections.rule import RuleInfo
from detections.selection import logsources_of, pack_of
from detections.sigma.logsource import LogSource, shipped_rows
from detections.sigma.ruleset import RuleSet
from detections.sigma.sources import feeders_of, name_of

MAX_SKIPPED_SHOWN = 500
_NOTHING: Final[dict[str, Any]] = {"version": 0, "rules": [], "skipped": [], "skipped_count": 0}


def shown_file(data_dir: Path) -> Path:
    """Return where the intake writes what it has loaded, for who shows it: the API compiles no rules."""
    return data_dir / "rules" / "in-use.json"


def read_shown(path: Path) -> dict[str, Any]:
    """Return what the intake has written; nothing where it has not run yet."""
    try:
        found: dict[str, Any] = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return _NOTHING
    return found


def shown_rules(rules: RuleSet) -> dict[str, Any]:
    """Return JSON values: `rules`, `skipped` (the first of them) and how many were skipped."""
    skipped = [{"file": one.file, "line": one.line, "reason": one.reason} for one in rules.skipped]
    left_out = {one.file for one in rules.skipped}
    usable = {rules.infos[one.index].id for one in rules.matchers} | {one.rule_id for one in rules.correlations}
    sources = logsources_of(rules)
    logsources = {rules.infos[one.index].id: _written(one.logsource) for one in rules.matchers}
    table = shipped_rows()
    fed = {one: bool(feeders_of(one, table)) for found in sources.values() for one in found}
    return {
        "rules": [
            {
                **_named(info),
                "state": _state(info, rules, usable),
                "sources": sorted(map(name_of, sources.get(info.id, ()))),
                "logsource": logsources.get(info.id, {}),
                "is_fed": all(fed[one] for one in sources.get(info.id, ())),
            }
            for info in rules.infos
            if info.id in usable or info.file not in left_out
        ],
        "skipped": skipped[:MAX_SKIPPED_SHOWN],
        "skipped_count": len(skipped),
    }


def _named(info: RuleInfo) -> dict[str, Any]:
    credit = info.credit
    return {
        "id": info.id,
        "name": info.name,
        "title": info.title,
        "level": info.level.value,
        "status": info.status,
        "tags": list(info.tags),
        "author": info.author,
        "pack": pack_of(info),
        "pack_version": credit.version if credit else "",
        "licence": credit.licence if credit else info.licence,
    }


def _written(one: LogSource) -> dict[str, str]:
    """Return a rule's logsource as an exclusion writes it; correlations have none, and no filter reaches them."""
    parts = {"product": one.product, "category": one.category, "service": one.service}
    return {name: value for name, value in parts.items() if value}


def _state(info: RuleInfo, rules: RuleSet, usable: set[str]) -> str:
    """Return `on`, `part` (asked only for the correlations that rest on it), or `off`."""
    if info.id not in usable:
        return "off"
    return "part" if info.id in rules.silent else "on"

"""Which logsources the rules of a set want, and what brings events of each in (`irp rules list --sources`)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from detections.rule import RuleInfo
from detections.sigma.logsource import LogSource, Row, shipped_rows
from detections.sigma.ruleset import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUse:
    """A logsource that rules want."""

    logsource: LogSource
    rules: int
    feeders: tuple[str, ...]
    """What brings such events in, in Bahasa Indonesia; empty: nothing, and its rules stay silent."""

    @property
    def is_fed(self) -> bool:
        return bool(self.feeders)


def source_uses(rules: RuleSet) -> tuple[SourceUse, ...]:
    """Return every wanted logsource, the most wanted first; correlations want what the rules they name want."""
    wanted = Counter(matcher.logsource for matcher in rules.matchers)
    table = shipped_rows()
    uses = [SourceUse(logsource=one, rules=count, feeders=feeders_of(one, table)) for one, count in wanted.items()]
    return tuple(sorted(uses, key=lambda use: (-use.rules, name_of(use.logsource))))


def unfed_rules(rules: RuleSet) -> tuple[RuleInfo, ...]:
    """Return the usable rules whose logsource nothing brings in."""
    return tuple(_unfed(rules))


def _unfed(rules: RuleSet) -> Iterator[RuleInfo]:
    silent = {use.logsource for use in source_uses(rules) if not use.is_fed}
    for matcher in rules.matchers:
        if matcher.logsource in silent:
            yield rules.infos[matcher.index]


def feeders_of(wanted: LogSource, table: tuple[Row, ...]) -> tuple[str, ...]:
    """Return what the table says brings events of this logsource in, each once."""
    return tuple(dict.fromkeys(row.feeder for row in table if row.feeder and row.gives.covers(wanted)))


def name_of(logsource: LogSource) -> str:
    """Return the logsource in one line: `windows process_creation`, `linux service=sshd`."""
    parts = (logsource.product, logsource.category, logsource.service and f"service={logsource.service}")
    return " ".join(part for part in parts if part) or "-"

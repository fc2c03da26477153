"""Which rules of a set the office's switches leave on; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from detections.retro import narrowed
from detections.rule import RuleInfo
from detections.sigma.logsource import LogSource
from detections.sigma.ruleset import RuleSet
from ir_platform.domain.rules import OWN_PACK, Switch, SwitchBy


def switched(rules: RuleSet, switches: Sequence[Switch]) -> RuleSet:
    """Return the rule set without what is off; what a correlation that is on rests on stays, silently."""
    if not switches:
        return rules
    sources = logsources_of(rules)
    usable = {rules.infos[one.index].id for one in rules.matchers} | {one.rule_id for one in rules.correlations}
    wanted = {info.id for info in rules.infos if info.id in usable and is_on(info, sources.get(info.id, ()), switches)}
    return rules if wanted == usable else narrowed(rules, frozenset(wanted))


def is_on(info: RuleInfo, logsources: Iterable[LogSource], switches: Sequence[Switch]) -> bool:
    """Return what the last switch that fits the rule says."""
    sources = tuple(logsources)
    return next((one.is_on for one in reversed(switches) if _fits(one, info, sources)), True)


def is_pack_on(pack: str, switches: Sequence[Switch]) -> bool:
    """Return what the last switch says that is about all rules of the pack: YARA rules know no other."""
    about_all = (one for one in reversed(switches) if one.by is SwitchBy.ALL and one.pack in ("", pack))
    return next((one.is_on for one in about_all), True)


def logsources_of(rules: RuleSet) -> Mapping[str, frozenset[LogSource]]:
    """Return each rule's logsources: its own, or for a correlation those of all it rests on."""
    found = {rules.infos[one.index].id: frozenset((one.logsource,)) for one in rules.matchers}
    for correlation in rules.correlations:  # each after those it refers to
        parts = (found.get(source, frozenset()) for source in correlation.sources)
        found[correlation.rule_id] = frozenset(one for part in parts for one in part)
    return found


def pack_of(info: RuleInfo) -> str:
    """Return the name of the rule's pack, or of our own rules."""
    return info.credit.pack if info.credit is not None else OWN_PACK


def _fits(switch: Switch, info: RuleInfo, logsources: Sequence[LogSource]) -> bool:
    value = switch.value.lower()
    goes_by: Mapping[SwitchBy, Callable[[], bool]] = {
        SwitchBy.ALL: lambda: True,
        SwitchBy.LEVEL: lambda: info.level.value == value,
        SwitchBy.STATUS: lambda: info.status == value,
        SwitchBy.TAG: lambda: any(f"{tag.lower()}.".startswith(f"{value}.") for tag in info.tags),
        SwitchBy.RULE: lambda: value in (info.id.lower(), info.name.lower()),
        SwitchBy.SOURCE: lambda: any(_is_of(logsource, value) for logsource in logsources),
    }
    return switch.pack in ("", pack_of(info)) and goes_by[switch.by]()


def _is_of(logsource: LogSource, value: str) -> bool:
    """Say whether `windows`, `sysmon`, `windows/process_creation` or `linux/sshd` names the logsource."""
    named = {one for one in (logsource.product, logsource.category, logsource.service) if one}
    parts = [part for part in value.split("/") if part]
    return bool(parts) and named.issuperset(parts)

"""What an alert says about the rule or detector that raised it."""

from dataclasses import dataclass

from ir_platform.domain.alert import Level, RuleCredit


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInfo:
    id: str
    title: str
    title_en: str = ""
    """The same in English; empty: a rule is in whatever language its author wrote."""
    name: str = ""
    """What correlations and cases may call it by."""
    level: Level
    tags: tuple[str, ...]
    look_at: tuple[str, ...] = ()
    """What a person checks next, in Bahasa Indonesia."""
    false_positives: tuple[str, ...] = ()
    playbook_id: str | None = None
    file: str = ""
    """Where it was read from; empty for a detector."""
    source: str = "sigma"
    status: str = ""
    """Sigma's: stable, test, experimental, deprecated; empty where the rule has none."""
    author: str = ""
    licence: str = ""
    """That the rule itself names; its pack may have one for all."""
    credit: RuleCredit | None = None
    """None: our own, or from no pack."""

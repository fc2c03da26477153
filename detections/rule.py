"""What an alert says about the rule or detector that raised it."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

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

    def __reduce__(self) -> tuple[Callable[..., "RuleInfo"], tuple[object, ...]]:
        # Thousands are read at each start; a dataclass with slots is slow to make from its state.
        return _rule_info, tuple([getattr(self, name) for name in _NAMES])


_NAMES = tuple(field.name for field in fields(RuleInfo))


def _rule_info(*values: Any) -> RuleInfo:  # noqa: ANN401  what `__reduce__` gave
    return RuleInfo(**dict(zip(_NAMES, values, strict=True)))

"""What a rule is made into by itself, whatever the others are: its condition compiled, and what an alert says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

from detections.rule import RuleInfo
from detections.sigma.compiled_rule import Compiled, compile_rule
from detections.sigma.fields import FieldMap
from detections.sigma.logsource import LogSource, wanted_logsource
from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.translate import tree_of
from ir_platform.domain.alert import Level

TANGGAP_FIELD = "tanggap"
"""A rule's own field: `periksa` (what to look at, a list), `playbook` (an id), and `dasar: true` for a rule that only
feeds correlations, also one that is named by a correlation with `generate: true`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRule:
    """A rule without its text."""

    info: RuleInfo
    logsource: LogSource
    compiled: Compiled | None
    """None: this engine does not carry it out."""
    refusal: str
    """Why not; empty where it does."""


def make_rule(rule: SigmaRule, conditions: Sequence[object] | None, *, file: str, fields: FieldMap) -> MadeRule:
    """Compile a rule; `conditions` as pySigma parsed them, None where they have to be parsed."""
    compiled, refusal = None, ""
    try:
        compiled = compile_rule(tree_of(rule, conditions), fields)
    except UnsupportedRuleError as error:
        refusal = error.reason
    except SigmaError as error:
        refusal = str(error.args[0]) if error.args else type(error).__name__
    logsource = wanted_logsource(rule.logsource)
    return MadeRule(info=info_of(rule, file=file), logsource=logsource, compiled=compiled, refusal=refusal)


def rule_id_of(rule: SigmaRule | SigmaCorrelationRule) -> str:
    """Return the rule's UUID; a rule without one gets one that follows from its title."""
    return str(rule.id) if rule.id is not None else str(uuid5(NAMESPACE_URL, f"sigma:{rule.title}"))


def own_field_of(rule: SigmaRule | SigmaCorrelationRule) -> Mapping[str, Any]:
    """Return what stands in TANGGAP_FIELD."""
    own = rule.custom_attributes.get(TANGGAP_FIELD)
    return own if isinstance(own, dict) else {}


def info_of(rule: SigmaRule | SigmaCorrelationRule, *, file: str) -> RuleInfo:
    own = own_field_of(rule)
    playbook = own.get("playbook")
    return RuleInfo(
        id=rule_id_of(rule),
        title=rule.title,
        name=rule.name or "",
        level=Level(str(rule.level).lower()) if rule.level is not None else Level.MEDIUM,
        tags=tuple(str(tag) for tag in rule.tags),
        look_at=_texts(own.get("periksa")),
        false_positives=tuple(str(text) for text in rule.falsepositives),
        playbook_id=str(playbook) if playbook is not None else None,
        file=file,
        status=str(rule.status).lower() if rule.status is not None else "",
        author=rule.author or "",
        licence=rule.license or "",
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()

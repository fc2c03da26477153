"""Sigma's meaning, written as plainly as it can be: the oracle that the engine is held to.

No field mapping, no wildcards but Sigma's, nothing prepared: each condition of a pySigma rule is walked anew for each
event. Slow, and it trusts `re` with every pattern.
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

Fields = Mapping[str, Any]


def plainly_matches(rule: SigmaRule, fields: Fields) -> bool:
    return any(_holds(condition.parsed, fields) for condition in rule.detection.parsed_condition)


def _holds(tree: object, fields: Fields) -> bool:
    match tree:
        case ConditionAND():
            return all(_holds(child, fields) for child in tree.args)
        case ConditionOR():
            return any(_holds(child, fields) for child in tree.args)
        case ConditionNOT():
            return not _holds(tree.args[0], fields)
        case ConditionFieldEqualsValueExpression():
            return _field_has(fields, tree.field, tree.value)
        case ConditionValueExpression():
            return any(_text_is(text, value) for text in _every(fields) for value in _inside(tree.value))
        case _:
            raise AssertionError(tree)


def _texts(fields: Fields, name: str) -> list[str]:
    return _as_texts(fields.get(name))


def _as_texts(value: object) -> list[str]:
    match value:
        case None | "":
            return []
        case bool():
            return ["true" if value else "false"]
        case list():
            return [text for one in value for text in _as_texts(one)]
        case _:
            return [str(value)]


def _every(fields: Fields) -> list[str]:
    return [text for value in fields.values() for text in _as_texts(value)]


def _inside(value: object) -> list[object]:
    """A keyword stands anywhere in a text."""
    match value:
        case SigmaExpansion():
            return [one for variant in value.values for one in _inside(variant)]
        case SigmaRegularExpression():
            return [value]
        case SigmaNumber():
            return _inside(SigmaString(str(value)))
        case SigmaString():
            anywhere = type(value)("")
            anywhere.s = (SpecialChars.WILDCARD_MULTI, *value.s, SpecialChars.WILDCARD_MULTI)
            return [anywhere]
        case _:
            raise AssertionError(value)


def _field_has(fields: Fields, name: str, value: object) -> bool:
    texts = _texts(fields, name)
    match value:
        case SigmaExpansion():
            return any(_field_has(fields, name, one) for one in value.values)
        case SigmaExists():
            return (fields.get(name) is not None) is value.exists
        case SigmaNull():
            return not texts
        case SigmaFieldReference():
            return any(_refers(text, other, value) for text in texts for other in _texts(fields, value.field))
        case SigmaString() if not value.s:
            return not texts
        case _:
            return any(_text_is(text, value) for text in texts)


def _refers(text: str, other: str, value: SigmaFieldReference) -> bool:
    text, other = text.lower(), other.lower()
    before = r".*" if value.ends_with else ""
    after = r".*" if value.starts_with else ""
    return re.fullmatch(before + re.escape(other) + after, text, re.DOTALL) is not None


def _text_is(text: str, value: object) -> bool:  # noqa: PLR0911  one line per kind of value
    match value:
        case SigmaString():
            is_cased = isinstance(value, SigmaCasedString)
            wanted = _pattern(value if is_cased else value.lower())
            return re.fullmatch(wanted, text if is_cased else text.lower(), re.DOTALL) is not None
        case SigmaTimestampPart():
            return _time_part(text, value) == value.number
        case SigmaNumber():
            return text == str(value.number) or _number(text) == value.number
        case SigmaBool():
            return text.lower() == str(value.boolean).lower()
        case SigmaRegularExpression():
            return re.search(str(value.regexp.to_plain_regex()), text, _flags(value)) is not None
        case SigmaCIDRExpression():
            return _is_in(text, value)
        case SigmaCompareExpression():
            number = _number(text)
            return number is not None and _COMPARE[value.op](number, value.number.number)
        case _:
            raise AssertionError(value)


def _pattern(value: SigmaString) -> str:
    signs = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return "".join(signs[part] if isinstance(part, SpecialChars) else re.escape(str(part)) for part in value.s)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII) else None


_COMPARE: dict[CompareOperators, Callable[[float, float], bool]] = {
    CompareOperators.LT: operator.lt,
    CompareOperators.LTE: operator.le,
    CompareOperators.GT: operator.gt,
    CompareOperators.GTE: operator.ge,
    CompareOperators.NEQ: operator.ne,
}
_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: re.IGNORECASE,
    SigmaRegularExpressionFlag.MULTILINE: re.MULTILINE,
    SigmaRegularExpressionFlag.DOTALL: re.DOTALL,
}


def _flags(value: SigmaRegularExpression) -> int:
    return sum(_FLAGS[flag] for flag in value.flags)


def _is_in(text: str, value: SigmaCIDRExpression) -> bool:
    try:
        return ip_address(text) in value.network
    except ValueError:
        return False


def _time_part(text: str, value: SigmaTimestampPart) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    name = value.timestamp_part.name.lower()
    return at.isocalendar().week if name == "week" else int(getattr(at, name))

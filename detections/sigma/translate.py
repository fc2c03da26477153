"""A condition as pySigma parsed it becomes a tree of ours; what this engine does not carry out is refused here."""

from collections.abc import Sequence

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    Placeholder,
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

from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.regex import compile_search
from detections.sigma.tree import (
    Boolean,
    Compare,
    Either,
    Empty,
    Every,
    Exists,
    InNetwork,
    Keyword,
    Not,
    Number,
    OneOfTexts,
    Parts,
    Regex,
    SameAs,
    Shape,
    Text,
    TimePart,
    Tree,
    Wild,
    shape_of,
)

_WILD = {SpecialChars.WILDCARD_MULTI: Wild.MANY, SpecialChars.WILDCARD_SINGLE: Wild.ONE}


def tree_of(rule: SigmaRule, conditions: Sequence[object] | None = None) -> Tree:
    """Return the rule's condition; of several conditions any will do. `conditions`: as parsed already.

    Raises: UnsupportedRuleError, and pySigma's SigmaError for a condition that cannot be parsed.
    """
    if conditions is None:
        conditions = [condition.parsed for condition in rule.detection.parsed_condition]
    return _either([_tree(condition) for condition in conditions])


def _tree(tree: object) -> Tree:
    match tree:
        case ConditionAND():
            return _every([_tree(child) for child in tree.args])
        case ConditionOR():
            return _either(_alternatives([_tree(child) for child in tree.args]))
        case ConditionNOT():
            return Not(_tree(tree.args[0]))
        case ConditionFieldEqualsValueExpression():
            return _field_value(tree.field, tree.value)
        case ConditionValueExpression():
            return _keyword(tree.value)
        case None:
            raise UnsupportedRuleError(reason="kondisi tidak memuat satu pun seleksi; periksa nama di `condition`")
        case other:
            raise UnsupportedRuleError(reason=f"bagian kondisi {type(other).__name__} tidak dikenal")


def _every(parts: Sequence[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _either(parts: Sequence[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _alternatives(parts: Sequence[Tree]) -> list[Tree]:
    """Return the branches of an OR; texts wanted of one field in one way become a single test of that field."""
    alike: dict[tuple[str, Shape], list[str]] = {}
    rest: list[Tree] = []
    for part in parts:
        if isinstance(part, OneOfTexts):
            alike.setdefault((part.field, part.shape), []).extend(part.literals)
        else:
            rest.append(part)
    return [OneOfTexts(name, shape, tuple(dict.fromkeys(texts))) for (name, shape), texts in alike.items()] + rest


# --- one field, one value --------------------------------------------------------------------------------------------


def _field_value(field: str, value: object) -> Tree:  # noqa: PLR0911  one line per value type
    match value:
        case SigmaString():
            return _string(field, value)
        case SigmaExpansion():
            return _either(_alternatives([_field_value(field, variant) for variant in value.values]))
        case SigmaTimestampPart():
            return TimePart(field, value.timestamp_part.name.lower(), int(value.number))
        case SigmaNumber():
            return Number(field, value.number)
        case SigmaBool():
            return Boolean(field, value.boolean)
        case SigmaNull():
            return Empty(field)
        case SigmaExists():
            return Exists(field, value.exists)
        case SigmaRegularExpression():
            return _regex(field, value)
        case SigmaCIDRExpression():
            return InNetwork(field, str(value.network))
        case SigmaCompareExpression():
            return Compare(field, value.op.name.lower(), float(value.number.number))
        case SigmaFieldReference():
            return SameAs(field, value.field, _reference_shape(value))
        case other:
            raise UnsupportedRuleError(reason=f"jenis nilai {type(other).__name__} tidak didukung")


def _string(field: str, value: SigmaString) -> Tree:
    cased = isinstance(value, SigmaCasedString)
    parts = parts_of(value, lower=not cased)
    if not parts:
        return Empty(field)
    shaped = shape_of(parts)
    if shaped is not None and not cased:
        return OneOfTexts(field, shaped[0], (shaped[1],))
    return Text(field, parts, cased)


def parts_of(value: SigmaString, *, lower: bool) -> Parts:
    """Return the string's literal runs and wildcards. Raises: UnsupportedRuleError for a placeholder left unfilled."""
    parts: list[str | Wild] = []
    for part in value.s:
        if isinstance(part, Placeholder):
            how = "beri nilainya lewat --placeholders atau --pipeline"
            raise UnsupportedRuleError(reason=f"placeholder %{part.name}% (|expand) belum diisi; {how}")
        found = _WILD[part] if isinstance(part, SpecialChars) else part.lower() if lower else part
        if found is Wild.MANY and parts and parts[-1] is Wild.MANY:
            continue
        parts.append(found)
    return tuple(part for part in parts if part != "")


def _regex(field: str | None, value: SigmaRegularExpression) -> Regex:
    if value.contains_placeholder():
        reason = "placeholder (|expand) dalam regex belum diisi; beri nilainya lewat --placeholders atau --pipeline"
        raise UnsupportedRuleError(reason=reason)
    regex = Regex(
        field=field,
        pattern=str(value.regexp.to_plain_regex()),
        ignore_case=SigmaRegularExpressionFlag.IGNORECASE in value.flags,
        multiline=SigmaRegularExpressionFlag.MULTILINE in value.flags,
        dotall=SigmaRegularExpressionFlag.DOTALL in value.flags,
    )
    # Now, so that a pattern that no engine takes keeps the rule out and not the first event that meets it.
    compile_search(regex.pattern, ignore_case=regex.ignore_case, multiline=regex.multiline, dotall=regex.dotall)
    return regex


def _reference_shape(value: SigmaFieldReference) -> Shape:
    if value.starts_with and value.ends_with:
        return Shape.INSIDE
    if value.starts_with:
        return Shape.START
    return Shape.END if value.ends_with else Shape.WHOLE


# --- keywords --------------------------------------------------------------------------------------------------------


def _keyword(value: object) -> Tree:
    """A value without a field: it is looked for inside every field of the event."""
    match value:
        case SigmaExpansion():
            return _either([_keyword(variant) for variant in value.values])
        case SigmaString():
            return _keyword_text(value)
        case SigmaNumber():
            return _keyword_text(SigmaString(str(value)))
        case SigmaRegularExpression():
            return _regex(None, value)
        case other:
            raise UnsupportedRuleError(reason=f"kata kunci berjenis {type(other).__name__} tidak didukung")


def _keyword_text(value: SigmaString) -> Keyword:
    cased = isinstance(value, SigmaCasedString)
    parts = parts_of(value, lower=not cased)
    if not any(isinstance(part, str) for part in parts):
        raise UnsupportedRuleError(reason="kata kunci tanpa isi cocok dengan semua kejadian; tulis teks yang dicari")
    anywhere: list[str | Wild] = []
    for part in (Wild.MANY, *parts, Wild.MANY):
        if part is not Wild.MANY or not anywhere or anywhere[-1] is not Wild.MANY:
            anywhere.append(part)
    return Keyword(tuple(anywhere), cased)

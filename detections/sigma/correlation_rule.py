"""A Sigma correlation rule as pySigma parses it becomes a Correlation: what to count, by which group, in which span."""

from collections.abc import Iterable, Mapping, Sequence

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaCorrelationType,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from detections.conditions import Count, DistinctValues, Sum, Together
from detections.expression import AllOf, AnyOf, AtLeast, Expression, Not, Rule, holds, sources_of
from detections.sigma.correlation import Asks, Correlation
from detections.sigma.fields import Field, FieldMap
from detections.sigma.problems import UnsupportedRuleError
from detections.verdicts import Absence, AllThrough, Measure, Measured, Operator

MAX_THRESHOLD = 10_000
MAX_SPAN_SECONDS = 400 * 86_400
MAX_SOURCES = 100
MAX_EXPRESSION_DEPTH = 20
TANGGAP_FIELD = "tanggap"
ABSENCE_FIELD = "tidak_diikuti"
"""In the rule's own field `tanggap`: the rule that has to follow within the time span (docs/correlations.md)."""

_MEASURES = {
    SigmaCorrelationType.EVENT_COUNT: Measure.COUNT,
    SigmaCorrelationType.VALUE_COUNT: Measure.DISTINCT,
    SigmaCorrelationType.TEMPORAL: Measure.SOURCES,
    SigmaCorrelationType.TEMPORAL_ORDERED: Measure.SOURCES,
    SigmaCorrelationType.VALUE_SUM: Measure.SUM,
    SigmaCorrelationType.VALUE_AVG: Measure.AVERAGE,
    SigmaCorrelationType.VALUE_MEDIAN: Measure.MEDIAN,
    SigmaCorrelationType.VALUE_PERCENTILE: Measure.PERCENTILE,
}
_COUNTS = (Measure.COUNT, Measure.DISTINCT, Measure.SOURCES)
_NUMERIC = (Measure.SUM, Measure.AVERAGE, Measure.MEDIAN, Measure.PERCENTILE)


def compile_correlation(
    rule: SigmaCorrelationRule, *, rule_id: str, ids: Mapping[int, str], fields: FieldMap
) -> Correlation:
    """Return the correlation. `ids` names each referenced rule by its object id.

    Raises: UnsupportedRuleError, with what to write instead, for what cannot be carried out or can never be met.
    """
    names = _names(rule, ids)
    sources = tuple(dict.fromkeys(names.values()))
    if not sources:
        raise UnsupportedRuleError(reason="korelasi tanpa `rules:`; sebut aturan yang dikorelasikan")
    if len(sources) > MAX_SOURCES:
        raise UnsupportedRuleError(reason=f"korelasi atas lebih dari {MAX_SOURCES} aturan; pecah menjadi beberapa")
    if rule.timespan.seconds > MAX_SPAN_SECONDS:
        raise UnsupportedRuleError(reason=f"timespan lebih dari {MAX_SPAN_SECONDS // 86_400} hari")
    measure, aliases = _MEASURES[rule.type], _aliases(rule, ids)
    return Correlation(
        rule_id=rule_id,
        sources=sources,
        span_ns=rule.timespan.seconds * 1_000_000_000,
        asks=_asks(rule, names),
        group_by={source: _group_fields(rule, source, aliases, fields) for source in sources},
        counted={source: _counted_fields(rule, measure, source, aliases, fields) for source in sources},
        is_numeric=measure in _NUMERIC,
    )


def references_of(rule: SigmaCorrelationRule) -> Sequence[SigmaRuleReference]:
    """Return the references to other rules, those that stand only in the condition too; resolved when loaded."""
    return rule.referenced_rules or rule.rules or ()


def _names(rule: SigmaCorrelationRule, ids: Mapping[int, str]) -> Mapping[str, str]:
    """Return the id of each referenced rule by the word the correlation uses for it."""
    return {reference.reference: ids[id(reference.rule)] for reference in references_of(rule)}


def _asks(rule: SigmaCorrelationRule, names: Mapping[str, str]) -> Asks:
    awaited = _awaited(rule)
    if awaited is not None:
        return _absence(rule, awaited, names)
    is_ordered = rule.type is SigmaCorrelationType.TEMPORAL_ORDERED
    if isinstance(rule.condition, SigmaExtendedCorrelationCondition):
        return _of_expression(_expression(rule.condition.parsed, names), is_ordered=is_ordered)
    sources = tuple(names[reference.reference] for reference in references_of(rule))
    return _of_comparison(rule.condition, _MEASURES[rule.type], sources, is_ordered=is_ordered)


# --- comparisons -----------------------------------------------------------------------------------------------------


def _of_comparison(
    condition: SigmaCorrelationCondition, measure: Measure, sources: tuple[str, ...], *, is_ordered: bool
) -> Asks:
    operator = Operator(condition.op.name.lower())
    limit = condition.count
    if measure in _COUNTS and not 0 <= limit <= MAX_THRESHOLD:
        raise UnsupportedRuleError(reason=f"ambang korelasi harus 0 sampai {MAX_THRESHOLD}")
    at_least = limit + 1 if operator is Operator.GT else limit
    is_reached = operator in (Operator.GT, Operator.GTE)
    match measure:
        case Measure.COUNT if is_reached:
            return Count(at_least=_positive(at_least))
        case Measure.DISTINCT if is_reached:
            return DistinctValues(at_least=_positive(at_least))
        case Measure.SUM if is_reached:
            return Sum(at_least=limit, or_equal=operator is Operator.GTE)
        case Measure.SOURCES if is_reached:
            return _together(_positive(at_least), sources, is_ordered=is_ordered)
        case Measure.SOURCES if is_ordered:
            reason = f"`temporal_ordered` dengan `{operator}` tidak berarti; pakai gte atau gt, atau jenis temporal"
            raise UnsupportedRuleError(reason=reason)
    return Measured(measure=measure, operator=operator, limit=limit, percentile=_percentile(condition, measure))


def _positive(at_least: int) -> int:
    if at_least < 1:
        raise UnsupportedRuleError(reason=f"ambang korelasi harus 1 sampai {MAX_THRESHOLD}")
    return at_least


def _percentile(condition: SigmaCorrelationCondition, measure: Measure) -> int:
    if measure is not Measure.PERCENTILE:
        return 0
    if condition.percentile is None or not 0 <= condition.percentile <= 100:
        raise UnsupportedRuleError(reason="value_percentile memerlukan `percentile:` 0 sampai 100 di `condition:`")
    return condition.percentile


def _together(at_least: int, sources: tuple[str, ...], *, is_ordered: bool) -> Together:
    if len(set(sources)) < len(sources):
        raise UnsupportedRuleError(reason="satu aturan disebut dua kali; pakai event_count untuk yang berulang")
    if at_least > len(sources):
        reason = f"`condition:` meminta {at_least} aturan, padahal hanya {len(sources)} yang disebut"
        raise UnsupportedRuleError(reason=reason)
    if at_least == len(sources):
        return Together(expression=AllOf(tuple(map(Rule, sources))), ordered=is_ordered)
    return Together(expression=AtLeast(at_least, sources), ordered=is_ordered)


# --- expressions -----------------------------------------------------------------------------------------------------


def _of_expression(expression: Expression, *, is_ordered: bool) -> Asks:
    if holds(expression, ()):
        reason = (
            "`condition:` juga terpenuhi bila tidak terjadi apa pun; sebut sedikitnya satu aturan yang harus terjadi, "
            f"atau pakai `{TANGGAP_FIELD}: {{{ABSENCE_FIELD}: …}}`"
        )
        raise UnsupportedRuleError(reason=reason)
    if all(wanted for _, wanted in sources_of(expression)):
        return Together(expression=expression, ordered=is_ordered)
    return AllThrough(expression=expression, ordered=is_ordered)


def _expression(tree: object, names: Mapping[str, str], depth: int = 0) -> Expression:
    if depth > MAX_EXPRESSION_DEPTH:
        raise UnsupportedRuleError(reason=f"`condition:` korelasi bersarang lebih dari {MAX_EXPRESSION_DEPTH} kali")
    match tree:
        case SigmaRuleReference():
            return Rule(names[tree.reference])
        case CorrelationConditionAND():
            return AllOf(_parts(tree.args, names, depth))
        case CorrelationConditionOR():
            return AnyOf(_parts(tree.args, names, depth))
        case CorrelationConditionNOT():
            return Not(_expression(tree.args[0], names, depth + 1))
        case other:
            raise UnsupportedRuleError(reason=f"bagian kondisi korelasi {type(other).__name__} tidak dikenal")


def _parts(trees: Iterable[object], names: Mapping[str, str], depth: int) -> tuple[Expression, ...]:
    return tuple(_expression(tree, names, depth + 1) for tree in trees)


# --- absence ---------------------------------------------------------------------------------------------------------


def _awaited(rule: SigmaCorrelationRule) -> str | None:
    own = rule.custom_attributes.get(TANGGAP_FIELD)
    awaited = own.get(ABSENCE_FIELD) if isinstance(own, dict) else None
    return None if awaited is None else str(awaited)


def _absence(rule: SigmaCorrelationRule, awaited: str, names: Mapping[str, str]) -> Absence:
    """Return the verdict for `A and not B`, `A or C and not B`: other tools read nearly the same from the condition."""
    if awaited not in names:
        reason = f"`{ABSENCE_FIELD}: {awaited}` menunjuk aturan yang tidak disebut dalam korelasi ini"
        raise UnsupportedRuleError(reason=reason)
    condition = rule.condition
    expected = (
        _expression(condition.parsed, names) if isinstance(condition, SigmaExtendedCorrelationCondition) else None
    )
    if expected is None or not _is_absence(expected, names[awaited]):
        reason = (
            f"`{ABSENCE_FIELD}` memerlukan jenis temporal dengan `condition: A and not {awaited}` "
            f"atau `condition: (A or C) and not {awaited}`"
        )
        raise UnsupportedRuleError(reason=reason)
    return Absence(awaited=names[awaited])


def _is_absence(expression: Expression, awaited: str) -> bool:
    match expression:
        case AllOf((begin, Not(Rule(source)))):
            begins = begin.parts if isinstance(begin, AnyOf) else (begin,)
            return source == awaited and all(isinstance(one, Rule) and one.source != awaited for one in begins)
        case _:
            return False


# --- fields ----------------------------------------------------------------------------------------------------------

_Aliases = Mapping[tuple[str, str], str]
"""The field that an alias stands for in the events of a rule, by alias and rule id."""


def _aliases(rule: SigmaCorrelationRule, ids: Mapping[int, str]) -> _Aliases:
    known: dict[str, str] = {}
    for reference in references_of(rule):
        rule_id = ids[id(reference.rule)]
        known |= {reference.reference: rule_id, rule_id: rule_id, reference.rule.name or rule_id: rule_id}
    found: dict[tuple[str, str], str] = {}
    for alias in rule.aliases:
        for reference, field in alias.mapping.items():
            if reference.reference not in known:
                reason = f"alias {alias.alias} menyebut {reference.reference}, yang tidak dirujuk korelasi ini"
                raise UnsupportedRuleError(reason=reason)
            found[alias.alias, known[reference.reference]] = str(field)
    return found


def _group_fields(
    rule: SigmaCorrelationRule, source: str, aliases: _Aliases, fields: FieldMap
) -> tuple[tuple[str, Field], ...]:
    return tuple(
        (fields.ecs_name(name), fields.field(aliases.get((name, source), name))) for name in rule.group_by or ()
    )


def _counted_fields(
    rule: SigmaCorrelationRule, measure: Measure, source: str, aliases: _Aliases, fields: FieldMap
) -> tuple[Field, ...]:
    condition = rule.condition
    if measure in (Measure.COUNT, Measure.SOURCES) or not isinstance(condition, SigmaCorrelationCondition):
        return ()
    named = condition.fieldref if isinstance(condition.fieldref, list) else [condition.fieldref]
    if measure in _NUMERIC and len(named) != 1:
        raise UnsupportedRuleError(reason=f"{rule.type.name.lower()} memerlukan tepat satu `field:`")
    return tuple(fields.field(aliases.get((str(name), source), str(name))) for name in named)

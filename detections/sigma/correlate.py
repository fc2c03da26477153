"""Sigma correlations: what matched events have to do together, by group and time, to be worth an alert."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sigma.correlations import (
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaCorrelationType,
)

from detections.sigma.fields import Field, FieldMap
from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.view import EventView
from detections.windows import (
    SUMMARY_CHARACTERS,
    Condition,
    Count,
    DistinctValues,
    Group,
    Hit,
    Together,
    Window,
    Windows,
)
from ir_platform.domain.alert import EventRef

MAX_THRESHOLD = 10_000
MAX_SPAN_SECONDS = 400 * 86_400

_SUPPORTED = "event_count, value_count, temporal, temporal_ordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation rule, ready to be fed. Rules are named by their ids."""

    rule_id: str
    sources: tuple[str, ...]
    span_ns: int
    condition: Condition
    group_by: Mapping[str, tuple[tuple[str, Field], ...]]
    """Per source: the group's names (ECS where there is one) and the field each is read from."""
    counted: tuple[Field, ...]
    """Whose values are counted distinct; empty where events are counted."""


def compile_correlation(
    rule: SigmaCorrelationRule, *, rule_id: str, ids: Mapping[int, str], fields: FieldMap
) -> Correlation:
    """Return the correlation. `ids` names each referenced rule by its object id.

    Raises: UnsupportedRuleError for what would need windows that are closed before they are judged (lt, lte, eq, neq),
    for extended conditions and for types other than those of `_SUPPORTED`.
    """
    sources = tuple(ids[id(reference.rule)] for reference in rule.rules or ())
    if not sources:
        raise UnsupportedRuleError(reason="korelasi tanpa `rules:`; sebut aturan yang dikorelasikan")
    if rule.timespan.seconds > MAX_SPAN_SECONDS:
        raise UnsupportedRuleError(reason=f"timespan lebih dari {MAX_SPAN_SECONDS // 86_400} hari")
    counted = _counted_fields(rule, fields)
    return Correlation(
        rule_id=rule_id,
        sources=sources,
        span_ns=rule.timespan.seconds * 1_000_000_000,
        condition=_condition(rule, sources),
        group_by={source: _group_fields(rule, source, ids, fields) for source in sources},
        counted=counted,
    )


def _condition(rule: SigmaCorrelationRule, sources: tuple[str, ...]) -> Condition:
    condition = rule.condition
    if not isinstance(condition, SigmaCorrelationCondition):
        raise UnsupportedRuleError(
            reason="kondisi korelasi berupa ungkapan (and/or/not) belum didukung; sebut `rules:`"
        )
    match rule.type:
        case SigmaCorrelationType.EVENT_COUNT:
            return Count(at_least=_threshold(condition))
        case SigmaCorrelationType.VALUE_COUNT:
            return DistinctValues(at_least=_threshold(condition))
        case SigmaCorrelationType.TEMPORAL | SigmaCorrelationType.TEMPORAL_ORDERED:
            if _threshold(condition) != len(sources):
                raise UnsupportedRuleError(reason="korelasi temporal memerlukan semua aturannya; hapus `condition:`")
            return Together(sources=sources, ordered=rule.type is SigmaCorrelationType.TEMPORAL_ORDERED)
        case other:
            raise UnsupportedRuleError(reason=f"jenis korelasi {other.name.lower()} belum didukung; ada: {_SUPPORTED}")


def _threshold(condition: SigmaCorrelationCondition) -> int:
    extra = {SigmaCorrelationConditionOperator.GTE: 0, SigmaCorrelationConditionOperator.GT: 1}.get(condition.op)
    if extra is None:
        reason = f"kondisi korelasi `{condition.op.name.lower()}` belum didukung; pakai gte atau gt"
        raise UnsupportedRuleError(reason=reason)
    threshold = condition.count + extra
    if not 1 <= threshold <= MAX_THRESHOLD:
        raise UnsupportedRuleError(reason=f"ambang korelasi harus 1 sampai {MAX_THRESHOLD}")
    return threshold


def _counted_fields(rule: SigmaCorrelationRule, fields: FieldMap) -> tuple[Field, ...]:
    if rule.type is not SigmaCorrelationType.VALUE_COUNT or not isinstance(rule.condition, SigmaCorrelationCondition):
        return ()
    named = rule.condition.fieldref
    names = named if isinstance(named, list) else [named]
    return tuple(fields.field(str(name)) for name in names)


def _group_fields(
    rule: SigmaCorrelationRule, source: str, ids: Mapping[int, str], fields: FieldMap
) -> tuple[tuple[str, Field], ...]:
    return tuple(
        (fields.ecs_name(name), fields.field(_aliased(rule, name, source, ids))) for name in rule.group_by or ()
    )


def _aliased(rule: SigmaCorrelationRule, name: str, source: str, ids: Mapping[int, str]) -> str:
    alias = rule.aliases.aliases.get(name)
    if alias is None:
        return name
    return next((field for ref, field in alias.mapping.items() if ids.get(id(ref.rule)) == source), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedHit:
    """A hit with the correlation it counts for: plain values, so that another process may have found it."""

    correlation: str
    hit: Hit


class CorrelationEngine:
    """All correlations of a rule set with their state."""

    def __init__(self, correlations: Iterable[Correlation]) -> None:
        self._correlations = {correlation.rule_id: correlation for correlation in correlations}
        self._windows = {
            name: Windows(correlation.condition, span_ns=correlation.span_ns)
            for name, correlation in self._correlations.items()
        }
        self._by_source: dict[str, list[Correlation]] = {}
        for correlation in self._correlations.values():
            for source in dict.fromkeys(correlation.sources):
                self._by_source.setdefault(source, []).append(correlation)
        self.ungrouped = 0
        """Matched events without one of the group-by or counted fields: they count for nothing."""

    def __bool__(self) -> bool:
        return bool(self._correlations)

    def wants(self, rule_id: str) -> bool:
        return rule_id in self._by_source

    def hits_of(
        self, rule_id: str, *, time_ns: int, view: EventView, refs: tuple[EventRef, ...]
    ) -> Iterator[PlacedHit]:
        """Yield what a matched event counts for. Reads no state: it may run in another process than `observe`."""
        short = tuple(_shortened(ref) for ref in refs)
        for correlation in self._by_source.get(rule_id, ()):
            group = _group_of(view, correlation.group_by[rule_id])
            value = _value_of(view, correlation.counted)
            if group is None or value is None:
                self.ungrouped += 1
                continue
            hit = Hit(time_ns=time_ns, source=rule_id, group=group, value=value, refs=short)
            yield PlacedHit(correlation=correlation.rule_id, hit=hit)

    def observe(self, placed: PlacedHit) -> None:
        """Count a hit; a window it opens is at once a hit of the correlations over that correlation."""
        waiting = [placed]
        while waiting:
            now = waiting.pop()
            window = self._windows[now.correlation].observe(now.hit)
            if window is not None and self.wants(now.correlation):
                view = EventView(dict(window.group))
                waiting += self.hits_of(now.correlation, time_ns=window.reached_ns, view=view, refs=window.refs)

    def take(self, *, ended_before_ns: int | None = None) -> Iterator[tuple[str, Window]]:
        """Yield rule id and window for each window not told yet (see `Windows.take`)."""
        for name, windows in self._windows.items():
            for window in windows.take(ended_before_ns=ended_before_ns):
                yield name, window

    @property
    def groups_forgotten(self) -> int:
        return sum(windows.counters.groups_forgotten for windows in self._windows.values())

    def snapshot(self) -> dict[str, Any]:
        return {name: windows.snapshot() for name, windows in self._windows.items()}

    def restore(self, saved: Mapping[str, Sequence[Any]]) -> None:
        """Take up a snapshot; what belongs to rules that are no longer loaded is left out."""
        for name, windows in self._windows.items():
            windows.restore(saved.get(name, ()))


def _shortened(ref: EventRef) -> EventRef:
    return EventRef(id=ref.id, at=ref.at, summary=ref.summary[:SUMMARY_CHARACTERS])


def _group_of(view: EventView, fields: Sequence[tuple[str, Field]]) -> Group | None:
    group = tuple((name, ",".join(view.texts(field))) for name, field in fields)
    return group if all(value for _, value in group) else None


def _value_of(view: EventView, counted: Sequence[Field]) -> str | None:
    values = [",".join(view.lowered(field)) for field in counted]
    return "\0".join(values) if all(values) else None

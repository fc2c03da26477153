"""A rule set: loaded rules compiled for matching and correlating, with what an alert says about each."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sigma.correlations import SigmaCorrelationRule
from sigma.processing.pipeline import ProcessingPipeline

from detections.rule import RuleInfo
from detections.sigma.compiled_rule import Matcher
from detections.sigma.correlation import Correlation
from detections.sigma.correlation_rule import compile_correlation, references_of
from detections.sigma.fields import FieldMap, shipped_field_map
from detections.sigma.load import LoadedRule, LoadedRules, load_rules
from detections.sigma.logsource import rows_for, shipped_rows
from detections.sigma.made_rule import info_of, make_rule, own_field_of, rule_id_of
from detections.sigma.placeholders import Placeholders
from detections.sigma.problems import RuleProblem, UnsupportedRuleError
from detections.sigma.rule_set import RuleSet

__all__ = ["RuleSet", "build_rule_set", "load_apart", "load_rule_set"]


def load_rule_set(
    paths: Sequence[Path],
    *,
    pipeline: ProcessingPipeline | None = None,
    placeholders: Placeholders | None = None,
    processes: int = 1,
) -> RuleSet:
    """Load and compile every rule under the paths; `skipped` names what cannot be used.

    Up to so many processes read many files, where no thread runs beside. Raises: RuleReaderDiedError, of several.
    """
    fields = shipped_field_map()
    if processes > 1:
        from detections.sigma.shares import load_shared  # noqa: PLC0415  one process needs no pipes

        loaded = load_shared(paths, fields, processes=processes, pipeline=pipeline, placeholders=placeholders)
        return build_rule_set(loaded, fields)
    return build_rule_set(load_rules(paths, pipeline=pipeline, placeholders=placeholders), fields)


def load_apart(groups: Sequence[Sequence[Path]], *, placeholders: Placeholders | None = None) -> RuleSet:
    """Load each group by itself, as one rule set: no filter and no correlation of one reaches the rules of another.

    Of two rules with one id the first group's counts; otherwise a rule pack could change or silence our own rules.
    """
    taken: set[str] = set()
    rules: list[LoadedRule] = []
    skipped: list[RuleProblem] = []
    for group in groups:
        loaded = load_rules(group, placeholders=placeholders)
        kept, refused = _without_taken(loaded.rules, taken)
        rules += kept
        skipped += [*loaded.skipped, *refused]
        taken |= {rule_id_of(one.rule) for one in kept}
    return build_rule_set(LoadedRules(rules=tuple(rules), skipped=tuple(skipped)), shipped_field_map())


def _without_taken(
    rules: Sequence[LoadedRule], taken: set[str]
) -> tuple[tuple[LoadedRule, ...], tuple[RuleProblem, ...]]:
    """Return the rules whose id is free, and a word on the others and on every correlation over one of them."""
    gone = {id(one.rule) for one in rules if rule_id_of(one.rule) in taken}
    for _, rule in _referenced_first(rules):
        if any(id(reference.rule) in gone for reference in references_of(rule)):
            gone.add(id(rule))
    reason = "id aturan ini, atau aturan yang dirujuknya, sudah dipakai aturan bawaan atau paket lain"
    return (
        tuple(one for one in rules if id(one.rule) not in gone),
        tuple(RuleProblem(file=one.file, line=one.line, reason=reason) for one in rules if id(one.rule) in gone),
    )


def build_rule_set(loaded: LoadedRules, fields: FieldMap) -> RuleSet:
    """Compile loaded rules; what cannot be carried out joins `skipped`, with every correlation that needs it."""
    builder = _Builder(loaded, fields)
    for one in loaded.rules:
        builder.add(one)
    for one, rule in _referenced_first(loaded.rules):
        builder.add_correlation(one, rule)
    wanted = [matcher.logsource for matcher in builder.matchers]
    return RuleSet(
        infos=tuple(builder.infos),
        matchers=tuple(builder.matchers),
        correlations=tuple(builder.correlations),
        silent=_silent(loaded.rules),
        skipped=(*loaded.skipped, *builder.skipped),
        rows=rows_for(wanted, shipped_rows()),
        fields=fields,
    )


class _Builder:
    def __init__(self, loaded: LoadedRules, fields: FieldMap) -> None:
        self._fields = fields
        self._ids = {id(one.rule): rule_id_of(one.rule) for one in loaded.rules}
        self._usable: set[str] = set()
        self.infos: list[RuleInfo] = []
        self.matchers: list[Matcher] = []
        self.correlations: list[Correlation] = []
        self.skipped: list[RuleProblem] = []

    def add(self, one: LoadedRule) -> None:
        """Take the next rule; of a correlation what alerts say of it, the rest is for `add_correlation`."""
        rule, index = one.rule, len(self.infos)
        if isinstance(rule, SigmaCorrelationRule):
            self.infos.append(info_of(rule, file=one.file))
            return
        made = one.made or make_rule(rule, one.conditions, file=one.file, fields=self._fields)
        self.infos.append(made.info)
        if made.compiled is None:
            self._skip(one, made.refusal)
            return
        self.matchers.append(Matcher(index=index, logsource=made.logsource, compiled=made.compiled))
        self._usable.add(made.info.id)

    def add_correlation(self, one: LoadedRule, rule: SigmaCorrelationRule) -> None:
        rule_id = self._ids[id(rule)]
        try:
            correlation = compile_correlation(rule, rule_id=rule_id, ids=self._ids, fields=self._fields)
        except UnsupportedRuleError as error:
            self._skip(one, error.reason)
            return
        missing = [source for source in correlation.sources if source not in self._usable]
        if missing:
            self._skip(one, f"aturan yang dirujuk tidak dapat dipakai: {', '.join(missing)}")
            return
        self.correlations.append(correlation)
        self._usable.add(rule_id)

    def _skip(self, one: LoadedRule, reason: str) -> None:
        self.skipped.append(RuleProblem(file=one.file, line=one.line, reason=reason))


def _referenced_first(rules: Sequence[LoadedRule]) -> Iterator[tuple[LoadedRule, SigmaCorrelationRule]]:
    """Yield the correlations, each after those it refers to; of a circle each stands before one it needs."""
    waiting = [(one, one.rule) for one in rules if isinstance(one.rule, SigmaCorrelationRule)]
    while waiting:
        open_ids = {id(rule) for _, rule in waiting}
        ready = [pair for pair in waiting if not any(id(ref.rule) in open_ids for ref in references_of(pair[1]))]
        yield from ready or waiting
        done = {id(rule) for _, rule in ready or waiting}
        waiting = [pair for pair in waiting if id(pair[1]) not in done]


def _silent(rules: Sequence[LoadedRule]) -> frozenset[str]:
    correlations = [one.rule for one in rules if isinstance(one.rule, SigmaCorrelationRule)]
    referenced = [reference.rule for rule in correlations if not rule.generate for reference in references_of(rule)]
    marked = [one.rule for one in rules if own_field_of(one.rule).get("dasar") is True]
    return frozenset(map(rule_id_of, referenced + marked))

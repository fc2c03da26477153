"""Rules become queries for other search engines, by pySigma's backends."""

from collections.abc import Iterator
from dataclasses import dataclass

from sigma.backends.elasticsearch.elasticsearch_eql import EqlBackend
from sigma.backends.elasticsearch.elasticsearch_esql import ESQLBackend
from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
from sigma.conversion.base import Backend
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingPipeline

from detections.sigma.load import LoadedRule, LoadedRules
from detections.sigma.made_rule import rule_id_of
from detections.sigma.problems import RuleProblem

_BACKENDS: dict[str, type[Backend]] = {
    "elasticsearch": LuceneBackend,
    "esql": ESQLBackend,
    "eql": EqlBackend,
}
TARGETS = tuple(sorted(_BACKENDS))
"""What `convert_rules` can write for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A rule as a query; one rule may need several."""

    rule_id: str
    rule_title: str
    text: str


def convert_rules(
    loaded: LoadedRules, *, target: str, pipeline: ProcessingPipeline | None = None
) -> Iterator[Query | RuleProblem]:
    """Yield each rule's queries, or why it has none; `target` is one of TARGETS."""
    backend = _BACKENDS[target](processing_pipeline=pipeline)
    # Referenced rules first: a correlation's query is built from theirs.
    for one in sorted(loaded.rules, key=lambda one: one.rule):
        try:
            texts = _texts(backend, one)
        except (SigmaError, NotImplementedError) as error:
            yield RuleProblem(file=one.file, line=one.line, reason=str(error))
            continue
        for text in texts:
            yield Query(rule_id=rule_id_of(one.rule), rule_title=one.rule.title, text=text)


def _texts(backend: Backend, one: LoadedRule) -> list[str]:
    rule = one.rule
    converted = (
        backend.convert_correlation_rule(rule) if isinstance(rule, SigmaCorrelationRule) else backend.convert_rule(rule)
    )
    return [str(query) for query in converted]

"""Some rules over events that are stored already: the part of a rule set that is asked, scanned with a fresh state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from detections.detectors.base import Detector
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventBatch


def narrowed(rules: RuleSet, wanted: frozenset[str]) -> RuleSet:
    """Return the rule set with only these rules and what their correlations rest on, which stays silent."""
    sources = {one.rule_id: frozenset(one.sources) for one in rules.correlations}
    needed, waiting = set(wanted), list(wanted)
    while waiting:
        more = sources.get(waiting.pop(), frozenset()) - needed
        needed |= more
        waiting += more
    return replace(
        rules,
        matchers=tuple(one for one in rules.matchers if rules.infos[one.index].id in needed),
        correlations=tuple(one for one in rules.correlations if one.rule_id in needed),
        silent=rules.silent | (needed - wanted),
    )


def usable_ids(rules: RuleSet, detectors: Iterable[Detector]) -> frozenset[str]:
    """Return the ids of all that can be found with these: rules that were skipped when loaded are not among them."""
    matched = (rules.infos[one.index].id for one in rules.matchers)
    return frozenset((*matched, *(one.rule_id for one in rules.correlations), *_detected(detectors)))


def rescan(rules: RuleSet, detectors: Sequence[Detector], batches: Iterable[EventBatch]) -> Iterator[Detection]:
    """Yield what the batches amount to, which have to come in order of time.

    A window of a correlation is told once it is over, with all that it has counted; a detector's as it stands at the
    end of the batch that opened it.
    """
    scanner = Scanner(rules, detectors)
    for batch in batches:
        if batch:
            yield from scanner.scan(batch, windows_ended_before_ns=batch.times_ns[0])
    yield from scanner.finish()


def _detected(detectors: Iterable[Detector]) -> Iterator[str]:
    return (info.id for detector in detectors for info in detector.infos)

"""Rule files become pySigma rules; whatever cannot be used is named with file, line and reason, never dropped."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError, SigmaRuleLocation
from sigma.filters import SigmaFilter
from sigma.processing.pipeline import ProcessingPipeline
from sigma.rule import SigmaRule
from sigma.rule.attributes import SigmaStatus

from detections.sigma.collections import merged
from detections.sigma.encodings import rewritten
from detections.sigma.made_rule import MadeRule
from detections.sigma.placeholders import Placeholders, filling
from detections.sigma.problems import RuleProblem
from detections.sigma.yaml_reader import Document, RuleTextError, read_documents

RULE_SUFFIXES = (".yml", ".yaml")
MAX_CONDITION_CHARACTERS = 4096
MAX_CONDITION_DEPTH = 10
"""pySigma's condition grammar takes exponential time in the depth of parentheses; SigmaHQ uses at most 3."""
MAX_WINDASH_PER_VALUE = 5
"""Every dash of a |windash value makes five variants: 5 ** 5 = 3,125."""

# Wrongly typed YAML (a number for a title, a list for a logsource) makes pySigma fail with these.
_WRONG_SHAPE = (TypeError, AttributeError, LookupError, ValueError, RecursionError)

_KEY_OF_ERROR = (
    ("Logsource", "logsource"),
    ("Condition", "detection.condition"),
    ("Correlation", "correlation"),
    ("Timespan", "correlation.timespan"),
    ("Filter", "filter"),
    ("Level", "level"),
    ("Status", "status"),
    ("Identifier", "id"),
    ("Title", "title"),
    ("Tag", "tags"),
    ("Date", "date"),
    ("Modified", "modified"),
    ("Author", "author"),
    ("Description", "description"),
    ("References", "references"),
    ("FalsePositives", "falsepositives"),
    ("Fields", "fields"),
    ("Name", "name"),
    ("Related", "related"),
)
_ADVICE = {
    "SigmaLogsourceError": "tulis `logsource:` dengan product, category atau service",
    "SigmaDetectionError": "tulis `detection:` dengan sedikitnya satu seleksi dan `condition:`",
    "SigmaConditionError": "`condition:` hanya boleh memakai nama seleksi di atasnya, and, or, not, `1 of`, `all of`",
    "SigmaModifierError": "periksa ejaan pengubah sesudah `|` (contains, startswith, endswith, all, re, cidr, …)",
    "SigmaLevelError": "tulis `level:` informational, low, medium, high atau critical",
    "SigmaStatusError": "tulis `status:` stable, test, experimental, deprecated atau unsupported",
    "SigmaIdentifierError": "tulis `id:` berupa UUID",
    "SigmaTimespanError": "tulis `timespan:` angka dan satuan, misalnya 5m",
    "SigmaRuleNotFoundError": "aturan yang dirujuk harus ikut dimuat; periksa `name` atau `id`-nya",
    "SigmaRegularExpressionError": "perbaiki pola regex",
    "SigmaTypeError": "tulis nilai yang cocok dengan pengubahnya, tanggal dalam tanda kutip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRule:
    """A parsed rule with the place it came from."""

    rule: SigmaRule | SigmaCorrelationRule
    file: str
    line: int
    id_line: int = 1
    """Where it says its id."""
    conditions: tuple[object, ...] | None = None
    """Its conditions as pySigma parsed them, of a rule that nothing has changed since; None: to be parsed."""
    made: MadeRule | None = None
    """What became of it, where the process that read it has compiled it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpreparedRule:
    """A rule to which a filter or a pipeline could not be applied."""

    loaded: LoadedRule
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRules:
    rules: tuple[LoadedRule, ...]
    skipped: tuple[RuleProblem, ...]


def rule_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the YAML files of these files and folders, each once, in the order of their names within each."""
    found = (file for path in paths for file in _files_under(path))
    return tuple(dict.fromkeys(found))


def _files_under(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for suffix in RULE_SUFFIXES for file in path.rglob(f"*{suffix}") if file.is_file())
    else:
        yield path


def load_rules(
    paths: Sequence[Path],
    *,
    pipeline: ProcessingPipeline | None = None,
    placeholders: Placeholders | None = None,
) -> LoadedRules:
    """Read every rule under the paths. Filters are applied to the rules they name; then `placeholders` are filled in
    and `pipeline` is applied to each rule.

    Files of cases (documents with `rule` and `match` / `no_match`) belong to `detections.cases` and are passed over.
    """
    read = [one for file in rule_files(paths) for one in read_rules(file)]
    preparation = Preparation.of(filters_in(read), pipeline=pipeline, placeholders=placeholders)
    return gathered(preparation.prepared(read))


Read = LoadedRule | SigmaFilter | RuleProblem
"""What was found in a rule file."""
Prepared = LoadedRule | RuleProblem | UnpreparedRule
"""What is left once filters and pipelines were applied."""


def read_rules(file: Path) -> Iterator[Read]:
    """Yield the rules and filters of a file, and what cannot be read of it."""
    try:
        documents = read_documents(file.read_text(encoding="utf-8"))
    except RuleTextError as error:
        yield RuleProblem(file=str(file), line=error.line, reason=error.reason)
    except (OSError, UnicodeDecodeError) as error:
        yield RuleProblem(file=str(file), line=1, reason=f"berkas tidak dapat dibaca: {error}")
    else:
        for found in merged(documents, str(file)):
            if isinstance(found, RuleProblem):
                yield found
            elif not is_case_document(found):
                yield _read(found, file)


def _read(document: Document, file: Path) -> Read:
    refused = _refusal(document)
    if refused is not None:
        return _problem(file, *refused)
    try:
        rule = _parse(document, file)
        if isinstance(rule, SigmaFilter):
            return rule
        conditions = _conditions(rule)
    except SigmaError as error:
        return _problem(file, *describe(error, document))
    except _WRONG_SHAPE as error:
        reason = f"isi aturan tidak berbentuk seperti aturan Sigma ({type(error).__name__}: {error})"
        return _problem(file, document.line, reason)
    if rule.status is SigmaStatus.UNSUPPORTED:
        return _problem(file, document.line_of("status"), "aturan berstatus `unsupported`")
    id_line = document.line_of("id")
    return LoadedRule(rule=rule, file=str(file), line=document.line, id_line=id_line, conditions=conditions)


def _problem(file: Path, line: int, reason: str) -> RuleProblem:
    return RuleProblem(file=str(file), line=line, reason=reason)


def filters_in(read: Iterable[Read]) -> list[SigmaFilter]:
    return [one for one in read if isinstance(one, SigmaFilter)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What is done to every rule before it is compiled: filters, then pipelines."""

    filters: tuple[SigmaFilter, ...]
    pipelines: tuple[ProcessingPipeline, ...]

    @staticmethod
    def of(
        filters: Iterable[SigmaFilter], *, pipeline: ProcessingPipeline | None, placeholders: Placeholders | None
    ) -> "Preparation":
        pipelines = [filling(placeholders)] if placeholders else []
        if pipeline is not None:
            pipelines.append(pipeline)
        return Preparation(filters=tuple(filters), pipelines=tuple(pipelines))

    def prepared(self, read: Iterable[Read]) -> Iterator[Prepared]:
        """Yield the rules with everything applied; of a rule to which something cannot be applied, that."""
        for one in read:
            if isinstance(one, LoadedRule):
                yield self._prepared(one)
            elif isinstance(one, RuleProblem):
                yield one

    def _prepared(self, loaded: LoadedRule) -> LoadedRule | UnpreparedRule:
        if not self.filters and not self.pipelines:
            return loaded
        rule = loaded.rule
        try:
            for sigma_filter in self.filters if isinstance(rule, SigmaRule) else ():
                rule = sigma_filter.apply_on_rule(rule)
            for pipeline in self.pipelines:
                pipeline.apply(rule)
        except (SigmaError, *_WRONG_SHAPE) as error:
            return UnpreparedRule(loaded=loaded, reason=f"filter atau pipeline tidak dapat diterapkan: {error}")
        return replace(loaded, rule=rule, conditions=None)


def gathered(prepared: Iterable[Prepared]) -> LoadedRules:
    """Return the rules of all files: each id once, correlations with what they refer to, and what is left out."""
    read: list[RuleProblem] = []
    unprepared: list[RuleProblem] = []
    rules: list[LoadedRule] = []
    places: dict[str, str] = {}
    for one in prepared:
        if isinstance(one, RuleProblem):
            read.append(one)
            continue
        loaded = one.loaded if isinstance(one, UnpreparedRule) else one
        doubled = _doubled(loaded, places)
        if doubled is not None:
            read.append(doubled)
        elif isinstance(one, UnpreparedRule):
            unprepared.append(RuleProblem(file=loaded.file, line=loaded.line, reason=one.reason))
        else:
            rules.append(loaded)
    skipped = [*read, *unprepared]
    resolved = tuple(_resolved(rules, skipped))
    return LoadedRules(rules=resolved, skipped=tuple(skipped))


def _doubled(loaded: LoadedRule, places: dict[str, str]) -> RuleProblem | None:
    """Return what is wrong where a rule before has the same id; note the rule's place in `places` otherwise."""
    if loaded.rule.id is None:
        return None
    place = f"{loaded.file}:{loaded.line}"
    first = places.setdefault(str(loaded.rule.id), place)
    if first == place:
        return None
    reason = f"id {loaded.rule.id} sudah dipakai di {first}; buat UUID baru"
    return RuleProblem(file=loaded.file, line=loaded.id_line, reason=reason)


def is_case_document(document: Document) -> bool:
    return "rule" in document.content and ("match" in document.content or "no_match" in document.content)


def _parse(document: Document, file: Path) -> SigmaRule | SigmaCorrelationRule | SigmaFilter:
    content, source = dict(document.content), SigmaRuleLocation(file)
    if "correlation" in content:
        return SigmaCorrelationRule.from_dict(content, source=source)
    if "filter" in content:
        return SigmaFilter.from_dict(content, source=source)
    if isinstance(content.get("detection"), dict):
        content["detection"] = rewritten(content["detection"])
    return SigmaRule.from_dict(content, source=source)


def _conditions(rule: SigmaRule | SigmaCorrelationRule) -> tuple[object, ...] | None:
    """Return the rule's conditions as pySigma parses them: what is wrong with one is told with its line."""
    if isinstance(rule, SigmaCorrelationRule):
        return None
    return tuple(condition.parse() for condition in rule.detection.parsed_condition)


def _refusal(document: Document) -> tuple[int, str] | None:
    """Return line and reason where a document is no rule, or one made to keep the parser busy."""
    content = document.content
    if not any(key in content for key in ("detection", "correlation", "filter")):
        return document.line, "bukan aturan Sigma: tidak ada `detection:`, `correlation:` atau `filter:`"
    detection, correlation = content.get("detection"), content.get("correlation")
    if isinstance(correlation, dict) and isinstance(correlation.get("condition"), str):
        return _hostile_condition(correlation, document, under="correlation")
    if isinstance(detection, dict):
        return _hostile_condition(detection, document, under="detection") or _hostile_windash(detection, document)
    return None


def _hostile_condition(part: dict[str, Any], document: Document, *, under: str) -> tuple[int, str] | None:
    conditions = part.get("condition")
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        text = str(condition)
        too_long = len(text) > MAX_CONDITION_CHARACTERS
        if too_long or _depth(text) > MAX_CONDITION_DEPTH or any(w.count("*") > 3 for w in text.split()):
            return document.line_of(f"{under}.condition"), "kondisi terlalu panjang atau terlalu bersarang"
    return None


def _depth(condition: str) -> int:
    depth = deepest = 0
    for character in condition:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    # A chain of `not not not …` nests like parentheses.
    return max(deepest, *(len(chain.split()) for chain in re.findall(r"(?:\bnot\s+)+", condition)), 0)


_DASH = re.compile(r"\B[-/]\b")


def _hostile_windash(detection: dict[str, Any], document: Document) -> tuple[int, str] | None:
    for key, value in _keyed_values(detection):
        if "windash" in key and len(_DASH.findall(value)) > MAX_WINDASH_PER_VALUE:
            reason = f"|windash pada nilai dengan lebih dari {MAX_WINDASH_PER_VALUE} tanda hubung; pecah nilainya"
            return document.line_of("detection"), reason
    return None


def _keyed_values(tree: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield each scalar with the key it stands under; the depth was limited when the text was read."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _keyed_values(value, str(name))
    elif isinstance(tree, list):
        for value in tree:
            yield from _keyed_values(value, key)
    else:
        yield key, str(tree)


def describe(error: SigmaError, document: Document) -> tuple[int, str]:
    """Return the line an error of pySigma is about, and what it says, with what to write."""
    name = type(error).__name__
    key = next((key for part, key in _KEY_OF_ERROR if part in name), "detection")
    message = str(error.args[0]) if error.args else name
    advice = _ADVICE.get(name)
    return document.line_of(key, "detection"), f"{message}; {advice}" if advice else message


def _resolved(rules: list[LoadedRule], skipped: list[RuleProblem]) -> Iterator[LoadedRule]:
    """Yield the rules, each correlation with its references resolved; those that refer to nothing are named."""
    while True:
        collection = SigmaCollection([loaded.rule for loaded in rules], resolve_references=False)
        broken = {id(loaded): error for loaded in rules if (error := _unresolved(loaded, collection)) is not None}
        if not broken:
            break
        # A correlation over a correlation that was just left out is broken too: look again.
        skipped.extend(
            RuleProblem(file=loaded.file, line=loaded.line, reason=broken[id(loaded)])
            for loaded in rules
            if id(loaded) in broken
        )
        rules = [loaded for loaded in rules if id(loaded) not in broken]
    yield from rules


def _unresolved(loaded: LoadedRule, collection: SigmaCollection) -> str | None:
    if not isinstance(loaded.rule, SigmaCorrelationRule):
        return None
    try:
        loaded.rule.resolve_rule_references(collection)
    except SigmaError as error:
        return f"{error.args[0] if error.args else error}; {_ADVICE['SigmaRuleNotFoundError']}"
    return None

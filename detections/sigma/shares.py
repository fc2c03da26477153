"""Rules of many files, read and compiled by several processes: every so-many-th file is one process's share.

pySigma's objects of a rule are thousands and dear to hand over; what a rule is made into is small. So that is what
comes back, with as much of the rule as correlations and the rule set ask of it.
"""

import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sigma.correlations import SigmaCorrelationRule
from sigma.filters import SigmaFilter
from sigma.processing.pipeline import ProcessingPipeline
from sigma.rule import SigmaRule
from sigma.rule.logsource import EmptyLogSource

from detections.rule import RuleInfo
from detections.sigma.compiled_rule import Compiled, CompiledParts
from detections.sigma.fields import FieldMap
from detections.sigma.load import (
    LoadedRule,
    LoadedRules,
    Preparation,
    Prepared,
    Read,
    UnpreparedRule,
    filters_in,
    gathered,
    load_rules,
    read_rules,
    rule_files,
)
from detections.sigma.logsource import LogSource
from detections.sigma.made_rule import TANGGAP_FIELD, MadeRule, make_rule, own_field_of
from detections.sigma.placeholders import Placeholders
from detections.sigma.problems import RuleProblem, RuleReaderDiedError

LEAST_FILES = 200
"""Of a share: a process takes as long to begin as some tens of rules to read."""


def load_shared(
    paths: Sequence[Path],
    fields: FieldMap,
    *,
    processes: int,
    pipeline: ProcessingPipeline | None = None,
    placeholders: Placeholders | None = None,
) -> LoadedRules:
    """Return what `load_rules` does, the rules made already, with up to so many processes. No thread may run.

    A rule that another process has read has no detection: its `made` has it. Raises: RuleReaderDiedError.
    """
    files = rule_files(paths)
    count = min(processes, len(files) // LEAST_FILES)
    if count < 2:
        return load_rules(paths, pipeline=pipeline, placeholders=placeholders)
    shares = [_Share(files[number::count], fields, pipeline, placeholders) for number in range(count)]
    mine, others = shares[0], [_Elsewhere(share) for share in shares[1:]]
    filters = list(_interleaved([mine.read(), *(one.take_filters() for one in others)]))
    for one in others:
        one.give(filters)
    own = [list(found) for found in mine.made(filters)]
    return gathered(_interleaved([own, *(one.take_rules(fields) for one in others)]))


_T = TypeVar("_T")


def _interleaved(shares: Sequence[Sequence[Sequence[_T]]]) -> Iterator[_T]:
    """Yield what was found in each file, in the order in which the files were dealt out."""
    for place in range(len(shares[0])):
        for share in shares:
            if place < len(share):
                yield from share[place]


class _Share:
    """Files that one process reads."""

    def __init__(
        self,
        files: Sequence[Path],
        fields: FieldMap,
        pipeline: ProcessingPipeline | None,
        placeholders: Placeholders | None,
    ) -> None:
        self._files, self._fields = files, fields
        self._pipeline, self._placeholders = pipeline, placeholders
        self._read: list[list[Read]] = []

    def read(self) -> list[list[SigmaFilter]]:
        """Read the files; return the filters in each: they are for the rules of every share."""
        self._read = [list(read_rules(file)) for file in self._files]
        return [filters_in(found) for found in self._read]

    def made(self, filters: Iterable[SigmaFilter]) -> Iterator[Iterator[Prepared]]:
        """Yield what each file's rules are made into."""
        preparation = Preparation.of(filters, pipeline=self._pipeline, placeholders=self._placeholders)
        for found in self._read:
            yield map(self._made, preparation.prepared(found))

    def _made(self, one: Prepared) -> Prepared:
        if not isinstance(one, LoadedRule) or isinstance(one.rule, SigmaCorrelationRule):
            return one
        made = make_rule(one.rule, one.conditions, file=one.file, fields=self._fields)
        return replace(one, conditions=None, made=made)


class _Elsewhere:
    """A share that a process of its own reads; forked, so that nothing is loaded anew."""

    def __init__(self, share: _Share) -> None:
        context = multiprocessing.get_context("fork")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(share, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def take_filters(self) -> list[list[SigmaFilter]]:
        filters: list[list[SigmaFilter]] = self._take()
        return filters

    def give(self, filters: list[SigmaFilter]) -> None:
        try:
            self._connection.send(filters)
        except ConnectionError as error:
            raise self._ended() from error

    def take_rules(self, fields: FieldMap) -> list[list[Prepared]]:
        handed: list[list[_Handed]] = self._take()
        self._process.join()
        return [[_taken(one, fields) for one in found] for found in handed]

    def _take(self) -> Any:  # noqa: ANN401  what `_work` sends
        try:
            return self._connection.recv()
        except (EOFError, ConnectionError) as error:
            raise self._ended() from error

    def _ended(self) -> RuleReaderDiedError:
        self._process.join()
        return RuleReaderDiedError(exit_code=self._process.exitcode or 0)


def _work(share: _Share, connection: Connection) -> None:
    connection.send(share.read())
    filters: list[SigmaFilter] = connection.recv()
    connection.send([[_handed(one) for one in found] for found in share.made(filters)])


# --- from one process to another -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outline:
    """As much of a rule as is asked of it once it is made."""

    id: UUID | None
    title: str
    name: str | None
    own: object
    """What stands in TANGGAP_FIELD."""

    @staticmethod
    def of(rule: SigmaRule) -> "_Outline":
        return _Outline(rule.id, rule.title, rule.name, dict(own_field_of(rule)))

    def rule(self) -> SigmaRule:
        own = {TANGGAP_FIELD: self.own}
        return SigmaRule(
            title=self.title, id=self.id, name=self.name, logsource=EmptyLogSource(), custom_attributes=own
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """A made rule with its place; the table of fields is not handed over with each."""

    outline: _Outline
    place: tuple[str, int, int]
    info: RuleInfo
    logsource: LogSource
    compiled: CompiledParts | None
    refusal: str


_Handed = _Rule | LoadedRule | RuleProblem | UnpreparedRule


def _handed(one: Prepared) -> _Handed:
    if isinstance(one, UnpreparedRule):
        return replace(one, loaded=_outlined(one.loaded))
    if not isinstance(one, LoadedRule) or one.made is None or isinstance(one.rule, SigmaCorrelationRule):
        return one
    made, place = one.made, (one.file, one.line, one.id_line)
    parts = None if made.compiled is None else made.compiled.parts
    return _Rule(_Outline.of(one.rule), place, made.info, made.logsource, parts, made.refusal)


def _outlined(loaded: LoadedRule) -> LoadedRule:
    rule = loaded.rule
    return loaded if isinstance(rule, SigmaCorrelationRule) else replace(loaded, rule=_Outline.of(rule).rule())


def _taken(one: _Handed, fields: FieldMap) -> Prepared:
    if not isinstance(one, _Rule):
        return one
    file, line, id_line = one.place
    compiled = None if one.compiled is None else Compiled.of_parts(one.compiled, fields)
    made = MadeRule(info=one.info, logsource=one.logsource, compiled=compiled, refusal=one.refusal)
    return LoadedRule(rule=one.outline.rule(), file=file, line=line, id_line=id_line, made=made)

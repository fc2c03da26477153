"""A rule's cases: log lines or events that must match it, and such that must not, kept in YAML beside the rule.

rule: ssh_brute_force          # name or id
match:
  - name: ten failures in five minutes
    format: auth               # how `lines` are read: a format of `irp parse`
    lines: |
      Nov 20 12:00:01 web-1 sshd[1]: Failed password for …
no_match:
  - name: …
    events:                    # flat ECS instead of lines; `@timestamp` where time matters
      - {event.dataset: system.auth, …}
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from detections.scan import Scanner
from detections.sigma.load import is_case_document, rule_files
from detections.sigma.problems import RuleProblem
from detections.sigma.ruleset import RuleSet
from detections.sigma.yaml_reader import Document, RuleTextError, read_documents
from ir_platform.domain.event import Event, batch_of, derive_event_id, make_event, to_ns

ReadLines = Callable[[str, str], Sequence[Event]]
"""Format and text to events; detections know no formats, so the caller gives it. Raises: CaseTextError."""

WITHOUT_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class CaseTextError(Exception):
    """Lines of a case that cannot be read; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    rule: str
    """Name or id."""
    name: str
    must_match: bool
    format: str
    lines: str
    events: tuple[Mapping[str, Any], ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    case: Case
    problem: str | None
    """Why the case failed, in Bahasa Indonesia; None: it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiles:
    cases: tuple[Case, ...]
    problems: tuple[RuleProblem, ...]


def read_cases(paths: Iterable[Path]) -> CaseFiles:
    """Return the cases of every case document under the paths; broken ones are named."""
    cases: list[Case] = []
    problems: list[RuleProblem] = []
    for file in rule_files(paths):
        try:
            documents = read_documents(file.read_text(encoding="utf-8"))
        except (RuleTextError, OSError, UnicodeDecodeError):
            continue  # `load_rules` reads the same files and names what is wrong with them
        for document in filter(is_case_document, documents):
            try:
                cases += _cases_of(document, str(file))
            except (TypeError, AttributeError, LookupError) as error:
                reason = f"kasus tidak berbentuk `name` dengan `lines` atau `events` ({error})"
                problems.append(RuleProblem(file=str(file), line=document.line, reason=reason))
    return CaseFiles(cases=tuple(cases), problems=tuple(problems))


def _cases_of(document: Document, file: str) -> Iterator[Case]:
    for key, must_match in (("match", True), ("no_match", False)):
        for given in document.content.get(key) or ():
            yield Case(
                rule=str(document.content["rule"]),
                name=str(given["name"]),
                must_match=must_match,
                format=str(given.get("format", "")),
                lines=str(given.get("lines", "")),
                events=tuple(dict(fields) for fields in given.get("events", ())),
                file=file,
                line=document.line_of(key),
            )


def run_cases(rules: RuleSet, cases: Iterable[Case], read_lines: ReadLines) -> tuple[CaseResult, ...]:
    """Run each case on a scanner of its own."""
    ids = {known: info.id for info in rules.infos for known in (info.id, info.name) if known}
    return tuple(CaseResult(case=case, problem=_problem(case, rules, ids.get(case.rule), read_lines)) for case in cases)


def _problem(case: Case, rules: RuleSet, rule_id: str | None, read_lines: ReadLines) -> str | None:
    if rule_id is None:
        return f"aturan {case.rule} tidak ada di antara yang dimuat"
    try:
        events = _events(case, read_lines)
    except CaseTextError as error:
        return error.reason
    if not events:
        return "kasus tidak memuat satu kejadian pun"
    scanner = Scanner(rules)
    told = (*scanner.scan(batch_of(events)), *scanner.finish())
    found = any(detection.rule_id == rule_id for detection in told)
    if found is case.must_match:
        return None
    return "seharusnya cocok, ternyata tidak" if case.must_match else "seharusnya tidak cocok, ternyata cocok"


def _events(case: Case, read_lines: ReadLines) -> tuple[Event, ...]:
    given = [_event(case, record, fields) for record, fields in enumerate(case.events)]
    return (*given, *(read_lines(case.format, case.lines) if case.lines else ()))


def _event(case: Case, record: int, fields: Mapping[str, Any]) -> Event:
    stated = fields.get("@timestamp")
    try:
        at = datetime.fromisoformat(str(stated)) if stated is not None else WITHOUT_TIME
    except ValueError as error:
        raise CaseTextError(reason=f"@timestamp {stated} bukan waktu ISO 8601") from error
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    event_id = derive_event_id(f"{case.file}:{case.rule}:{case.name}", record, b"")
    return make_event(event_id, to_ns(at), {name: value for name, value in fields.items() if name != "@timestamp"})

"""What pySigma's validators say about rules that load: weaknesses, and a few errors."""

import inspect
from collections.abc import Iterator
from typing import cast

from sigma.rule import SigmaRule
from sigma.validation import SigmaValidator
from sigma.validators.base import SigmaRuleValidator, SigmaValidationIssueSeverity
from sigma.validators.core import condition, logsources, metadata, modifiers, values

from detections.sigma.load import LoadedRules
from detections.sigma.problems import RuleProblem

# Not `tags`: those validators fetch ATT&CK and D3FEND from the internet, and the program works without it.
_MODULES = (condition, logsources, metadata, modifiers, values)

# pySigma calls these serious too; they are about names and style, and the rule does what it says.
_STYLE = (
    logsources.SpecificInsteadOfGenericLogsourceIssue,
    metadata.DuplicateFilenameIssue,
    metadata.DuplicateTitleIssue,
    metadata.FilenameLengthIssue,
)


def findings(loaded: LoadedRules) -> Iterator[tuple[RuleProblem, bool]]:
    """Yield each finding with whether it is an error: a rule that loads, but does not do what it says."""
    validator = SigmaValidator(_validators())
    places = {id(one.rule): one for one in loaded.rules}
    # pySigma's validators take correlations too; its annotation says less.
    rules = [cast(SigmaRule, one.rule) for one in loaded.rules]
    issues = [issue for rule in rules for issue in validator.validate_rule(rule)] + validator.finalize()
    for issue in issues:
        for rule in issue.rules:
            place = places[id(rule)]
            reason = f"{issue.description} ({type(issue).__name__})"
            problem = RuleProblem(file=place.file, line=place.line, reason=reason)
            yield problem, issue.severity is SigmaValidationIssueSeverity.HIGH and not isinstance(issue, _STYLE)


def _validators() -> list[type[SigmaRuleValidator]]:
    return [
        found
        for module in _MODULES
        for _, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__
        and issubclass(found, SigmaRuleValidator)
        and not inspect.isabstract(found)
    ]

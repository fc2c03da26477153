"""A Sigma filter that an office writes: looked at before any rule depends on it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule

from detections.sigma.load import load_rules
from detections.sigma.ruleset import load_rule_set
from detections.sigma.yaml_reader import RuleTextError, read_documents

MAX_CHARACTERS = 20_000


class UnusableFilterError(Exception):
    """A text that is no filter, or one that could not be carried out; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def checked_title(sigma: str) -> str:
    """Return the title of the one filter in the text. Raises: UnusableFilterError."""
    if len(sigma) > MAX_CHARACTERS:
        raise UnusableFilterError(reason=f"pengecualian lebih dari {MAX_CHARACTERS} karakter")
    try:
        documents = read_documents(sigma)
    except RuleTextError as error:
        raise UnusableFilterError(reason=f"baris {error.line}: {error.reason}") from error
    if len(documents) != 1 or not isinstance(documents[0].content.get("filter"), dict):
        raise UnusableFilterError(reason="tulis tepat satu filter Sigma: `title`, `logsource` dan `filter`")
    content = documents[0].content
    _refuse_what_does_not_load(sigma)
    # A filter that cannot be carried out would take every rule with it that it is applied to: try it as a rule first.
    alone = {name: value for name, value in content["filter"].items() if name != "rules"}
    rule = {"title": "x", "status": "test", "logsource": content.get("logsource"), "detection": alone}
    _refuse_what_does_not_load(yaml.safe_dump(rule))
    return SigmaFilter.from_dict(dict(content)).title


def named_rules(sigma: str) -> tuple[str, ...]:
    """Return the ids and names of rules that a filter of the office speaks of; none where it is for any rule."""
    rules = read_documents(sigma)[0].content["filter"].get("rules")
    if isinstance(rules, list):
        return tuple(map(str, rules))
    return () if rules is None or str(rules).lower() == "any" else (str(rules),)


def filterable_rules(folder: Path) -> Iterator[str]:
    """Yield ids and names of the rules under the folder that a filter can speak of: those that are no correlations."""
    for one in load_rules([folder]).rules:
        if isinstance(one.rule, SigmaRule):
            yield from (str(word) for word in (one.rule.id, one.rule.name) if word)


def _refuse_what_does_not_load(sigma: str) -> None:
    """Raises: UnusableFilterError with the loader's own reason, which also bounds conditions and patterns."""
    with TemporaryDirectory(prefix="irp-exclusion-") as folder:
        path = Path(folder) / "filter.yml"
        path.write_text(sigma, encoding="utf-8")
        skipped = load_rule_set([path]).skipped
    if skipped:
        raise UnusableFilterError(reason=f"filter tidak dapat dipakai: {skipped[0].reason}")

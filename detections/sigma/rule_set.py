"""A rule set as it is used: compiled rules with what an alert says about each. `detections.sigma.ruleset` makes it."""

from dataclasses import dataclass

from detections.rule import RuleInfo
from detections.sigma.compiled_rule import Matcher
from detections.sigma.correlation import Correlation
from detections.sigma.fields import FieldMap
from detections.sigma.logsource import Router, Row
from detections.sigma.match import PartitionStore, RuleMatcher
from detections.sigma.problems import RuleProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """What a Scanner needs; immutable, so that several scanners may share it."""

    infos: tuple[RuleInfo, ...]
    """By the index of the rule; of the skipped ones too."""
    matchers: tuple[Matcher, ...]
    correlations: tuple[Correlation, ...]
    silent: frozenset[str]
    """Ids of the rules that only feed correlations (`generate: false`, `dasar: true`) and raise no alert themselves."""
    skipped: tuple[RuleProblem, ...]
    rows: tuple[Row, ...]
    fields: FieldMap

    def matcher(self, store: PartitionStore | None = None) -> RuleMatcher:
        """Return a matcher of its own: Hyperscan's scratch space must not be shared between scans.

        `store` keeps what was built of exactly these rules.
        """
        return RuleMatcher(self.matchers, Router(self.rows, self.fields), store)

    @property
    def loaded(self) -> int:
        """How many rules are in use."""
        return len(self.matchers) + len(self.correlations)

"""The office's rules for owners of key ranges and for ingest workers, loaded anew when the office has decided."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from detections.batch_matching import BatchMatcher, detectors_of
from detections.detectors.base import Detector
from detections.in_use import correlation_keys
from detections.key_ranges import KeyPlaces
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from ir_platform.app.garbage import set_aside_what_is_loaded
from ir_platform.domain.key_range import KEY_RANGES, RangeNo
from ir_platform.domain.rules import RuleSettings
from ir_platform.ports import State

log = structlog.get_logger(__name__)

Load = Callable[[RuleSettings], RuleSet]
Detectors = Callable[[], tuple[Detector, ...]]


@dataclass(slots=True, kw_only=True)
class RangeRules:
    """For one owner, from one thread. `poll` first."""

    state: State
    load: Load
    detectors: Detectors
    allowance: timedelta
    """How late an event may come."""
    version: int = -1
    _rules: RuleSet | None = None
    _keys: dict[str, str] = field(default_factory=dict)

    def poll(self) -> bool:
        """Load the rules of the newest decisions; say whether they are others than before."""
        with self.state.read() as uow:
            if uow.rules.version() == self.version:
                return False
            decided = uow.rules.settings()
        self._rules = self.load(decided)
        self._keys = dict(correlation_keys(self._rules, decided))
        self.version = decided.version
        set_aside_what_is_loaded()
        log.info("rules_loaded", version=self.version)
        return True

    def scanner(self, range_no: RangeNo) -> Scanner:
        """Return a fresh scanner with the detectors that belong to this range."""
        assert self._rules is not None  # `poll` has loaded them
        places = KeyPlaces(self._rules.correlations, count=KEY_RANGES)
        here = detectors_of(self.detectors(), places, range_no)
        return Scanner(self._rules, here, allowance=self.allowance, keys=self._keys)


@dataclass(slots=True, kw_only=True)
class CurrentMatcher:
    """The matcher of the newest decisions; made when first asked for, and again when they have changed."""

    state: State
    load: Load
    detectors: Detectors
    _known: tuple[int, BatchMatcher] | None = None

    def __call__(self) -> BatchMatcher:
        with self.state.read() as uow:
            if self._known is not None and uow.rules.version() == self._known[0]:
                return self._known[1]
            decided = uow.rules.settings()
        matcher = BatchMatcher(self.load(decided), self.detectors(), ranges=KEY_RANGES, rules_version=decided.version)
        set_aside_what_is_loaded()
        self._known = decided.version, matcher
        return matcher

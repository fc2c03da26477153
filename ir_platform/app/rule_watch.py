"""Rules in use without a restart: when the office has decided something, they are loaded anew and swapped in."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import orjson
import structlog

from detections.detectors.base import Detector
from detections.in_use import correlation_keys
from detections.scan import Scanner
from detections.shown import shown_rules
from detections.sigma.match import PartitionStore
from detections.sigma.ruleset import RuleSet
from ir_platform.app.garbage import set_aside_what_is_loaded
from ir_platform.domain.rules import RuleSettings
from ir_platform.ports import State

log = structlog.get_logger(__name__)

Load = Callable[[RuleSettings], RuleSet]


@dataclass(slots=True, kw_only=True)
class CurrentRules:
    """The rules of the newest decisions; loaded when first asked for, and again when they have changed."""

    state: State
    load: Load
    _known: tuple[int, RuleSet] | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self) -> RuleSet:
        with self._lock:
            with self.state.read() as uow:
                decided = uow.rules.settings()
            if self._known is None or self._known[0] != decided.version:
                self._known = decided.version, self.load(decided)
            return self._known[1]


@dataclass(slots=True, kw_only=True)
class RuleWatch:
    """Makes the intake's scanners. `first` once, then `poll` now and then, from one thread at a time."""

    state: State
    load: Load
    detectors: Callable[[], tuple[Detector, ...]]
    allowance: timedelta
    """How late an event may come."""
    shown: Path
    """Where is written what is in use."""
    kept: Callable[[RuleSettings], PartitionStore | None] | None = None
    """Of the rules of these decisions: what was built of them at an earlier start."""
    _version: int = -1

    def first(self) -> Scanner:
        return self._loaded(self._decided())

    def poll(self) -> Callable[[str], Scanner] | None:
        """Return what makes the scanner of changed rules from the old one's snapshot; None: nothing has changed.

        The rules are loaded here, beside the matching that goes on; only the swap itself stops it.
        """
        with self.state.read() as uow:
            if uow.rules.version() == self._version:
                return None
        scanner = self._loaded(self._decided())
        log.info("rules_changed", version=self._version)

        def renewed(snapshot: str) -> Scanner:
            # It leaves out what belongs to correlations that have changed.
            scanner.restore(snapshot)
            return scanner

        return renewed

    def _decided(self) -> RuleSettings:
        with self.state.read() as uow:
            return uow.rules.settings()

    def _loaded(self, decided: RuleSettings) -> Scanner:
        rules = self.load(decided)
        self._version = decided.version
        _write(self.shown, orjson.dumps({"version": decided.version, **shown_rules(rules)}))
        keys = correlation_keys(rules, decided)
        store = None if self.kept is None else self.kept(decided)
        scanner = Scanner(rules, self.detectors(), allowance=self.allowance, keys=keys, store=store)
        set_aside_what_is_loaded()
        return scanner


def _write(path: Path, content: bytes) -> None:
    """Replace the file as a whole: a reader finds the old or the new."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)

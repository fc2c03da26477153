"""What the program detects with out of the box: its own rules and its detectors. A new detector is listed here."""

from collections.abc import Callable
from pathlib import Path

from detections.detectors.base import Detector
from detections.detectors.port_scan import PortScanDetector
from detections.in_use import SHIPPED_RULES, load_in_use
from detections.sigma.cache import RuleCache
from detections.sigma.ruleset import RuleSet, load_rule_set
from ir_platform.domain.rules import RuleSettings

__all__ = ["DETECTORS", "SHIPPED_RULES", "new_detectors", "packs_folder", "rules_in_use", "shipped_rules"]

DETECTORS: tuple[Callable[[], Detector], ...] = (PortScanDetector,)


def shipped_rules() -> RuleSet:
    """Return our own Sigma rules, compiled."""
    return load_rule_set([SHIPPED_RULES])


def packs_folder(data_dir: Path) -> Path:
    """Return where imported packs are kept (`detections.packs`)."""
    return data_dir / "rules" / "sigma"


def rules_in_use(data_dir: Path, settings: RuleSettings | None = None) -> RuleSet:
    """Return our own rules and those of every pack in use, as the office has decided; None: nothing was decided."""
    cache = RuleCache(data_dir / "rule-cache") if data_dir.is_dir() else None
    return load_in_use(packs_folder(data_dir), settings or RuleSettings(), cache=cache)


def new_detectors() -> tuple[Detector, ...]:
    """Return a fresh instance of every detector."""
    return tuple(make() for make in DETECTORS)

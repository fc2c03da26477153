"""What the program detects with out of the box: its own rules and its detectors. A new detector is listed here."""

from collections.abc import Callable
from pathlib import Path

from detections.detectors.base import Detector
from detections.detectors.port_scan import PortScanDetector
from detections.sigma.ruleset import RuleSet, load_rule_set

SHIPPED_RULES = Path(__file__).parent / "rules" / "sigma"

DETECTORS: tuple[Callable[[], Detector], ...] = (PortScanDetector,)


def shipped_rules() -> RuleSet:
    """Return our own Sigma rules, compiled."""
    return load_rule_set([SHIPPED_RULES])


def new_detectors() -> tuple[Detector, ...]:
    """Return a fresh instance of every detector."""
    return tuple(make() for make in DETECTORS)

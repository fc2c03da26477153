"""What the program detects with out of the box: its own rules and its detectors. A new detector is listed here."""

from collections.abc import Callable
from pathlib import Path

from detections.detectors.base import Detector
from detections.detectors.port_scan import PortScanDetector
from detections.packs import packs_in
from detections.sigma.ruleset import RuleSet, load_apart, load_rule_set

SHIPPED_RULES = Path(__file__).parent / "rules" / "sigma"

DETECTORS: tuple[Callable[[], Detector], ...] = (PortScanDetector,)


def shipped_rules() -> RuleSet:
    """Return our own Sigma rules, compiled."""
    return load_rule_set([SHIPPED_RULES])


def packs_folder(data_dir: Path) -> Path:
    """Return where imported packs are kept (`detections.packs`)."""
    return data_dir / "rules" / "sigma"


def rules_in_use(data_dir: Path) -> RuleSet:
    """Return our own rules and those of every imported pack; no pack changes or silences what is not its own."""
    packs = [[pack.folder] for pack in packs_in(packs_folder(data_dir))]
    return load_apart([[SHIPPED_RULES], *packs])


def new_detectors() -> tuple[Detector, ...]:
    """Return a fresh instance of every detector."""
    return tuple(make() for make in DETECTORS)

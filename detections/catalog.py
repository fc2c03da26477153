"""What the program detects with out of the box: its own rules and its detectors. A new detector is listed here."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from detections.detectors.arp_spoofing import ArpSpoofingDetector
from detections.detectors.base import Detector
from detections.detectors.beaconing import BeaconingDetector
from detections.detectors.brute_force import BruteForceDetector
from detections.detectors.cleartext import CleartextDetector
from detections.detectors.dga import DgaDetector
from detections.detectors.dns_tunnel import DnsTunnelDetector
from detections.detectors.exfiltration import ExfiltrationDetector
from detections.detectors.fan_out import FanOutDetector
from detections.detectors.flood import FloodDetector
from detections.detectors.indicators import IndicatorsDetector
from detections.detectors.long_connection import LongConnectionDetector
from detections.detectors.mining import MiningDetector
from detections.detectors.new_device import NewDeviceDetector
from detections.detectors.office import OfficeThresholds, read_thresholds, thresholds_file
from detections.detectors.port_scan import PortScanDetector
from detections.detectors.rogue_server import RogueServerDetector
from detections.detectors.tor import TorDetector
from detections.detectors.unusual_place import UnusualPlaceDetector
from detections.detectors.weak_tls import WeakTlsDetector
from detections.in_use import SHIPPED_RULES, load_in_use, partitions_in_use, yara_folders
from detections.indicators.feeds import known_indicators
from detections.places import open_countries
from detections.sigma.cache import RuleCache
from detections.sigma.match import PartitionStore
from detections.sigma.ruleset import RuleSet, load_rule_set
from ir_platform.domain.rules import RuleSettings

__all__ = [
    "DETECTORS",
    "SHIPPED_RULES",
    "new_detectors",
    "office_thresholds",
    "packs_folder",
    "rules_in_use",
    "shipped_rules",
    "thresholds_of",
]

DETECTORS: tuple[Callable[..., Detector], ...] = (
    PortScanDetector,
    FloodDetector,
    BruteForceDetector,
    BeaconingDetector,
    DnsTunnelDetector,
    CleartextDetector,
    IndicatorsDetector,
    ExfiltrationDetector,
    FanOutDetector,
    ArpSpoofingDetector,
    RogueServerDetector,
    WeakTlsDetector,
    MiningDetector,
    TorDetector,
    LongConnectionDetector,
    DgaDetector,
    NewDeviceDetector,
    UnusualPlaceDetector,
)
"""Each made with its thresholds and the office's networks."""


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


def kept_partitions(data_dir: Path, settings: RuleSettings) -> PartitionStore | None:
    """Return what keeps what is built of the rules in use; None where nothing can be kept."""
    if not data_dir.is_dir():
        return None
    return partitions_in_use(packs_folder(data_dir), settings, cache=RuleCache(data_dir / "rule-cache"))


def office_thresholds(data_dir: Path) -> OfficeThresholds:
    """Return the office's thresholds and indicators; ours and none where it has none.

    Raises: ThresholdError, FeedError, OSError.
    """
    return replace(
        thresholds_of(thresholds_file(data_dir)),
        indicators=known_indicators(data_dir),
        countries=open_countries(data_dir),
    )


def thresholds_of(path: Path) -> OfficeThresholds:
    """Return the thresholds of a file. Raises: ThresholdError, OSError."""
    return read_thresholds(path, {detector.name: detector.settings for detector in new_detectors()})


def yara_rules_in_use(data_dir: Path, settings: RuleSettings) -> tuple[Path, ...]:
    """Return the folders with the YARA rules of packs in use."""
    return yara_folders(packs_folder(data_dir), settings)


def new_detectors(office: OfficeThresholds | None = None) -> tuple[Detector, ...]:
    """Return a fresh instance of every detector that is on."""
    # One reading of the networks for all: each remembers the addresses it was asked for.
    chosen = OfficeThresholds() if office is None else office
    return tuple(
        make(chosen.of(one.name, one.settings), chosen.networks, **_more(make, chosen))
        for make, one in ((make, make()) for make in DETECTORS)
        if one.name not in chosen.off
    )


def _more(make: Callable[..., Detector], office: OfficeThresholds) -> dict[str, Any]:
    if make is IndicatorsDetector:
        return {"indicators": office.indicators}
    return {"countries": office.countries} if make is UnusualPlaceDetector else {}

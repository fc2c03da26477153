"""The detectors as the office has set them, for whatever detects; a mistake in its file does not stop detection."""

from pathlib import Path

import structlog

from detections.catalog import new_detectors, office_thresholds
from detections.detectors.base import Detector
from detections.detectors.office import ThresholdError
from detections.indicators.feeds import FeedError

log = structlog.get_logger(__name__)


def detectors_in_use(data_dir: Path) -> tuple[Detector, ...]:
    """Return the detectors with the office's thresholds and indicators; with ours where its files cannot be read.

    `irp detectors` refuses a file with a mistake before it is used; one that was broken since must not leave the
    office without any detection.
    """
    try:
        return new_detectors(office_thresholds(data_dir))
    except (ThresholdError, FeedError, OSError) as error:
        log.error("detector_settings_refused", reason=str(error))
        return new_detectors()

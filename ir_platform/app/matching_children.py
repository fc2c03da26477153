"""Which processes of the scaled-out pipeline run on this machine."""

from ir_platform.app.serve import Child
from ir_platform.config import Settings


def matching_children(settings: Settings) -> list[Child]:
    """Return them; none in the embedded form, where the intake process matches."""
    if settings.pipeline != "scaled_out":
        return []
    # One child for all ingest workers: Celery's own parent looks after them.
    ingest = [Child(name="ingest", arguments=("ingest",))] if settings.ingest_workers else []
    owners = [Child(name=f"ranges-{number}", arguments=("ranges",)) for number in range(1, settings.range_owners + 1)]
    return [*ingest, *owners]

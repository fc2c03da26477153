"""Ends of files that were being written when their writer was killed: nobody was told that they are kept.

They are set aside, not thrown away at once, so that somebody can look at what a crash has cost.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

TORN: Final = ".torn"


def torn_files(spool: Path, store: Path) -> list[Path]:
    """Return those of the spool, and those beside the segments of the embedded store."""
    return sorted((*spool.glob(f"*{TORN}"), *store.glob(f"days/*/*{TORN}")))


def remove_torn(spool: Path, store: Path, *, before: datetime) -> int:
    """Remove those that nobody has written since then; return how many."""
    old = [path for path in torn_files(spool, store) if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)

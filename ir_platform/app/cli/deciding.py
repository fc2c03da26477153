"""What commands share that change what the data folder's database holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ir_platform.adapters.files.data_dir import prepare_data_dir
from ir_platform.app.cli.common import settings_from
from ir_platform.app.ids import utc_now
from ir_platform.calendar.zones import zone_of
from ir_platform.config import Settings

if TYPE_CHECKING:
    from ir_platform.adapters.sql.database import SqlState


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    settings: Settings
    state: "SqlState"

    def now(self) -> datetime:
        """Return the moment in the office's zone, whose day positions begin and end with."""
        return utc_now().astimezone(zone_of(self.settings.timezone))


@contextmanager
def prepared_state(data_dir: Path | None) -> Iterator[Prepared]:
    """Yield the state with its tables up to date; what the block recorded is then in the audit trail's checkpoint.

    Raises: DataDirError.
    """
    from ir_platform.app.wiring import note_audit, open_state  # noqa: PLC0415  it loads the whole program

    settings = settings_from(data_dir=data_dir)
    prepare_data_dir(settings.data_dir)
    state = open_state(settings)
    state.migrate()
    yield Prepared(settings=settings, state=state)
    note_audit(settings, state)

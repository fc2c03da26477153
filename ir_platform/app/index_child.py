"""What the process does that keeps the embedded store's index: it looks after it until it is told to stop."""

import signal
import threading

from ir_platform.adapters.events.embedded.index_board import IndexBoard
from ir_platform.adapters.events.embedded.index_process import keep_index
from ir_platform.adapters.events.embedded.layout import FOLDER_NAME
from ir_platform.app.garbage import collect_rarely
from ir_platform.config import Settings


def keep_index_until_told(settings: Settings, board: int) -> None:
    """Return after SIGTERM or SIGINT. `board`: the descriptor of `open_index_board`. Raises: IndexThreadEndedError."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, frame: stopped.set())
    collect_rarely()
    keep_index(settings.data_dir / FOLDER_NAME, IndexBoard(board), stopped=stopped)

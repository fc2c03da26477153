"""The one folder everything lives in."""

from pathlib import Path
from tempfile import TemporaryFile


class DataDirError(Exception):
    """The data folder cannot be made or written to; `reason` is the system's own word."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"folder data tidak dapat ditulis: {path} ({reason}); pilih folder lain dengan IRP_DATA_DIR")
        self.path, self.reason = path, reason


def prepare_data_dir(path: Path) -> Path:
    """Return the folder, made with mode 0700 where it was missing; one that is there keeps its mode.

    Raises: DataDirError.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Only writing shows whether writing works: root passes every check of modes, even on a read-only disk.
        with TemporaryFile(dir=path) as probe:
            probe.write(b"1")
    except OSError as error:
        raise DataDirError(path=path, reason=error.strerror or type(error).__name__) from error
    return path

"""Where alerts go: what cannot be written there is told as such, not as an input that cannot be read."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO


class OutputError(Exception):
    """The output takes no more, or what is to be joined to it later cannot be set aside."""

    def __init__(self, *, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
        """`errno`, and what the system says of it."""

    @property
    def is_reader_gone(self) -> bool:
        """Nobody reads on, as `| head`."""
        return self.code == errno.EPIPE

    @staticmethod
    def of(error: OSError) -> "OutputError":
        return OutputError(code=error.errno or 0, reason=error.strerror or str(error))


class AlertOutput:
    """Bytes to a file that is open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, content: bytes) -> int:
        """Raises: OutputError."""
        try:
            return self._file.write(content)
        except OSError as error:
            raise OutputError.of(error) from error

    def flush(self) -> None:
        """Raises: OutputError."""
        try:
            self._file.flush()
        except OSError as error:
            raise OutputError.of(error) from error

    def append(self, file: IO[bytes]) -> None:
        """Write all of another file. Raises: OutputError."""
        try:
            file.seek(0)
            shutil.copyfileobj(file, self._file)
        except OSError as error:
            raise OutputError.of(error) from error

    @contextmanager
    def shared(self) -> Iterator[int]:
        """Give a descriptor that other processes may write to, one after another. Raises: OutputError."""
        self.flush()
        try:
            descriptor = self._file.fileno()
        except OSError:  # no file of the system's, as a program's own buffer
            with TemporaryFile() as instead:
                yield instead.fileno()
                self.append(instead)
        else:
            yield descriptor

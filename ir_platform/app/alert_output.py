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


@contextmanager
def writing() -> Iterator[None]:
    """Tell what the system refuses while the block writes as an OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(code=error.errno or 0, reason=error.strerror or str(error)) from error


class AlertOutput:
    """Bytes to a file that is open."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, content: bytes) -> int:
        """Raises: OutputError."""
        with writing():
            return self._file.write(content)

    def flush(self) -> None:
        """Raises: OutputError."""
        with writing():
            self._file.flush()

    def append(self, file: IO[bytes]) -> None:
        """Write all of another file. Raises: OutputError."""
        with writing():
            file.seek(0)
            shutil.copyfileobj(file, self._file)

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

"""The SHA-256 of a capture, reckoned beside the pass over its packets: it takes a third as long as that."""

import hashlib
import threading
from pathlib import Path

_CHUNK_BYTES = 1024 * 1024


class FileDigest:
    """Begins at once, in a thread of its own; hashing leaves the interpreter to others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: str | None = None
        self._error: OSError | None = None
        self._is_wanted = True
        self._thread = threading.Thread(target=self._read, name="sha256", daemon=True)
        self._thread.start()

    @property
    def is_known(self) -> bool:
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Nobody will ask for it any more."""
        self._is_wanted = False
        self._thread.join()

    def text(self) -> str:
        """Wait for it and return it in hexadecimal; not after `stop`, unless it was known before. Raises: OSError."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._known is not None
        return self._known

    def _read(self) -> None:
        digest = hashlib.sha256()
        try:
            with self._path.open("rb") as file:
                while self._is_wanted and (chunk := file.read(_CHUNK_BYTES)):
                    digest.update(chunk)
        except OSError as error:
            self._error = error
        if self._is_wanted:
            self._known = digest.hexdigest()

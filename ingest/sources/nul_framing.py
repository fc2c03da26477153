"""GELF over TCP cut into messages: each ends with a null byte (GELF specification 1.1), and none is compressed."""

from ingest.sources.framing import Frame


class NulFramer:
    """Cuts one connection's bytes; memory holds at most one message of `limit_bytes` and what was fed last."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._is_skipping = False

    def feed(self, content: bytes) -> list[Frame]:
        """Return the messages that are whole now, without blanks around them."""
        *ended, rest = content.split(b"\0")
        found: list[Frame] = []
        for part in ended:
            self._take(found, part)
            if not self._is_skipping:
                self._add(found, bytes(self._buffer))
            self._is_skipping = False
            self._buffer.clear()
        self._take(found, rest)
        return found

    def finish(self) -> list[Frame]:
        """Return what is left when the sender closes: some end their last message by that alone."""
        found: list[Frame] = []
        if not self._is_skipping:
            self._add(found, bytes(self._buffer))
        return found

    def _take(self, found: list[Frame], part: bytes) -> None:
        if self._is_skipping:
            return
        self._buffer += part
        if len(self._buffer) > self._limit_bytes:
            found.append(Frame(bytes(self._buffer[: self._limit_bytes]), is_cut=True))
            self._buffer.clear()
            self._is_skipping = True

    def _add(self, found: list[Frame], message: bytes) -> None:
        if stripped := message.strip():
            found.append(Frame(stripped, is_cut=False))

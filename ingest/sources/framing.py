"""Syslog over TCP cut into messages: octet counting or newlines (RFC 6587), told by how each connection begins."""

import re
from typing import Final, NamedTuple

_COUNT_DIGITS: Final = 9
_COUNT: Final = re.compile(rb"\d{1,9} ")
_PART_OF_COUNT: Final = re.compile(rb"\d{1,9}")


class Frame(NamedTuple):
    """One message without its framing; `is_cut` says that it was longer than the limit and lost its end."""

    content: bytes
    is_cut: bool


class BrokenFramingError(Exception):
    """An octet count that is none: nothing after it can be told apart; `before` had come whole."""

    def __init__(self, *, before: "tuple[Frame, ...]" = ()) -> None:
        super().__init__()
        self.before = before


class Framer:
    """Cuts one connection's bytes; memory holds at most two messages of `limit_bytes` and what was fed last."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._counts: bool | None = None
        self._skip_bytes = 0
        """Octets of a long counted message still to be dropped."""
        self._is_skipping_line = False
        self._held: Frame | None = None
        """The newest line of a sender of `<PRI>` lines: what follows with a blank in front belongs to it."""

    @property
    def is_holding(self) -> bool:
        """Whether a line waits for one that may continue it; `release` it when none comes soon."""
        return self._held is not None

    def release(self) -> list[Frame]:
        """Return the line that was held back."""
        held, self._held = self._held, None
        return [] if held is None else [held]

    def feed(self, content: bytes) -> list[Frame]:
        """Return the messages that are whole now. Raises: BrokenFramingError."""
        self._buffer += content
        if self._counts is None:
            self._counts = _begins_with_count(self._buffer)
        if self._counts is None:
            return []
        if not self._counts:
            return self._lines()
        found: list[Frame] = []
        try:
            self._counted(found)
        except BrokenFramingError as error:
            raise BrokenFramingError(before=tuple(found)) from error
        return found

    def finish(self) -> list[Frame]:
        """Return what is left when the sender closes: a last line without its newline; half a counted one is lost."""
        found: list[Frame] = []
        is_line = not self._counts or self._buffer.startswith(b"<")
        if is_line and not self._is_skipping_line and self._buffer:
            self._add_line(found, bytes(self._buffer.rstrip(b"\n")))
        return found + self.release()

    def _lines(self) -> list[Frame]:
        found: list[Frame] = []
        at = 0
        while (end := self._buffer.find(b"\n", at)) >= 0:
            if self._is_skipping_line:
                self._is_skipping_line = False
            else:
                self._add_line(found, bytes(self._buffer[at:end]))
            at = end + 1
        del self._buffer[:at]
        if self._is_skipping_line:
            self._buffer.clear()
        elif len(self._buffer) > self._limit_bytes:
            found += self.release()
            found.append(Frame(bytes(self._buffer[: self._limit_bytes]), is_cut=True))
            self._buffer.clear()
            self._is_skipping_line = True
        return found

    def _add_line(self, found: list[Frame], line: bytes) -> None:
        if len(line) > self._limit_bytes:
            found += self.release()
            found.append(Frame(line[: self._limit_bytes], is_cut=True))
        elif stripped := line.rstrip(b"\r\0"):
            self._hold(found, stripped)

    def _hold(self, found: list[Frame], line: bytes) -> None:
        """Join a line that begins with a blank to the one before (a stack trace over TCP), else let that one go."""
        held = self._held
        continues = held is not None and line[:1] in (b" ", b"\t")
        if held is not None and continues and len(held.content) + 1 + len(line) <= self._limit_bytes:
            self._held = Frame(held.content + b"\n" + line, is_cut=False)
            return
        found += self.release()
        # Only where messages begin with a priority is a line without one known to be none.
        if line.startswith(b"<"):
            self._held = Frame(line, is_cut=False)
        else:
            found.append(Frame(line, is_cut=False))

    def _counted(self, found: list[Frame]) -> None:
        """Add the messages that are whole now. Raises: BrokenFramingError."""
        at = 0
        while True:
            dropped = min(self._skip_bytes, len(self._buffer) - at)
            self._skip_bytes -= dropped
            at += dropped
            # rsyslog ends counted messages with a newline at times, which it does not count.
            while not self._skip_bytes and bytes(self._buffer[at : at + 1]) in (b"\r", b"\n"):
                at += 1
            if self._buffer[at : at + 1] == b"<":
                if (end := self._uncounted_end(at)) is None:
                    break
                self._add_uncounted(found, bytes(self._buffer[at:end]))
                at = end
                continue
            blank = self._buffer.find(b" ", at, at + _COUNT_DIGITS + 1)
            if blank < 0:
                self._check_count(bytes(self._buffer[at : at + _COUNT_DIGITS + 1]), is_whole=False)
                break
            size = self._check_count(bytes(self._buffer[at:blank]), is_whole=True)
            kept = min(size, self._limit_bytes)
            if len(self._buffer) < blank + 1 + kept:
                break
            content = bytes(self._buffer[blank + 1 : blank + 1 + kept])
            at = blank + 1 + kept
            self._skip_bytes = size - kept
            if stripped := content.rstrip(b"\r\n\0"):
                found.append(Frame(content if size > kept else stripped, is_cut=size > kept))
        del self._buffer[:at]

    def _uncounted_end(self, at: int) -> int | None:
        """Return where a line among counted messages ends, as relays forward it; None: not yet.

        Raises: BrokenFramingError for one that does not end.
        """
        end = self._buffer.find(b"\n", at)
        if end < 0 and len(self._buffer) - at > self._limit_bytes:
            raise BrokenFramingError
        return None if end < 0 else end

    def _add_uncounted(self, found: list[Frame], line: bytes) -> None:
        stripped = line.rstrip(b"\r\0")
        found.append(Frame(stripped[: self._limit_bytes], is_cut=len(stripped) > self._limit_bytes))

    def _check_count(self, digits: bytes, *, is_whole: bool) -> int:
        """Raises: BrokenFramingError."""
        if not digits and not is_whole:
            return 0
        if not digits.isdigit() or len(digits) > _COUNT_DIGITS:
            raise BrokenFramingError
        return int(digits)


def _begins_with_count(buffer: bytearray) -> bool | None:
    """Return whether a connection that begins so counts octets; None: that cannot be told yet.

    A line may begin with a digit too: with an address, or with a time.
    """
    if _COUNT.match(buffer):
        return True
    return None if not buffer or _PART_OF_COUNT.fullmatch(buffer) else False

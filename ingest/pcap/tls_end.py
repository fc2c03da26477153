"""Follows the records of one end of a TLS connection until it is plain how far its handshake came, and no further.

Compiled where `tls_end.pxd` lies beside it. Nothing is decrypted: kinds and lengths of records stand in the clear.
"""

CHANGED, FINISHED, DATA, REFUSED, LOST = 1, 2, 4, 8, 16
"""What `TlsEnd.seen` may hold: it changed ciphers; it sent a handshake record after that; it sent application data;
it broke off with a fatal alert; its records could not be followed."""

_CHANGED, _FINISHED, _DATA, _REFUSED, _LOST = CHANGED, FINISHED, DATA, REFUSED, LOST
_CIPHERS_CHANGE, _ALERT, _HANDSHAKE, _APPLICATION, _LAST_RECORD = 20, 21, 22, 23, 24
_ALERT_BYTES, _FATAL = 2, 2
_SECRET_ALERT_BYTES = 24
"""Version 1.3 sends alerts as application data: two bytes, a kind, a tag of at most 16 (RFC 8446 5.2), some room."""
_MOST_PACKETS = 64
"""Of one end: a handshake with a long chain of certificates has less."""


class TlsEnd:
    """What one end has shown so far."""

    def __init__(self) -> None:
        self.seen = 0
        self.is_over = False
        """Whether there is nothing more to learn."""
        self.packets = 0
        self.rest = 0
        """Bytes of the record begun that are still to come."""

    def follow(self, buffer: bytes, at: int, end: int, in_order: bool) -> None:
        """Take the next payload; `at` is -1 where it was not captured."""
        self.packets += 1
        if at < 0 or not in_order or self.packets > _MOST_PACKETS:
            self._stop(_LOST)
            return
        position = at + self.rest
        while position + 5 <= end:
            kind = buffer[position]
            length = buffer[position + 3] << 8 | buffer[position + 4]
            if kind < _CIPHERS_CHANGE or kind > _LAST_RECORD or buffer[position + 1] != 3:
                self._stop(_LOST)
                return
            if kind == _APPLICATION and length > _SECRET_ALERT_BYTES:
                self._stop(_DATA)
                return
            if kind == _ALERT and not self.seen & _CHANGED and _is_fatal(buffer, position + 5, end, length):
                self._stop(_REFUSED)
                return
            if kind == _CIPHERS_CHANGE:
                self.seen |= _CHANGED
            elif kind == _HANDSHAKE and self.seen & _CHANGED:
                self.seen |= _FINISHED
            position += 5 + length
        if position < end:
            self._stop(_LOST)  # the head of a record in two pieces
        else:
            self.rest = position - end

    def _stop(self, why: int) -> None:
        self.seen |= why
        self.is_over = True


def _is_fatal(buffer: bytes, at: int, end: int, length: int) -> bool:
    return length == _ALERT_BYTES and at < end and buffer[at] == _FATAL


def is_established(
    client: int, server: int, *, version: str | None, offers_early_data: bool, is_ended: bool
) -> bool | None:
    """Return whether both ends came to speak in secret, from what each of them has `seen`; None: nobody can say.

    Up to version 1.2 both change ciphers and finish, and application data comes after that (RFC 5246 7.3). In 1.3 what
    a server sends after its hello looks like application data; a client's does only once it has accepted the server
    (RFC 8446 2), unless it sent early data.
    """
    if (client | server) & REFUSED:
        return False
    if version == "1.3":
        if client & DATA and server & (DATA | CHANGED):
            return None if offers_early_data else True
    elif version is not None and (
        server & DATA or (client & DATA and server & CHANGED) or (client & FINISHED and server & FINISHED)
    ):
        return True
    return False if is_ended and not (client | server) & LOST else None

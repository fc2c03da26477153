"""Messages of GELF that came in pieces, put together; what is too much, too old or no piece is refused and counted.

Source: GELF specification, "Chunking": a datagram begins with 0x1e 0x0f, then 8 bytes that name the message, the
number of this piece and how many there are (at most 128); all of them have to come within 5 seconds.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

MAGIC: Final = b"\x1e\x0f"
MAX_PIECES: Final = 128
_NAME_BYTES: Final = 8
_HEAD_BYTES: Final = len(MAGIC) + _NAME_BYTES + 2
_PIECE_COST_BYTES: Final = 128
"""What keeping a piece takes beside its content: many tiny ones must not cost more than they are counted for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkLimits:
    """What may be kept of messages that are not whole yet."""

    age_seconds: float = 5.0
    messages: int = 1_000
    held_bytes: int = 32 * 1024 * 1024
    messages_of_peer: int = 100
    bytes_of_peer: int = 8 * 1024 * 1024
    """One sender's pieces leave room for those of others."""


@dataclass(slots=True, kw_only=True)
class Unfinished:
    """A message that is not whole yet."""

    count: int
    began: float
    pieces: dict[int, bytes] = field(default_factory=dict)
    cost_bytes: int = 0


@dataclass(slots=True)
class Held:
    """How much is kept, of one sender or of all."""

    messages: int = 0
    cost_bytes: int = 0


class Taken(NamedTuple):
    """What became of a datagram."""

    content: bytes | None = None
    """The message that it made whole."""
    is_refused: bool = False
    """It is no piece of a message, or there is no room for it."""


_KEPT: Final = Taken()
_REFUSED: Final = Taken(is_refused=True)
Key = tuple[str, bytes]
"""Address of the sender and the message's name: nobody adds to another's message."""


class Chunks:
    """Times are the monotonic clock's, in seconds."""

    def __init__(self, limits: ChunkLimits) -> None:
        self._limits = limits
        self._unfinished: dict[Key, Unfinished] = {}
        """Oldest first."""
        self._of_peer: dict[str, Held] = {}
        self._all = Held()

    @property
    def held(self) -> Held:
        return self._all

    def take(self, datagram: bytes, *, peer: str, now: float) -> Taken:
        """Take in a datagram that begins with MAGIC; call `forget_old` before."""
        if len(datagram) < _HEAD_BYTES:
            return _REFUSED
        key = peer, datagram[len(MAGIC) : len(MAGIC) + _NAME_BYTES]
        number, count = datagram[_HEAD_BYTES - 2 : _HEAD_BYTES]
        if not number < count <= MAX_PIECES:
            return _REFUSED
        piece = datagram[_HEAD_BYTES:]
        message = self._unfinished.get(key)
        if message is not None:
            if message.count != count:
                return _REFUSED
            if number in message.pieces:  # the network doubles datagrams; another content is somebody's forgery
                return _KEPT if message.pieces[number] == piece else _REFUSED
        if not self._has_room(peer, len(piece), is_new=message is None):
            return _REFUSED
        self._keep(key, message or Unfinished(count=count, began=now), number, piece)
        return self._whole(key)

    def forget_old(self, now: float) -> int:
        """Give up what did not become whole in time; return how many messages that were."""
        old = 0
        for key, message in tuple(self._unfinished.items()):
            if now - message.began <= self._limits.age_seconds:
                break
            self._let_go(key)
            old += 1
        return old

    def _has_room(self, peer: str, size_bytes: int, *, is_new: bool) -> bool:
        limits, own, cost = self._limits, self._of_peer.get(peer, Held()), size_bytes + _PIECE_COST_BYTES
        return (
            self._all.messages + is_new <= limits.messages
            and own.messages + is_new <= limits.messages_of_peer
            and self._all.cost_bytes + cost <= limits.held_bytes
            and own.cost_bytes + cost <= limits.bytes_of_peer
        )

    def _keep(self, key: Key, message: Unfinished, number: int, piece: bytes) -> None:
        is_new = key not in self._unfinished
        cost = len(piece) + _PIECE_COST_BYTES
        self._unfinished[key] = message
        message.pieces[number] = piece
        message.cost_bytes += cost
        for held in (self._all, self._of_peer.setdefault(key[0], Held())):
            held.messages += is_new
            held.cost_bytes += cost

    def _whole(self, key: Key) -> Taken:
        message = self._unfinished[key]
        if len(message.pieces) < message.count:
            return _KEPT
        self._let_go(key)
        return Taken(b"".join(message.pieces[number] for number in range(message.count)))

    def _let_go(self, key: Key) -> None:
        message = self._unfinished.pop(key)
        own = self._of_peer[key[0]]
        for held in (self._all, own):
            held.messages -= 1
            held.cost_bytes -= message.cost_bytes
        if not own.messages:
            del self._of_peer[key[0]]

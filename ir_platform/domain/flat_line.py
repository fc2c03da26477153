"""A line of flat JSON taken apart where it lies: which fields it has, and from where to where each value is written.

No object is made of a value before somebody asks for it, and lines with the same names share what is known of them.
Only what is written in the one way that most programs write is taken; everything else is left to a JSON parser, which
reads it or refuses it. Compiled where it can be (`flat_line.pxd`), and meant for that: without, a parser is quicker.
"""

from array import array
from typing import Final

PLAIN: Final = 0
"""Text in ASCII and without escapes; the quotes are part of the value here and below."""
TEXT: Final = 1
INTEGER: Final = 2
"""Of at most 18 digits."""
LITERAL: Final = 3
"""true or false."""
LIST: Final = 4
"""Of texts, integers, true and false; not empty."""

MAX_FIELDS: Final = 256
MAX_KNOWN_NAMES: Final = 20_000
MAX_NAME_BYTES: Final = 128
"""Names come from lines, so from anybody: beyond these all are forgotten (10 MB); a line with a longer one is left."""

_PLAIN, _TEXT, _INTEGER, _LITERAL, _LIST = PLAIN, TEXT, INTEGER, LITERAL, LIST
_MAX_FIELDS, _MAX_KNOWN_NAMES, _MAX_NAME_BYTES, _MAX_DIGITS = MAX_FIELDS, MAX_KNOWN_NAMES, MAX_NAME_BYTES, 18
_QUOTE: Final = 0x22
_COMMA: Final = 0x2C
_MINUS: Final = 0x2D
_ZERO: Final = 0x30
_NINE: Final = 0x39
_COLON: Final = 0x3A
_OPEN_LIST: Final = 0x5B
_BACKSLASH: Final = 0x5C
_CLOSE_LIST: Final = 0x5D
_LETTER_F: Final = 0x66
_LETTER_T: Final = 0x74
_LETTER_U: Final = 0x75
_OPEN: Final = 0x7B
_CLOSE: Final = 0x7D
_SPACE: Final = 0x20
_BEYOND_ASCII: Final = 0x80
_SHORT: Final = b"bfnrt"
_HEX: Final = b"0123456789abcdef"
_TRUE: Final = b"true"
_FALSE: Final = b"false"
_WITH_LETTER: Final = b"89acd"
"""Last digits of the control characters that are written `\\b`, `\\t`, `\\n`, `\\f` and `\\r`."""
_EMPTY_BYTES: Final = len('""')
_UNKNOWN: Final = -1


class Names:
    """The names of an object's fields in their order; one object per order that lines have shown."""

    def __init__(self, parent: "Names | None", key: bytes) -> None:
        """`key`: how the last name is written, with the quote behind it and the colon."""
        self._parent = parent
        self._key = key
        self._next: dict[bytes, Names] = {}
        self._likely: Names | None = None
        self._all: tuple[str, ...] | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Return the names, the first first."""
        if self._all is None:
            self._all = tuple([key.removesuffix(b'":').decode() for key in reversed(self._keys())])
        return self._all

    def _keys(self) -> list[bytes]:
        """Return the names as they are written, the last first."""
        keys: list[bytes] = []
        here = self
        while here._parent is not None:
            keys.append(here._key)
            here = here._parent
        return keys


class FlatLine:
    """Holds one line at a time: what is read replaces what was there."""

    def __init__(self) -> None:
        self._first = Names(None, b"")
        self.known = 0
        """How many names are remembered."""
        self.line = b""
        self.names: Names | None = None
        """None: the line is not taken apart."""
        self.is_compact = False
        """Say whether nothing stands between names and values but what has to."""
        self.has_value = False
        """Say whether a value is neither empty nor 0 nor false."""
        self.starts = array("q", bytes(8 * _MAX_FIELDS))
        self.ends = array("q", bytes(8 * _MAX_FIELDS))
        self.kinds = array("q", bytes(8 * _MAX_FIELDS))
        """Of the values, in the order of the names; what stands behind the last one is of an earlier line."""
        self._kind = _PLAIN
        self._seen: set[bytes] | None = None

    def read(self, line: bytes) -> bool:
        """Take a line apart; say whether it is one that this does. `line`: without its end."""
        self.line = line
        self.names = None
        if len(self.line) < len('{"":0}') or line[0] != _OPEN:
            return False
        self.is_compact, self.has_value = True, False
        names = self._read_fields(line)
        self.names = names
        return names is not None

    def raw(self, slot: int) -> bytes:
        """Return a value as it is written."""
        return _between(self.line, self.starts[slot], self.ends[slot])

    def says(self, slot: int, raw: bytes) -> bool:
        """Say whether a value is written like this."""
        start = self.starts[slot]
        return self.ends[slot] - start == len(raw) and _stands_at(self.line, start, raw)

    def is_empty(self, slot: int) -> bool:
        """Say whether a value is the empty text."""
        return self.ends[slot] - self.starts[slot] == _EMPTY_BYTES and self.kinds[slot] == _PLAIN

    def _read_fields(self, line: bytes) -> Names | None:
        at, count, size = 1, 0, len(line)
        here = self._first
        self._seen = None
        while True:
            if count == _MAX_FIELDS:
                return None
            following = self._name_at(line, at, here)
            if following is None:
                return None
            here = following
            at += 1 + len(here._key)
            if at < size and line[at] == _SPACE:
                self.is_compact = False
                at += 1
            end = self._value_at(line, at, size, count)
            if end < 0 or end >= size:
                return None
            count += 1
            if line[end] == _CLOSE:
                return here if end + 1 == size else None
            if line[end] != _COMMA:
                return None
            at = end + 1
            if at < size and line[at] == _SPACE:
                self.is_compact = False
                at += 1

    # --- names --------------------------------------------------------------------------------------------------------

    def _name_at(self, line: bytes, at: int, here: Names) -> Names | None:
        """Return the names with the one that begins at `at`; None where none does."""
        if at >= len(line) or line[at] != _QUOTE:
            return None
        likely = here._likely
        if likely is not None and _stands_at(line, at + 1, likely._key):
            return likely
        end = _end_of_name(line, at + 1)
        if end < 0:
            return None
        key = _between(line, at + 1, end)
        following = here._next.get(key)
        if following is None:
            following = self._new(here, key)
            if following is None:
                return None
        here._likely = following
        return following

    def _new(self, here: Names, key: bytes) -> Names | None:
        """Return the names with a further one; None where it is there already: of two values the last would count."""
        if self._seen is None:
            self._seen = set(here._keys())
        if key in self._seen:
            return None
        self._seen.add(key)
        if self.known >= _MAX_KNOWN_NAMES:
            self._first = Names(None, b"")
            self.known = 0
        self.known += 1
        following = here._next[key] = Names(here, key)
        return following

    # --- values -------------------------------------------------------------------------------------------------------

    def _value_at(self, line: bytes, at: int, size: int, slot: int) -> int:
        """Return where the value that begins at `at` ends, and note it; a negative number where it is not known."""
        if at >= size:
            return _UNKNOWN
        first = line[at]
        if first == _OPEN_LIST:
            end = self._list_end(line, at + 1, size)
            self._kind = _LIST
        else:
            end = self._scalar_end(line, at, size)
        self.starts[slot], self.ends[slot], self.kinds[slot] = at, end, self._kind
        if not (first in (_ZERO, _LETTER_F) or (first == _QUOTE and end - at == _EMPTY_BYTES)):
            self.has_value = True
        return end

    def _list_end(self, line: bytes, at: int, size: int) -> int:
        while at < size:
            end = self._scalar_end(line, at, size)
            if end < 0 or end >= size:
                return _UNKNOWN
            if line[end] == _CLOSE_LIST:
                return end + 1
            if line[end] != _COMMA:
                return _UNKNOWN
            at = end + 1
            if at < size and line[at] == _SPACE:
                self.is_compact = False
                at += 1
        return _UNKNOWN

    def _scalar_end(self, line: bytes, at: int, size: int) -> int:
        first = line[at]
        if first == _QUOTE:
            self._kind = _PLAIN
            at += 1
            # Most texts are plain.
            while at < size:
                byte = line[at]
                if byte == _QUOTE:
                    return at + 1
                if byte == _BACKSLASH or byte < _SPACE or byte >= _BEYOND_ASCII:
                    break
                at += 1
            self._kind = _TEXT
            return _text_end(line, at, size)
        if first in (_LETTER_T, _LETTER_F):
            self._kind = _LITERAL
            word = _TRUE if first == _LETTER_T else _FALSE
            return at + len(word) if _stands_at(line, at, word) else _UNKNOWN
        self._kind = _INTEGER
        return _integer_end(line, at, size)


def _between(line: bytes, start: int, end: int) -> bytes:
    # Compiled, `content` is a pointer, which knows no end.
    if not 0 <= start <= end <= len(line):
        raise IndexError(end)
    content = line
    return content[start:end]


def _stands_at(line: bytes, at: int, word: bytes) -> bool:
    length = len(word)
    if at + length > len(line):
        return False
    for place in range(length):  # noqa: SIM110  compiled, a loop is quicker than a generator
        if line[at + place] != word[place]:
            return False
    return True


def _end_of_name(line: bytes, at: int) -> int:
    """Return where the name that begins at `at` ends with its quote and colon; a negative number where it does not."""
    size = min(len(line), at + _MAX_NAME_BYTES + 2)
    while at < size:
        byte = line[at]
        if byte == _QUOTE:
            return at + 2 if at + 1 < size and line[at + 1] == _COLON else _UNKNOWN
        if byte == _BACKSLASH or byte < _SPACE or byte >= _BEYOND_ASCII:
            return _UNKNOWN
        at += 1
    return _UNKNOWN


def _integer_end(line: bytes, at: int, size: int) -> int:
    if line[at] == _MINUS:
        at += 1
        if at < size and line[at] == _ZERO:
            return _UNKNOWN
    start = at
    while at < size and _ZERO <= line[at] <= _NINE:
        at += 1
    digits = at - start
    if digits == 0 or digits > _MAX_DIGITS or (digits > 1 and line[start] == _ZERO):
        return _UNKNOWN
    return at


def _text_end(line: bytes, at: int, size: int) -> int:
    """Return where the text that goes on at `at` ends with its quote."""
    while at < size:
        byte = line[at]
        if byte == _QUOTE:
            return at + 1
        if _SPACE <= byte < _BEYOND_ASCII and byte != _BACKSLASH:
            at += 1
            continue
        if byte < _SPACE:
            return _UNKNOWN
        end = _escape_end(line, at + 1, size) if byte == _BACKSLASH else _character_end(line, at, size)
        if end < 0:
            return _UNKNOWN
        at = end
    return _UNKNOWN


def _escape_end(line: bytes, at: int, size: int) -> int:
    """Return where what stands behind a backslash ends, written as orjson writes it."""
    if at >= size:
        return _UNKNOWN
    byte = line[at]
    if byte in (_BACKSLASH, _QUOTE):
        return at + 1
    if byte != _LETTER_U:
        return at + 1 if byte in _SHORT else _UNKNOWN
    if at + 5 > size or line[at + 1] != _ZERO or line[at + 2] != _ZERO or line[at + 4] not in _HEX:
        return _UNKNOWN
    if line[at + 3] == _ZERO:
        return _UNKNOWN if line[at + 4] in _WITH_LETTER else at + 5
    return at + 5 if line[at + 3] == _ZERO + 1 else _UNKNOWN


def _character_end(line: bytes, at: int, size: int) -> int:
    """Return where a character beyond ASCII ends in UTF-8 (RFC 3629, section 4)."""
    first = line[at]
    low, high = 0x80, 0xBF
    if 0xC2 <= first <= 0xDF:
        end = at + 2
    elif 0xE0 <= first <= 0xEF:
        end = at + 3
        low, high = 0xA0 if first == 0xE0 else 0x80, 0x9F if first == 0xED else 0xBF
    elif 0xF0 <= first <= 0xF4:
        end = at + 4
        low, high = 0x90 if first == 0xF0 else 0x80, 0x8F if first == 0xF4 else 0xBF
    else:
        return _UNKNOWN
    if end > size:
        return _UNKNOWN
    for place in range(at + 1, end):
        byte = line[place]
        if byte < low or byte > high:
            return _UNKNOWN
        low, high = 0x80, 0xBF
    return end

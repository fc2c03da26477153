"""Read a search query: text to tree.

    failed password              both words (a space means AND)
    "failed password"            these words one after another
    user.name:root AND NOT host.name:web-1
    source.ip:10.0.0.0/8         also without a field: in any address field
    destination.port:[1 TO 1024] {1 TO 1024} >=1024
    @timestamp:2026-11-20        that whole day, UTC
    process.name:cmd*            * any text, ? one character
    user.name:(root OR admin)    _exists_:user.name    *

AND, OR and NOT are written in capitals; `&&`, `||`, `!`, `-` and `+` do the same. NOT binds closest, then AND, then OR.
A backslash takes away the meaning of a special character and stands for itself before any other (`C:\\Windows`).
"""

from dataclasses import replace
from ipaddress import ip_network
from typing import Final, TypeVar

from ir_platform.adapters.events.query.evaluate import word_patterns
from ir_platform.adapters.events.query.fields import ADDRESS_FIELDS, Kind, kind_of
from ir_platform.adapters.events.query.syntax import (
    AddressRange,
    And,
    AnyCharacter,
    AnyText,
    Everything,
    Exists,
    Literal,
    Match,
    Not,
    NumberRange,
    Or,
    Query,
    TimeRange,
    Wildcard,
)
from ir_platform.adapters.events.query.text import address, address_text, fold, number, number_text, time_span, words
from ir_platform.ports import BadQueryError

MAX_CHARACTERS: Final = 4_096
MAX_DEPTH: Final = 32
MAX_CLAUSES: Final = 256
MAX_WILDCARDS: Final = 16
MAX_PHRASE_WORDS: Final = 64

_SPECIAL: Final = frozenset('+-&|!(){}[]^"~*?:\\/<>= ')
_ENDS_TERM: Final = frozenset(' \t\r\n()"')
_LAST_ADDRESS: Final = 2**128 - 1
Part = Literal | AnyText | AnyCharacter
_Bound = TypeVar("_Bound")


def parse_query(text: str) -> Query:
    """Return what the query asks for. Raises: BadQueryError."""
    if len(text) > MAX_CHARACTERS:
        raise BadQueryError(query=text[:80], at=MAX_CHARACTERS, reason=f"Kueri melebihi {MAX_CHARACTERS} karakter")
    reader = _Reader(text)
    reader.skip_space()
    if reader.at_end():
        return Everything()
    found = reader.any_of(field=None, depth=0)
    if not reader.at_end():
        raise reader.refuse("Kurung tutup tanpa kurung buka" if reader.peek() == ")" else "Tidak dapat dibaca")
    return found


class _Reader:
    """A recursive-descent reader; one method per rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._clauses = text, 0, 0

    # --- grammar ---

    def any_of(self, *, field: str | None, depth: int) -> Query:
        if depth > MAX_DEPTH:
            raise self.refuse(f"Kurung bersarang lebih dari {MAX_DEPTH} tingkat")
        parts = [self._all_of(field=field, depth=depth)]
        while self._take_operator("OR", "||"):
            parts.append(self._all_of(field=field, depth=depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all_of(self, *, field: str | None, depth: int) -> Query:
        parts = [self._one(field=field, depth=depth)]
        while True:
            joined = self._take_operator("AND", "&&")
            if not joined and (self.at_end() or self.peek() == ")" or self._sees_operator("OR", "||")):
                return parts[0] if len(parts) == 1 else And(tuple(parts))
            parts.append(self._one(field=field, depth=depth))

    def _one(self, *, field: str | None, depth: int) -> Query:
        self.skip_space()
        negated = False
        while self._take_prefix():
            negated = not negated
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise self.refuse(f"Lebih dari {MAX_CLAUSES} syarat")
        found = self._clause(field=field, depth=depth)
        self.skip_space()
        return Not(found) if negated else found

    def _take_prefix(self) -> bool:
        """Take NOT, `!`, `-` or `+`; True where it negates."""
        while True:
            self.skip_space()
            if self._take_operator("NOT"):
                return True
            sign = self.peek()
            if sign not in ("+", "-", "!") or self._at + 1 >= len(self._text) or self._text[self._at + 1].isspace():
                return False
            self._at += 1
            if sign != "+":
                return True

    def _clause(self, *, field: str | None, depth: int) -> Query:
        if self.at_end():
            raise self.refuse("Syarat pencarian diharapkan di sini")
        if self._sees_operator("AND", "OR", "&&", "||"):
            raise self.refuse("Operator tanpa syarat di sebelah kirinya")
        if self.peek() == "(":
            return self._group(field=field, depth=depth)
        if field is not None:
            return self._value(field)
        start, name = self._at, self._field_name()
        if name is None:
            return self._value(None)
        self.skip_space()
        if self.at_end():
            raise self.refuse(f"Nilai untuk field {name} diharapkan di sini", at=start)
        if self.peek() == "(":
            return self._group(field=name, depth=depth)
        return self._value(name)

    def _group(self, *, field: str | None, depth: int) -> Query:
        opened = self._at
        self._at += 1
        found = self.any_of(field=field, depth=depth + 1)
        if self.peek() != ")":
            raise self.refuse("Kurung buka tanpa kurung tutup", at=opened)
        self._at += 1
        return found

    def _value(self, field: str | None) -> Query:
        start = self._at
        if field is not None and self.peek() in ("[", "{"):
            return self._bracket_range(field)
        if field is not None and self.peek() in ("<", ">"):
            return self._comparison(field)
        if self.peek() == '"':
            return self._match(field, self._quoted(), start)
        parts = self._parts()
        if not parts:
            raise self.refuse("Tidak dapat dibaca")
        if all(isinstance(part, Literal) for part in parts):
            return self._match(field, "".join(part.text for part in parts if isinstance(part, Literal)), start)
        return self._wildcard(field, parts, start)

    # --- meaning ---

    def _match(self, field: str | None, text: str, start: int) -> Query:  # noqa: PLR0911  one line per kind
        if field == "_exists_":
            return Exists(text)
        kind = Kind.TEXT if field is None else kind_of(field)
        if field is None and "/" in text and (block := _network(text)) is not None:
            return Or(tuple(AddressRange(name, *block) for name in ADDRESS_FIELDS))
        if field is None or kind is Kind.TEXT:
            return Match(field, self._checked_words(text, start))
        if kind in (Kind.TIME, Kind.DATE):
            return TimeRange(field, *self._time(text, start))
        if kind is Kind.ADDRESS:
            return self._address_match(field, text, start)
        if kind is Kind.NUMBER and (value := number(text)) is not None:
            return Match(field, number_text(value))
        if kind is Kind.MIXED and len(words(fold(text))) > MAX_PHRASE_WORDS:
            raise self.refuse(f"Lebih dari {MAX_PHRASE_WORDS} kata berurutan", at=start)
        return Match(field, text)

    def _checked_words(self, text: str, start: int) -> str:
        found = words(fold(text))
        if not found:
            raise self.refuse("Tidak ada kata yang dapat dicari", at=start)
        if len(found) > MAX_PHRASE_WORDS:
            raise self.refuse(f"Lebih dari {MAX_PHRASE_WORDS} kata berurutan", at=start)
        return text

    def _address_match(self, field: str, text: str, start: int) -> Query:
        found = address(text)
        if found is not None:
            return Match(field, address_text(found))
        if "/" not in text:
            return Match(field, text)
        if (block := _network(text)) is None:
            raise self.refuse("Blok alamat ditulis seperti 10.0.0.0/8", at=start)
        return AddressRange(field, *block)

    def _wildcard(self, field: str | None, parts: tuple[Part, ...], start: int) -> Query:
        if sum(not isinstance(part, Literal) for part in parts) > MAX_WILDCARDS:
            raise self.refuse(f"Lebih dari {MAX_WILDCARDS} karakter * atau ?", at=start)
        if all(isinstance(part, AnyText) for part in parts):
            return Everything() if field is None else Exists(field)
        kind = Kind.TEXT if field is None else kind_of(field)
        if field == "_exists_" or kind in (Kind.TIME, Kind.ID):
            raise self.refuse(f"* dan ? tidak dapat dipakai pada {field}", at=start)
        if kind is Kind.TEXT and not word_patterns(parts):
            raise self.refuse("Tidak ada kata yang dapat dicari", at=start)
        return Wildcard(field, parts)

    def _comparison(self, field: str) -> Query:
        start = self._at
        sign = self.peek()
        self._at += 1
        inclusive = self.peek() == "="
        self._at += inclusive
        self.skip_space()
        bound = self._bound_text(_ENDS_TERM)
        if bound in ("", "*"):
            raise self.refuse("Batas diharapkan setelah tanda perbandingan")
        if sign == ">":
            return self._range(field, bound, None, inclusive, True, start)
        return self._range(field, None, bound, True, inclusive, start)

    def _bracket_range(self, field: str) -> Query:
        start = self._at
        includes_low = self.peek() == "["
        self._at += 1
        low = self._bound_text(frozenset(" \t\r\n]}"))
        self.skip_space()
        if not self._text.startswith("TO", self._at):
            raise self.refuse("Rentang ditulis [awal TO akhir]", at=start)
        self._at += 2
        high = self._bound_text(frozenset(" \t\r\n]}"))
        self.skip_space()
        if self.peek() not in ("]", "}"):
            raise self.refuse("Rentang ditulis [awal TO akhir]", at=start)
        includes_high = self.peek() == "]"
        self._at += 1
        bounds = [None if bound == "*" else bound for bound in (low, high)]
        return self._range(field, bounds[0], bounds[1], includes_low, includes_high, start)

    def _range(
        self, field: str, low: str | None, high: str | None, includes_low: bool, includes_high: bool, start: int
    ) -> Query:
        if low is None and high is None:
            return Exists(field)
        kind = kind_of(field)
        if kind in (Kind.TEXT, Kind.ID) or field == "_exists_":
            raise self.refuse(f"Rentang tidak dapat dipakai pada {field}", at=start)
        if kind in (Kind.TIME, Kind.DATE):
            from_us = None if low is None else self._time(low, start)[0 if includes_low else 1]
            to_us = None if high is None else self._time(high, start)[1 if includes_high else 0]
            return TimeRange(field, from_us, to_us)
        if kind is Kind.ADDRESS:
            first = 0 if low is None else self._address(low, start) + (not includes_low)
            last = _LAST_ADDRESS if high is None else self._address(high, start) - (not includes_high)
            return AddressRange(field, first, last)
        asked = NumberRange(field, None, None, includes_low, includes_high)
        if low is not None:
            asked = replace(asked, low=self._number(low, start))
        return asked if high is None else replace(asked, high=self._number(high, start))

    def _time(self, text: str, start: int) -> tuple[int, int]:
        return self._need(time_span(text), "Waktu ditulis seperti 2026-11-20 atau 2026-11-20T12:00:00+08:00", start)

    def _address(self, text: str, start: int) -> int:
        return self._need(address(text), f"Bukan alamat IP: {text}", start)

    def _number(self, text: str, start: int) -> float:
        return self._need(number(text), "Rentang hanya untuk angka, waktu, dan alamat IP", start)

    def _need(self, value: _Bound | None, reason: str, start: int) -> _Bound:
        if value is None:
            raise self.refuse(reason, at=start)
        return value

    # --- letters ---

    def refuse(self, reason: str, *, at: int | None = None) -> BadQueryError:
        return BadQueryError(query=self._text, at=self._at if at is None else at, reason=reason)

    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def skip_space(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _sees_operator(self, *names: str) -> str | None:
        """Return the operator that stands here as a word of its own."""
        for name in names:
            after = self._text[self._at + len(name) : self._at + len(name) + 1]
            if self._text.startswith(name, self._at) and (not name.isalpha() or not after or after in " \t\r\n("):
                return name
        return None

    def _take_operator(self, *names: str) -> bool:
        self.skip_space()
        name = self._sees_operator(*names)
        if name is None:
            return False
        self._at += len(name)
        self.skip_space()
        return True

    def _field_name(self) -> str | None:
        """Take `name:`; None (and nothing taken) where no field is named, or an address such as `fe80::1` stands."""
        end = self._at
        while end < len(self._text) and self._text[end] not in _ENDS_TERM:
            end += 1
        if address(self._text[self._at : end]) is not None or _network(self._text[self._at : end]) is not None:
            return None
        name, at = [], self._at
        while at < end and self._text[at] != ":":
            if self._text[at] == "\\" and at + 1 < end and self._text[at + 1] in _SPECIAL:
                at += 1
            elif self._text[at] in "*?[]{}<>":
                return None
            name.append(self._text[at])
            at += 1
        if at >= end or not name:
            return None
        self._at = at + 1
        return "".join(name)

    def _quoted(self) -> str:
        opened, found = self._at, []
        self._at += 1
        while self.peek() != '"':
            if self.at_end():
                raise self.refuse("Tanda kutip tidak ditutup", at=opened)
            found.append(self._character())
        self._at += 1
        if not self.at_end() and not self.peek().isspace() and self.peek() not in ")]}":
            raise self.refuse("Spasi diharapkan setelah tanda kutip")
        return "".join(found)

    def _character(self) -> str:
        """Take one character, or the one after a backslash that takes its meaning away."""
        letter = self.peek()
        self._at += 1
        if letter == "\\" and self.peek() in _SPECIAL and not self.at_end():
            letter = self.peek()
            self._at += 1
        return letter

    def _parts(self) -> tuple[Part, ...]:
        parts: list[Part] = []
        literal: list[str] = []
        while not self.at_end() and self.peek() not in _ENDS_TERM:
            if self.peek() in "*?":
                if literal:
                    parts.append(Literal("".join(literal)))
                    literal = []
                sign: Part = AnyText() if self.peek() == "*" else AnyCharacter()
                if not (isinstance(sign, AnyText) and parts and isinstance(parts[-1], AnyText)):
                    parts.append(sign)
                self._at += 1
            else:
                literal.append(self._character())
        if literal:
            parts.append(Literal("".join(literal)))
        return tuple(parts)

    def _bound_text(self, ends: frozenset[str]) -> str:
        self.skip_space()
        if self.peek() == '"':
            return self._quoted()
        found = []
        while not self.at_end() and self.peek() not in ends:
            found.append(self._character())
        return "".join(found)


def _network(text: str) -> tuple[int, int] | None:
    """Return first and last address of a CIDR block; host bits that are set are ignored, as Elasticsearch does."""
    if "/" not in text:
        return None
    try:
        block = ip_network(text, strict=False)
    except ValueError:
        return None
    first, last = address(str(block.network_address)), address(str(block.broadcast_address))
    return None if first is None or last is None else (first, last)

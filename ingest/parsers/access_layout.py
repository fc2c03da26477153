"""Format strings of web servers' access logs: Apache's `LogFormat` and nginx's `log_format`, text or JSON.

Source: Apache HTTP Server mod_log_config; nginx ngx_http_log_module and the variables of its core. A format is compiled
to one pattern; what may stand in a value is told by the character that follows it, and escaped quotes are taken.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

MAX_LENGTH: Final = 2_000
MAX_VALUES: Final = 60
ACCESS: Final = "access"
"""The format that these are for."""
_SHOWN: Final = 20
_IGNORED: Final = ""
_QUOTED: Final = re.compile(r"(?:'[^']*'\s*)++;?")
_PIECE: Final = re.compile(r"'([^']*)'")
_APACHE: Final = re.compile(r"%%|%(?:[<>!]|[\d,]{3,40})?(?:\{(?P<name>[^{}]{1,100})\})?(?P<letter>\^?[a-zA-Z]{1,2})")
_NGINX: Final = re.compile(r"\$(?:\{(?P<braced>\w{1,64})\}|(?P<plain>\w{1,64}))")
_LETTERS: Final = {
    "h": "client", "a": "client", "l": _IGNORED, "u": "user", "t": "clf_time", "r": "request", "s": "status",
    "b": "body_bytes", "B": "body_bytes", "O": "response_bytes", "I": "request_bytes", "D": "took_us", "T": "took_s",
    "v": "host", "V": "host", "p": "server_port", "A": "server", "m": "method", "U": "path", "q": "query",
    "H": "protocol", "f": "file", "P": "pid", "k": _IGNORED, "X": _IGNORED, "L": "request_id", "R": _IGNORED,
}  # fmt: skip
_INPUT_HEADERS: Final = {
    "referer": "referrer", "user-agent": "agent", "host": "host", "x-forwarded-for": "forwarded",
    "x-real-ip": "forwarded",
}  # fmt: skip
_VARIABLES: Final = {
    "remote_addr": "client", "realip_remote_addr": _IGNORED, "remote_user": "user", "time_local": "clf_time",
    "time_iso8601": "iso_time", "msec": "epoch", "request": "request", "status": "status",
    "body_bytes_sent": "body_bytes", "bytes_sent": "response_bytes", "request_length": "request_bytes",
    "request_time": "took_s", "http_referer": "referrer", "http_user_agent": "agent", "http_host": "host",
    "host": "host", "server_name": "host", "http_x_forwarded_for": "forwarded", "http_x_real_ip": "forwarded",
    "server_port": "server_port", "server_addr": "server", "remote_port": "client_port", "request_method": "method",
    "uri": "path", "request_uri": "url", "args": "query", "query_string": "query", "server_protocol": "protocol",
    "scheme": "scheme", "request_id": "request_id", "ssl_protocol": "tls", "ssl_cipher": "cipher", "pid": "pid",
}  # fmt: skip
_ALIASES: Final = {
    "time": "iso_time", "timestamp": "iso_time", "@timestamp": "iso_time", "ts": "epoch", "client_ip": "client",
    "clientip": "client", "remote_ip": "client", "method": "method", "url": "url", "path": "path", "query": "query",
    "user_agent": "agent",
    "useragent": "agent", "referer": "referrer", "referrer": "referrer", "x_forwarded_for": "forwarded",
    "response_code": "status", "status_code": "status", "size": "body_bytes", "bytes": "body_bytes", "vhost": "host",
    "protocol": "protocol", "user": "user",
}  # fmt: skip
"""What keys are called in JSON that people write by hand."""
JSON_KEYS: Final[Mapping[str, str]] = {**_ALIASES, **{name: what for name, what in _VARIABLES.items() if what}}


class BadLayoutError(Exception):
    """A format string cannot be read; `reason` is in Bahasa Indonesia and names the place, where there is one."""

    def __init__(self, reason: str, *, at: int | None = None) -> None:
        """`at`: the character of the text as it was given, from 0."""
        self.reason = reason if at is None else f"{reason} (huruf ke-{at + 1})"
        self.at = at
        self.said = reason
        super().__init__(self.reason)


class Layout(NamedTuple):
    """A compiled format string."""

    pattern: re.Pattern[str] | None
    """Of a line of text; None for JSON."""
    names: tuple[str, ...]
    """What each group holds."""
    keys: Mapping[str, str]
    """For JSON: what each key holds."""


def fault_of_format_string(text: str, *, format: str) -> str | None:
    """Return why a source that is read as this format cannot have this format string; None where it can."""
    if format != ACCESS:
        return f"hanya untuk format {ACCESS}, bukan {format}"
    try:
        compile_layout(text)
    except BadLayoutError as error:
        return error.reason
    return None


def compile_layout(given: str) -> Layout:
    """Return the format. Raises: BadLayoutError."""
    text, places = _unwrapped(given)
    if not 0 < len(text) <= MAX_LENGTH:
        raise BadLayoutError(f"format string kosong atau lebih panjang dari {MAX_LENGTH} huruf")
    try:
        return _compiled(text)
    except BadLayoutError as error:
        if error.at is None:
            raise
        raise BadLayoutError(error.said, at=places[error.at]) from error


def _unwrapped(given: str) -> tuple[str, list[int]]:
    """Return the format without what a configuration puts around it, and where each character of it stood."""
    at = len(given) - len(given.lstrip())
    spans = [(at, len(given.rstrip()))]
    if _QUOTED.fullmatch(given.strip()):
        # As it stands in nginx.conf: pieces between quotes, one after another.
        spans = [match.span(1) for match in _PIECE.finditer(given)]
    kept = [place for start, end in spans for place in range(start, end) if given[place : place + 2] != '\\"']
    while kept and given[kept[0]].isspace():
        del kept[0]
    while kept and given[kept[-1]].isspace():
        del kept[-1]
    return "".join(given[place] for place in kept), kept


def _compiled(text: str) -> Layout:
    """Raises: BadLayoutError, with its place in this text."""
    if text.startswith("{") and (keys := _json_keys(text)):
        return _required(Layout(None, (), keys), keys.values())
    pieces = list(_pieces(text))
    names: list[str] = []
    pattern = ""
    for number, (literal, what, at) in enumerate(pieces):
        if what is None:
            pattern += re.escape(literal)
            continue
        following = pieces[number + 1] if number + 1 < len(pieces) else Piece("", None, at)
        if following.holds is not None:
            raise BadLayoutError(f"dua nilai tanpa pemisah di antaranya: {literal}", at=following.at)
        pattern += _value(what, before=pieces[number - 1].text[-1:] if number else "", after=following.text[:1])
        names.append(what)
    if len(names) > MAX_VALUES:
        raise BadLayoutError(f"lebih dari {MAX_VALUES} nilai dalam format string")
    return _required(Layout(re.compile(rf"{pattern}\s*$", re.DOTALL), tuple(names), {}), names)


def _required(layout: Layout, names: Any) -> Layout:  # noqa: ANN401  any iterable of words
    held = set(names)
    if not held & {"clf_time", "iso_time", "epoch"}:
        raise BadLayoutError("format string tidak memuat waktu (%t, $time_local, $time_iso8601, $msec)")
    if not held & {"request", "url", "path"}:
        raise BadLayoutError("format string tidak memuat permintaan (%r, %U, $request, $request_uri, $uri)")
    return layout


class Piece(NamedTuple):
    """Of a format: words as they stand, or a value."""

    text: str
    holds: str | None
    """None: words."""
    at: int


def _pieces(text: str) -> Iterator[Piece]:
    """Raises: BadLayoutError."""
    is_nginx = _NGINX.search(text) is not None
    at = 0
    for match in (_NGINX if is_nginx else _APACHE).finditer(text):
        if match.start() > at:
            yield _words(text, at, match.start(), mark="$" if is_nginx else "%")
        if match[0] == "%%":
            yield Piece("%", None, match.start())
        else:
            yield Piece(match[0], _variable(match) if is_nginx else _directive(match), match.start())
        at = match.end()
    if at < len(text):
        yield _words(text, at, len(text), mark="$" if is_nginx else "%")


def _words(text: str, start: int, end: int, *, mark: str) -> Piece:
    """Return what stands between values; what begins like one and is none is refused. Raises: BadLayoutError."""
    at = text.find(mark, start, end)
    if at >= 0:
        raise BadLayoutError(f"bukan nilai yang lengkap: {text[at : min(end, at + _SHOWN)]}", at=at)
    return Piece(text[start:end], None, start)


def _variable(match: re.Match[str]) -> str:
    # Any other variable is a value that is passed over.
    return _VARIABLES.get(match["braced"] or match["plain"], _IGNORED)


def _directive(match: re.Match[str]) -> str:
    letter, name = match["letter"].lstrip("^")[:1], (match["name"] or "").lower()
    if len(match["letter"].lstrip("^")) > 1:
        raise BadLayoutError(f"arahan Apache tidak dikenal: {match[0]}", at=match.start())
    if letter == "i":
        return _INPUT_HEADERS.get(name, _IGNORED)
    if letter == "t" and name:
        if name in ("sec", "msec", "usec"):
            return "epoch"
        raise BadLayoutError(f"bentuk waktu yang tidak didukung: {match[0]}", at=match.start())
    if letter in "onexC":
        return _IGNORED
    if letter == "T" and name in ("ms", "us"):
        return "took_us" if name == "us" else _IGNORED
    if letter not in _LETTERS:
        raise BadLayoutError(f"arahan Apache tidak dikenal: {match[0]}", at=match.start())
    return _LETTERS[letter]


def _value(what: str, *, before: str, after: str) -> str:
    if what == "clf_time" and before != "[":
        return r"\[([^\]]{1,64})\]" if after != "]" else r"([^\]]{1,64})"
    if after == "":
        return "(.*+)"
    if after == '"':
        return r'((?:[^"\\]|\\.)*+)'
    if after.isspace():
        return r"(\S*+)"
    return rf"([^{re.escape(after)}]*+)"


def _json_keys(text: str) -> dict[str, str]:
    """Return what each key holds of a format that is one JSON object; empty where it is none."""
    try:
        # A variable may stand without quotes: `"status": $status`.
        document = json.loads(re.sub(r'(:\s*)(\$\w{1,64}|%[^",}\s]{1,40})(?=\s*[,}])', r'\1"\2"', text))
    except ValueError:
        return {}
    keys: dict[str, str] = {}
    for key, value in document.items() if isinstance(document, dict) else ():
        found = _held_by(value) if isinstance(value, str) else []
        if len(found) == 1:
            keys[str(key)] = found[0]
    return keys


def _held_by(value: str) -> list[str]:
    """Return what the values in one value of a JSON format hold. Raises: BadLayoutError, without a place."""
    try:
        return [piece.holds for piece in _pieces(value) if piece.holds]
    except BadLayoutError as error:
        raise BadLayoutError(error.said) from error

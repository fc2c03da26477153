"""Web servers' access and error lines that come by syslog.

Source: nginx `access_log syslog:server=…` and `error_log syslog:…`; Apache by `logger` or rsyslog's `imfile`, under a
name that begins with `nginx`, `apache` or `httpd`. Fields: as in `access` and `weberror`; the heading gives the time.
"""

from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.access import AccessParser
from ingest.parsers.base import ParseContext, Reading
from ingest.parsers.ends import Fields
from ingest.parsers.weberror import error_fields

_SERVERS: Final = ("nginx", "apache", "httpd")


def _parser_of(server: str) -> AccessParser:
    """Times of these lines carry their zone, so that only the server's name matters."""
    return AccessParser(ParseContext(timezone=ZoneInfo("UTC"), year=None, reference_ns=0, path=server))


_ACCESS: Final = {server: _parser_of(server) for server in _SERVERS}


def is_web_server(program: str) -> bool:
    """Say whether a program's name is a web server's."""
    return program.lower().startswith(_SERVERS)


def read_web(program: str, message: str) -> Fields:
    """Return what the message says of a request or an error; empty for what is neither."""
    server = next(name for name in _SERVERS if program.lower().startswith(name))
    reading = _ACCESS[server].parse(message)
    return reading.fields if isinstance(reading, Reading) else error_fields(message) or {}

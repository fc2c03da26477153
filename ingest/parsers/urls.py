"""What a request says of its URL, in the parts that rules ask for; nothing is decoded."""

import re
from typing import Final

from ingest.parsers.ends import HIGHEST_PORT, Fields

_HOST_PORT: Final = re.compile(r"(.+?)(?::(\d{1,5}))?$")


def add_url(fields: Fields, url: str, *, method: str = "") -> None:
    """Add `url.*` of a request's target: a path, an absolute URL (to a proxy), or a host and port (CONNECT)."""
    fields["url.original"] = url
    if method == "CONNECT":
        add_host(fields, url)
        return
    path, mark, query = url.partition("?")
    if "://" in path:
        path = _add_domain(fields, path)
    if path:
        fields["url.path"] = path
    if mark:
        fields["url.query"] = query


def _add_domain(fields: Fields, url: str) -> str:
    """Add the domain of an absolute URL and return its path."""
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    fields["url.scheme"] = scheme.lower()
    add_host(fields, authority.rpartition("@")[2])
    return slash + path


def add_host(fields: Fields, host: str) -> None:
    """Add a host's name and port; nothing for what is no host."""
    match = _HOST_PORT.match(host)
    if match is None:
        return
    fields["url.domain"] = match[1].strip("[]")
    if match[2] and int(match[2]) <= HIGHEST_PORT:
        fields["url.port"] = int(match[2])

"""The connection to Elasticsearch."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from elasticsearch import AuthenticationException, Elasticsearch, TransportError

from ir_platform.ports import StoreUnreachableError

_TIMEOUT_SECONDS: Final = 60

# It writes a whole traceback for every try; what became of a request is told by whoever asked.
logging.getLogger("elastic_transport").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server is and how it is spoken to; as the settings `IRP_EVENTS_…` say."""

    url: str
    """`http(s)://user:password@host:port`."""
    api_key: str | None = None
    """As the server gave it, encoded; then the address names no user."""
    ca_file: Path | None = None
    """Certificates of the authorities that are trusted to vouch for the server; None: the system's."""


def data_streams(namespace: str) -> str:
    """Return the pattern of our data streams, `logs-{dataset}-{namespace}`."""
    return f"logs-*-{namespace}"


def connect(address: Address) -> Elasticsearch:
    """Return a client; nothing is asked of the server yet. Its certificate is always checked, its name too."""
    trusted: dict[str, Any] = {} if address.ca_file is None else {"ca_certs": str(address.ca_file)}
    return Elasticsearch(
        address.url,
        api_key=address.api_key,
        request_timeout=_TIMEOUT_SECONDS,
        retry_on_timeout=True,
        max_retries=3,
        **trusted,
    )


@contextmanager
def unreachable_named() -> Iterator[None]:
    """Say in our own words that the server does not answer, or not to us. Raises: StoreUnreachableError."""
    try:
        yield
    except (TransportError, AuthenticationException) as error:
        raise StoreUnreachableError(f"penyimpanan kejadian tidak menjawab: {str(error)[:300]}") from error

"""The connection to Elasticsearch."""

from typing import Final

from elasticsearch import Elasticsearch

_TIMEOUT_SECONDS: Final = 60


def data_streams(namespace: str) -> str:
    """Return the pattern of our data streams, `logs-{dataset}-{namespace}`."""
    return f"logs-*-{namespace}"


def connect(url: str) -> Elasticsearch:
    """Return a client for `http(s)://user:password@host:port`; nothing is asked of the server yet."""
    return Elasticsearch(url, request_timeout=_TIMEOUT_SECONDS, retry_on_timeout=True, max_retries=3)

"""The connection to Elasticsearch."""

from typing import Final

from elasticsearch import Elasticsearch

DATA_STREAMS: Final = "logs-*-*"
"""Every data stream of ours: `logs-{dataset}-{namespace}`."""
_TIMEOUT_SECONDS: Final = 60


def connect(url: str) -> Elasticsearch:
    """Return a client for `http(s)://user:password@host:port`; nothing is asked of the server yet."""
    return Elasticsearch(url, request_timeout=_TIMEOUT_SECONDS, retry_on_timeout=True, max_retries=3)

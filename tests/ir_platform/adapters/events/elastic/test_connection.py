"""How the server is spoken to: its certificate checked, our key sent."""

import ssl
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from elasticsearch import ConnectionError as NoConnectionError

from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.reader import ElasticEventReader
from ir_platform.ports import StoreUnreachableError
from tests.ir_platform.adapters.events.elastic.server import Server, a_server
from tests.support.certificates import an_authority


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[Server]:
    """A server whose certificate the authority in `ours/` vouches for."""
    issued = an_authority(tmp_path / "ours").issue("elasticsearch")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)

    def wrap(http: ThreadingHTTPServer) -> None:
        http.socket = context.wrap_socket(http.socket, server_side=True)

    with a_server(wrap) as server:
        server.url = server.url.replace("http:", "https:")
        yield server


def test_a_key_is_sent_as_it_was_given() -> None:
    with a_server() as server:
        client = connect(Address(url=server.url, api_key="aWQ6a2V5"))
        client.info()
        client.close()

    assert server.headers[-1]["authorization"] == "ApiKey aWQ6a2V5"


def test_a_search_says_in_our_words_that_the_server_is_gone() -> None:
    reader = ElasticEventReader(connect(Address(url="http://127.0.0.1:1")).options(max_retries=0))

    with pytest.raises(StoreUnreachableError):
        reader.search("*", time_from=None, time_to=None, cursor=None, limit=1)


def test_a_server_that_our_authority_vouches_for_is_spoken_to(over_tls: Server, tmp_path: Path) -> None:
    client = connect(Address(url=over_tls.url, api_key="aWQ6a2V5", ca_file=tmp_path / "ours" / "ca.pem"))

    client.info()
    client.close()

    assert len(over_tls.requests) == 1


@pytest.mark.parametrize("trusted", ["another", None])
def test_a_server_that_nobody_we_trust_vouches_for_learns_no_key(
    over_tls: Server, tmp_path: Path, trusted: str | None
) -> None:
    ca_file = None if trusted is None else an_authority(tmp_path / trusted).certificate
    client = connect(Address(url=over_tls.url, api_key="aWQ6a2V5", ca_file=ca_file)).options(max_retries=0)

    with pytest.raises(NoConnectionError):
        client.info()
    client.close()

    assert over_tls.requests == []

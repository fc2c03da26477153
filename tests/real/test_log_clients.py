"""Real clients: rsyslog (TCP, TLS, omelasticsearch, HTTPS), Elasticsearch's own, of GELF, curl, syslog-ng, logger."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch, helpers

from ir_platform.config import Settings
from tests.support.certificates import an_authority
from tests.support.intake import Port, a_port, a_shippers_port
from tests.support.require import REPOSITORY, need
from tests.support.rsyslog import forwarding
from tests.support.server import wait_for
from tests.support.syslog_ng import forwarding_by_syslog_ng

pytestmark = pytest.mark.real

LINES = 120
CLIENTS = REPOSITORY / "tests/support/gelf_clients.py"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Port]:
    folder = tmp_path_factory.mktemp("clients")
    authority = an_authority(folder / "ca")
    server = authority.issue("localhost")
    authority.issue("pengirim")
    settings = Settings(
        data_dir=folder / "var",
        timezone="UTC",
        syslog_tls_cert=server.certificate,
        syslog_tls_key=server.key,
        syslog_tls_ca=authority.certificate,
        syslog_tls_client="required",
    )
    with a_port(settings) as running:
        yield running


def sent(source: Path, word: str) -> None:
    with source.open("a") as file:
        file.writelines(f"{word} nomor {number}\n" for number in range(LINES))


def numbers(port: Port, word: str) -> list[int]:
    return sorted(int(one["message"].split()[-1]) for one in port.found(f"message:{word}"))


@pytest.mark.parametrize("framing", ["traditional", "octet-counted"])
def test_rsyslog_forwards_over_tcp_in_either_framing(port: Port, tmp_path: Path, framing: str) -> None:
    word = f"tcp{framing[:5]}"
    action = f'action(type="omfwd" target="127.0.0.1" port="{port.syslog}" protocol="tcp" TCP_Framing="{framing}")'

    with forwarding(tmp_path, action=action) as source:
        sent(source, word)
        wait_for(lambda: len(numbers(port, word)) >= LINES)

    assert numbers(port, word) == list(range(LINES))
    assert {one["host.name"] for one in port.found(f"message:{word}")} == {"pengirim"}


def test_rsyslog_forwards_over_tls_with_its_certificate_and_one_without_is_refused(port: Port, tmp_path: Path) -> None:
    folder = port.settings.data_dir.parent / "ca"
    trust = f'DefaultNetstreamDriverCAFile="{folder}/ca.pem"'
    own = (
        f'DefaultNetstreamDriverCertFile="{folder}/pengirim.pem" DefaultNetstreamDriverKeyFile="{folder}/pengirim.key"'
    )
    action = (
        f'action(type="omfwd" target="127.0.0.1" port="{port.tls}" protocol="tcp" TCP_Framing="octet-counted" '
        'StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/name" '
        'StreamDriverPermittedPeers="localhost")'
    )

    (tmp_path / "tanpa").mkdir()
    with (
        forwarding(tmp_path, modules=f"global({trust} {own})", action=action) as source,
        forwarding(tmp_path / "tanpa", modules=f"global({trust})", action=action) as stranger,
    ):
        sent(stranger, "menyusup")
        sent(source, "aman")
        wait_for(lambda: len(numbers(port, "aman")) >= LINES)

    assert numbers(port, "aman") == list(range(LINES))
    assert {one["tls.client.subject"] for one in port.found("message:aman")} == {"CN=pengirim"}
    assert port.found("message:menyusup") == []


def test_rsyslogs_omelasticsearch_stores_every_line(port: Port, tmp_path: Path) -> None:
    bulk = port.url.rpartition(":")[2]
    action = (
        f'action(type="omelasticsearch" server="127.0.0.1" serverport="{bulk}" bulkmode="on" template="ecs" '
        f'searchIndex="logs-rsyslog-default" searchType="" uid="web-1" pwd="{port.key.secret}" '
        'retryfailures="off" action.resumeRetryCount="-1")'
    )

    with forwarding(tmp_path, modules='module(load="omelasticsearch")', action=action) as source:
        sent(source, "elastik")
        wait_for(lambda: len(numbers(port, "elastik")) >= LINES)

    found = port.found("message:elastik")
    assert numbers(port, "elastik") == list(range(LINES))
    assert {(one["host.name"], one["event.dataset"]) for one in found} == {("pengirim", "rsyslog")}


@pytest.fixture(scope="module")
def secured(port: Port) -> Iterator[str]:
    """The shippers' port over TLS, for clients that show a certificate of the office's authority."""
    own = port.settings
    settings = own.model_copy(
        update={
            "bulk_tls_cert": own.syslog_tls_cert,
            "bulk_tls_key": own.syslog_tls_key,
            "bulk_tls_ca": own.syslog_tls_ca,
            "bulk_tls_client": "required",
        }
    )
    with a_shippers_port(settings) as url:
        yield url


def test_elasticsearchs_own_client_stores_over_https_with_its_certificate_and_its_key(port: Port, secured: str) -> None:
    folder = port.settings.data_dir.parent / "ca"
    own = {"client_cert": str(folder / "pengirim.pem"), "client_key": str(folder / "pengirim.key")}
    documents = [{"_index": "logs-aman-default", "message": f"terenkripsi nomor {number}"} for number in range(LINES)]

    with Elasticsearch(secured, api_key=port.key.api_key, ca_certs=str(folder / "ca.pem"), **own) as client:
        stored, errors = helpers.bulk(client, documents, chunk_size=50)

    assert (stored, errors) == (LINES, [])
    assert numbers(port, "terenkripsi") == list(range(LINES))


def test_rsyslogs_omelasticsearch_stores_over_https(port: Port, secured: str, tmp_path: Path) -> None:
    folder = port.settings.data_dir.parent / "ca"
    action = (
        f'action(type="omelasticsearch" server="127.0.0.1" serverport="{secured.rpartition(":")[2]}" usehttps="on" '
        f'tls.cacert="{folder}/ca.pem" tls.mycert="{folder}/pengirim.pem" tls.myprivkey="{folder}/pengirim.key" '
        f'bulkmode="on" template="ecs" searchIndex="logs-rsyslog-default" searchType="" uid="web-1" '
        f'pwd="{port.key.secret}" action.resumeRetryCount="-1")'
    )

    with forwarding(tmp_path, modules='module(load="omelasticsearch")', action=action) as source:
        sent(source, "elastikaman")
        wait_for(lambda: len(numbers(port, "elastikaman")) >= LINES)

    assert numbers(port, "elastikaman") == list(range(LINES))


def curl(url: str, *options: str) -> "subprocess.CompletedProcess[str]":
    need(shutil.which("curl"), "curl")
    command = ["curl", "--silent", "--show-error", "--max-time", "60", "--write-out", "%{http_code}", *options, url]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_curl_is_taken_over_https_and_refused_without_a_certificate_a_key_or_tls(port: Port, secured: str) -> None:
    folder = port.settings.data_dir.parent / "ca"
    trusting = ("--cacert", str(folder / "ca.pem"))
    showing = (*trusting, "--cert", str(folder / "pengirim.pem"), "--key", str(folder / "pengirim.key"))
    sending = ("--data-binary", '{"message":"lewatcurl"}')
    stranger = an_authority(folder.parent / "ca-lain", "CA Lain").issue("penyusup")
    foreign = ("--cert", str(stranger.certificate), "--key", str(stranger.key))

    key = ("--user", f"web-1:{port.key.secret}")
    taken = curl(f"{secured}/logs-curl-default/_doc", *showing, *key, *sending)
    keyless = curl(f"{secured}/logs-curl-default/_doc", *showing, *sending)
    refused = [
        curl(f"{secured}/logs-curl-default/_doc", *trusting, *key, *sending),
        curl(f"{secured}/logs-curl-default/_doc", *trusting, *foreign, *key, *sending),
        curl(f"{secured}/logs-curl-default/_doc", *showing, "--tls-max", "1.1", *key, *sending),
        curl(f"http{secured.removeprefix('https')}/logs-curl-default/_doc", *key, *sending),
    ]

    assert taken.stdout.endswith("201")
    assert keyless.stdout.endswith("401")
    assert [one.stdout for one in refused] == ["000"] * len(refused)
    assert len(port.found("message:lewatcurl")) == 1


@pytest.mark.parametrize(
    "destination", ['network("127.0.0.1" port({port}) transport("tcp"));', 'syslog("127.0.0.1" port({port}));']
)
def test_syslog_ng_forwards_lines_by_newline_and_by_octet_count(port: Port, tmp_path: Path, destination: str) -> None:
    word = f"ng{destination.partition('(')[0]}"

    with forwarding_by_syslog_ng(tmp_path, destination=destination.format(port=port.syslog)) as source:
        sent(source, word)
        wait_for(lambda: len(numbers(port, word)) >= LINES)

    assert numbers(port, word) == list(range(LINES))
    assert {one["host.name"] for one in port.found(f"message:{word}")} == {"pengirim-ng"}


@pytest.mark.parametrize("options", [("--udp",), ("--tcp",), ("--tcp", "--octet-count"), ("--udp", "--rfc3164")])
def test_logger_sends_over_udp_and_tcp_in_both_standards(port: Port, options: tuple[str, ...]) -> None:
    logger = shutil.which("logger")
    need(logger, "logger")
    word = "logger" + "".join(one.strip("-").replace("-", "") for one in options)

    subprocess.run(
        [str(logger), "--server", "127.0.0.1", "--port", str(port.syslog), *options, "--tag", "uji", f"{word} nomor 0"],
        check=True,
    )

    wait_for(lambda: numbers(port, word) == [0])


@pytest.mark.parametrize(
    ("library", "transport"),
    [("pygelf", "udp"), ("pygelf", "tcp"), ("pygelf", "http"), ("graypy", "udp"), ("graypy", "tcp")],
)
def test_libraries_that_log_by_gelf_are_stored_over_each_of_its_ways(port: Port, library: str, transport: str) -> None:
    need(find_spec(library), library)
    word, number = f"gelf{library}{transport}", int(port.url.rpartition(":")[2]) if transport == "http" else port.gelf
    key = f"ApiKey {port.key.api_key}"

    subprocess.run(
        [sys.executable, str(CLIENTS), library, transport, str(number), key, word, str(LINES)], check=True, timeout=60
    )

    wait_for(lambda: len(numbers(port, word)) >= LINES)
    assert numbers(port, word) == list(range(LINES))
    assert {one["event.dataset"] for one in port.found(f"message:{word}")} == {"gelf.log"}

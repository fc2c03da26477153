"""Syslog over TLS with a real client, openssl: who may connect, and what is refused."""

import asyncio
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.sources.syslog import SyslogListener, SyslogMessage
from ingest.sources.tls import ClientCertificates, Handshakes, TlsFiles, TlsSettingsError, server_context
from tests.support.certificates import Authority, Issued, an_authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return an_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def files(authority: Authority) -> TlsFiles:
    server = authority.issue("localhost")
    return TlsFiles(
        certificate=server.certificate, key=server.key, ca=authority.certificate, clients=ClientCertificates.NONE
    )


def shown(client: Issued | None) -> list[str]:
    return [] if client is None else ["-cert", str(client.certificate), "-key", str(client.key)]


def sent(files: TlsFiles, content: bytes, *options: str) -> tuple[list[SyslogMessage], int]:
    """Send by openssl; return what was delivered and how many handshakes came to nothing."""

    async def run() -> tuple[list[SyslogMessage], int]:
        messages: list[SyslogMessage] = []

        async def deliver(batch: Sequence[SyslogMessage]) -> None:
            messages.extend(batch)

        handshakes = Handshakes()
        with socket.create_server(("127.0.0.1", 0)) as bound:
            port = bound.getsockname()[1]
            listener = SyslogListener(deliver=deliver, clock_ns=lambda: 1, handshakes=handshakes)
            context = server_context(files, handshakes)
            await listener.start_on(stream=None, datagrams=None, tls=(bound, context))
            arguments = ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{port}", *options]
            client = await asyncio.create_subprocess_exec(
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            assert client.stdin is not None
            client.stdin.write(content)
            client.stdin.write_eof()
            for _ in range(40):
                if messages or client.returncode is not None:
                    break
                await asyncio.sleep(0.05)
            if client.returncode is None:
                client.kill()
            await client.wait()
            await asyncio.sleep(0.05)
            listener.note()
            await listener.stop()
        return messages, listener.counters.failed_handshakes

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"8 <34>a bc9 <34>d\nefg", [b"<34>a bc", b"<34>d\nefg"]), (b"<34>satu\n<34>dua\n", [b"<34>satu", b"<34>dua"])],
)
def test_messages_over_tls_arrive_in_either_framing(
    files: TlsFiles, authority: Authority, content: bytes, expected: list[bytes]
) -> None:
    options = ("-CAfile", str(authority.certificate), "-verify_return_error", "-verify_hostname", "localhost")

    messages, failed = sent(files, content, *options)

    assert [one.content for one in messages] == expected
    assert {(one.transport, one.client) for one in messages} == {("tls", "")}
    assert failed == 0


@pytest.mark.parametrize("clients", [ClientCertificates.REQUIRED, ClientCertificates.OPTIONAL])
def test_the_name_in_a_clients_certificate_comes_with_its_messages(
    files: TlsFiles, authority: Authority, clients: ClientCertificates
) -> None:
    messages, _ = sent(replace(files, clients=clients), b"<34>a\n", *shown(authority.issue("fw-utama")))

    assert [(one.content, one.client) for one in messages] == [(b"<34>a", "fw-utama")]


def test_a_client_without_a_certificate_is_taken_where_it_is_optional(files: TlsFiles) -> None:
    messages, _ = sent(replace(files, clients=ClientCertificates.OPTIONAL), b"<34>a\n")

    assert [one.client for one in messages] == [""]


def test_a_client_without_a_certificate_or_with_another_authority_s_is_refused(files: TlsFiles, tmp_path: Path) -> None:
    stranger = an_authority(tmp_path / "lain", "CA Lain").issue("penyusup")
    required = replace(files, clients=ClientCertificates.REQUIRED)
    optional = replace(files, clients=ClientCertificates.OPTIONAL)

    refused = [
        sent(required, b"<34>a\n"),
        sent(required, b"<34>a\n", *shown(stranger)),
        sent(optional, b"<34>a\n", *shown(stranger)),
        sent(files, b"<34>a\n", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"),
    ]

    assert [messages for messages, _ in refused] == [[]] * 4
    assert [failed for _, failed in refused[:3]] == [1, 1, 1]


def test_plain_text_on_the_port_of_tls_is_refused(files: TlsFiles) -> None:
    async def run() -> list[SyslogMessage]:
        messages: list[SyslogMessage] = []

        async def deliver(batch: Sequence[SyslogMessage]) -> None:
            messages.extend(batch)

        with socket.create_server(("127.0.0.1", 0)) as bound:
            listener = SyslogListener(deliver=deliver, clock_ns=lambda: 1)
            await listener.start_on(stream=None, datagrams=None, tls=(bound, server_context(files, Handshakes())))
            reader, writer = await asyncio.open_connection(*bound.getsockname())
            writer.write(b"<34>rahasia\n")
            assert await asyncio.wait_for(reader.read(), 10) is not None
            writer.close()
            await listener.stop()
        return messages

    assert asyncio.run(run()) == []


def test_what_cannot_be_used_is_said_before_anything_listens(files: TlsFiles, tmp_path: Path) -> None:
    (tmp_path / "rusak.pem").write_text("bukan sertifikat")
    faulty = [
        replace(files, certificate=tmp_path / "tiada.pem"),
        replace(files, certificate=tmp_path / "rusak.pem"),
        replace(files, key=None),
        replace(files, clients=ClientCertificates.REQUIRED, ca=None),
        replace(files, clients=ClientCertificates.REQUIRED, ca=tmp_path / "rusak.pem"),
        replace(files, clients=ClientCertificates.REQUIRED, ca=tmp_path / "tiada.pem"),
    ]

    for one in faulty:
        with pytest.raises(TlsSettingsError) as refused:
            server_context(one, Handshakes())
        assert "\n" not in refused.value.reason


def test_a_key_with_a_password_is_refused_and_nobody_is_asked_for_it(files: TlsFiles, tmp_path: Path) -> None:
    locked = tmp_path / "terkunci.key"
    command = ["openssl", "pkey", "-in", str(files.key), "-aes256", "-passout", "pass:x", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)

    with pytest.raises(TlsSettingsError):
        server_context(replace(files, key=locked), Handshakes())

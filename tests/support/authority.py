"""A real time-stamp authority of the test session's own: openssl's, behind a small HTTP server."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.require import need

CONFIG = """
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
[req]
distinguished_name = name
prompt = no
[name]
CN = Otoritas Uji
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    url: str
    certificates: Path
    """Root, as an office gets it from the authority."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """Skips where openssl is not installed (fails where it is required)."""
    need(shutil.which("openssl"), "openssl")
    folder = tmp_path_factory.mktemp("authority")
    make_certificates(folder)
    with serving(folder) as url:
        yield Authority(url=url, certificates=folder / "ca.pem")


def make_certificates(folder: Path) -> None:
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ["req", "-newkey", "rsa:2048", "-nodes", "-config", folder / "openssl.cnf", "-subj"]
    openssl(
        *new,
        "/CN=Akar Uji",
        "-x509",
        "-days",
        "30",
        "-extensions",
        "ca",
        "-keyout",
        folder / "ca.key",
        "-out",
        folder / "ca.pem",
    )
    openssl(*new, "/CN=Otoritas Uji", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr")
    signed_by = ["-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "30"]
    extensions = ["-extfile", folder / "openssl.cnf", "-extensions", "leaf"]
    openssl("x509", "-req", "-in", folder / "tsa.csr", *signed_by, *extensions, "-out", folder / "tsa.pem")


def openssl(*arguments: str | Path, stdin: bytes | None = None) -> bytes:
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            query = folder / f"query-{threading.get_ident()}.tsq"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = openssl("ts", "-reply", "-config", folder / "openssl.cnf", "-queryfile", query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Tests need no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

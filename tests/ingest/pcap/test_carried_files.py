"""Files that real captures carry over each protocol, taken out by a real tshark."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.pcap.analyse import Analysis
from ingest.pcap.objects import ExtractedFile
from ir_platform.app.demo_capture import Endpoint, Frame, tcp_conversation, udp_frame
from ir_platform.app.tools import locate_tshark
from tests.support.captures import CLIENT, START_NS, WEB, write_capture
from tests.support.corpora import captures_of_corpus

CARRIERS = {
    "smb": "suricata-verify/smb2-05/20171220_smb_mimikatz_copy_to_host.pcap",
    "imf": "suricata-verify/bug-1045/smtpsuricataflowbitsFN.pcap",
}

PROGRAM = "application/vnd.microsoft.portable-executable"


def files_in(capture: Path, into: Path) -> dict[str, ExtractedFile]:
    analysis = Analysis(capture, tshark=locate_tshark(), objects=into)
    for _ in analysis.batches():
        pass
    assert all(sha256((into / one.sha256).read_bytes()).hexdigest() == one.sha256 for one in analysis.extracted.files)
    return {one.name: one for one in analysis.extracted.files}


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return captures_of_corpus(tmp_path_factory.mktemp("captures"), CARRIERS.values())


@pytest.mark.real
@pytest.mark.parametrize(
    ("source", "name", "media_type"),
    [
        ("smb", "\\temp\\mimikatz.exe", PROGRAM),
        ("imf", "test email.eml", "message/rfc822"),
    ],
)
def test_a_file_is_taken_out_of_the_protocol_that_carried_it(
    captures: Path, tmp_path: Path, source: str, name: str, media_type: str
) -> None:
    found = files_in(captures / CARRIERS[source], tmp_path)

    assert (found[name].source, found[name].media_type) == (source, media_type)


CONTENT = b"".join(sha256(number.to_bytes(4, "big")).digest() for number in range(300 * 1024 // 32))
"""300 KB that no two halves of are alike."""
SEGMENT = 1_400


def pieces(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def by_mail() -> list[Frame]:
    """The file as an attachment, sent by SMTP."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "lampiran", "a@example.id", "b@example.id"
    mail.set_content("terlampir")
    mail.add_attachment(CONTENT, maintype="application", subtype="octet-stream", filename="besar.bin")
    text = mail.as_bytes(policy=SMTP) + b"\r\n.\r\n"
    turns = [(False, b"220 siap\r\n"), (True, b"EHLO a\r\n"), (False, b"250 ya\r\n")]
    turns += [(True, b"MAIL FROM:<a@example.id>\r\n"), (False, b"250 ya\r\n")]
    turns += [
        (True, b"RCPT TO:<b@example.id>\r\n"),
        (False, b"250 ya\r\n"),
        (True, b"DATA\r\n"),
        (False, b"354 ya\r\n"),
    ]
    turns += [(True, piece) for piece in pieces(text, SEGMENT)] + [(False, b"250 ya\r\n")]
    return tcp_conversation(CLIENT, Endpoint(address=WEB.address, port=25), time_ns=START_NS, turns=turns)


def by_ftp() -> list[Frame]:
    """The file fetched by passive FTP, from a port the server names."""
    control, carrier = Endpoint(address=WEB.address, port=21), Endpoint(address=WEB.address, port=50_123)
    asked = [(False, b"220 siap\r\n"), (True, b"USER a\r\n"), (False, b"331 ya\r\n"), (True, b"PASS b\r\n")]
    asked += [(False, b"230 ya\r\n"), (True, b"PASV\r\n")]
    asked += [(False, b"227 Entering Passive Mode (203,0,113,80,195,203)\r\n"), (True, b"RETR besar.bin\r\n")]
    frames = tcp_conversation(CLIENT, control, time_ns=START_NS, turns=asked)
    fetching = Endpoint(address=CLIENT.address, port=40_777)
    turns = [(False, piece) for piece in pieces(CONTENT, SEGMENT)]
    return frames + tcp_conversation(fetching, carrier, time_ns=START_NS + 10**9, turns=turns)


def by_tftp() -> list[Frame]:
    """The file fetched by TFTP: the answers come from another port than was asked. Source: RFC 1350."""
    asking = Endpoint(address=CLIENT.address, port=40_888)
    asked, answering = Endpoint(address=WEB.address, port=69), Endpoint(address=WEB.address, port=50_999)
    frames = [udp_frame(asking, asked, time_ns=START_NS, payload=b"\x00\x01besar.bin\x00octet\x00")]
    for number, piece in enumerate([*pieces(CONTENT, 512), b""], start=1):
        block, at = number.to_bytes(2, "big"), START_NS + number * 1_000_000
        frames.append(udp_frame(answering, asking, time_ns=at, payload=b"\x00\x03" + block + piece))
        frames.append(udp_frame(asking, answering, time_ns=at + 1, payload=b"\x00\x04" + block))
    return frames


@pytest.mark.real
@pytest.mark.parametrize("carried", [by_mail, by_ftp, by_tftp])
def test_a_file_of_hundreds_of_packets_comes_out_whole(carried: Callable[[], list[Frame]], tmp_path: Path) -> None:
    into = tmp_path / "keluar"
    into.mkdir()

    files_in(write_capture(tmp_path, carried()), into)

    assert sha256(CONTENT).hexdigest() in {path.name for path in into.iterdir()}

"""What kind a file is by its content, also of a capture that is packed."""

import gzip
import io
import random

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap.kind import media_type_of
from ir_platform.app.demo_capture import pcap_bytes
from ir_platform.domain.media_type import CAPTURES, PCAP, PCAPNG
from tests.support.captures import browsing

CAPTURE = pcap_bytes(browsing())
NOISE = random.Random(1).randbytes(200_000)
RUNS_IN_A_BROWSER = ("text/html", "image/svg+xml", "application/javascript", "text/javascript", "application/xhtml+xml")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (CAPTURE, PCAP),
        (gzip.compress(CAPTURE), f"{PCAP}+gzip"),
        (zstandard.compress(CAPTURE), f"{PCAP}+zstd"),
        # A first block that is longer than what is looked at of other files.
        (zstandard.compress(CAPTURE[:24] + NOISE), f"{PCAP}+zstd"),
        (gzip.compress(b"\x0a\x0d\x0d\x0a" + bytes(60)), f"{PCAPNG}+gzip"),
        (gzip.compress(b"baris log\n"), "application/gzip"),
        (zstandard.compress(b"<html></html>"), "application/zstd"),
        (gzip.compress(CAPTURE)[:12], "application/gzip"),
        (b"\x28\xb5\x2f\xfd" + NOISE[:100], "application/zstd"),
        (gzip.compress(gzip.compress(CAPTURE)), "application/gzip"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_capture_is_known_inside_gzip_and_zstd(content: bytes, kind: str) -> None:
    file = io.BytesIO(content)

    found = media_type_of(file)

    assert found == kind
    assert file.tell() == 0
    assert (found in CAPTURES) == (PCAP in found or PCAPNG in found)


@given(content=st.binary(max_size=300), head=st.sampled_from([b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"<html>"]))
def test_no_content_has_a_type_that_a_browser_runs(content: bytes, head: bytes) -> None:
    assert media_type_of(io.BytesIO(head + content)) not in RUNS_IN_A_BROWSER

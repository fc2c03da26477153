"""Files that real captures carry over each protocol, taken out by a real tshark."""

from hashlib import sha256
from pathlib import Path

import pytest

from ingest.pcap.analyse import Analysis
from ingest.pcap.objects import ExtractedFile
from ir_platform.app.tools import locate_tshark
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

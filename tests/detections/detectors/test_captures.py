"""The detectors on whole captures, from the frames to the findings: every attack, and nothing where none is."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detections.catalog import new_detectors
from detections.detectors.office import OfficeThresholds
from detections.indicators.model import Feed, IndicatorSet, Kind, checked
from detections.scan import Scanner
from detections.sigma.ruleset import load_rule_set
from ingest.pcap.analyse import Analysis
from ir_platform.app.tools import locate_tshark
from ir_platform.domain.alert import Detection
from tests.data.captures import KNOWN_BAD, START, write
from tests.support.require import need

pytestmark = pytest.mark.real

FOUND = {
    "Banjir SYN": "10.10.0.20",
    "Banjir UDP atau ICMP": "10.10.0.21",
    "Kata sandi tanpa enkripsi": "10.10.1.69",
    "Koneksi berkala ke luar (beacon)": "10.10.1.66",
    "Koneksi ke luar yang sangat lama": "10.10.1.74",
    "Layanan sendiri dipakai untuk amplifikasi": "10.10.0.23",
    "Nama domain buatan mesin (DGA)": "10.10.1.68",
    "Pemakaian Tor": "10.10.1.73",
    "Pemalsuan ARP": "10.10.0.1",
    "Pemindaian banyak perangkat": "10.10.1.60",
    "Pemindaian pelan": "198.51.100.10",
    "Pemindaian port": "198.51.100.9",
    "Penambangan mata uang kripto": "10.10.1.72",
    "Perangkat sendiri menghubungi indikator berbahaya": "10.10.1.76",
    "Router IPv6 liar": "00:1b:21:00:00:66",
    "Satu perangkat masuk ke banyak perangkat lain": "10.10.1.70",
    "Serangan amplifikasi": "10.10.0.22",
    "Sertifikat tidak berlaku": "203.0.113.75",
    "Server DHCP liar": "10.10.0.66",
    "TLS lemah": "203.0.113.71",
    "Tebakan kata sandi lewat jaringan": "198.51.100.22",
    "Terowongan DNS": "10.10.1.67",
}
"""What, and the host it is first of all about. Two are not told of captures, which may be of another network and year:
exfiltration and new devices (tests/detections/detectors/test_{exfiltration,new_device}.py)."""


def known_bad() -> IndicatorSet:
    indicator = checked(Kind.IP, KNOWN_BAD)
    assert indicator is not None
    end = datetime.fromtimestamp(START, UTC) + timedelta(days=90)
    feed = Feed(
        name="uji", source="uji", format="MISP", sha256="", imported_at=end, expires_at=end, indicators=(indicator,)
    )
    return IndicatorSet([feed])


def found_in(capture: Path) -> Sequence[Detection]:
    need(shutil.which("tshark"), "tshark")
    scanner = Scanner(load_rule_set([]), new_detectors(OfficeThresholds(indicators=known_bad())))
    analysis = Analysis(capture, tshark=locate_tshark())
    return [*(one for batch in analysis.batches() for one in scanner.scan(batch)), *scanner.finish()]


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write(tmp_path_factory.mktemp("detektor"))


def test_every_attack_in_a_capture_is_found_at_the_host_concerned(captures: tuple[Path, Path]) -> None:
    attacks, _ = captures

    found = {one.rule_title: one.group[0][1] for one in found_in(attacks)}

    assert found == FOUND


def test_traffic_that_only_looks_like_attacks_raises_nothing(captures: tuple[Path, Path]) -> None:
    _, ordinary = captures

    assert [(one.rule_title, one.group, one.figures) for one in found_in(ordinary)] == []

"""The office's own thresholds: used where they are right, refused with the place where they are not."""

from pathlib import Path

import pytest

from detections.catalog import new_detectors, thresholds_of
from detections.detectors.office import ThresholdError
from tests.detections.detectors.traffic import TALKED, a_flow, found_by


def written(folder: Path, text: str) -> Path:
    path = folder / "detectors.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_every_detector_has_our_thresholds(tmp_path: Path) -> None:
    office = thresholds_of(tmp_path / "detectors.toml")

    assert [one.name for one in new_detectors(office)] == [one.name for one in new_detectors()]


def test_an_office_changes_thresholds_networks_and_what_is_on(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[network]\nown = ["203.0.113.0/24"]\n[port_scan]\nports_of_one_host = 5\n[beaconing]\nenabled = false\n'
        '[cleartext]\nanonymous_users = ["tamu"]\n',
    )

    made = {one.name: one for one in new_detectors(thresholds_of(path))}
    flows = [a_flow(n, n, destination__port=n + 1, tcp__flags=["syn"], source__packets=1) for n in range(6)]

    assert "beaconing" not in made
    assert len(found_by(made["port_scan"], flows)) == 1
    inside = [
        a_flow(
            n,
            n,
            source__ip="203.0.113.9",
            destination__ip=f"203.0.113.{n + 20}",
            destination__port=445,
            tcp__flags=TALKED,
        )
        for n in range(20)
    ]
    assert len(found_by(made["fan_out"], inside)) == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[port_scn]\nx = 1\n", "port_scn"),
        ("[port_scan]\nports = 1\n", "ports"),
        ('[port_scan]\nports_of_one_host = "15"\n', "ports_of_one_host"),
        ("[port_scan]\nports_of_one_host = 0\n", "ports_of_one_host"),
        ("[port_scan]\nports_of_one_host = true\n", "ports_of_one_host"),
        ('[beaconing]\nignored_ports = ["53"]\n', "ignored_ports"),
        ("[port_scan\n", "line 1"),
        ('[network]\nown = ["sepuluh"]\n', "sepuluh"),
        ("[network]\nown = []\n", "own"),
        ("port_scan = 3\n", "port_scan"),
        ("x = 1\n" * 100_000, "terlalu besar"),
    ],
)
def test_a_mistake_is_refused_and_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ThresholdError, match=named):
        thresholds_of(written(tmp_path, text))

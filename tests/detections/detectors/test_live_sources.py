"""The same detectors over logs: Zeek's, Suricata's and a firewall's flows say what a capture says."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detections.catalog import new_detectors
from detections.scan import Scanner
from detections.sigma.ruleset import load_rule_set
from ingest.reading import read_events
from ir_platform.domain.event import batch_of

START = 1_790_000_000
INSIDE, OUTSIDE = "10.10.1.2", "203.0.113.80"


def zeek(at: float, source: str, target: str, port: int, *, state: str = "SF", size: int = 800) -> str:
    answered = state == "SF"
    ends = {"id.orig_h": source, "id.orig_p": 40_000 + int(at) % 20_000, "id.resp_h": target, "id.resp_p": port}
    sizes = {"orig_bytes": size * answered, "resp_bytes": 900 * answered, "orig_ip_bytes": 60 + size * answered}
    counts = {"orig_pkts": 10 if answered else 1, "resp_pkts": 10 * answered, "resp_ip_bytes": 1_300 * answered}
    written = {"_path": "conn", "ts": START + at, "uid": f"C{at}", "proto": "tcp", "conn_state": state, "duration": 2}
    return json.dumps({**written, **ends, **sizes, **counts})


def suricata(at: float, source: str, target: str, port: int, *, size: int = 1_600, answered: bool = True) -> str:
    counts = {"pkts_toserver": 10 if answered else 1, "pkts_toclient": 10 * answered}
    sizes = {"bytes_toserver": size, "bytes_toclient": 2_000 * answered}
    flow = {**counts, **sizes, "start": moment(at), "end": moment(at + 2), "state": "closed"}
    flags = {"tcp_flags": "1b", "syn": True, "ack": answered, "psh": answered, "fin": answered}
    ends = {"src_ip": source, "src_port": 40_000 + int(at) % 20_000, "dest_ip": target, "dest_port": port}
    # Written when it is over: long after it began.
    written = {"timestamp": moment(at + 60), "event_type": "flow", "proto": "TCP"}
    return json.dumps({**written, **ends, "flow": flow, "tcp": flags})


def moment(at: float) -> str:
    return datetime.fromtimestamp(START + at, UTC).isoformat()


def fortigate(at: float, source: str, target: str, port: int, *, action: str = "close", sent: int = 900) -> str:
    when = f'eventtime={START + int(at)} tz="+0000" date=2026-09-21 time=12:00:00 devname="FGT" devid="F"'
    ends = f"srcip={source} srcport=51000 dstip={target} dstport={port} proto=6"
    counts = f"sentbyte={sent} rcvdbyte=300 sentpkt=9 rcvdpkt=5"
    return f'{when} logid="0000000013" type="traffic" subtype="forward" {ends} action="{action}" {counts}'


def found_in(folder: Path, name: str, format_name: str, lines: Sequence[str]) -> list[str]:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    records = list(read_events(path, format=format_name, timezone=ZoneInfo("UTC"), year=2026))
    assert [record.rejection for record in records if record.rejection] == []
    scanner = Scanner(load_rule_set([]), new_detectors())
    return sorted(one.rule_title for one in scanner.scan(batch_of([one.event for one in records if one.event])))


@pytest.mark.parametrize(
    ("name", "format_name", "line"),
    [("conn.log", "zeek", zeek), ("eve.json", "eve", suricata)],
    ids=["zeek", "suricata"],
)
def test_logs_of_flows_show_beacons_guessing_and_lateral_movement(
    tmp_path: Path, name: str, format_name: str, line: Callable[..., str]
) -> None:
    lines = [line(n * 120, INSIDE, OUTSIDE, 443) for n in range(30)]
    lines += [line(n * 5, "198.51.100.9", "10.10.0.5", 22, size=1_900) for n in range(30)]
    lines += [line(n * 20, "10.10.1.3", f"10.10.2.{n}", 445) for n in range(12)]

    assert found_in(tmp_path, name, format_name, lines) == [
        "Koneksi berkala ke luar (beacon)",
        "Satu perangkat masuk ke banyak perangkat lain",
        "Tebakan kata sandi lewat jaringan",
    ]


def test_zeeks_states_and_suricatas_flags_show_a_scan(tmp_path: Path) -> None:
    by_zeek = [zeek(n, "198.51.100.9", "10.10.0.5", n + 1, state="S0") for n in range(40)]
    by_suricata = [suricata(n, "198.51.100.9", "10.10.0.5", n + 1, answered=False) for n in range(40)]

    assert found_in(tmp_path, "conn.log", "zeek", by_zeek) == ["Pemindaian port"]
    assert found_in(tmp_path, "eve.json", "eve", by_suricata) == ["Pemindaian port"]


def test_a_firewall_shows_a_scan_from_inside_and_volume_against_the_hosts_own_days(tmp_path: Path) -> None:
    refused = [fortigate(n, INSIDE, f"10.20.0.{n}", 445, action="deny") for n in range(40)]
    usual = [fortigate(day * 86_400, "10.10.1.9", OUTSIDE, 443, sent=40_000_000) for day in range(5)]
    burst = fortigate(5 * 86_400, "10.10.1.9", OUTSIDE, 443, sent=4_000_000_000)

    assert found_in(tmp_path, "fgt.log", "fortigate", [*refused, *usual, burst]) == [
        "Kiriman keluar melebihi kebiasaan",
        "Pemindaian banyak perangkat",
    ]


def test_what_the_firewall_refused_from_outside_is_the_internets_background(tmp_path: Path) -> None:
    refused = [fortigate(n, "198.51.100.9", "10.10.0.5", n + 1, action="deny") for n in range(200)]

    assert found_in(tmp_path, "fgt.log", "fortigate", refused) == []

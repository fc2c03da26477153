"""A working day of an office, line by line from every kind of source, raises no alert: one that drowns helps nobody."""

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detections.catalog import new_detectors, shipped_rules
from detections.scan import Scanner
from ingest.reading import read_events
from ir_platform.domain.event import batch_of

ZONE = ZoneInfo("Asia/Makassar")
UTC_PLUS_8 = "+0800"
MORNING = 8
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def _clock(minute: int, second: int = 0) -> str:
    return f"{MORNING + minute // 60:02}:{minute % 60:02}:{second:02}"


def _syslog(minute: int, host: str, message: str, second: int = 0) -> str:
    return f"Nov 20 {_clock(minute, second)} {host} {message}"


def _web(minute: int, address: str, request: str, status: int, size: int = 5120, agent: str = BROWSER) -> str:
    when = f"20/Nov/2026:{_clock(minute)} {UTC_PLUS_8}"
    return f'{address} - - [{when}] "{request} HTTP/1.1" {status} {size} "-" "{agent}"'


def _access() -> Iterator[str]:
    for minute in range(480):
        visitor = f"198.51.100.{minute % 200 + 1}"
        yield _web(minute, visitor, "GET /", 200)
        yield _web(minute, visitor, f"GET /berita/{minute}/pelayanan-publik?halaman=2&urut=baru", 200)
        yield _web(minute, visitor, "GET /gambar/logo.png", 304, 0)
        yield _web(minute, visitor, "GET /?s=slot+gacor+hari+ini", 200)
        yield _web(minute, visitor, f"GET /unduh/laporan-{minute}.pdf", 200, 2_000_000)
        yield _web(minute, f"203.0.113.{minute % 200 + 1}", f"GET /lama/{minute}.html", 404, 300)
        yield _web(minute, "192.0.2.66", f"GET /berita/{minute}", 200, agent=GOOGLEBOT)
        if minute % 60 == 0:
            yield _web(minute, "10.20.0.7", "POST /wp-login.php", 302)
            yield _web(minute, "10.20.0.7", "POST /wp-admin/async-upload.php", 200)
            yield _web(minute, "10.20.0.7", "GET /phpmyadmin/index.php", 200)
            yield _web(minute, visitor, "GET /wp-login.php", 404)
            yield _web(minute, visitor, "GET /.env", 404)


def _auth() -> Iterator[str]:
    for minute in range(0, 480, 5):
        yield _syslog(
            minute, "web-1", f"sshd[{minute + 9}]: Accepted publickey for wayan from 10.20.0.7 port 50000 ssh2"
        )
        yield _syslog(minute, "web-1", "CRON[99]: (root) CMD (/usr/local/bin/cadangan.sh >/dev/null)")
        yield _syslog(minute, "web-1", "CRON[98]: (www-data) CMD (php /var/www/html/artisan schedule:run)")
    yield _syslog(60, "web-1", "sshd[7]: Failed password for wayan from 10.20.0.7 port 50001 ssh2")
    yield _syslog(61, "web-1", "sudo: wayan : TTY=pts/0 ; PWD=/home/wayan ; USER=root ; COMMAND=/usr/bin/apt upgrade")
    yield _syslog(
        62, "web-1", "useradd[5]: new user: name=redis, UID=112, GID=118, home=/var/lib/redis, shell=/usr/sbin/nologin"
    )


def _fortigate() -> Iterator[str]:
    for minute in range(480):
        head = f'date=2026-11-20 time={_clock(minute)} devname="FGT-1" devid="F" tz="{UTC_PLUS_8}"'
        ends = f"srcip=10.20.0.{minute % 90 + 10} srcport=51000 dstip=198.51.100.{minute % 200 + 1} dstport=443 proto=6"
        yield f'{head} logid="0000000013" type="traffic" subtype="forward" {ends} action="close" sentbyte=90000'
        yield f'{head} logid="0000000013" type="traffic" subtype="forward" {ends} action="deny" sentbyte=0'
        if minute % 30 == 0:
            yield (
                f'{head} logid="0101039947" type="event" subtype="vpn" action="tunnel-up" tunneltype="ssl-tunnel" '
                f'remip=198.51.100.{minute // 30 + 1} user="pegawai{minute}" msg="SSL tunnel established"'
            )
        if minute % 120 == 0:
            yield (
                f'{head} logid="0100032001" type="event" subtype="system" logdesc="Admin login successful" '
                'user="wayan" ui="https(10.20.0.7)" srcip=10.20.0.7 action="login" status="success"'
            )
    night = f'date=2026-11-20 time=23:30:00 devname="FGT-1" devid="F" tz="{UTC_PLUS_8}" logid="0000000013"'
    yield (
        f'{night} type="traffic" subtype="forward" srcip=10.20.0.9 srcport=51000 dstip=198.51.100.9 '
        f"dstport=443 proto=6 "
        'action="close" sentbyte=400000000'
    )


def _switches() -> Iterator[str]:
    for minute in range(0, 480, 20):
        port = f"GigabitEthernet1/0/{minute // 20 + 1}"
        yield _syslog(minute, "SW-1", f"9: %LINK-3-UPDOWN: Interface {port}, changed state to down")
        yield _syslog(minute, "SW-1", f"9: %LINK-3-UPDOWN: Interface {port}, changed state to up", 40)
        yield _syslog(
            minute, "SW-1", "9: %SEC-6-IPACCESSLOGP: list 101 denied tcp 198.51.100.9(4) -> 10.20.0.1(23), 1 packet"
        )
    yield _syslog(
        30, "SW-1", "9: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: wayan] [Source: 10.20.0.7] [localport: 22]"
    )
    yield _syslog(
        31, "SW-1", "9: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: wayan] [Source: 10.20.0.7] [localport: 22]"
    )
    yield _syslog(32, "SW-1", "9: %SYS-5-CONFIG_I: Configured from console by wayan on vty0 (10.20.0.7)")


def _routers() -> Iterator[str]:
    for minute in range(0, 480, 10):
        yield _syslog(
            minute,
            "RB-1",
            f"dhcp,info dhcp1 assigned 10.20.1.{minute // 10 + 9} to AA:BB:CC:DD:EE:{minute // 10:02} PC",
        )
        yield _syslog(minute, "RB-1", f"interface,info ether{minute % 5 + 2} link down")
        yield _syslog(minute, "RB-1", f"interface,info ether{minute % 5 + 2} link up (speed 1G, full duplex)", 30)
    yield _syslog(5, "RB-1", "pppoe,ppp,info pppoe-out1: disconnected")
    yield _syslog(5, "RB-1", "pppoe,ppp,info pppoe-out1: connected", 20)
    yield _syslog(6, "RB-1", "system,info,account user wayan logged in from 10.20.0.7 via winbox")
    yield _syslog(7, "RB-1", "system,info simple queue changed by wayan")


def _mail() -> Iterator[str]:
    for minute in range(480):
        user, address = f"pegawai{minute % 40}", f"10.20.0.{minute % 40 + 10}"
        login = f"dovecot: imap-login: Login: user=<{user}>, rip={address}, lip=10.20.0.25, session=<{minute}>"
        yield _syslog(minute, "mx-1", login)
        yield _syslog(
            minute,
            "mx-1",
            f"postfix/smtpd[9]: 4C2D91A0B3F: client=pc[{address}], sasl_method=PLAIN, sasl_username={user}",
        )
        yield _syslog(minute, "mx-1", f"postfix/smtpd[9]: connect from unknown[203.0.113.{minute % 200 + 1}]")
        if minute % 20 == 0:
            yield _syslog(
                minute,
                "mx-1",
                f"postfix/smtpd[9]: warning: unknown[203.0.113.{minute % 9 + 1}]: SASL LOGIN authentication failed: x",
            )


def _names_and_addresses() -> Iterator[str]:
    for minute in range(480):
        client = f"10.20.0.{minute % 40 + 10}"
        yield _syslog(minute, "ns-1", f"dnsmasq[8]: query[A] www{minute}.contoh.go.id from {client}")
        yield _syslog(minute, "ns-1", f"dnsmasq[8]: query[HTTPS] d{minute:015}.cloudfront.net from {client}")
        yield _syslog(minute, "ns-1", f"dnsmasq[8]: 7 {client}/5300 reply salah{minute}.example is NXDOMAIN")
        yield _syslog(
            minute, "ns-1", f"dnsmasq-dhcp[8]: DHCPACK(br0) {client} aa:bb:cc:dd:ee:{minute % 40:02} PC-{minute % 40}"
        )
    yield _syslog(
        90,
        "ns-1",
        "named[5]: client @0x7f 10.20.0.55#5300 (rusak.example): query failed (SERVFAIL) for rusak.example/IN/A",
    )


def _monitors() -> Iterator[str]:
    yield _syslog(10, "mon-1", "upsmon[4]: UPS ruang-server@localhost on battery")
    yield _syslog(10, "mon-1", "upsmon[4]: UPS ruang-server@localhost on line power", 20)
    yield _syslog(20, "mon-1", "zabbix: PROBLEM (Warning): Disk space is low on db-1 (10.20.0.9)")
    yield _syslog(50, "mon-1", "zabbix: RESOLVED (Warning): Disk space is low on db-1 (10.20.0.9)")
    yield _syslog(60, "mon-1", "upsmon[4]: Startup successful")


def _flows() -> Iterator[tuple[int, str, str, int, int, int]]:
    """Minute, source, target, port, bytes sent and received: what 40 desktops and three servers do."""
    for minute in range(0, 480, 3):
        for desk in range(6):
            client = f"10.20.0.{(minute * 2 + desk) % 40 + 10}"
            number = minute * 7 + desk * 13
            yield minute, client, f"198.51.100.{number % 250 + 1}", 443, 900 + number % 4_000, 20_000 + number
            yield minute, client, "10.20.0.5", 445, 2_000 + number % 30_000, 9_000
            yield minute, client, "198.51.100.53", 443, 700, 900
        yield minute, "10.20.0.9", "10.20.0.20", 22, 30_000 + minute * 40, 9_000
        yield minute, "10.20.0.8", f"10.20.0.{minute % 6 + 20}", 22, 40, 60
        yield minute, f"203.0.113.{minute % 200 + 1}", "10.20.0.30", 443, 800, 30_000
        if minute % 15 == 0:
            yield minute, "10.20.0.7", f"10.20.0.{minute // 15 % 6 + 20}", 3389, 90_000, 900_000


def _zeek() -> Iterator[str]:
    for number, (minute, source, target, port, sent, received) in enumerate(_flows()):
        ends = {"id.orig_h": source, "id.orig_p": 30_000 + number % 30_000, "id.resp_h": target, "id.resp_p": port}
        sizes = {
            "orig_bytes": sent,
            "resp_bytes": received,
            "orig_ip_bytes": sent + 400,
            "resp_ip_bytes": received + 400,
        }
        counts = {"orig_pkts": 10, "resp_pkts": 10, "duration": 1 + number % 20, "conn_state": "SF"}
        when = {"_path": "conn", "ts": 1_790_000_000 + minute * 60 + number * 7 % 60, "uid": f"C{number}"}
        yield json.dumps({**when, **ends, **sizes, **counts, "proto": "tcp"})


def _suricata() -> Iterator[str]:
    for number, (minute, source, target, port, sent, received) in enumerate(_flows()):
        at = f"2026-11-20T{_clock(minute, number * 7 % 60)}.000000{UTC_PLUS_8}"
        ends = {"src_ip": source, "src_port": 30_000 + number % 30_000, "dest_ip": target, "dest_port": port}
        sizes = {"bytes_toserver": sent, "bytes_toclient": received, "pkts_toserver": 10, "pkts_toclient": 10}
        flow = {**sizes, "start": at, "end": at, "state": "closed"}
        flags = {"tcp_flags": "1b", "syn": True, "ack": True, "psh": True, "fin": True}
        yield json.dumps({"timestamp": at, "event_type": "flow", "proto": "TCP", **ends, "flow": flow, "tcp": flags})


def _windows() -> Iterator[str]:
    for minute in range(480):
        common = {"EventTime": f"2026-11-20 {_clock(minute)}", "Computer": "SRV-1", "Channel": "Security"}
        place = {"LogonType": 3, "IpAddress": f"10.20.0.{minute % 90}"}
        yield json.dumps({**common, **place, "EventID": 4624, "TargetUserName": "siti"})
        program = {"NewProcessName": r"C:\Windows\System32\net.exe", "CommandLine": "net start"}
        yield json.dumps({**common, **program, "EventID": 4688})
        if minute % 30 == 0:
            yield json.dumps({**common, **place, "EventID": 4625, "TargetUserName": "budi"})
            service = {"ProviderName": "Service Control Manager", "ImagePath": r"C:\Program Files\Pencetak\a.exe"}
            yield json.dumps({**common, **service, "Channel": "System", "EventID": 7045})


@pytest.mark.parametrize(
    ("format_name", "lines"),
    [
        ("access", _access),
        ("auth", _auth),
        ("fortigate", _fortigate),
        ("cisco", _switches),
        ("mikrotik", _routers),
        ("mail", _mail),
        ("dns", _names_and_addresses),
        ("noc", _monitors),
        ("jsonl", _windows),
        ("zeek", _zeek),
        ("eve", _suricata),
    ],
)
def test_a_working_day_raises_no_alert(format_name: str, lines: object, tmp_path: Path) -> None:
    assert callable(lines)
    path = tmp_path / "hari.log"
    path.write_text("\n".join(lines()) + "\n", encoding="utf-8")
    records = list(read_events(path, format=format_name, timezone=ZONE, year=2026))
    scanner = Scanner(shipped_rules(), new_detectors())

    found = [*scanner.scan(batch_of([record.event for record in records if record.event])), *scanner.finish()]

    assert [record.rejection for record in records if record.rejection] == []
    assert sorted({detection.rule_title for detection in found}) == []

"""Every log format by its name: what opens its parser, and how much a line that it reads says for it."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from ingest.parsers.access import AccessParser
from ingest.parsers.auditd import AuditdParser
from ingest.parsers.auth import open_auth
from ingest.parsers.base import (
    ParseContext,
    Parser,
    Reading,
)
from ingest.parsers.cms import CmsParser
from ingest.parsers.csv import CsvParser
from ingest.parsers.dns import open_dns
from ingest.parsers.eve import EveParser
from ingest.parsers.gelf import GelfParser
from ingest.parsers.iis import IisParser
from ingest.parsers.jsonl import JsonLinesParser
from ingest.parsers.kv import KeyValueParser
from ingest.parsers.modsecurity import ModSecurityParser
from ingest.parsers.noc import open_noc
from ingest.parsers.openvpn import open_openvpn
from ingest.parsers.own_lines import beside_syslog
from ingest.parsers.snmptrap import snmptrap_lines
from ingest.parsers.squid import squid_lines
from ingest.parsers.syslog import SyslogParser
from ingest.parsers.vsftpd import vsftpd_lines
from ingest.parsers.weberror import WebErrorParser
from ingest.parsers.webhook import WebhookParser
from ingest.parsers.winxml import WindowsXmlParser
from ingest.parsers.zeek import ZeekParser
from ingest.sources.files import (
    Continues,
    audit_serial_of,
    is_indented,
    is_of_trap,
    is_quoted,
    is_same_audit_event,
    is_stack_trace,
    is_within_event,
    is_within_transaction,
)
from ingest.sources.gathering import MarkOf

EVTX: Final = "evtx"


def _every_reading(reading: Reading) -> bool:
    return True


def _is_auth(reading: Reading) -> bool:
    fields = reading.fields
    known = "event.action" in fields or fields.get("process.name") in ("sshd", "sudo", "CRON", "su")
    return known and fields["event.dataset"] == "system.auth"


def _is_syslog(reading: Reading) -> bool:
    """Many programs begin their lines with an ISO time; only syslog has a program's name, or a priority, after it."""
    return not {"process.name", "event.code", "log.syslog.priority"}.isdisjoint(reading.fields)


def _has_time(reading: Reading) -> bool:
    """Any text with commas is CSV of a kind; a log has times."""
    return "tanggap.time_source" not in reading.fields


def _of_dataset(*patterns: str) -> Callable[[Reading], bool]:
    """Return a test for readings of these datasets; `*` at either end stands for anything."""

    def fits(reading: Reading) -> bool:
        dataset = str(reading.fields["event.dataset"])
        return any(fnmatchcase(dataset, pattern) for pattern in patterns)

    return fits


def _is_zeek(reading: Reading) -> bool:
    return "zeek.session_id" in reading.fields or not reading.fields["event.dataset"].endswith(".log")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFormat:
    """A format whose records are lines of text."""

    name: str
    title: str
    """Bahasa Indonesia, one line."""
    open: Callable[[ParseContext], Parser]
    weight: float
    """How much a readable line says for this format: less for one that reads what others read too."""
    is_typical: Callable[[Reading], bool] = _every_reading
    """Whether a readable line is one that this format is meant for."""
    continues: Continues | None = None
    """Which lines belong to the one before them; None: every line stands alone."""
    mark_of: MarkOf | None = None
    """Which lines belong together though others stand between them; None: none do."""
    can_be_cut: bool = True
    """Whether a reader may begin in the middle: it is told the parser's state, and no open quote is lost."""
    directives: bytes = b""
    """What lines begin with that only say how those after them are read; empty: the parser's state never changes."""


def _of_device(
    name: str,
    title: str,
    *datasets: str,
    open: Callable[[ParseContext], Parser] = SyslogParser,
    continues: Continues | None = None,
) -> LineFormat:
    """Return the format of lines that come by syslog too, told from other syslog by the datasets they are read into."""
    return LineFormat(
        name=name, title=title, open=open, weight=1.0, is_typical=_of_dataset(*datasets), continues=continues
    )


LINE_FORMATS: Final[dict[str, LineFormat]] = {
    known.name: known
    for known in (
        LineFormat(
            name="auth",
            title="Log autentikasi Linux (sshd, sudo, su, cron, akun)",
            open=open_auth,
            weight=1.0,
            is_typical=_is_auth,
            continues=is_indented,
        ),
        LineFormat(
            name="syslog",
            title="Syslog RFC 3164, RFC 5424, rsyslog, journald",
            open=SyslogParser,
            weight=0.6,
            is_typical=_is_syslog,
            continues=is_indented,
        ),
        _of_device("fortigate", "Firewall FortiGate (FortiOS)", "fortigate.*"),
        _of_device("mikrotik", "Router MikroTik (RouterOS 6 dan 7)", "mikrotik.*"),
        _of_device("cisco", "Cisco IOS, IOS XR, ASA, FTD", "cisco.*"),
        _of_device("cef", "Common Event Format (ArcSight CEF)", "cef.*"),
        _of_device("leef", "Log Event Extended Format (QRadar LEEF)", "leef.*"),
        _of_device("iptables", "Paket yang dicatat iptables, nftables, ufw", "iptables.*", continues=is_indented),
        _of_device("mail", "Server surel Postfix dan Dovecot", "mail.*", continues=is_indented),
        _of_device("openvpn", "Server OpenVPN", "openvpn.*", open=open_openvpn),
        _of_device("vsftpd", "Server FTP vsftpd (vsftpd.log, xferlog)", "vsftpd.*", open=beside_syslog(vsftpd_lines)),
        _of_device(
            "dns", "Server nama BIND, Unbound, dnsmasq", "bind.dns", "unbound.dns", "dnsmasq.dns", open=open_dns
        ),
        _of_device("dhcp", "Server DHCP dhcpd, Kea, dnsmasq", "dhcpd.dhcp", "kea.dhcp", "dnsmasq.dhcp"),
        _of_device("dnsmasq", "dnsmasq: nama, DHCP, dan TFTP dalam satu log (log-facility)", "dnsmasq.*"),
        _of_device(
            "snmptrap",
            "Trap SNMP (snmptrapd)",
            "snmp.*",
            open=beside_syslog(snmptrap_lines),
            continues=is_of_trap,
        ),
        _of_device(
            "noc",
            "Pemantauan jaringan dan UPS (Zabbix, LibreNMS, apcupsd, NUT)",
            "*.monitoring",
            "*.ups",
            open=open_noc,
        ),
        LineFormat(
            name="weberror",
            title="Log galat web Apache dan nginx, dan PHP di dalamnya",
            open=WebErrorParser,
            weight=1.0,
            continues=is_stack_trace,
        ),
        LineFormat(
            name="access",
            title="Log akses web Apache dan nginx (common, combined, JSON)",
            open=AccessParser,
            weight=1.0,
        ),
        _of_device("pfsense", "Firewall pfSense dan OPNsense (filterlog)", "pfsense.*"),
        _of_device("sophos", "Firewall Sophos (SFOS)", "sophos.*"),
        _of_device("panos", "Firewall Palo Alto (PAN-OS)", "panw.*"),
        _of_device("squid", "Log akses proxy Squid", "squid.*", open=beside_syslog(squid_lines)),
        LineFormat(
            name="modsecurity",
            title="Log audit ModSecurity dan Coraza",
            open=ModSecurityParser,
            weight=1.0,
            continues=is_within_transaction,
        ),
        _of_device("cms", "Log masuk WordPress (WP fail2ban) dan Joomla", "wordpress.*", "joomla.*", open=CmsParser),
        LineFormat(name="iis", title="Log akses web IIS (W3C)", open=IisParser, weight=1.0, directives=b"#"),
        LineFormat(
            name="auditd",
            title="Log audit Linux (auditd)",
            open=AuditdParser,
            weight=1.0,
            continues=is_same_audit_event,
            mark_of=audit_serial_of,
        ),
        LineFormat(
            name="winxml",
            title="Peristiwa Windows dalam XML (Windows Event Forwarding, wevtutil)",
            open=WindowsXmlParser,
            weight=1.0,
            continues=is_within_event,
        ),
        _of_device("sysmonlinux", "Sysmon for Linux", "sysmon_linux.*"),
        LineFormat(
            name="jsonl", title="JSON per baris, bersarang atau datar, ECS atau bukan", open=JsonLinesParser, weight=0.6
        ),
        LineFormat(name="gelf", title="Graylog Extended Log Format (GELF)", open=GelfParser, weight=1.0),
        LineFormat(
            name="webhook",
            title="Kiriman HTTP pemantau (Zabbix, LibreNMS, PRTG, The Dude, Uptime Kuma)",
            open=WebhookParser,
            weight=1.0,
        ),
        LineFormat(name="eve", title="Suricata EVE JSON", open=EveParser, weight=1.0),
        LineFormat(
            name="zeek",
            title="Log Zeek, TSV atau JSON",
            open=ZeekParser,
            weight=0.9,
            is_typical=_is_zeek,
            directives=b"#",
        ),
        LineFormat(
            name="kv", title="Pasangan nama=nilai (logfmt)", open=KeyValueParser, weight=0.35, is_typical=_has_time
        ),
        LineFormat(
            name="csv",
            title="CSV dengan baris kepala kolom",
            open=CsvParser,
            weight=0.4,
            is_typical=_has_time,
            continues=is_quoted,
            can_be_cut=False,
        ),
    )
}
FORMATS: Final[dict[str, str]] = {
    **{known.name: known.title for known in LINE_FORMATS.values()},
    EVTX: "Log peristiwa Windows (EVTX)",
}
"""Name and title (Bahasa Indonesia) of every format that `read_events` takes."""

"""Every log format by its name, and the one way to read a file's events."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from ingest.parsers.access import AccessParser
from ingest.parsers.auditd import AuditdParser
from ingest.parsers.auth import open_auth
from ingest.parsers.base import (
    ORIGINAL_LIMIT_BYTES,
    Checkpoint,
    ParseContext,
    Parsed,
    Parser,
    Reading,
    Refusal,
    Rejection,
    Source,
    event_of,
)
from ingest.parsers.cms import CmsParser
from ingest.parsers.csv import CsvParser
from ingest.parsers.dns import open_dns
from ingest.parsers.eve import EveParser
from ingest.parsers.evtx import MAGIC as EVTX_MAGIC
from ingest.parsers.evtx import ChildEndedError, fingerprint_part, read_evtx
from ingest.parsers.flat_windows import FlatWindowsReader
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
from ingest.parsers.windows_spans import WindowsSpansReader
from ingest.parsers.winxml import WindowsXmlParser
from ingest.parsers.zeek import ZeekParser
from ingest.sources.files import (
    Continues,
    DamagedArchiveError,
    Line,
    UpTo,
    is_compressed,
    is_indented,
    is_of_trap,
    is_quoted,
    is_same_audit_event,
    is_stack_trace,
    is_within_event,
    is_within_transaction,
    join_lines,
    line_of,
    open_content,
    origin_of,
    read_head,
    read_lines,
    skip_to,
)
from ir_platform.domain.event import Event
from ir_platform.domain.flat_line import FlatLine

LINE_LIMIT_BYTES: Final = 1024 * 1024
HEAD_BYTES: Final = 64 * 1024
BEGINNING: Final = Checkpoint(offset=0, record=0)
CAPTURE: Final = "pcap"
"""What `detect_format` says of a packet capture, which `ingest.pcap` reads, not this catalogue."""
EVTX: Final = "evtx"

_SAMPLE_LINES: Final = 50
_ENOUGH: Final = 0.3
"""The share of the first lines that must be readable: a log may begin with a torn line or a banner."""
_CAPTURE_MAGICS: Final = tuple(
    bytes.fromhex(magic)
    for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a", "a1b2cd34", "34cdb2a1")
)


class UnknownFormatError(Exception):
    """A file that no parser knows, or a name that is no format; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


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


def detect_format(path: Path) -> str:
    """Return the name of the format that the file's first bytes speak for; `pcap` for a capture.

    Raises: UnknownFormatError, OSError.
    """
    head = read_head(path, size=HEAD_BYTES)
    if head.startswith(EVTX_MAGIC):
        return EVTX
    if head.startswith(_CAPTURE_MAGICS):
        return CAPTURE
    lines = _sample(head)
    if not lines:
        raise UnknownFormatError(path=str(path), reason="berkas kosong")
    context = ParseContext(timezone=ZoneInfo("UTC"), year=None, reference_ns=path.stat().st_mtime_ns)
    best = next(iter(_ranked(lines, context)), None)
    if best is None or not best.is_enough:
        raise UnknownFormatError(path=str(path), reason="format tidak dikenali dari baris-baris awal")
    return best.name


class Candidate(NamedTuple):
    """A format that reads some of the lines."""

    name: str
    share: float
    """Of the first lines' records, how many it reads and was meant for."""

    @property
    def is_enough(self) -> bool:
        return self.share >= _ENOUGH


def formats_of(content: bytes, context: ParseContext) -> list[Candidate]:
    """Return which formats the first of these lines speak for, what speaks most for itself first."""
    return _ranked(_sample(content[:HEAD_BYTES]), context)


def _ranked(lines: list[Line], context: ParseContext) -> list[Candidate]:
    shares = [Candidate(known.name, _share(known, lines, context)) for known in LINE_FORMATS.values()]
    found = [candidate for candidate in shares if candidate.share > 0]
    return sorted(found, key=lambda one: one.share * LINE_FORMATS[one.name].weight, reverse=True)


def _sample(head: bytes) -> list[Line]:
    """Return the first lines, without a last one that is cut."""
    lines = list(read_lines(BytesIO(head), start=0, record=0, limit_bytes=HEAD_BYTES))
    if len(head) == HEAD_BYTES and len(lines) > 1:
        lines.pop()
    return [line for line in lines if line.content.strip(b"\0 \t")][:_SAMPLE_LINES]


def _share(known: LineFormat, lines: list[Line], context: ParseContext) -> float:
    parser = known.open(context)
    records = iter(lines)
    if known.continues is not None:
        records = join_lines(records, continues=known.continues, limit_bytes=HEAD_BYTES)
    readings = [parser.parse(text_of(record.content)) for record in records]
    spoken = [reading for reading in readings if reading is not None]
    good = sum(1 for reading in spoken if isinstance(reading, Reading) and known.is_typical(reading))
    return good / len(spoken) if spoken else 0.0


def read_events(
    path: Path,
    *,
    format: str = "auto",
    timezone: ZoneInfo,
    year: int | None,
    start: Checkpoint | None = None,
    end: int | None = None,
    called: Path | None = None,
    layouts: tuple[str, ...] = (),
) -> Iterator[Parsed]:
    """Return the file's records in order, each an event or a rejection; lazily, in bounded memory.

    Reads on from `start`, a `Parsed.checkpoint` of an earlier reading of the same (grown) file. `timezone` is for
    times without a zone; without `year`, times that have none are put in the last year that fits the file's age.
    `end`: an offset where a record of plain text begins, to stop before. `called`: the file's own name, where it is
    kept under another. `layouts`: format strings of web servers, as in `ParseContext`.
    Raises: OSError, UnknownFormatError, BadLayoutError at once; afterwards a broken part is a rejection.
    """
    begin = start or BEGINNING
    name = begin.format if begin.format != "auto" else format
    if name == "auto":
        name = detect_format(path)
    head = read_head(path, size=HEAD_BYTES)
    if name == EVTX:
        return _open_evtx(path, head, begin, called=called or path)
    known = LINE_FORMATS.get(name)
    if known is None:
        raise UnknownFormatError(path=str(path), reason=f"format tidak dikenal: {name}")
    named = called or path
    source = Source(origin=origin_of(named.name, head), path=str(named), format=name, state=begin.state)
    context = ParseContext(
        timezone=timezone,
        year=year,
        reference_ns=path.stat().st_mtime_ns,
        path=str(named),
        state=begin.state,
        layouts=layouts,
    )
    return _read_text(path, known, known.open(context), source, begin, end)


class LineReader:
    """Reads single lines of a file whose format keeps nothing from one line to the next."""

    def __init__(self, path: Path, *, format: str, timezone: ZoneInfo, year: int | None) -> None:
        """Raises: OSError."""
        head = read_head(path, size=HEAD_BYTES)
        self._source = Source(origin=origin_of(path.name, head), path=str(path), format=format)
        reference_ns = path.stat().st_mtime_ns
        context = ParseContext(timezone=timezone, year=year, reference_ns=reference_ns, path=str(path))
        self._parser = LINE_FORMATS[format].open(context)
        self._quick = FlatWindowsReader(context, self._source) if format == "jsonl" else None
        self._quickest = WindowsSpansReader(self._source) if format == "jsonl" else None

    def read(self, content: bytes, *, offset: int, record: int) -> Parsed | None:
        """Return what the line number `record` at `offset` says; None for a blank one."""
        line = line_of(content, offset=offset, record=record, limit_bytes=LINE_LIMIT_BYTES)
        return _parse_line(self._parser, self._source, line)

    def read_document(self, document: dict[str, Any], content: bytes, *, offset: int, record: int) -> Event | None:
        """Return the event of a line that was found to be this JSON object; None where `read` has to be asked.

        It says each field of the line as it came, so it is without `event.original`; the same below.
        """
        if self._quick is None or len(content) > LINE_LIMIT_BYTES:
            return None
        return self._quick.read(document, content.removesuffix(b"\r"), offset, record)

    def read_spans(self, line: FlatLine, *, offset: int, record: int) -> Event | None:
        """Return the event of a line that was taken apart; None where `read_document` or `read` has to be asked."""
        if self._quickest is None or len(line.line) > LINE_LIMIT_BYTES:
            return None
        return self._quickest.read(line, offset, record)


# --- text ------------------------------------------------------------------------------------------------------------


def _read_text(
    path: Path, known: LineFormat, parser: Parser, source: Source, begin: Checkpoint, end: int | None
) -> Iterator[Parsed]:
    with closing(open_content(path)) as content:
        try:
            skip_to(content, begin.offset)
            wanted = content if end is None else UpTo(content, end - begin.offset)
            lines = read_lines(wanted, start=begin.offset, record=begin.record, limit_bytes=LINE_LIMIT_BYTES)
            if known.continues is not None:
                lines = join_lines(lines, continues=known.continues, limit_bytes=LINE_LIMIT_BYTES)
            last = Line(begin.offset, begin.offset, b"", False, begin.record, begin.record)
            for last in lines:
                parsed = _parse_line(parser, source, last)
                if parser.state != source.state:
                    source = Source(origin=source.origin, path=source.path, format=source.format, state=parser.state)
                if parsed is not None:
                    yield parsed
        except DamagedArchiveError as error:
            broken = Line(last.end, last.end, b"", False, last.next_record, last.next_record + 1)
            yield _reject(source, broken, f"berkas terkompresi rusak setelah byte {error.offset}")


def text_of(original: bytes) -> str:
    # A machine that lost its power leaves runs of NUL before the next line.
    return original.lstrip(b"\0").decode("utf-8", "replace")


def _parse_line(parser: Parser, source: Source, line: Line) -> Parsed | None:
    original = line.content
    if not line.overlong and (not original or original.isspace()):
        return None
    text = text_of(original)
    reading = parser.parse(text) if text and not line.overlong else _unreadable(line)
    if reading is None:
        return None
    if isinstance(reading, Reading):
        fields = reading.fields
        fields.setdefault("event.original", text)
        fields["log.file.path"] = source.path
        fields["log.offset"] = line.offset
        event = event_of(reading, origin=source.origin, record=line.record, original=original)
        if isinstance(event, Event):
            return Parsed(line.record, event, None, source, line.end, line.next_record)
        reading = event
    return _reject(source, line, reading.reason)


def _unreadable(line: Line) -> Refusal:
    if line.overlong:
        return Refusal(f"baris lebih panjang dari {LINE_LIMIT_BYTES} byte")
    return Refusal("baris hanya berisi byte NUL")


def _reject(source: Source, line: Line, reason: str) -> Parsed:
    rejection = Rejection(source.path, line.record, line.offset, reason, line.content[:ORIGINAL_LIMIT_BYTES])
    return Parsed(line.record, None, rejection, source, line.end, line.next_record)


# --- EVTX ------------------------------------------------------------------------------------------------------------


def _open_evtx(path: Path, head: bytes, begin: Checkpoint, *, called: Path) -> Iterator[Parsed]:
    if is_compressed(path):
        raise UnknownFormatError(path=str(path), reason="EVTX terkompresi harus dibuka dahulu")
    if not head.startswith(EVTX_MAGIC):
        raise UnknownFormatError(path=str(path), reason="bukan berkas EVTX")
    source = Source(origin=origin_of(called.name, fingerprint_part(head)), path=str(called), format=EVTX)
    return _read_evtx(path, source, begin)


def _read_evtx(path: Path, source: Source, begin: Checkpoint) -> Iterator[Parsed]:
    record = begin.record
    try:
        for original, reading in read_evtx(path, skip=record):
            yield _parse_record(source, record, original, reading)
            record += 1
    except ChildEndedError as error:
        yield _reject_record(source, record, b"", error.reason)


def _parse_record(source: Source, record: int, original: bytes, reading: Reading | Refusal) -> Parsed:
    if isinstance(reading, Refusal):
        return _reject_record(source, record, original, reading.reason)
    fields: dict[str, Any] = reading.fields
    fields["event.original"] = original.decode("utf-8", "replace")
    fields["log.file.path"] = source.path
    event = event_of(reading, origin=source.origin, record=record, original=original)
    if isinstance(event, Refusal):
        return _reject_record(source, record, original, event.reason)
    return Parsed(record, event, None, source, record + 1, record + 1)


def _reject_record(source: Source, record: int, original: bytes, reason: str) -> Parsed:
    rejection = Rejection(source.path, record, 0, reason, original[:ORIGINAL_LIMIT_BYTES])
    return Parsed(record, None, rejection, source, record + 1, record + 1)

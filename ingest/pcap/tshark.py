"""Finds tshark and runs it, confined, over the packets that are handed to it."""

import functools
import os
import select
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ingest.pcap import confine

Seconds = Callable[[], float]
"""A clock that only runs forward."""

MAX_FRAME_BYTES = 262_144
"""tshark gives up a whole capture at one longer frame."""
VALUE_SEPARATOR = "\r"
"""Between the values of one field. tshark escapes tab, newline and carriage return inside a value, so none can be
forged by what an attacker sent; other control characters it passes on."""

_PIPE_BYTES = 1024 * 1024
_FLUSH_BYTES = 256 * 1024
_MAX_LINE_BYTES = 1024 * 1024

# The protocols that stay on. The rest is off: some dissectors run under 1 MB/s, and each is code that reads what an
# attacker wrote. What owns a well-known port stays, else its traffic is read as something it is not.
_KEPT = frozenset(
    {
        "frame", "eth", "ethertype", "vlan", "ieee8021ad", "sll", "null", "raw", "ppp", "pppoes", "pppoed", "chdlc",
        "nflog",
        "mpls", "pwethheuristic", "ip", "ipv6", "ipv6.hopopts", "ipv6.fraghdr", "ipv6.routing", "ipv6.dstopts", "icmp",
        "icmpv6", "arp", "gre", "erspan", "vxlan", "geneve", "gtp", "nsh", "tcp", "udp", "sctp", "data",
        "data-text-lines",
        "dns", "mdns", "llmnr", "http", "http2", "http3", "media", "mime_multipart", "urlencoded-form", "image-gif",
        "image-jfif",
        "png", "xml", "json", "tls", "dtls", "quic", "x509af", "x509ce", "x509if", "x509sat", "pkcs1", "pkix1explicit",
        "pkix1implicit", "ocsp", "ssh", "smtp", "imf", "pop", "imap", "ftp", "ftp-data", "telnet", "tftp", "nbss",
        "nbns",
        "nbdgm", "smb", "smb2", "smb_netlogon", "smb_pipe", "dcerpc", "gss-api", "spnego", "ntlmssp", "kerberos",
        "ber", "ldap",
        "cldap", "dhcp", "dhcpv6", "ntp", "snmp", "syslog", "radius", "rdp", "tpkt", "cotp", "socks", "mysql",
        "pgsql", "tds", "redis",
        "sip", "sdp", "rtsp", "irc", "bittorrent", "mqtt", "nfs", "rpc", "portmap", "modbus", "mbtcp", "s7comm", "dnp3",
        "rtp", "rtcp", "stun", "isakmp", "esp", "ah", "openvpn", "wg", "l2tp", "pptp", "bgp", "ssdp", "websocket",
        "msmms",
    }
)  # fmt: skip


class CaptureUnavailableError(Exception):
    """Captures cannot be read on this machine; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tshark:
    """A tshark that is there, and the folders of its libraries where it was unpacked rather than installed."""

    program: Path
    libraries: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TsharkLimits:
    """What one run may use."""

    seconds: int = 3_600
    memory_bytes: int = 4 * 1024**3
    output_bytes: int = 16 * 1024**3

    @property
    def confinement(self) -> confine.Confinement:
        return confine.Confinement(memory_bytes=self.memory_bytes, file_bytes=self.output_bytes)


def find_tshark(*, configured: Path | None = None, unpacked: Sequence[Path] = ()) -> Tshark:
    """Return the tshark to use: the configured one, else PATH's, else one unpacked in the folders given.

    An unpacked folder is the root of Debian packages taken apart with `dpkg -x`.
    Raises: CaptureUnavailableError.
    """
    if configured is not None:
        if not os.access(configured, os.X_OK):
            raise CaptureUnavailableError(reason=f"tshark tidak ditemukan di {configured}")
        return Tshark(configured)
    found = shutil.which("tshark")
    if found is not None:
        return Tshark(Path(found))
    for folder in unpacked:
        program = folder / "usr" / "bin" / "tshark"
        if os.access(program, os.X_OK):
            return Tshark(program, tuple(sorted(_library_folders(folder))))
    raise CaptureUnavailableError(
        reason="tshark tidak ditemukan; berkas tangkapan tidak dapat dianalisis (jalankan `make setup`)"
    )


def _library_folders(root: Path) -> Iterator[Path]:
    for place in (root / "usr" / "lib", root / "lib"):
        if place.is_dir():
            yield place
            yield from (folder for folder in place.glob("*-linux-gnu*") if folder.is_dir())


def environment(tshark: Tshark, *, home: Path) -> dict[str, str]:
    """Return the whole environment of a run: nothing of ours, its settings from `home` alone."""
    given = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "WIRESHARK_CONFIG_DIR": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    if tshark.libraries:
        given["LD_LIBRARY_PATH"] = ":".join(map(str, tshark.libraries))
    return given


@functools.cache
def _protocols(tshark: Tshark) -> tuple[str, ...]:
    """Return the filter names of all protocols this tshark knows. Raises: CaptureUnavailableError."""
    with tempfile.TemporaryDirectory(prefix="tanggap-tshark-") as home:
        try:
            listed = subprocess.run(  # noqa: S603
                [str(tshark.program), "-G", "protocols"],
                env=environment(tshark, home=Path(home)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=60,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise CaptureUnavailableError(
                reason=f"tshark di {tshark.program} tidak dapat dijalankan: {error}"
            ) from error
    rows = (line.split("\t") for line in listed.stdout.decode("utf-8", "replace").splitlines())
    names = tuple(row[2] for row in rows if len(row) >= 3)
    if "frame" not in names:
        raise CaptureUnavailableError(reason=f"tshark di {tshark.program} tidak menyebutkan protokol yang dikenalnya")
    return names


def write_settings(tshark: Tshark, home: Path, *, pruned: bool = True) -> None:
    """Put a run's settings into its private folder: which protocols are off, no Lua, no lookups."""
    if pruned:
        off = [name for name in _protocols(tshark) if name not in _KEPT]
        (home / "disabled_protos").write_text("\n".join(off) + "\n", encoding="utf-8")
    preferences = "nameres.network_name: FALSE\nnameres.mac_name: FALSE\nnameres.transport_name: FALSE\n"
    (home / "preferences").write_text(preferences, encoding="utf-8")


class FieldRun:
    """One `tshark -T fields` over packets fed to it one by one; its rows are read once all are fed.

    tshark works while packets are still being fed. Its rows go to a file without a name, so neither side can block
    the other for good; a run out of time or memory keeps the rows it has written and says so in `stopped`.
    """

    def __init__(
        self,
        tshark: Tshark,
        *,
        fields: Sequence[str],
        display_filter: str,
        limits: TsharkLimits,
        objects: Sequence[str] = (),
        seconds: Seconds = time.monotonic,
    ) -> None:
        """`objects`: the protocols whose files are exported. Raises: CaptureUnavailableError."""
        self.stopped: str | None = None
        """Why tshark did not see everything, in Bahasa Indonesia; None: it did."""
        self.fed_packets = 0
        self._columns = len(fields)
        self._seconds = seconds
        self._deadline = seconds() + limits.seconds
        self._home = tempfile.TemporaryDirectory(prefix="tanggap-tshark-")
        self._rows: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  closed in _clean
        home = Path(self._home.name)
        try:
            write_settings(tshark, home)
            confine.hand_over(home, limits.confinement)
            arguments = ["-n", "-r", "-", "-Q", "-Y", display_filter, "-T", "fields", "-E", "separator=/t"]
            arguments += ["-E", "occurrence=a", "-E", f"aggregator={VALUE_SEPARATOR}"]
            arguments += [part for name in fields for part in ("-e", name)]
            for kind in objects:
                folder = self.exported(kind)
                folder.mkdir()
                confine.hand_over(folder, limits.confinement)
                arguments += ["--export-objects", f"{kind},{folder}"]
            line = confine.command(tshark.program, arguments, limits.confinement)
            self._process = confine.start(
                line, environment=environment(tshark, home=home), stdin=subprocess.PIPE, stdout=self._rows
            )
        except confine.NotConfinableError as error:
            self._clean()
            raise CaptureUnavailableError(reason=f"tshark: {error.program} {error.reason}") from error
        except BaseException:
            self._clean()
            raise
        assert self._process.stdin is not None
        self._pipe = self._process.stdin.fileno()
        os.set_blocking(self._pipe, False)
        self._parts: list[bytes] = []
        self._held = 0
        self._interfaces: dict[int, int] = {}
        self._put(_SECTION_HEADER)

    def feed(self, time_ns: int, link: int, wire: int, buffer: bytes, start: int, end: int) -> None:
        """Hand over one packet (see `Packet`); frames over MAX_FRAME_BYTES are left out."""
        size = end - start
        if size > MAX_FRAME_BYTES or self.stopped is not None:
            return
        interface = self._interfaces.get(link)
        if interface is None:
            interface = self._interfaces[link] = len(self._interfaces)
            self._put(_interface_block(link))
        self.fed_packets += 1
        padding = -size % 4
        total = 32 + size + padding
        head = _PACKET_BLOCK(6, total, interface, time_ns >> 32, time_ns & 0xFFFF_FFFF, size, wire & 0x7FFF_FFFF)
        self._parts += (head, buffer[start:end], b"\x00" * padding + total.to_bytes(4, "little"))
        self._held += total
        if self._held >= _FLUSH_BYTES:
            self._flush()

    def finish(self) -> None:
        """Say that there are no more packets and wait for tshark to end."""
        self._flush()
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            status = self._process.wait(timeout=max(0.0, self._deadline - self._seconds()))
        except subprocess.TimeoutExpired:
            self._stop("tshark melampaui batas waktu")
            return
        if status != 0 and self.stopped is None:
            self.stopped = f"tshark berhenti dengan status {status}"

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows, one a matching packet, values of a field joined by VALUE_SEPARATOR; malformed ones not."""
        self._rows.seek(0)
        for line in _lines(self._rows):
            row = line.decode("utf-8", "replace").split("\t")
            if len(row) == self._columns:
                yield row

    def exported(self, kind: str) -> Path:
        """Return the folder of files exported for a protocol; it goes when the run goes."""
        return Path(self._home.name) / f"objects-{kind}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        confine.end(self._process)
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        self._clean()

    def _put(self, block: bytes) -> None:
        self._parts.append(block)
        self._held += len(block)

    def _flush(self) -> None:
        data, self._parts, self._held = memoryview(b"".join(self._parts)), [], 0
        while data and self.stopped is None:
            try:
                data = data[os.write(self._pipe, data) :]
            except BlockingIOError:
                left = self._deadline - self._seconds()
                if left <= 0:
                    self._stop("tshark melampaui batas waktu")
                    return
                select.select([], [self._pipe], [], min(left, 1.0))
            except BrokenPipeError:
                self._stop("tshark berhenti sebelum selesai")

    def _stop(self, reason: str) -> None:
        self.stopped = reason
        confine.end(self._process)

    def _clean(self) -> None:
        self._rows.close()
        self._home.cleanup()


_PACKET_BLOCK = struct.Struct("<IIIIIII").pack
_SECTION_HEADER = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


def _interface_block(link: int) -> bytes:
    """Return an interface description with nanosecond times. Source: draft-ietf-opsawg-pcapng 4.2."""
    options = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
    total = 20 + len(options)
    return struct.pack("<IIHHI", 1, total, link & 0xFFFF, 0, 0) + options + struct.pack("<I", total)


def _lines(file: BinaryIO) -> Iterable[bytes]:
    """Yield the complete lines; a last one without its end was cut off, one over a mebibyte is no row of ours."""
    while line := file.readline(_MAX_LINE_BYTES):
        if line.endswith(b"\n"):
            yield line[:-1]
            continue
        while (rest := file.readline(_MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
            pass

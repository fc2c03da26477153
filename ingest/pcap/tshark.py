"""Finds tshark, and says what it may use and which of its dissectors are on."""

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.pcap import confine

# The protocols that stay on. The rest is off: some dissectors run under 1 MB/s, and each is code that reads what an
# attacker wrote. What owns a well-known port stays, else its traffic is read as something it is not. What a page
# carries (XML, JSON, pictures, forms) is taken out as a file, and nothing is asked of it.
_KEPT = frozenset(
    {
        "frame", "eth", "ethertype", "vlan", "ieee8021ad", "sll", "null", "raw", "ppp", "pppoes", "pppoed", "chdlc",
        "nflog", "llc", "wlan", "wlan_radio", "radiotap",
        "mpls", "pwethheuristic", "ip", "ipv6", "ipv6.hopopts", "ipv6.fraghdr", "ipv6.routing", "ipv6.dstopts", "icmp",
        "icmpv6", "arp", "gre", "erspan", "vxlan", "geneve", "gtp", "nsh", "tcp", "udp", "sctp", "data",
        "dns", "mdns", "llmnr", "http", "http2", "http3", "mime_multipart", "tls", "dtls", "quic",
        "x509af", "x509ce", "x509if", "x509sat", "pkcs1", "pkix1explicit",
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
    """What the analysis of one capture may use, all its runs together."""

    seconds: int = 3_600
    memory_bytes: int = 4 * 1024**3
    output_bytes: int = 16 * 1024**3
    most_runs: int = 4
    """At once; never more than there are processors. Each takes 80 MB and what it grows by."""
    run_bytes: int = 48 * 1024**2
    """What a run grows by, about, before the next is given what begins; with what goes on, about a third more."""

    @property
    def runs(self) -> int:
        return max(1, min(self.most_runs, len(os.sched_getaffinity(0))))

    def confinement(self, *, runs: int) -> confine.Confinement:
        """Return the share of one of so many runs."""
        return confine.Confinement(memory_bytes=self.memory_bytes // runs, file_bytes=self.output_bytes // runs)


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

"""Passwords sent in clear text: FTP, Telnet, POP3, IMAP, SMTP, LDAP, HTTP Basic and SNMP's communities.

Whoever listens on the way has them. What was sent is never kept. See docs/detectors/cleartext.md.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Connection, Networks, Sort
from detections.detectors.finding import Figures, found
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """RFC 8314 (mail in clear text is obsolete), RFC 4949 and the manuals of each service."""

    anonymous_users: tuple[str, ...] = ("anonymous", "ftp", "guest", "anonymous@")
    """Sign-ins that give nothing away."""
    telnet_payload_bytes: int = 20
    """A Telnet connection that carried so much to the server: somebody typed something."""


MAX_TOLD = 20_000
MAX_USERS = 10
MAX_USER = 64
"""Characters."""
MAX_NAMES = 5_000
"""Connections whose USER command is remembered until PASS comes."""
_TELNET, _TELNET_PORT = "telnet", 23
_SNMP_PORTS = ("161", "162")
"""What is asked and what is trapped carries the community; an answer says it again."""
_DAY_NS = 86_400_000_000_000
_COMMANDS = frozenset(("USER", "PASS", "LOGIN", "AUTH", "AUTHENTICATE", "BIND"))

CLEARTEXT = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7f01",
    title="Kata sandi tanpa enkripsi",
    title_en="Clear-text credentials",
    level=Level.MEDIUM,
    tags=("attack.credential-access", "attack.t1040", "attack.t1552"),
    look_at=(
        "Ganti kata sandi akun yang disebut, dan pindahkan layanan ke TLS atau SSH.",
        "Periksa apakah akun itu dipakai dari alamat yang tidak dikenal.",
    ),
    false_positives=("Perangkat lama di jaringan pengelolaan yang terpisah",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Seen:
    """One service that people sign in to in clear text, for one day."""

    users: list[str] = field(default_factory=list)
    refs: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Named:
    """Who a connection said it is, before it sent the password."""

    user: str = ""


class CleartextDetector(Remembering):
    """One finding a day for each client and service."""

    name = "cleartext"
    infos = (CLEARTEXT,)
    sorts = frozenset({Sort.FLOW, Sort.HTTP, Sort.LOGIN})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._anonymous = frozenset(name.lower() for name in self._limits.anonymous_users)
        self._seen = Recent(_Seen, limit=MAX_TOLD)
        self._names = Recent(_Named, limit=MAX_NAMES)
        super().__init__(seen=self._seen, names=self._names)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        first: dict[tuple[str, ...], _Seen] = {}
        for event in events:
            one = event.connection
            if one is not None and not self._is_telnet(one):
                continue
            user = self._user_of(event)
            service = self._service_of(event, user)
            if service is None:
                continue
            source = one.source if one is not None else event.text("source.ip")
            target = one.destination if one is not None else event.text("destination.ip")
            port = str(one.destination_port) if one is not None else event.text("destination.port")
            if service == "SNMP":
                target = ""  # who watches a network asks all of it: one finding, not one for each switch
            key = (source, target, port, service, str(event.time_ns // _DAY_NS))
            is_new = self._seen.find(*key) is None
            seen = self._seen.of(*key)
            note(seen.refs, event)
            if user and user not in seen.users and len(seen.users) < MAX_USERS:
                seen.users.append(user)
            if is_new:
                first[key] = seen
        return tuple(self._finding(key, seen) for key, seen in first.items())

    def _service_of(self, event: Observed, user: str) -> str | None:
        """Return the service that a secret was sent to in clear text; None: this event has none.

        Of flows only those of Telnet are asked about.
        """
        if event.connection is not None:
            return "Telnet"
        fields, dataset = event.fields, event.text("event.dataset")
        if event.sort is Sort.HTTP:
            return "HTTP Basic" if _is_basic(event) else None
        name = dataset.removeprefix("zeek.")
        if name == "snmp":
            is_asked = event.text("destination.port") in _SNMP_PORTS
            return "SNMP" if is_asked and event.text("snmp.version") in ("1", "2c") else None
        if name == "ldap":
            return "LDAP" if event.text("ldap.authentication") == "simple" and event.text("user.name") else None
        command = event.text(f"{name}.command").upper() or event.text("zeek.ftp.command").upper()
        if command not in _COMMANDS and "user.name" not in fields:
            return None
        return None if _is_without_secret(name, command) or user.lower() in self._anonymous else name.upper()

    def _is_telnet(self, one: Connection) -> bool:
        """Say whether somebody typed something; what a flow's first words are known as counts before its port."""
        return (
            one.transport == "tcp"
            and (one.protocol == _TELNET if one.protocol else one.destination_port == _TELNET_PORT)
            and one.payload_in > 0
            and one.payload_out >= self._limits.telnet_payload_bytes
            and not one.is_part
        )

    def _user_of(self, event: Observed) -> str:
        """Return the account; of a command after USER the one that was named there."""
        if event.sort is not Sort.LOGIN:
            return event.text("user.name")[:MAX_USER]
        dataset = event.text("event.dataset")
        stream = (dataset, event.text("source.ip"), event.text("source.port"), event.text("destination.ip"))
        name = event.text("user.name") or event.text("zeek.ftp.user")
        if event.text(f"{dataset}.command").upper() == "USER":
            name = name or event.text(f"{dataset}.argument")
            self._names.of(*stream).user = name[:MAX_USER]
        known = self._names.find(*stream)
        name = _decoded(name) if dataset == "smtp" else name
        return name[:MAX_USER] or (known.user if known is not None else "")

    def _finding(self, key: tuple[str, ...], seen: _Seen) -> Detection:
        source, target, port, service, day = key
        figures: Figures = (
            ("layanan", service),
            ("akun", ", ".join(seen.users) or "tidak terbaca"),
            ("ambang", "satu kali sehari untuk setiap pasangan"),
        )
        pairs = (("source.ip", source), ("destination.ip", target), ("destination.port", port))
        group: Group = tuple(pair for pair in pairs if pair[1])
        return found(
            CLEARTEXT, group=group, refs=seen.refs, count=len(seen.refs), named_ns=int(day) * _DAY_NS, figures=figures
        )


def _decoded(name: str) -> str:
    """Return a name that SMTP sends as base64 (RFC 4954) as it is meant; unchanged where it is none."""
    try:
        text = b64decode(name, validate=True).decode()
    except ValueError:
        return name
    return text if text.isprintable() else name


def _is_basic(event: Observed) -> bool:
    scheme = event.text("http.request.authorization.scheme").lower()
    # Zeek's http.log has a user name only where the request carried Basic.
    return scheme == "basic" or (event.text("event.dataset") == "zeek.http" and bool(event.text("user.name")))


def _is_without_secret(name: str, command: str) -> bool:
    """Say whether the command gives nothing away: FTP's AUTH asks for encryption (RFC 4217), USER is only a name."""
    return command == "USER" or (name == "ftp" and command == "AUTH")

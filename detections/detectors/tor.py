"""Tor: certificates and server names as its relays make them up, its client's fingerprint, its ports, .onion names.

See docs/detectors/tor.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort
from detections.detectors.finding import Figures, found
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Tor's own specification (tor-spec: "www." and random base32 names) and what clients are seen to send."""

    client_fingerprints: tuple[str, ...] = ("e7d705a3286e19ea42f587b344ee6865",)
    """JA3 of Tor's own TLS hello, published by Salesforce with JA3."""
    relay_ports: tuple[int, ...] = (9001, 9030, 9101)
    """ORPort and DirPort as Tor's manual gives them."""
    least_signs: int = 2
    """So many signs of one relay, or of different ones, are needed; a .onion name or the fingerprint is one alone."""


MAX_HOSTS = 10_000
_DAY_NS = 86_400_000_000_000
# tor-spec 2.1: both names of a certificate are "www." and 8 to 20 letters of base32, and they differ.
_RANDOM_NAME = re.compile(r"www\.[a-z2-7]{8,25}\.(?:com|net)")
_COMMON_NAME = re.compile(r"CN=([^,]+)")

TOR = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8701",
    title="Pemakaian Tor",
    title_en="Use of Tor",
    level=Level.MEDIUM,
    tags=("attack.command-and-control", "attack.t1090", "attack.t1090.003"),
    look_at=(
        "Tanyakan kepada pemakai perangkat apakah Tor Browser dipasangnya.",
        "Bila tidak, cari program yang membawa Tor: beberapa ransomware dan penambang memakainya.",
    ),
    false_positives=("Pegawai yang memakai Tor Browser", "Layanan lain pada port yang sama"),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Host:
    """The signs of one host, one day."""

    signs: dict[str, int] = field(default_factory=dict)
    refs: list[list[Any]] = field(default_factory=list)
    is_told: bool = False


class TorDetector(Remembering):
    """Collects signs per host and day."""

    name = "tor"
    infos = (TOR,)
    sorts = frozenset({Sort.FLOW, Sort.DNS, Sort.TLS})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._ports = frozenset(self._limits.relay_ports)
        self._hosts = Recent(_Host, limit=MAX_HOSTS)
        super().__init__(hosts=self._hosts)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            sign, weight = self._sign(event)
            if sign:
                findings += self._count(event, sign, weight)
        return tuple(findings)

    def _sign(self, event: Observed) -> tuple[str, int]:
        """Return a sign of Tor and how much it counts; '' for none."""
        enough = self._limits.least_signs
        one = event.connection
        if one is not None:
            is_relay = (
                one.destination_port in self._ports
                and one.transport == "tcp"
                and one.payload_in > 0
                and self._networks.has(one.source)
                and self._networks.is_outside(one.destination)
            )
            return (f"port {one.destination_port} pada {one.destination}", 1) if is_relay else ("", 0)
        if event.sort is Sort.DNS:
            name = event.text("dns.question.name").rstrip(".").lower()
            return ("nama .onion", enough) if name.endswith(".onion") else ("", 0)
        if event.text("tls.client.ja3").lower() in self._limits.client_fingerprints:
            return "sidik klien Tor (JA3)", enough
        subject, issuer = (_common_name(event.text(f"tls.server.{end}")) for end in ("subject", "issuer"))
        if subject != issuer and _is_random(subject) and _is_random(issuer):
            return f"sertifikat {subject} oleh {issuer}", enough
        server_name = event.text("tls.client.server_name").lower()
        return (f"nama server {server_name}", 1) if _is_random(server_name) else ("", 0)

    def _count(self, event: Observed, sign: str, weight: int) -> list[Detection]:
        one = event.connection
        source = one.source if one is not None else event.text("source.ip")
        day = event.time_ns // _DAY_NS
        host = self._hosts.of(source, str(day))
        if len(host.signs) < 20 and sign not in host.signs:
            host.signs[sign] = weight
            note(host.refs, event)
        if host.is_told or sum(host.signs.values()) < self._limits.least_signs:
            return []
        host.is_told = True
        figures: Figures = (
            ("tanda", "; ".join(host.signs)[:500]),
            ("ambang", f"{self._limits.least_signs} tanda berbeda, atau satu yang pasti"),
        )
        group: Group = (("source.ip", source),)
        return [found(TOR, group=group, refs=host.refs, count=len(host.refs), named_ns=day * _DAY_NS, figures=figures)]


def _common_name(distinguished: str) -> str:
    match = _COMMON_NAME.search(distinguished)
    return match[1].strip().lower() if match else ""


def _is_random(name: str) -> bool:
    """Say whether a name is one that Tor makes up: no word of eight letters is without a vowel or has five in a row."""
    if _RANDOM_NAME.fullmatch(name) is None:
        return False
    letters = name[4:].partition(".")[0]
    has_digit = any(letter in "234567" for letter in letters)
    return has_digit or re.search(r"[bcdfghjklmnpqrstvwxyz]{5}", letters) is not None

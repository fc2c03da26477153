"""Weak TLS and bad certificates of servers: versions and ciphers that are forbidden, dates that are over.

See docs/detectors/weak_tls.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort
from detections.detectors.finding import Figures, found, span_words
from detections.detectors.memory import Recent, Remembering, note_newest
from detections.detectors.playbook import NETWORK_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level
from ir_platform.domain.event import to_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """RFC 8996 (TLS 1.0 and 1.1), RFC 7568 (SSL 3), RFC 7465 (RC4), RFC 9325 (what is left)."""

    weak_versions: tuple[str, ...] = ("2.0", "3.0", "1.0", "1.1")
    """2.0 and 3.0 are SSL's."""
    again_days: int = 7
    """The same server is told once in so long."""
    expiry_slack_hours: int = 24
    """A capture's clock may be off by so much."""
    clock_days: int = 365
    """Not valid for longer than that yet: nobody uses such a certificate, the recorder's clock was never set."""


MAX_SERVERS = 20_000
_DAY_NS = 86_400_000_000_000
_HOUR_NS = 3_600_000_000_000
_VERSION = re.compile(r"(?:tls|ssl)?v?\s*(\d)\.?(\d)?", re.IGNORECASE)
_WEAK_CIPHER = re.compile(r"_(?:RC4|NULL|EXPORT|DES|DES40|3DES|RC2|ANON|MD5)(?:_|$)|_anon_", re.IGNORECASE)
# IANA's TLS cipher suites: NULL, EXPORT, RC4, DES, 3DES and anonymous key exchange (RFC 2246, RFC 4346, RFC 4492).
_WEAK_CODES = frozenset(
    (
        *range(0x0000, 0x001C),
        0x001E, *range(0x0020, 0x002C), 0x002C, 0x002D, 0x002E, 0x0034, 0x003A, 0x003B, 0x0046, 0x006C, 0x006D,
        *range(0x0089, 0x008C), 0x008E, 0x008F, 0x0092, 0x0093, 0x009B, 0x00A6, 0x00A7, 0xC001, 0xC002, 0xC003, 0xC006,
        0xC007, 0xC008, 0xC00B, 0xC00C, 0xC00D, 0xC010, 0xC011, 0xC012, *range(0xC015, 0xC01A), 0xC033, 0xC034, 0xC039,
    )
)  # fmt: skip


def _info(number: int, title: str, title_en: str, look: str, false: str) -> RuleInfo:
    return RuleInfo(
        id=f"b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f85{number:02}",
        title=title,
        title_en=title_en,
        level=Level.LOW,
        tags=("attack.credential-access", "attack.t1557", "attack.t1040"),
        look_at=(look, "Bila servernya milik sendiri, perbarui; bila milik pihak lain, beri tahu pengelolanya."),
        false_positives=(false,),
        playbook_id=NETWORK_SOP,
        source="detector",
    )


WEAK = _info(
    1,
    "TLS lemah",
    "Weak TLS",
    "Periksa versi dan cipher yang dinyalakan pada server itu.",
    "Perangkat lama yang tidak dapat diperbarui, di jaringan yang terpisah",
)
EXPIRED = _info(
    2,
    "Sertifikat tidak berlaku",
    "Certificate out of date",
    "Periksa tanggal sertifikat dan jam pada server itu.",
    "Jam perekam yang salah; rekaman lama tidak, karena dinilai menurut waktunya sendiri",
)


@dataclass(slots=True)
class _Told:
    """What was told of one server."""

    day: int = -1
    count: int = 0
    refs: list[list[Any]] = field(default_factory=list)


class WeakTlsDetector(Remembering):
    """Judges each handshake by itself and tells each server once."""

    name = "weak_tls"
    infos = (WEAK, EXPIRED)
    sorts = frozenset({Sort.TLS})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._told = Recent(_Told, limit=MAX_SERVERS)
        super().__init__(told=self._told)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            if event.fields.get("tls.established") is False:
                continue  # refused: nothing was said over it
            weakness = self._weakness(event)
            if weakness:
                findings += self._tell(event, WEAK, weakness)
            date = self._bad_date(event)
            if date:
                findings += self._tell(event, EXPIRED, date)
        return tuple(findings)

    def _weakness(self, event: Observed) -> Figures:
        """Return what is weak about what the server chose; nothing where it is fine or not told."""
        version = version_of(event.text("tls.version") or event.text("zeek.ssl.version"))
        cipher = event.text("tls.cipher")
        weak_version = version in self._limits.weak_versions
        if not weak_version and not is_weak_cipher(cipher):
            return ()
        return (
            *((("versi", version),) if version else ()),
            *((("cipher", cipher[:100]),) if cipher else ()),
            ("ambang", "TLS 1.2 atau lebih baru, tanpa RC4, DES, 3DES, NULL, EXPORT, anonim"),
        )

    def _bad_date(self, event: Observed) -> Figures:
        """Return what is wrong with the certificate's dates at the event's own time."""
        slack_ns = self._limits.expiry_slack_hours * _HOUR_NS
        begins_ns, ends_ns = _date(event, "not_before"), _date(event, "not_after")
        subject = (("sertifikat", event.text("tls.server.subject")[:200] or "-"),)
        if ends_ns is not None and event.time_ns > ends_ns + slack_ns:
            return (("lewat masa berlaku", span_words(event.time_ns - ends_ns)), *subject)
        early_ns = begins_ns - event.time_ns if begins_ns is not None else 0
        if slack_ns < early_ns < self._limits.clock_days * _DAY_NS:
            return (("belum berlaku selama", span_words(early_ns)), *subject)
        return ()

    def _tell(self, event: Observed, info: RuleInfo, figures: Figures) -> list[Detection]:
        server, port = event.text("destination.ip"), event.text("destination.port")
        if not server:
            return []
        told, day = self._told.of(info.id, server, port), event.time_ns // _DAY_NS
        told.count += 1
        note_newest(told.refs, event)
        if told.day >= 0 and abs(day - told.day) < self._limits.again_days:
            return []
        told.day, told.count, told.refs = day, 1, told.refs[-1:]
        name = event.text("tls.client.server_name")[:253]
        group: Group = (("destination.ip", server), ("destination.port", port))
        shown: Figures = (*((("nama server", name),) if name else ()), *figures)
        return [found(info, group=group, refs=told.refs, count=1, named_ns=day * _DAY_NS, figures=shown)]


def version_of(text: str) -> str:
    """Return `1.2` of what writers call it: `1.2`, `TLSv12`, `TLS 1.2`, `SSLv3`; '' for none."""
    match = _VERSION.fullmatch(text.strip())
    return "" if match is None else f"{match[1]}.{match[2] or 0}"


def is_weak_cipher(cipher: str) -> bool:
    """Say whether a cipher suite, by name or by `0x…`, gives no secrecy that counts."""
    if cipher.startswith("0x"):
        try:
            return int(cipher, 16) in _WEAK_CODES
        except ValueError:
            return False
    return _WEAK_CIPHER.search(cipher) is not None


def _date(event: Observed, which: str) -> int | None:
    """Return a date of the certificate: of ours and of Suricata's (`suricata.eve.tls.notafter`)."""
    text = event.text(f"tls.server.{which}") or event.text(f"suricata.eve.tls.{which.replace('_', '')}")
    try:
        at = datetime.fromisoformat(text) if text else None
        return None if at is None else to_ns(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None

"""ARP spoofing: an address that changes hands again and again, because somebody answers in its owner's place.

See docs/detectors/arp_spoofing.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort, is_of_many
from detections.detectors.finding import Figures, found, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """RFC 826 (ARP), RFC 5227 (address conflicts); the idea of arpwatch's "flip flop"."""

    changes: int = 4
    """How often the address went from one hardware address to another and back."""
    span_seconds: int = 600
    ignored_macs: tuple[str, ...] = ("00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:05:73:a0:")
    """Beginnings of hardware addresses that move by design: VRRP (RFC 9568), HSRP."""


MAX_ADDRESSES = 20_000
KEPT_CHANGES = 20
_SECOND_NS = 1_000_000_000
_NOBODY = ("", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")

SPOOFING = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8201",
    title="Pemalsuan ARP",
    title_en="ARP spoofing",
    level=Level.HIGH,
    tags=("attack.credential-access", "attack.collection", "attack.t1557", "attack.t1557.002"),
    look_at=(
        "Cari di switch pada port mana kedua alamat MAC itu berada.",
        "Bila alamat yang diperebutkan adalah gerbang, anggap lalu lintas seluruh jaringan itu dibaca orang.",
        "Nyalakan dynamic ARP inspection pada switch.",
    ),
    false_positives=(
        "Dua perangkat dengan alamat IP yang sama karena salah setelan",
        "Klaster dengan alamat berpindah",
    ),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Address:
    """Who claims one IP address."""

    mac: str = ""
    changes: list[int] = field(default_factory=list)
    """When it went back to somebody who had claimed it before."""
    macs: list[str] = field(default_factory=list)
    refs: list[list[Any]] = field(default_factory=list)
    told_ns: int = 0


class ArpSpoofingDetector(Remembering):
    """Counts how often an IP address returns to a hardware address that had it before."""

    name = "arp_spoofing"
    infos = (SPOOFING,)
    sorts = frozenset({Sort.ARP})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._addresses = Recent(_Address, limit=MAX_ADDRESSES)
        super().__init__(addresses=self._addresses)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            # A probe (RFC 5227) has no sender address: it claims nothing.
            address, mac = event.text("source.ip"), event.text("source.mac").lower().replace("-", ":")
            if not address or is_of_many(address) or mac in _NOBODY or mac.startswith(self._limits.ignored_macs):
                continue
            findings += self._claim(event, address, mac)
        return tuple(findings)

    def _claim(self, event: Observed, address: str, mac: str) -> list[Detection]:
        limits, known, at_ns = self._limits, self._addresses.of(address), event.time_ns
        if mac == known.mac:
            return []
        is_return = mac in known.macs
        known.mac = mac
        if not is_return:
            known.macs = [*known.macs[-3:], mac]
        span_ns = limits.span_seconds * _SECOND_NS
        if is_return or len(known.macs) > 1:
            if known.changes and at_ns - known.changes[-1] > span_ns:
                known.refs = []  # an earlier story
            known.changes = [*known.changes[-(KEPT_CHANGES - 1) :], at_ns]
            note(known.refs, event)
        recent = [when for when in known.changes if abs(at_ns - when) <= span_ns]
        if not is_return or len(recent) < limits.changes or abs(at_ns - known.told_ns) <= span_ns:
            return []
        known.told_ns = at_ns
        figures: Figures = (
            ("berpindah tangan", f"{len(recent)} kali"),
            ("rentang", span_words(max(recent) - min(recent))),
            ("alamat MAC", ", ".join(known.macs)),
            ("ambang", f"{limits.changes} kali dalam {span_words(span_ns)}"),
        )
        # The alert is about the address; which of the two is the liar a person finds out.
        group = (("source.ip", address),)
        return [found(SPOOFING, group=group, refs=known.refs, count=len(recent), named_ns=min(recent), figures=figures)]

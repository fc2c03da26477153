"""New devices: a hardware address that the network has not had before. See docs/detectors/new_device.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort
from detections.detectors.finding import Figures, found
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import NETWORK_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """IEEE 802 (which addresses are made up by the device itself); how long to learn is ours."""

    learning_days: int = 7
    """Different days on which devices were seen; until then everything is known. A single capture has fewer."""
    forget_days: int = 60
    """A device that was away so long is new again."""
    told_at_most: int = 20
    """A day: a changed switch shows hundreds, which is one message and no news."""


MAX_DEVICES = 20_000
_DAY_NS = 86_400_000_000_000
_NOBODY = ("", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")
_LOCAL_DIGITS = frozenset("26ae")
_CLIENT_MESSAGES = frozenset(("DISCOVER", "REQUEST"))

NEW = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f9001",
    title="Perangkat baru",
    title_en="New device on the network",
    level=Level.INFORMATIONAL,
    tags=("attack.initial-access", "attack.t1200"),
    look_at=("Cocokkan alamat MAC dengan daftar inventaris; bila tidak ada, cari port switch-nya.",),
    false_positives=("Perangkat tamu dan perangkat baru yang sah",),
    playbook_id=NETWORK_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Device:
    """One hardware address."""

    last_ns: int = 0


@dataclass(slots=True)
class _Learning:
    """How long the network is known, and what was told on its newest day."""

    days: int = 0
    """On which something was seen."""
    day: int = -1
    told: int = 0


class NewDeviceDetector(Remembering):
    """Knows hardware addresses of ARP and DHCP clients."""

    name = "new_device"
    infos = (NEW,)
    sorts = frozenset({Sort.ARP, Sort.DHCP})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._devices = Recent(_Device, limit=MAX_DEVICES)
        self._learning = Recent(_Learning, limit=1)
        super().__init__(devices=self._devices, learning=self._learning)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            # A capture that was handed in may be of another network, and of any year.
            mac = "" if event.is_from_capture else _mac_of(event)
            if mac not in _NOBODY:
                findings += self._seen(event, mac)
        return tuple(findings)

    def _seen(self, event: Observed, mac: str) -> list[Detection]:
        limits, at_ns = self._limits, event.time_ns
        learning = self._learning.of("")
        day = at_ns // _DAY_NS
        if day > learning.day:
            learning.day, learning.told = day, 0
            learning.days += 1
        known = self._devices.find(mac)
        away_ns = at_ns - known.last_ns if known is not None else None
        device = self._devices.of(mac)
        device.last_ns = max(device.last_ns, at_ns)
        if away_ns is not None and away_ns <= limits.forget_days * _DAY_NS:
            return []
        # What the device makes up itself (telephones do, for privacy) names nobody.
        if learning.days <= limits.learning_days or mac[1:2] in _LOCAL_DIGITS:
            return []
        learning.told += 1
        if learning.told > limits.told_at_most:
            return []
        refs: list[list[Any]] = []
        note(refs, event)
        figures: Figures = (
            ("alamat MAC", mac),
            ("alamat IP", event.text("dhcp.assigned_ip") or event.text("source.ip") or "-"),
            ("nama", event.text("dhcp.client.hostname")[:64] or "-"),
            ("perangkat dikenal", str(len(self._devices) - 1)),
            ("dipelajari selama", f"{learning.days - 1} hari"),
        )
        group: Group = (("source.mac", mac),)
        return [found(NEW, group=group, refs=refs, count=1, named_ns=day * _DAY_NS, figures=figures)]


def _mac_of(event: Observed) -> str:
    """Return the hardware address of the device that speaks for itself; '' for a server's answer or a relay."""
    if event.sort is Sort.DHCP:
        if event.text("dhcp.message_type").upper() not in _CLIENT_MESSAGES:
            return ""
        return event.text("dhcp.client.mac").lower().replace("-", ":")
    return event.text("source.mac").lower().replace("-", ":")

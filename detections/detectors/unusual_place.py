"""Administrators that come in from where they do not: see docs/detectors/unusual_place.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort
from detections.detectors.finding import Figures, found
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.places import Countries
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Ours: offices that this is for stand in one country; ISO 3166 names it."""

    countries: tuple[str, ...] = ("ID",)
    """From which administrators come; needs a file of countries (`detections.places`)."""
    places: tuple[str, ...] = ()
    """Networks outside the office's own that are right too: a contractor's, a provider's. Without a file of countries
    the detector works on these alone, and is silent where there are none."""
    admins: tuple[str, ...] = ("root", "admin", "administrator")
    """Accounts that administer, in any case of letters; a log-in at a device's own administration always counts."""
    forget_days: int = 30
    """The same account from the same address is told again after so long."""

    def __post_init__(self) -> None:
        """Raises: ValueError where a place is no network."""
        for place in self.places:
            ip_network(place)


MAX_SEEN = 20_000
_DAY_NS = 86_400_000_000_000
_DEVICE_LOGIN = "admin_login"

UNUSUAL = RuleInfo(
    id="6d6b6a9e-2f0d-4f6a-8a0f-5b7f2a1c9d10",
    title="Pengelola masuk lewat tempat tidak biasa",
    title_en="Administrator log-in from an unusual place",
    level=Level.HIGH,
    tags=("attack.initial-access", "attack.t1078", "attack.t1133"),
    look_at=(
        "Tanyakan kepada pemilik akun apakah itu dirinya; bila bukan, putuskan sesinya dan ganti kata sandinya.",
        "Periksa perubahan yang dibuat akun itu sesudah masuk.",
    ),
    false_positives=("Pengelola yang bepergian", "VPN komersial", "Rekanan di tempat yang belum didaftarkan"),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Seen:
    """One account from one address."""

    told_ns: int = 0


class UnusualPlaceDetector(Remembering):
    """Looks at log-ins that were let in."""

    name = "unusual_place"
    infos = (UNUSUAL,)
    sorts = frozenset({Sort.SIGN_IN})
    settings: ClassVar[type] = Thresholds

    def __init__(
        self,
        thresholds: Thresholds | None = None,
        networks: Networks | None = None,
        *,
        countries: Countries | None = None,
    ) -> None:
        self._limits = thresholds or Thresholds()
        self._networks = networks or Networks()
        self._places = Networks(self._limits.places)
        self._admins = frozenset(name.lower() for name in self._limits.admins)
        self._usual = frozenset(code.upper() for code in self._limits.countries)
        self._countries = countries
        self._seen = Recent(_Seen, limit=MAX_SEEN)
        super().__init__(seen=self._seen)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            # A capture that was handed in may be of another network.
            if not event.is_from_capture and self._is_of_admin(event):
                findings += self._judged(event)
        return tuple(findings)

    def _is_of_admin(self, event: Observed) -> bool:
        if event.text("event.outcome") != "success":
            return False
        return event.text("event.action") == _DEVICE_LOGIN or event.text("user.name").lower() in self._admins

    def _judged(self, event: Observed) -> list[Detection]:
        address, user = event.text("source.ip"), event.text("user.name")[:128]
        if not address or not self._networks.is_outside(address) or self._places.has(address):
            return []
        country = "" if self._countries is None else self._countries.country_of(address)
        if self._countries is None and not self._limits.places:
            return []
        # Where nobody knows the country, the office's own list decides, if it has one.
        if country in self._usual or (self._countries is not None and not country and not self._limits.places):
            return []
        seen = self._seen.of(user, address)
        if seen.told_ns and event.time_ns - seen.told_ns <= self._limits.forget_days * _DAY_NS:
            return []
        seen.told_ns = event.time_ns
        refs: list[list[Any]] = []
        note(refs, event)
        figures: Figures = (
            ("akun", user or "-"),
            ("alamat asal", address),
            ("negara", country or "tidak diketahui"),
            ("negara yang biasa", ", ".join(sorted(self._usual)) or "-"),
            ("perangkat", event.text("host.name")[:64] or "-"),
        )
        group: Group = (("user.name", user), ("source.ip", address))
        day = event.time_ns // _DAY_NS
        return [found(UNUSUAL, group=group, refs=refs, count=1, named_ns=day * _DAY_NS, figures=figures)]

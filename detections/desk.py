"""What an office decides about its rules, each decision with its audit entry: packs, switches, exclusions, mutes.

Decisions are in the database; the versions of packs lie in the data folder. Processes that detect look at the version
of the decisions and load anew when it has grown.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from detections.packs import Pack, find_pack, pack_versions, remove_version
from detections.sigma.office_filter import UnusableFilterError, checked_title
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.person import Account
from ir_platform.domain.rules import Exclusion, MutedRule, PackInUse, RuleSettings, Switch, SwitchBy
from ir_platform.identity.accounts import Record, actor_of
from ir_platform.ports import Clock, NewId, State

MAX_FORMER = 5
"""Versions of a pack that are kept beside the one in use."""
MAX_SWITCHES = 500
MAX_EXCLUSIONS = 500


class RuleDecisionError(Exception):
    """A decision that cannot be carried out; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownRuleThingError(Exception):
    """A pack, version, exclusion or muted rule that is not there; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDesk:
    """`by` None: the operator of the server."""

    state: State
    packs: Path
    record: Record
    clock: Clock
    new_id: NewId
    importing: Lock = field(default_factory=Lock, compare=False)
    """Held while a pack is tried, which takes a core and much memory: one at a time (`detections.taking_in`)."""

    def settings(self) -> RuleSettings:
        with self.state.read() as uow:
            return uow.rules.settings()

    # --- packs -------------------------------------------------------------------------------------------------------

    def use(self, pack: Pack, *, by: Account | None) -> RuleSettings:
        """Use this version; the one in use before is kept, with the last MAX_FORMER."""

        def decide(now: RuleSettings) -> RuleSettings:
            known = next((one for one in now.packs if one.name == pack.name), None)
            if known is None:
                return replace(now, packs=(*now.packs, PackInUse(name=pack.name, sha256=pack.sha256)))
            return _with_pack(now, _turned_to(known, pack.sha256))

        details: dict[str, object] = {"paket": pack.name, "versi": pack.version, "lisensi": pack.licence}
        saved = self._decide("rules.pack_used", f"rules:{pack.name}", details, decide, by=by)
        self._forget_old_versions(pack.name, saved)
        return saved

    def use_version(self, name: str, version: str, *, by: Account | None) -> Pack:
        """Use a version that is kept; `version` is the beginning of its hash.

        Raises: UnknownRuleThingError.
        """
        found = [one for one in pack_versions(self.packs, name) if len(version) >= 4 and one.sha256.startswith(version)]
        if len(found) != 1:
            raise UnknownRuleThingError(reason=f"versi {version[:64]} dari paket {name[:64]} tidak ada")
        self.use(found[0], by=by)
        return found[0]

    def roll_back(self, name: str, *, by: Account | None) -> Pack:
        """Use the version that was in use before. Raises: UnknownRuleThingError."""
        known = self._pack(name)
        former = next((one for one in known.former if find_pack(self.packs, name=name, sha256=one)), None)
        if former is None:
            raise UnknownRuleThingError(reason=f"paket {name[:64]} tidak punya versi sebelumnya")
        return self.use_version(name, former, by=by)

    def remove(self, name: str, *, by: Account | None) -> None:
        """Stop using a pack and delete its versions. Raises: UnknownRuleThingError."""
        self._pack(name)

        def decide(now: RuleSettings) -> RuleSettings:
            return replace(now, packs=tuple(one for one in now.packs if one.name != name))

        self._decide("rules.pack_removed", f"rules:{name}", {"paket": name}, decide, by=by)
        for pack in pack_versions(self.packs, name):
            remove_version(pack)

    def _pack(self, name: str) -> PackInUse:
        known = next((one for one in self.settings().packs if one.name == name), None)
        if known is None:
            raise UnknownRuleThingError(reason=f"paket {name[:64]} tidak ada")
        return known

    def _forget_old_versions(self, name: str, settings: RuleSettings) -> None:
        kept = {digest for one in settings.packs if one.name == name for digest in (one.sha256, *one.former)}
        for pack in pack_versions(self.packs, name):
            if pack.sha256 not in kept:
                remove_version(pack)

    # --- switches ----------------------------------------------------------------------------------------------------

    def switch(self, switch: Switch, *, by: Account | None) -> RuleSettings:
        """Turn rules on or off; an earlier switch for the same gives way. Raises: RuleDecisionError."""
        if (switch.by is SwitchBy.ALL) == bool(switch.value):
            raise RuleDecisionError(reason="sebut apa yang dinyalakan atau dimatikan")

        def decide(now: RuleSettings) -> RuleSettings:
            others = tuple(one for one in now.switches if _target(one) != _target(switch))
            if len(others) >= MAX_SWITCHES:
                raise RuleDecisionError(reason=f"lebih dari {MAX_SWITCHES} sakelar; hapus yang tidak perlu")
            return replace(now, switches=(*others, switch))

        action = "rules.turned_on" if switch.is_on else "rules.turned_off"
        return self._decide(action, f"rules:{switch.pack or 'semua'}", _switch_details(switch), decide, by=by)

    def clear_switch(self, switch: Switch, *, by: Account | None) -> RuleSettings:
        """Forget what was decided for this. Raises: UnknownRuleThingError."""

        def decide(now: RuleSettings) -> RuleSettings:
            others = tuple(one for one in now.switches if _target(one) != _target(switch))
            if len(others) == len(now.switches):
                raise UnknownRuleThingError(reason="sakelar itu tidak ada")
            return replace(now, switches=others)

        subject = f"rules:{switch.pack or 'semua'}"
        return self._decide("rules.switch_cleared", subject, _switch_details(switch), decide, by=by)

    # --- exclusions --------------------------------------------------------------------------------------------------

    def exclude(self, sigma: str, *, reason: str, by: Account | None) -> Exclusion:
        """Add a Sigma filter of the office. Raises: RuleDecisionError."""
        if not reason.strip():
            raise RuleDecisionError(reason="sebut alasan pengecualian ini")
        try:
            title = checked_title(sigma)
        except UnusableFilterError as error:
            raise RuleDecisionError(reason=error.reason) from error
        exclusion = Exclusion(
            id=self.new_id(),
            title=title,
            sigma=sigma,
            reason=reason.strip(),
            by=actor_of(by)[1],
            at=self.clock(),
        )

        def decide(now: RuleSettings) -> RuleSettings:
            if len(now.exclusions) >= MAX_EXCLUSIONS:
                raise RuleDecisionError(reason=f"lebih dari {MAX_EXCLUSIONS} pengecualian")
            return replace(now, exclusions=(*now.exclusions, exclusion))

        details: dict[str, object] = {"judul": exclusion.title, "alasan": exclusion.reason, "sigma": sigma}
        self._decide("rules.excluded", f"rules:{exclusion.id}", details, decide, by=by)
        return exclusion

    def drop_exclusion(self, exclusion_id: str, *, by: Account | None) -> None:
        """Raises: UnknownRuleThingError."""
        known = next((one for one in self.settings().exclusions if one.id == exclusion_id), None)
        if known is None:
            raise UnknownRuleThingError(reason="pengecualian itu tidak ada")

        def decide(now: RuleSettings) -> RuleSettings:
            return replace(now, exclusions=tuple(one for one in now.exclusions if one.id != exclusion_id))

        details: dict[str, object] = {"judul": known.title, "sigma": known.sigma}
        self._decide("rules.exclusion_dropped", f"rules:{exclusion_id}", details, decide, by=by)

    # --- detectors ---------------------------------------------------------------------------------------------------

    def apply_thresholds(self, changed: dict[str, object], *, by: Account | None) -> None:
        """Note what the office has changed of the detectors' thresholds, and have it used without a restart."""
        details: dict[str, object] = {"ambang": changed}
        self._decide("rules.thresholds_applied", "rules:detectors", details, lambda now: now, by=by)

    # --- muted rules -------------------------------------------------------------------------------------------------

    def muted(self) -> tuple[MutedRule, ...]:
        with self.state.read() as uow:
            return uow.rules.muted()

    def unmute(self, rule_id: str, *, by: Account | None) -> MutedRule:
        """Let the rule make findings of its own again. Raises: UnknownRuleThingError."""
        with self.state.write() as uow:
            rule = uow.rules.unmute(rule_id)
            if rule is None:
                raise UnknownRuleThingError(reason="aturan itu tidak sedang diredam")
            details = {"aturan": rule.rule_title, "terhitung": rule.matches}
            self.record(uow, self._fact("rules.unmuted", f"rules:{rule_id}", details, by=by))
        return rule

    # --- keeping -----------------------------------------------------------------------------------------------------

    def _decide(
        self,
        action: str,
        subject: str,
        details: dict[str, object],
        decide: Callable[[RuleSettings], RuleSettings],
        *,
        by: Account | None,
    ) -> RuleSettings:
        """Raises: what `decide` raises, and ConflictError where somebody decided at the same moment."""
        with self.state.write() as uow:
            saved = uow.rules.save(decide(uow.rules.settings()))
            self.record(uow, self._fact(action, subject, details, by=by))
        return saved

    def _fact(self, action: str, subject: str, details: dict[str, object], *, by: Account | None) -> AuditFact:
        actor, name = actor_of(by)
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        return AuditFact(
            at=self.clock(), actor=actor, actor_name=name, action=action, subject=subject[:200], details=text
        )


def _with_pack(settings: RuleSettings, pack: PackInUse) -> RuleSettings:
    return replace(settings, packs=tuple(pack if one.name == pack.name else one for one in settings.packs))


def _turned_to(known: PackInUse, sha256: str) -> PackInUse:
    if known.sha256 == sha256:
        return known
    former = (known.sha256, *(one for one in known.former if one not in (sha256, known.sha256)))
    return PackInUse(name=known.name, sha256=sha256, former=former[:MAX_FORMER])


def _target(switch: Switch) -> tuple[str, SwitchBy, str]:
    return switch.pack, switch.by, switch.value.lower()


def _switch_details(switch: Switch) -> dict[str, object]:
    return {"paket": switch.pack or "semua", "menurut": switch.by.value, "nilai": switch.value}

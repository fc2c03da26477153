"""Detection rules: what is in use, and what the administrator decides about packs, switches, exclusions and mutes.

What is decided is in use seconds later. Everybody of the home office may read it; only the administrator decides.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile

from api.dependencies import Administrator, CallerFirstRoute, HomeMember, Services, Use
from api.errors import BadInputError
from api.pagination import Cursor, Items, Limit, all_items
from api.resources.rules.schemas import (
    ExclusionShown,
    HuntStarted,
    MutedShown,
    NewExclusion,
    NewHunt,
    NewSwitch,
    PackShown,
    PackTaken,
    RuleShown,
    SwitchBody,
    SwitchShown,
    UseVersion,
    show_exclusion,
    show_muted,
    show_pack,
    show_rule,
    show_switch,
    show_taken,
)
from api.text import Line, Text
from detections.packs import pack_name, pack_names, pack_versions
from detections.shown import read_shown, shown_file
from detections.taking_in import take_in
from ir_platform.domain.alert import Level
from ir_platform.domain.job import JobKind, queued_job
from ir_platform.domain.rules import Switch
from playbooks.record import add_audit

router = APIRouter(prefix="/rules", tags=["rules"], route_class=CallerFirstRoute)


@dataclass(frozen=True, slots=True)
class RuleFilter:
    q: Annotated[Text | None, Query(max_length=200)] = None
    """Words of title, id, author, tags and sources."""
    level: Level | None = None
    pack: Annotated[Line | None, Query(max_length=64)] = None
    state: Literal["on", "part", "off"] | None = None
    fed: bool | None = None

    def fixed(self) -> dict[str, Any]:
        """Return what a rule has to have."""
        level = self.level.value if self.level else None
        wanted = {"level": level, "pack": self.pack, "state": self.state, "is_fed": self.fed}
        return {name: value for name, value in wanted.items() if value is not None}


@router.get("")
def list_rules(
    services: Use,
    caller: HomeMember,
    wanted: Annotated[RuleFilter, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[RuleShown]:
    """By pack and title, as the intake has loaded them."""
    begin = _offset(cursor)
    fixed = wanted.fixed()
    words = (wanted.q or "").casefold().split()
    found = [
        rule
        for rule in read_shown(shown_file(services.settings.data_dir))["rules"]
        if all(rule[name] == value for name, value in fixed.items()) and _has_words(rule, words)
    ]
    found.sort(key=lambda rule: (rule["pack"], rule["title"], rule["id"]))
    page = found[begin : begin + limit]
    more = str(begin + limit) if begin + limit < len(found) else None
    return Items(items=[show_rule(one) for one in page], cursor=more, total=len(found))


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 10):
        raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.")
    return int(cursor)


def _has_words(rule: dict[str, Any], words: list[str]) -> bool:
    text = " ".join((rule["title"], rule["id"], rule["author"], *rule["tags"], *rule["sources"])).casefold()
    return all(word in text for word in words)


# --- packs -----------------------------------------------------------------------------------------------------------


@router.get("/packs")
def list_packs(services: Use, caller: HomeMember) -> Items[PackShown]:
    """Every version that is kept; of each pack the one in use first."""
    return _packs(services)


@router.post("/packs", status_code=201)
def take_in_pack(
    services: Use,
    caller: Administrator,
    file: Annotated[UploadFile, File()],
    nama: Annotated[Line | None, Form(max_length=64)] = None,
) -> PackTaken:
    """Take a rule pack in and use it, as `irp rules import` does: a ZIP with Sigma and YARA files, in any layout.

    Without `nama` it is called as the ZIP is. It answers when the rules were tried (seconds for all of SigmaHQ).
    A pack that is refused (422) leaves nothing; 409 while another is being taken in.
    """
    name = nama or pack_name(file.filename or "")
    return show_taken(take_in(file.file, services.rules, name=name, by=caller))


@router.post("/packs/{pack}/use")
def use_pack_version(pack: str, body: UseVersion, services: Use, caller: Administrator) -> Items[PackShown]:
    services.rules.use_version(pack, body.versi, by=caller)
    return _packs(services)


@router.post("/packs/{pack}/rollback")
def roll_back_pack(pack: str, services: Use, caller: Administrator) -> Items[PackShown]:
    """Use the version that was in use before."""
    services.rules.roll_back(pack, by=caller)
    return _packs(services)


@router.delete("/packs/{pack}")
def remove_pack(pack: str, services: Use, caller: Administrator) -> Items[PackShown]:
    """Stop using it and delete its versions."""
    services.rules.remove(pack, by=caller)
    return _packs(services)


def _packs(services: Services) -> Items[PackShown]:
    used = {one.name: one.sha256 for one in services.rules.settings().packs}
    folder = services.rules.packs
    versions = [pack for name in pack_names(folder) for pack in pack_versions(folder, name)]
    versions.sort(key=lambda pack: (pack.name, used.get(pack.name) != pack.sha256))
    return all_items(versions, lambda pack: show_pack(pack, is_used=used.get(pack.name) == pack.sha256))


# --- switches --------------------------------------------------------------------------------------------------------


@router.get("/switches")
def list_switches(services: Use, caller: HomeMember) -> Items[SwitchShown]:
    """Of several that fit a rule the last counts."""
    return all_items(services.rules.settings().switches, show_switch)


@router.post("/switches")
def switch_rules(body: NewSwitch, services: Use, caller: Administrator) -> Items[SwitchShown]:
    """Turn rules on or off by level, status, tag, source, pack or id."""
    switch = Switch(by=body.menurut, value=body.nilai, pack=body.paket, is_on=body.nyala)
    return all_items(services.rules.switch(switch, by=caller).switches, show_switch)


@router.post("/switches/forget")
def forget_switch(body: SwitchBody, services: Use, caller: Administrator) -> Items[SwitchShown]:
    switch = Switch(by=body.menurut, value=body.nilai, pack=body.paket, is_on=True)
    return all_items(services.rules.clear_switch(switch, by=caller).switches, show_switch)


# --- exclusions ------------------------------------------------------------------------------------------------------


@router.get("/exclusions")
def list_exclusions(services: Use, caller: HomeMember) -> Items[ExclusionShown]:
    """With what it is about; one that names a rule nobody has says so."""
    known = _known_rules(services)
    return all_items(services.rules.settings().exclusions, lambda one: show_exclusion(one, known=known))


@router.post("/exclusions", status_code=201)
def add_exclusion(body: NewExclusion, services: Use, caller: Administrator) -> ExclusionShown:
    """A Sigma filter of the office; it outlives updates of the pack whose rule it is about."""
    added = services.rules.exclude(body.sigma, reason=body.alasan, by=caller)
    return show_exclusion(added, known=_known_rules(services))


@router.delete("/exclusions/{exclusion_id}", status_code=204)
def drop_exclusion(exclusion_id: str, services: Use, caller: Administrator) -> None:
    services.rules.drop_exclusion(exclusion_id, by=caller)


def _known_rules(services: Services) -> frozenset[str]:
    """Return ids and names of the rules that the intake has loaded, correlations aside; nothing before it ran."""
    found = read_shown(shown_file(services.settings.data_dir))["rules"]
    rules = [rule for rule in found if rule.get("logsource", True)]
    return frozenset(word for rule in rules for word in (rule["id"], rule.get("name", "")) if word)


# --- looking back ----------------------------------------------------------------------------------------------------


@router.post("/hunts", status_code=202)
def hunt_with_rules(body: NewHunt, services: Use, caller: HomeMember) -> HuntStarted:
    """Run rules over stored events of a time; the job's result says what they found."""
    payload = {"aturan": sorted(set(body.aturan)), "dari": body.dari.isoformat(), "sampai": body.sampai.isoformat()}
    job = queued_job(JobKind.HUNT_RULES, payload, job_id=services.new_id(), now=services.clock())
    with services.state.write() as uow:
        uow.jobs.add(job)
        add_audit(
            uow,
            at=job.created_at,
            actor=(caller.id, caller.named()),
            action="rules.hunted",
            subject=f"job:{job.id}",
            details=payload,
        )
    services.bell.ring(job.id, job.kind)
    return HuntStarted(job_id=job.id)


# --- muted rules -----------------------------------------------------------------------------------------------------


@router.get("/muted")
def list_muted(services: Use, caller: HomeMember) -> Items[MutedShown]:
    """Rules that fired too often, with what they have found since."""
    return all_items(services.rules.muted(), show_muted)


@router.post("/muted/{rule_id}/unmute")
def unmute_rule(rule_id: str, services: Use, caller: Administrator) -> MutedShown:
    """Let the rule make findings of its own again; answers what it was."""
    return show_muted(services.rules.unmute(rule_id, by=caller))

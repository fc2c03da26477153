"""Shapes of detection rules and of what the office decides about them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from api.text import Line, Text
from detections.packs import Pack
from detections.shown import MAX_SKIPPED_SHOWN
from detections.sigma.office_filter import MAX_CHARACTERS, named_rules
from detections.taking_in import TakenIn
from ir_platform.domain.rules import Exclusion, MutedRule, Switch, SwitchBy


class RuleShown(BaseModel):
    """A rule as the intake has it loaded. Titles, authors and licences of packs are hostile text."""

    id: str
    title: str
    level: str
    status: str
    tags: list[str]
    author: str
    pack: str
    pack_version: str
    licence: str
    state: Literal["on", "part", "off"]
    """`part`: asked only for the correlations that rest on it."""
    sources: list[str]
    logsource: dict[str, str] = {}
    """`product`, `category`, `service` as an exclusion for the rule writes them; empty: a correlation."""
    is_fed: bool
    """Whether anything brings events of its logsource in."""


class PackShown(BaseModel):
    nama: str
    versi: str
    sha256: str
    dipakai: bool
    diambil_pada: datetime
    berkas: int
    lisensi: str


class PackTaken(BaseModel):
    """What came of a pack that was sent."""

    nama: str
    versi: str
    sha256: str
    berkas: int
    lisensi: str
    aturan: int
    """Sigma rules that can be used."""
    yara: int
    tanpa_sumber: int
    """Of the Sigma rules: those whose log source nothing brings in."""
    jumlah_dilewati: int
    dilewati: list["RuleSkipped"]
    """The first of them."""


class RuleSkipped(BaseModel):
    berkas: str
    baris: int
    alasan: str


class UseVersion(BaseModel):
    versi: Annotated[Line, Field(min_length=4, max_length=64)]
    """The beginning of the version's SHA-256."""


class SwitchBody(BaseModel):
    menurut: SwitchBy
    nilai: Annotated[Line, Field(max_length=200)] = ""
    paket: Annotated[Line, Field(max_length=64)] = ""
    """Empty: every pack and our own; `bawaan`: our own alone."""


class NewSwitch(SwitchBody):
    nyala: bool


class SwitchShown(BaseModel):
    menurut: SwitchBy
    nilai: str
    paket: str
    nyala: bool


class NewExclusion(BaseModel):
    sigma: Annotated[Text, Field(max_length=MAX_CHARACTERS)]
    """One Sigma filter as YAML."""
    alasan: Annotated[Text, Field(min_length=1, max_length=2000)]


class ExclusionShown(BaseModel):
    id: str
    judul: str
    sigma: str
    alasan: str
    oleh: str
    pada: datetime
    aturan: list[str]
    """Ids and names of the rules it speaks of; empty: every rule of its log source."""
    tanpa_aturan: list[str]
    """Of these the ones that no rule has (correlations aside), as far as the detection has said what it has loaded."""


class NewHunt(BaseModel):
    aturan: Annotated[list[Annotated[Line, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=20)]
    """Ids of rules in use, or of detectors."""
    dari: AwareDatetime
    sampai: AwareDatetime
    """Not included. Both by the time of the events."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.sampai <= self.dari:
            raise ValueError("`sampai` harus sesudah `dari`")
        return self


class HuntStarted(BaseModel):
    job_id: str
    """Its result is that of `irp rules hunt --json`: `GET /api/v1/jobs/{job_id}`."""


class MutedShown(BaseModel):
    rule_id: str
    rule_title: str
    jam: datetime
    """The hour in which it went over the limit, by the time of the events."""
    batas: int
    sejak: datetime
    temuan: int
    """Counted since."""
    terakhir: datetime | None


def show_rule(rule: dict[str, Any]) -> RuleShown:
    return RuleShown.model_validate(rule)


def show_pack(pack: Pack, *, is_used: bool) -> PackShown:
    return PackShown(
        nama=pack.name,
        versi=pack.version,
        sha256=pack.sha256,
        dipakai=is_used,
        diambil_pada=pack.imported_at,
        berkas=pack.files,
        lisensi=pack.licence,
    )


def show_switch(switch: Switch) -> SwitchShown:
    return SwitchShown(menurut=switch.by, nilai=switch.value, paket=switch.pack, nyala=switch.is_on)


def show_taken(taken: TakenIn) -> PackTaken:
    pack = taken.pack
    skipped = taken.skipped[:MAX_SKIPPED_SHOWN]
    return PackTaken(
        nama=pack.name,
        versi=pack.version,
        sha256=pack.sha256,
        berkas=pack.files,
        lisensi=pack.licence,
        aturan=taken.loaded,
        yara=taken.yara_rules,
        tanpa_sumber=taken.unfed,
        jumlah_dilewati=len(taken.skipped),
        dilewati=[RuleSkipped(berkas=one.file, baris=one.line, alasan=one.reason) for one in skipped],
    )


def show_exclusion(one: Exclusion, *, known: frozenset[str]) -> ExclusionShown:
    """`known`: ids and names of the rules there are; empty where that is not known."""
    rules = named_rules(one.sigma)
    return ExclusionShown(
        id=one.id,
        judul=one.title,
        sigma=one.sigma,
        alasan=one.reason,
        oleh=one.by,
        pada=one.at,
        aturan=list(rules),
        tanpa_aturan=[rule for rule in rules if known and rule not in known],
    )


def show_muted(rule: MutedRule) -> MutedShown:
    return MutedShown(
        rule_id=rule.rule_id,
        rule_title=rule.rule_title,
        jam=rule.hour,
        batas=rule.limit,
        sejak=rule.at,
        temuan=rule.matches,
        terakhir=rule.last_at,
    )

"""Shapes of SOP versions: what is sent, and what is answered."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.text import Text
from ir_platform.documents.catalog import KINDS
from ir_platform.domain.person import Account
from ir_platform.domain.playbook_version import SHIPPED_NUMBER, PlaybookVersion, VersionStatus
from playbooks.checks.problem import Severity
from playbooks.difference import Change, ChangeKind, Part
from playbooks.export import plain_sop
from playbooks.form import Checked, Finding, Form
from playbooks.versions import History, may_edit

MAX_TEXT = 300_000
"""Characters; the SOP itself may have 256 KiB."""
Hash = Text
SHA256_CHARACTERS = 64


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewVersion(_Body):
    """A draft: the copy of a version (`dari`; null: of the one in force), or a file's `teks`."""

    dari: int | None = Field(default=None, ge=0, le=1_000_000)
    teks: Text | None = Field(default=None, max_length=MAX_TEXT)
    catatan: Text = Field(default="", max_length=2_000)

    @model_validator(mode="after")
    def _one_source(self) -> "NewVersion":
        if self.dari is not None and self.teks is not None:
            raise ValueError("dari and teks exclude each other")
        return self


class DraftBody(_Body):
    versi: int = Field(ge=1, le=10**9)
    """The record's version that the writer began with."""
    isi: dict[str, Any]
    """The SOP's fields, as a playbook file has them; judged by `playbooks.form`."""
    catatan: Text = Field(default="", max_length=2_000)


class FormBody(_Body):
    isi: dict[str, Any]


class PutInForce(_Body):
    sha256: str = Field(max_length=SHA256_CHARACTERS)
    """Of the draft that was looked at."""
    menggantikan: str = Field(max_length=SHA256_CHARACTERS)
    """The sha256 of the version in force that the draft was compared with; empty where there was none."""
    alasan: Text = Field(default="", max_length=2_000)
    """Why it shall hold; refused where it is blank, after everything else."""


class Discard(_Body):
    versi: int = Field(ge=1, le=10**9)


class VersionShown(BaseModel):
    nomor: int
    """0: as it comes with the program."""
    status: VersionStatus
    sha256: str
    berdasar: int | None
    catatan: str
    dibuat_oleh: str | None
    dibuat_pada: datetime | None
    diberlakukan_oleh: str | None
    diberlakukan_pada: datetime | None
    alasan_berlaku: str | None
    versi: int
    boleh_saya: list[Literal["simpan", "berlakukan", "batalkan"]]


class FindingShown(BaseModel):
    tingkat: Literal["galat", "peringatan"]
    tempat: list[str | int]
    """The way to the field, list positions from 0; empty: the whole."""
    di: str
    alasan: str
    baris: int


class Judged(BaseModel):
    temuan: list[FindingShown]
    sop: dict[str, Any] | None
    """As `GET /playbooks/{id}` shows it; null while it is no SOP yet."""


class DocumentKindShown(BaseModel):
    id: str
    nama: str


class VersionDetail(VersionShown, Judged):
    isi: dict[str, Any]
    jenis_dokumen: list[DocumentKindShown]
    """What a kelengkapan or output may be made as."""


class EditShown(BaseModel):
    bidang: str
    kata: str
    lama: str | None
    baru: str | None


class ChangeShown(BaseModel):
    bagian: Part
    jenis: ChangeKind
    judul: str
    langkah_lama: int | None
    langkah_baru: int | None
    isi: list[EditShown]


class DifferenceShown(BaseModel):
    lama: int
    baru: int
    sha256_lama: str
    sha256_baru: str
    perubahan: list[ChangeShown]


def show_history(history: History, caller: Account) -> list[VersionShown]:
    """Newest first, the shipped one last."""
    own = [show_version(one, caller) for one in history.own]
    return [*own, show_shipped(history)] if history.shipped else own


def show_shipped(history: History) -> VersionShown:
    assert history.shipped is not None
    is_followed = history.own_in_force is None
    return VersionShown(
        nomor=SHIPPED_NUMBER,
        status=VersionStatus.BERLAKU if is_followed else VersionStatus.DIGANTIKAN,
        sha256=history.shipped.sha256,
        berdasar=None,
        catatan="",
        dibuat_oleh=None,
        dibuat_pada=None,
        diberlakukan_oleh=None,
        diberlakukan_pada=None,
        alasan_berlaku=None,
        versi=1,
        boleh_saya=[],
    )


def show_version(version: PlaybookVersion, caller: Account) -> VersionShown:
    allowed: list[Literal["simpan", "berlakukan", "batalkan"]] = []
    if version.status is VersionStatus.KONSEP:
        allowed += ["simpan", "batalkan"] if may_edit(caller) else []
        allowed += ["berlakukan"] if caller.is_admin else []
    return VersionShown(
        nomor=version.number,
        status=version.status,
        sha256=version.sha256,
        berdasar=version.based_on,
        catatan=version.note,
        dibuat_oleh=version.made_by_name,
        dibuat_pada=version.made_at,
        diberlakukan_oleh=version.put_in_force_by_name,
        diberlakukan_pada=version.put_in_force_at,
        alasan_berlaku=version.put_in_force_reason,
        versi=version.version,
        boleh_saya=allowed,
    )


def show_detail(shown: VersionShown, checked: Checked, form: Form) -> VersionDetail:
    kinds = [DocumentKindShown(id=kind.id, nama=kind.judul) for kind in KINDS]
    return VersionDetail(**shown.model_dump(), **judge(checked).model_dump(), isi=form, jenis_dokumen=kinds)


def judge(checked: Checked) -> Judged:
    sop = plain_sop(checked.sop) if checked.sop else None
    return Judged(temuan=[show_finding(one) for one in checked.findings], sop=sop)


def show_finding(one: Finding) -> FindingShown:
    level: Literal["galat", "peringatan"] = "galat" if one.severity is Severity.ERROR else "peringatan"
    return FindingShown(tingkat=level, tempat=list(one.place), di=one.where, alasan=one.reason, baris=one.line)


def show_change(change: Change) -> ChangeShown:
    return ChangeShown(
        bagian=change.part,
        jenis=change.kind,
        judul=change.title,
        langkah_lama=change.before_no,
        langkah_baru=change.after_no,
        isi=[EditShown(bidang=one.field, kata=one.words, lama=one.before, baru=one.after) for one in change.edits],
    )

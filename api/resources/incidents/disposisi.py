"""Lembar disposisi of an incident: the chain, who has read what, passing one on."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.dependencies import Caller, CallerFirstRoute, Services, Use, is_office_member
from api.errors import NotAllowedError
from api.resources.incidents.access import readable_incident
from api.resources.incidents.isian import Role
from api.text import Line, Text
from ir_platform.domain.disposisi import Disposisi, DisposisiId, Harap, Orang
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account, AccountId
from playbooks.desk import Chain, ForwardRequest
from playbooks.sop import Sop

router = APIRouter(prefix="/incidents/{incident_id}/disposisi", tags=["incidents"], route_class=CallerFirstRoute)


class PelaksanaShown(BaseModel):
    id: str
    nama: str


class OrangShown(BaseModel):
    id: str
    nama: str
    jabatan: str


class PembacaanShown(BaseModel):
    oleh: str
    jabatan: str
    pada: datetime


class DisposisiShown(BaseModel):
    id: str
    langkah: int
    putaran: int
    dari: str | None
    """The lembar it follows from or forwards."""
    diteruskan: bool
    surat_dari: str
    nomor_surat: str
    tanggal_surat: date | None
    diterima: date | None
    nomor_agenda: str
    hal: str
    keamanan: str | None
    derajat: str | None
    kepada: list[PelaksanaShown]
    orang: OrangShown | None
    harap: list[str]
    catatan: str
    oleh: str
    jabatan: str
    pada: datetime
    dibaca: list[PembacaanShown]
    untuk_saya: bool
    sudah_saya_baca: bool


class ChainShown(BaseModel):
    items: list[DisposisiShown]
    """Oldest first."""
    cursor: None = None
    pelaksana: list[PelaksanaShown]
    """Roles that one may be passed on to."""
    petugas: list[OrangShown]
    """People that one may be passed on to."""


class ForwardBody(BaseModel):
    """To roles, or to one person."""

    kepada: list[Role] = Field(default_factory=list, max_length=20)
    orang: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    """Account id."""
    harap: list[Harap] = Field(default_factory=list, max_length=3)
    catatan: Text = Field(default="", max_length=5_000)


def incident_to_read(incident_id: str, services: Use, caller: Caller) -> Incident:
    incident = readable_incident(services, caller, incident_id)
    if not is_office_member(caller):
        raise NotAllowedError(detail="Disposisi hanya untuk petugas penanganan gangguan.")
    return incident


def incident_of_recipient(incident_id: str, did: str, services: Use, caller: Caller) -> Incident:
    """Return the incident before the body is looked at: 404 and 403 come before what is wrong with the body."""
    incident = readable_incident(services, caller, incident_id)
    services.desk.check_recipient(incident.id, DisposisiId(did), caller)
    return incident


OfRecipient = Annotated[Incident, Depends(incident_of_recipient)]


@router.get("")
def list_disposisi(
    services: Use, caller: Caller, incident: Annotated[Incident, Depends(incident_to_read)]
) -> ChainShown:
    """Not for who only reported the incident; looking at the list is not reading a lembar."""
    return show_chain(services.desk.chain(incident.id, caller), caller)


@router.post("/{did}/read")
def read_disposisi(did: str, services: Use, caller: Caller, incident: OfRecipient) -> ChainShown:
    """Record that the caller has opened it; only the first time counts."""
    services.desk.read(incident.id, DisposisiId(did), caller)
    return show_now(services, incident, caller)


@router.post("/{did}/forward", status_code=201)
def forward_disposisi(did: str, body: ForwardBody, services: Use, caller: Caller, incident: OfRecipient) -> ChainShown:
    request = ForwardRequest(
        kepada=tuple(body.kepada),
        orang=AccountId(body.orang) if body.orang else None,
        harap=tuple(body.harap),
        catatan=body.catatan.strip(),
    )
    services.desk.forward(incident.id, DisposisiId(did), request, caller)
    return show_now(services, incident, caller)


def show_now(services: Services, incident: Incident, caller: Account) -> ChainShown:
    return show_chain(services.desk.chain(incident.id, caller), caller)


def show_chain(chain: Chain, caller: Account) -> ChainShown:
    inside = [one for one in chain.sop.pelaksana if not one.luar]
    return ChainShown(
        items=[show_lembar(one, chain, caller) for one in chain.items],
        pelaksana=[PelaksanaShown(id=one.id, nama=one.nama) for one in inside],
        petugas=[show_person(one) for one in chain.officials],
    )


def show_lembar(one: Disposisi, chain: Chain, caller: Account) -> DisposisiShown:
    return DisposisiShown(
        id=one.id,
        langkah=one.step_no,
        putaran=one.putaran,
        dari=one.dari,
        diteruskan=one.diteruskan,
        surat_dari=one.surat_dari,
        nomor_surat=one.nomor_surat,
        tanggal_surat=one.tanggal_surat,
        diterima=one.diterima,
        nomor_agenda=one.nomor_agenda,
        hal=one.hal,
        keamanan=one.keamanan,
        derajat=one.derajat,
        kepada=show_roles(chain.sop, one.kepada),
        orang=show_person(one.orang) if one.orang else None,
        harap=list(one.harap),
        catatan=one.catatan,
        oleh=one.paraf.name,
        jabatan=one.paraf.jabatan,
        pada=one.paraf.at,
        dibaca=[PembacaanShown(oleh=read.name, jabatan=read.jabatan, pada=read.at) for read in one.dibaca],
        untuk_saya=one.id in chain.mine,
        sudah_saya_baca=one.read_by(caller.id) is not None,
    )


def show_roles(sop: Sop, roles: tuple[str, ...]) -> list[PelaksanaShown]:
    return [PelaksanaShown(id=role, nama=sop.role_name(role)) for role in roles]


def show_person(one: Orang) -> OrangShown:
    return OrangShown(id=one.account_id, nama=one.name, jabatan=one.jabatan)

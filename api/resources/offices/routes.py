"""Offices (OPD) of this installation: whom a report can go to and an incident be shared with."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Administrator, Caller, CallerFirstRoute, Use
from api.pagination import Items, all_items
from api.text import Line
from ir_platform.audit.record import record
from ir_platform.domain.office import Office, OfficeId
from ir_platform.identity.offices import NamedOffice, add_office, named, named_offices

router = APIRouter(prefix="/offices", tags=["offices"], route_class=CallerFirstRoute)


class OfficeShown(BaseModel):
    id: str
    kode: str
    """Part of the register numbers of every office but the home office."""
    nama: str


class NewOffice(BaseModel):
    id: Annotated[Line, Field(max_length=32)]
    kode: Annotated[Line, Field(max_length=16)]
    nama: Annotated[Line, Field(max_length=200)]


def show_office(office: NamedOffice) -> OfficeShown:
    return OfficeShown(id=office.id, kode=office.kode, nama=office.nama)


@router.get("")
def list_offices(services: Use, caller: Caller) -> Items[OfficeShown]:
    """The home office first."""
    with services.state.read() as uow:
        return all_items(named_offices(uow, home=services.settings.office_name), show_office)


@router.post("", status_code=201)
def create_office(body: NewOffice, services: Use, caller: Administrator) -> OfficeShown:
    office = Office(id=OfficeId(body.id), kode=body.kode, nama=body.nama.strip())
    add_office(services.state, office, by=caller, now=services.clock(), record=record)
    return show_office(named(office, home=services.settings.office_name))

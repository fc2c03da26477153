"""What an entry of the trail is about, in words that people know: a register number, a name, a title."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import BaseModel

from api.dependencies import Services
from ir_platform.domain.alert import AlertId, IncidentId
from ir_platform.domain.person import AccountId
from ir_platform.domain.source import SourceId
from ir_platform.identity.offices import named_offices
from ir_platform.ports import UnitOfWork
from playbooks.errors import UnknownPlaybookError


class SubjectShown(BaseModel):
    jenis: str
    """`incident`, `account`, `alert`, `office`, `playbook`, …: the word before the colon of the subject."""
    nama: str
    """Empty where it has no name of its own, is gone, or is not for the reader."""
    incident_id: str | None
    """To open it; null: no incident, or not for the reader."""


def kind_of(subject: str) -> tuple[str, str]:
    kind, _, name = subject.partition(":")
    return kind, name


def show_subject(services: Services, uow: UnitOfWork, subject: str, *, is_hidden: bool) -> SubjectShown:
    kind, key = kind_of(subject)
    if is_hidden:
        return SubjectShown(jenis=kind, nama="", incident_id=None)
    name = _NAMES[kind](services, uow, key) if kind in _NAMES else ""
    incident_id = key if kind == "incident" and name else None
    return SubjectShown(jenis=kind, nama=name, incident_id=incident_id)


def _incident(_: Services, uow: UnitOfWork, key: str) -> str:
    incident = uow.incidents.get(IncidentId(key))
    return f"{incident.nomor} {incident.judul}" if incident else ""


def _account(_: Services, uow: UnitOfWork, key: str) -> str:
    account = uow.accounts.by_id(AccountId(key))
    return account.display_name if account else ""


def _alert(_: Services, uow: UnitOfWork, key: str) -> str:
    alert = uow.alerts.get(AlertId(key))
    return alert.rule_title if alert else ""


def _office(services: Services, uow: UnitOfWork, key: str) -> str:
    names = {str(one.id): one.nama for one in named_offices(uow, home=services.settings.office_name)}
    return names.get(key, "")


def _playbook(services: Services, uow: UnitOfWork, key: str) -> str:
    try:
        return services.library.in_force(uow, key).sop.judul
    except UnknownPlaybookError:
        return ""


def _source(_: Services, uow: UnitOfWork, key: str) -> str:
    source = uow.sources.get(SourceId(key))
    return source.name if source else ""


_NAMES: Final[Mapping[str, Callable[[Services, UnitOfWork, str], str]]] = {
    "incident": _incident,
    "account": _account,
    "alert": _alert,
    "office": _office,
    "playbook": _playbook,
    "source": _source,
}

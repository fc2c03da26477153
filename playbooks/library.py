"""The SOPs: as the program ships them, in the version the office has put in force, and as a running incident began."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from ir_platform.domain.playbook_version import SHIPPED_NUMBER, VersionHead
from ir_platform.domain.run import StoredRun
from ir_platform.ports import UnitOfWork
from playbooks.checks.check import errors_of
from playbooks.errors import BadPlaybookError, Fault, UnknownPlaybookError, UnreadablePlaybookError
from playbooks.schema import read_sop
from playbooks.sop import Sop
from playbooks.source import MAX_BYTES

FOLDER: Final = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """One version of an SOP: what was read, and the text it was read from."""

    sop: Sop
    text: str
    sha256: str
    number: int = SHIPPED_NUMBER


class Library:
    """The shipped SOPs, and every other version on request; a text is read once, whichever process put it in force."""

    def __init__(self, playbooks: Iterable[Playbook]) -> None:
        self._shipped = {one.sop.id: one for one in playbooks}
        self._by_sha256 = {one.sha256: one for one in self._shipped.values()}

    def get(self, playbook_id: str) -> Playbook:
        """Return the SOP as shipped. Raises: UnknownPlaybookError."""
        found = self.shipped(playbook_id)
        if found is None:
            raise UnknownPlaybookError(playbook_id=playbook_id)
        return found

    def shipped(self, playbook_id: str) -> Playbook | None:
        return self._shipped.get(playbook_id)

    def all(self) -> tuple[Playbook, ...]:
        """Return the shipped SOPs in order of id."""
        return tuple(self._shipped[one] for one in sorted(self._shipped))

    def in_force(self, uow: UnitOfWork, playbook_id: str) -> Playbook:
        """Return the version that an incident opened now follows: the office's own, else the shipped one.

        Asked anew in each unit of work, so that every process follows a new version at once.
        Raises: UnknownPlaybookError.
        """
        head = uow.playbook_versions.in_force(playbook_id)
        return self.get(playbook_id) if head is None else self._own(uow, head)

    def all_in_force(self, uow: UnitOfWork) -> tuple[Playbook, ...]:
        """Return every SOP in its version in force, the office's own SOPs among them, in order of id."""
        own = {head.playbook_id: self._own(uow, head) for head in uow.playbook_versions.all_in_force()}
        together = {**self._shipped, **own}
        return tuple(together[one] for one in sorted(together))

    def role_names(self) -> dict[str, str]:
        """Return the name of every pelaksana id of the shipped SOPs."""
        return {role.id: role.nama for one in self.all() for role in one.sop.pelaksana}

    def role_names_in_force(self, uow: UnitOfWork) -> dict[str, str]:
        """Return the name of every pelaksana id, as the versions in force call it where they do."""
        return self.role_names() | {role.id: role.nama for one in self.all_in_force(uow) for role in one.sop.pelaksana}

    def sop_of(self, uow: UnitOfWork, run: StoredRun) -> Sop:
        """Return the SOP in the version the run began with."""
        if run.playbook_sha256 not in self._by_sha256:
            text = uow.runs.playbook_text(run.playbook_sha256)
            if text is None:
                raise UnknownPlaybookError(playbook_id=run.playbook_id)
            self._keep(run.playbook_id, text, run.playbook_sha256)
        return self._by_sha256[run.playbook_sha256].sop

    def number_of(self, uow: UnitOfWork, run: StoredRun) -> int | None:
        """Return the number of the version the run follows; None: one that came with an earlier program."""
        number = uow.playbook_versions.number_of(run.playbook_id, run.playbook_sha256)
        shipped = self.shipped(run.playbook_id)
        if number is None and shipped is not None and shipped.sha256 == run.playbook_sha256:
            return SHIPPED_NUMBER
        return number

    def _own(self, uow: UnitOfWork, head: VersionHead) -> Playbook:
        if head.sha256 not in self._by_sha256:
            version = uow.playbook_versions.get(head.playbook_id, head.number)
            assert version is not None
            self._keep(head.playbook_id, version.text, head.sha256)
        return replace(self._by_sha256[head.sha256], number=head.number)

    def _keep(self, playbook_id: str, text: str, sha256: str) -> None:
        sop = read_sop(text, name=playbook_id).sop
        self._by_sha256[sha256] = Playbook(sop=sop, text=text, sha256=sha256)


def read_playbook(path: Path) -> Playbook:
    """Return the SOP of a file. Raises: BadPlaybookError where it cannot be read or contradicts itself."""
    text = read_text(path)
    read = read_sop(text, name=path.name)
    faults = errors_of(read)
    if faults:
        raise BadPlaybookError(name=path.name, faults=faults)
    return Playbook(sop=read.sop, text=text, sha256=sha256(text.encode()).hexdigest())


def read_text(path: Path) -> str:
    """Return the text of a playbook file, never more than the limit. Raises: UnreadablePlaybookError."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1).decode("utf-8")
    except OSError as error:
        reason = f"berkas tidak dapat dibuka: {error.strerror}"
        raise UnreadablePlaybookError(name=path.name, faults=(Fault(line=1, reason=reason),)) from error
    except UnicodeDecodeError as error:
        fault = Fault(line=1, reason="berkas bukan teks UTF-8")
        raise UnreadablePlaybookError(name=path.name, faults=(fault,)) from error


@cache
def shipped() -> Library:
    """Return the SOPs that come with the program, read once."""
    return Library(read_playbook(path) for path in sorted(FOLDER.glob("*.yaml")))

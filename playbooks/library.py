"""The SOPs the program ships, and any version of one that a running incident still follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

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


class Library:
    def __init__(self, playbooks: Iterable[Playbook]) -> None:
        self._by_id = {one.sop.id: one for one in playbooks}
        self._versions = {one.sha256: one.sop for one in self._by_id.values()}

    def get(self, playbook_id: str) -> Playbook:
        """Raises: UnknownPlaybookError."""
        if playbook_id not in self._by_id:
            raise UnknownPlaybookError(playbook_id=playbook_id)
        return self._by_id[playbook_id]

    def all(self) -> tuple[Playbook, ...]:
        """In order of id."""
        return tuple(self._by_id[one] for one in sorted(self._by_id))

    def role_names(self) -> dict[str, str]:
        """Return the name of every pelaksana id."""
        return {role.id: role.nama for one in self.all() for role in one.sop.pelaksana}

    def sop_of(self, uow: UnitOfWork, run: StoredRun) -> Sop:
        """Return the SOP in the version the run began with."""
        if run.playbook_sha256 not in self._versions:
            text = uow.runs.playbook_text(run.playbook_sha256)
            if text is None:
                raise UnknownPlaybookError(playbook_id=run.playbook_id)
            self._versions[run.playbook_sha256] = read_sop(text, name=run.playbook_id).sop
        return self._versions[run.playbook_sha256]


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

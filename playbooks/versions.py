"""The life of the office's own SOP versions: drafts are made, changed, put in force or given up, each with its audit.

Who may do what, and why:
- Everyone of the home office reads: people are held to these texts.
- Drafts are written by the administrator of the program and by the leadership (`pimpinan`). An SOP is the leadership's
  decision; an executor must not be able to shape the rule that binds them, nor the step that checks their work.
- Only the administrator puts a version in force: a second look by somebody who carries out no step. What was looked at
  is named by its hash, and so is the version it replaces, so that nobody confirms a difference they did not see.

Versions hold for the installation: offices that share one share its SOPs. Every writer locks the audit head first, so
that two of them follow one another and lock in the same order.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

import structlog

from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.domain.playbook_version import (
    SHIPPED_NUMBER,
    PlaybookVersion,
    PlaybookVersionId,
    VersionStatus,
)
from ir_platform.identity.accounts import LEADERSHIP_ROLE
from ir_platform.identity.power import addressed_roles
from ir_platform.ports import Clock, ConflictError, NewId, UnitOfWork
from playbooks.difference import Change, difference
from playbooks.errors import (
    BadPlaybookError,
    Fault,
    FaultyDraftError,
    NotADraftError,
    OtherPlaybookError,
    OutdatedViewError,
    ReasonNeededError,
    TooManyVersionsError,
    UnknownPlaybookError,
    UnknownVersionError,
)
from playbooks.form import Checked, check_form, check_text
from playbooks.library import Library, Playbook
from playbooks.record import add_audit
from playbooks.sop import Sop
from playbooks.words import SYSTEM

log = structlog.get_logger()

MAX_VERSIONS = 1_000
"""Of one playbook, discarded ones included; a script that runs wild must not fill the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every version of a playbook that there is."""

    shipped: Playbook | None
    own: tuple[PlaybookVersion, ...]
    """Newest first."""

    @property
    def number_in_force(self) -> int | None:
        own = self.own_in_force
        return own.number if own else SHIPPED_NUMBER if self.shipped else None

    @property
    def own_in_force(self) -> PlaybookVersion | None:
        return next((one for one in self.own if one.status is VersionStatus.BERLAKU), None)

    @property
    def sha256_in_force(self) -> str:
        """Of the text that is followed now; empty for a playbook of the office's own that has only drafts."""
        own = self.own_in_force
        return own.sha256 if own else self.shipped.sha256 if self.shipped else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """What an administrator decides: the two texts whose difference they looked at, and why the new one shall hold."""

    sha256: str
    replaces_sha256: str
    """Of the version in force; empty where there was none."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedForm:
    """A form as it was sent, read before the transaction: reading it is slow."""

    checked: Checked
    playbook_id: str


def may_edit(account: Account) -> bool:
    """Whether the account may make, change and give up drafts; ask it of an account as it stands today."""
    return account.is_admin or (HOME_OFFICE, LEADERSHIP_ROLE) in addressed_roles(account)


class Versions:
    def __init__(self, *, library: Library, clock: Clock, new_id: NewId) -> None:
        self._library, self._clock, self._new_id = library, clock, new_id

    def history(self, uow: UnitOfWork, playbook_id: str) -> History:
        """Raises: UnknownPlaybookError."""
        shipped, own = self._library.shipped(playbook_id), uow.playbook_versions.of_playbook(playbook_id)
        if shipped is None and not own:
            raise UnknownPlaybookError(playbook_id=playbook_id)
        return History(shipped=shipped, own=own)

    def text(self, uow: UnitOfWork, playbook_id: str, number: int) -> str:
        """Return the text of a version, the shipped one being number 0. Raises: UnknownVersionError."""
        if number != SHIPPED_NUMBER:
            return self._known(uow, playbook_id, number).text
        shipped = self._library.shipped(playbook_id)
        if shipped is None:
            raise UnknownVersionError(playbook_id=playbook_id, number=number)
        return shipped.text

    def copy(self, uow: UnitOfWork, playbook_id: str, *, number: int | None, note: str, by: Account) -> PlaybookVersion:
        """Make a draft that says what version `number` says (None: what the one in force says).

        Raises: UnknownPlaybookError, UnknownVersionError, TooManyVersionsError.
        """
        uow.audit.lock_head()
        base = self._library.in_force(uow, playbook_id).number if number is None else number
        text = self.text(uow, playbook_id, base)
        return self._add(uow, playbook_id, text=text, based_on=base, note=note, by=by)

    def take_in(
        self, uow: UnitOfWork, checked: Checked, *, note: str, by: Account | None, playbook_id: str | None = None
    ) -> PlaybookVersion:
        """Make a draft of a file's text; contradictions may be mended later. `by` None: at the command line.

        Raises: BadPlaybookError for what is no SOP, OtherPlaybookError where it is not the one asked for,
        TooManyVersionsError.
        """
        if checked.sop is None:
            raise BadPlaybookError(name="SOP", faults=_faults(checked))
        _require_id(checked.sop.id, playbook_id or checked.sop.id)
        uow.audit.lock_head()
        return self._add(uow, checked.sop.id, text=checked.text, based_on=None, note=note, by=by)

    def draft(self, uow: UnitOfWork, playbook_id: str, number: int, *, seen: int) -> PlaybookVersion:
        """Return the draft in the state the caller saw. Raises: UnknownVersionError, NotADraftError, ConflictError."""
        draft = self._draft(uow, playbook_id, number)
        if draft.version != seen:
            raise ConflictError(subject=f"playbook_version:{draft.id}", expected=seen, found=draft.version)
        return draft

    def save(
        self, uow: UnitOfWork, playbook_id: str, number: int, *, form: CheckedForm, note: str, seen: int, by: Account
    ) -> PlaybookVersion:
        """Write the form into the draft; `seen` is the version of the record that the writer began with.

        Raises: UnknownVersionError, NotADraftError, ConflictError, OtherPlaybookError.
        """
        uow.audit.lock_head()
        draft = self.draft(uow, playbook_id, number, seen=seen)
        _require_id(form.playbook_id, playbook_id)
        text = form.checked.text
        changed = replace(draft, text=text, sha256=_digest(text), note=note, version=seen + 1)
        uow.playbook_versions.save(changed, expected_version=seen)
        self._note(uow, "playbook.draft_saved", changed, by=by)
        return changed

    def checked(self, uow: UnitOfWork, playbook_id: str, number: int) -> Checked:
        """Return the text of a version with what is wrong in it. Raises: UnknownVersionError."""
        return check_text(self.text(uow, playbook_id, number))

    def put_in_force(
        self, uow: UnitOfWork, playbook_id: str, number: int, *, checked: Checked, decided: Enforcement, by: Account
    ) -> PlaybookVersion:
        """Let the draft be what incidents opened from now on follow; the one before it becomes `digantikan`.

        `checked` is the draft as read before the transaction: reading it is slow.
        Raises: UnknownVersionError, NotADraftError, OutdatedViewError, FaultyDraftError, ReasonNeededError, and then
        nothing has changed.
        """
        uow.audit.lock_head()
        draft = self._draft(uow, playbook_id, number)
        history = self.history(uow, playbook_id)
        replaced = history.sha256_in_force
        if (draft.sha256, replaced) != (decided.sha256, decided.replaces_sha256) or draft.text != checked.text:
            raise OutdatedViewError(number=number)
        if checked.errors:
            raise FaultyDraftError(number=number, faults=_faults(checked))
        reason = decided.reason.strip()
        if not reason:
            raise ReasonNeededError(what="memberlakukan versi ini")
        now = self._clock()
        previous = history.own_in_force
        if previous is not None:
            uow.playbook_versions.save(
                replace(previous, status=VersionStatus.DIGANTIKAN), expected_version=previous.version
            )
        enforced = replace(
            draft,
            status=VersionStatus.BERLAKU,
            put_in_force_by=by.id,
            put_in_force_by_name=_name(by),
            put_in_force_at=now,
            put_in_force_reason=reason,
            version=draft.version + 1,
        )
        uow.playbook_versions.save(enforced, expected_version=draft.version)
        self._note(
            uow, "playbook.put_in_force", enforced, by=by, more={"alasan": reason, "menggantikan_sha256": replaced}
        )
        return enforced

    def discard(self, uow: UnitOfWork, playbook_id: str, number: int, *, seen: int, by: Account) -> PlaybookVersion:
        """Give the draft up. Raises: UnknownVersionError, NotADraftError, ConflictError."""
        uow.audit.lock_head()
        draft = self._draft(uow, playbook_id, number)
        given_up = replace(draft, status=VersionStatus.DIBATALKAN, version=seen + 1)
        uow.playbook_versions.save(given_up, expected_version=seen)
        self._note(uow, "playbook.draft_discarded", given_up, by=by)
        return given_up

    def difference(self, uow: UnitOfWork, playbook_id: str, *, old: int, new: int) -> tuple[Change, ...]:
        """Return what changed from one version to another.

        Raises: UnknownVersionError; FaultyDraftError where one of them is not an SOP yet.
        """
        return difference(self._sop(uow, playbook_id, old), self._sop(uow, playbook_id, new))

    def _sop(self, uow: UnitOfWork, playbook_id: str, number: int) -> Sop:
        checked = self.checked(uow, playbook_id, number)
        if checked.sop is None:
            raise FaultyDraftError(number=number, faults=_faults(checked))
        return checked.sop

    def _add(
        self, uow: UnitOfWork, playbook_id: str, *, text: str, based_on: int | None, note: str, by: Account | None
    ) -> PlaybookVersion:
        number = 1 + uow.playbook_versions.last_number(playbook_id)
        if number > MAX_VERSIONS:
            raise TooManyVersionsError(playbook_id=playbook_id)
        draft = PlaybookVersion(
            id=PlaybookVersionId(self._new_id()),
            playbook_id=playbook_id,
            number=number,
            status=VersionStatus.KONSEP,
            text=text,
            sha256=_digest(text),
            based_on=based_on,
            note=note,
            made_by=by.id if by else None,
            made_by_name=_name(by),
            made_at=self._clock(),
        )
        uow.playbook_versions.add(draft)
        self._note(uow, "playbook.draft_made", draft, by=by, more={"berdasar": based_on})
        return draft

    def _known(self, uow: UnitOfWork, playbook_id: str, number: int) -> PlaybookVersion:
        version = uow.playbook_versions.get(playbook_id, number)
        if version is None:
            raise UnknownVersionError(playbook_id=playbook_id, number=number)
        return version

    def _draft(self, uow: UnitOfWork, playbook_id: str, number: int) -> PlaybookVersion:
        version = self._known(uow, playbook_id, number)
        if version.status is not VersionStatus.KONSEP:
            raise NotADraftError(number=number, status=version.status)
        return version

    def _note(
        self,
        uow: UnitOfWork,
        action: str,
        version: PlaybookVersion,
        *,
        by: Account | None,
        more: dict[str, object] | None = None,
    ) -> None:
        now = self._clock()
        add_audit(
            uow,
            at=now,
            actor=(by.id if by else "system", _name(by)),
            action=action,
            subject=f"playbook:{version.playbook_id}",
            details={"versi": version.number, "sha256": version.sha256, "catatan": version.note, **(more or {})},
        )
        uow.changes.add("playbook", version.playbook_id, now)
        log.info(action.replace(".", "_"), playbook_id=version.playbook_id, number=version.number)


def read_form(form: object) -> CheckedForm:
    """Raises: UnusableFormError."""
    checked = check_form(form)
    found = form.get("id") if isinstance(form, dict) else None
    return CheckedForm(checked=checked, playbook_id=str(found))


def _require_id(found: str, expected: str) -> None:
    if found != expected:
        raise OtherPlaybookError(expected=expected, found=found)


def _faults(checked: Checked) -> tuple[Fault, ...]:
    return tuple(Fault(line=one.line, reason=one.reason, place=one.place) for one in checked.errors)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _name(account: Account | None) -> str:
    return account.named() if account else SYSTEM

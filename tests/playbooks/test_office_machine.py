"""Anything people may do in an office, in any order, on a real database: the program goes where the paper goes.

Every role, every Plt. and Plh., people moved to another jabatan, loops, merges, re-openings and new versions of an SOP,
held against `sheet.py`, which knows only the printed SOPs. After each act nothing is lost, half-written, counted twice
or missing in the audit trail.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from ir_platform.audit.record import record
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Kedudukan, PositionId
from ir_platform.identity.accounts import add_account
from ir_platform.identity.positions import SubstitutedAlreadyError, end_position, give_position
from playbooks.errors import PlaybookRefusalError
from playbooks.run_state import state_from_json
from tests.playbooks.kaltim import ID
from tests.playbooks.office import PEOPLE, an_office, office_over
from tests.playbooks.office_walking import CONTENT, EVERYBODY, OfficeWalk, begin_walk, let_everybody_in
from tests.playbooks.papers import ALL_PAPERS
from tests.playbooks.sheet import DECIDING, SECURITY, Sheet
from tests.playbooks.test_races import aftermath
from tests.playbooks.test_versions import ADMIN, SHIPPED, copied, enforced, saved, two_step_form, versions_of
from tests.playbooks.whole import assert_untouched, assert_whole
from tests.support.builders import NOON, a_position, an_account
from tests.support.sqlite import migrated_url

MOST_INCIDENTS = 4
SPARE = [an_account(f"cadangan{number}", roles=frozenset(), jabatan="Staf") for number in range(2)]
ACCOUNTS = {one.id: one for one in (*EVERYBODY.values(), *SPARE)}
STAND_INS = [*SPARE, PEOPLE["tim_teknis"], PEOPLE["kasi_keamanan_jaringan"]]
ROLES = sorted(EVERYBODY)
VERIFYING = ["kasi_keamanan_jaringan", "pengelola_ti"]
"""Drawn more often: whoever stands in for these comes to verify what was his own work."""
SHORT_DECIDING = ("pemeriksa_ti",)
"""In the office's own short version nobody verifies."""


@cache
def an_empty_office() -> bytes:
    """A database with its tables and all people: to make one takes longer than many acts."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.sqlite3"
        with an_office(migrated_url(path)) as office:
            let_everybody_in(office)
            with office.state.write() as uow:
                for one in SPARE:
                    add_account(uow, one, by=None, now=NOON, record=record)
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it lies on the desk: who holds which role, by himself or for somebody, from when until when."""

    id: PositionId
    account: str
    role: str
    begins: date
    ends: date
    kedudukan: Kedudukan

    def counts(self, on: date) -> bool:
        return self.begins <= on <= self.ends

    def stands_in_the_way_of(self, other: "Letter") -> bool:
        """One person is Plt. of a jabatan, and one Plh. of whoever holds it, at a time; members a team has many."""
        if self.kedudukan is Kedudukan.DEFINITIF or self.kedudukan is not other.kedudukan:
            return False
        overlap = self.begins <= other.ends and other.begins <= self.ends
        return overlap and self.role == other.role and self.account != other.account


def appointed(role: str, account: Account) -> Letter:
    """What everybody holds from the start."""
    first = account.positions[0]
    return Letter(
        id=first.id,
        account=account.id,
        role=role,
        begins=first.begins,
        ends=date.max,
        kedudukan=Kedudukan.DEFINITIF,
    )


class AnythingInAnOffice(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "state.sqlite3"
        path.write_bytes(an_empty_office())
        self.office = office_over(SqlState(sqlite_url(path)))
        self.desk = aftermath(self.office)
        self.versions = versions_of(self.office)
        self.in_force, self.is_short = SHIPPED.sha256, False
        self.sheets: dict[IncidentId, Sheet] = {}
        self.ended: list[Letter] = []
        self.letters = [appointed(role, one) for role, one in EVERYBODY.items()]
        self.accepted = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            assert_untouched(self.office.state, Path(self.folder.name) / "files", CONTENT)
            self.office.state.close()
            self.folder.cleanup()

    # --- the desk ---------------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.office.clock[0].astimezone(zone_of("WITA")).date()

    def roles_of(self, account: str) -> frozenset[str]:
        return frozenset(one.role for one in self.letters if one.account == account and one.counts(self.today))

    def person(self, account_id: str) -> Account:
        """The account as it is on record now, with every position it was given."""
        with self.office.state.read() as uow:
            found = uow.accounts.by_id(ACCOUNTS[account_id].id)  # type: ignore[index]
        assert found is not None
        return found

    def deciders(self, sheet: Sheet) -> tuple[str, ...]:
        return SHORT_DECIDING if sheet.is_short else DECIDING[sheet.playbook]

    def may_decide(self, account: str, sheet: Sheet) -> bool:
        return bool(self.roles_of(account) & set(self.deciders(sheet)))

    def head(self) -> int:
        with self.office.state.read() as uow:
            return uow.audit.lock_head().seq

    def walk(self, incident: IncidentId) -> OfficeWalk:
        return OfficeWalk(office=self.office, playbook=self.sheets[incident].playbook, incident_id=incident)

    def some(self, data: st.DataObject, *, over: bool | None = None) -> IncidentId | None:
        found = [one for one, sheet in self.sheets.items() if over is None or sheet.is_over == over]
        return data.draw(st.sampled_from(found)) if found else None

    # --- what happens -----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.sheets) < MOST_INCIDENTS)
    @rule(playbook=st.sampled_from([*sorted(ALL_PAPERS), SECURITY, SECURITY, SECURITY]))
    def a_disturbance_is_reported(self, playbook: str) -> None:
        walk = begin_walk(self.office, playbook)
        self.sheets[walk.incident_id] = Sheet(playbook=playbook, is_short=self.is_short and playbook == SECURITY)

    @precondition(lambda self: any(not one.is_over for one in self.sheets.values()))
    @rule(data=st.data(), steps=st.integers(1, 14))
    def the_work_goes_on(self, data: st.DataObject, steps: int) -> None:
        """Some steps of one incident, each by anybody who may act in it, with any answer it offers."""
        incident = self.some(data, over=False)
        assert incident is not None
        for _ in range(steps):
            if not self.sheets[incident].is_over:
                self.do_active_step(data, incident)

    def do_active_step(self, data: st.DataObject, incident: IncidentId) -> None:
        sheet = self.sheets[incident]
        able = [one for one in ACCOUNTS if self.roles_of(one) & set(sheet.acting())]
        if not able:  # moved away, and nobody stands in
            return
        self.try_active_step(data, incident, data.draw(st.sampled_from(sorted(able))))

    def try_active_step(self, data: st.DataObject, incident: IncidentId, account: str) -> None:
        sheet = self.sheets[incident]
        answer = data.draw(st.sampled_from(sorted(sheet.answers(), key=str)))
        self.act(data, incident, account, sheet.active or 0, answer)

    @precondition(lambda self: bool(self.sheets))
    @rule(data=st.data(), no=st.integers(1, 13))
    def somebody_tries_some_step(self, data: st.DataObject, no: int) -> None:
        incident = self.some(data)
        assert incident is not None
        paper = self.sheets[incident].paper
        answers = {answer for ways in paper.ways.values() for answer, _ in ways}
        account = data.draw(st.sampled_from(sorted(ACCOUNTS)))
        self.act(data, incident, account, no, data.draw(st.sampled_from(sorted(answers, key=str))))

    def act(self, data: st.DataObject, incident: IncidentId, account: str, no: int, answer: str | None) -> None:
        sheet, walk = self.sheets[incident], self.walk(incident)
        causes = sheet.paper.causes.get((no, answer or ""), ())
        cause = data.draw(st.sampled_from(causes)) if causes else ""
        said = f"{answer}:{cause}" if cause else answer
        allowed = sheet.allows(account, self.roles_of(account), no, answer)
        shown = walk.show(no) if allowed else None
        self.accepted += allowed
        before = self.head()
        role = next(iter(sheet.awaited()), "") if not sheet.is_over else ""
        nothing_inside = not sheet.is_over and all(one in sheet.paper.outside for one in sheet.awaited())
        if allowed:
            walk.act(no, role if nothing_inside else "", said, shown or "", account=self.person(account))
            sheet.carry_out(account, answer, cause)
            assert self.head() == before + 1
            return
        with pytest.raises(PlaybookRefusalError):
            self.office.do(incident, no, account=self.person(account), keputusan=answer, alasan="x")
        assert self.head() == before

    @rule(
        data=st.data(),
        role=st.sampled_from(ROLES) | st.sampled_from(VERIFYING),
        kedudukan=st.sampled_from([Kedudukan.PLH, Kedudukan.PLT]),
        days=st.integers(0, 4),
        later=st.integers(0, 2),
    )
    def somebody_stands_in(self, data: st.DataObject, role: str, kedudukan: Kedudukan, days: int, later: int) -> None:
        stand_in = data.draw(st.sampled_from(STAND_INS))
        if stand_in == EVERYBODY[role]:
            return
        begins = self.today + timedelta(days=later)
        self.give(self.letter(stand_in, role, kedudukan, begins=begins, ends=begins + timedelta(days=days)))

    @precondition(lambda self: any(not one.is_over for one in self.sheets.values()))
    @rule(data=st.data(), kedudukan=st.sampled_from([Kedudukan.PLH, Kedudukan.PLT]), days=st.integers(0, 2))
    def somebody_stands_in_and_acts(self, data: st.DataObject, kedudukan: Kedudukan, days: int) -> None:
        """For whoever's turn it is, and with the next step too, so that he comes to verify his own work."""
        incident = self.some(data, over=False)
        assert incident is not None
        for _ in range(2):
            sheet = self.sheets[incident]
            roles = sorted(set(sheet.acting()) & set(EVERYBODY)) if not sheet.is_over else []
            stand_in = data.draw(st.sampled_from(STAND_INS))
            if not roles or stand_in.id in {EVERYBODY[role].id for role in roles}:
                return
            role, ends = data.draw(st.sampled_from(roles)), self.today + timedelta(days=days)
            self.give(self.letter(stand_in, role, kedudukan, begins=self.today, ends=ends))
            self.try_active_step(data, incident, stand_in.id)

    @precondition(lambda self: any(not one.is_over for one in self.sheets.values()) and self.past())
    @rule(data=st.data())
    def somebody_whose_time_is_not_now_tries(self, data: st.DataObject) -> None:
        """Whose letter has run out, was taken back or begins later, or who holds the jabatan no more."""
        incident = self.some(data, over=False)
        assert incident is not None
        acting = self.sheets[incident].acting()
        found = [one for one in self.past() if one.role in acting] or self.past()
        self.try_active_step(data, incident, data.draw(st.sampled_from(found)).account)

    def past(self) -> list[Letter]:
        return [*self.ended, *(one for one in self.letters if not one.counts(self.today))]

    @rule(data=st.data(), role=st.sampled_from(ROLES) | st.sampled_from(VERIFYING), replaced=st.booleans())
    def somebody_is_moved_to_a_jabatan(self, data: st.DataObject, role: str, replaced: bool) -> None:
        """From today on, beside those who hold it or in their place, who hold it until yesterday."""
        newcomer = data.draw(st.sampled_from([*SPARE, PEOPLE["tim_teknis"]]))
        holders = [one for one in self.letters if one.role == role and one.kedudukan is Kedudukan.DEFINITIF]
        if any(one.account == newcomer.id for one in holders):
            return
        for one in holders if replaced else ():
            self.end(one)
        self.give(self.letter(newcomer, role, Kedudukan.DEFINITIF, begins=self.today, ends=date.max))

    @rule(role=st.sampled_from(ROLES) | st.sampled_from(VERIFYING))
    def a_jabatan_falls_vacant(self, role: str) -> None:
        """Whoever holds it retires; a Plt. may act then, or nobody."""
        for one in [one for one in self.letters if one.role == role and one.kedudukan is Kedudukan.DEFINITIF]:
            self.end(one)

    @precondition(lambda self: any(one.counts(self.today) for one in self.substitutes()))
    @rule(data=st.data())
    def a_letter_is_taken_back(self, data: st.DataObject) -> None:
        self.end(data.draw(st.sampled_from([one for one in self.substitutes() if one.counts(self.today)])))

    def substitutes(self) -> list[Letter]:
        return [one for one in self.letters if one.kedudukan is not Kedudukan.DEFINITIF]

    def letter(self, account: Account, role: str, kedudukan: Kedudukan, *, begins: date, ends: date) -> Letter:
        return Letter(
            id=PositionId(f"surat-{len(self.letters)}-{self.head()}"),
            account=account.id,
            role=role,
            begins=begins,
            ends=ends,
            kedudukan=kedudukan,
        )

    def give(self, letter: Letter) -> None:
        is_by_letter = letter.kedudukan is not Kedudukan.DEFINITIF
        position = a_position(
            letter.role,
            id=letter.id,
            account_id=AccountId(letter.account),
            jabatan=f"Jabatan {letter.role}",
            kedudukan=letter.kedudukan,
            begins=letter.begins,
            ends=letter.ends if is_by_letter else None,
            letter_number=f"800/{len(self.letters)}/2026" if is_by_letter else None,
            letter_date=self.today if is_by_letter else None,
            replaces=EVERYBODY[letter.role].id if letter.kedudukan is Kedudukan.PLH else None,
        )
        before = self.head()
        if any(one.stands_in_the_way_of(letter) for one in self.letters):
            with pytest.raises(SubstitutedAlreadyError):
                give_position(self.office.state, position, by=None, now=self.office.clock[0], record=record)
            assert self.head() == before
            return
        give_position(self.office.state, position, by=None, now=self.office.clock[0], record=record)
        self.letters.append(letter)
        assert self.head() == before + 1

    def end(self, letter: Letter) -> None:
        yesterday = self.today - timedelta(days=1)
        end_position(self.office.state, letter.id, last_day=yesterday, by=None, now=self.office.clock[0], record=record)
        self.letters.remove(letter)
        self.ended.append(letter)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.office.pass_time(days=days)

    @precondition(lambda self: len(self.sheets) > 1)
    @rule(data=st.data())
    def one_is_merged_into_another(self, data: st.DataObject) -> None:
        source, target = self.some(data), self.some(data)
        account = data.draw(st.sampled_from(sorted(ACCOUNTS)) | st.just(PEOPLE["pemeriksa_ti"].id))
        assert source is not None
        assert target is not None
        pair = (self.sheets[source], self.sheets[target])
        allowed = source != target and not any(one.is_over for one in pair)
        allowed = allowed and all(self.may_decide(account, one) for one in pair)
        before, person = self.head(), self.person(account)
        if allowed:
            self.desk.merge(source, into=target, alasan="Sama.", account=person)
            self.sheets[source].merge_away()
            assert self.head() == before + 2
            return
        with pytest.raises(PlaybookRefusalError):
            self.desk.merge(source, into=target, alasan="Sama.", account=person)
        assert self.head() == before

    @precondition(lambda self: any(one.is_over for one in self.sheets.values()))
    @rule(data=st.data())
    def one_is_re_opened(self, data: st.DataObject) -> None:
        incident = self.some(data, over=True)
        assert incident is not None
        sheet = self.sheets[incident]
        deciders = [one for one in ACCOUNTS if self.may_decide(one, sheet)]
        account = data.draw(st.sampled_from([*sorted(deciders), *sorted(ACCOUNTS)]))
        before, person = self.head(), self.person(account)
        if self.may_decide(account, sheet) and not sheet.is_merged:
            self.desk.reopen(incident, alasan="Muncul lagi.", alert_id=None, account=person)
            sheet.reopen()
            assert self.head() == before + 1
            return
        with pytest.raises(PlaybookRefusalError):
            self.desk.reopen(incident, alasan="Muncul lagi.", alert_id=None, account=person)
        assert self.head() == before

    @rule()
    def another_version_is_put_in_force(self) -> None:
        """The office's own short version and the shipped one by turns; what runs already keeps its own."""
        if self.is_short:
            with self.office.state.write() as uow:
                draft = self.versions.copy(uow, ID, number=0, note="", by=ADMIN)
        else:
            draft = saved(self.office, self.versions, copied(self.office, self.versions), two_step_form())
        self.in_force = enforced(self.office, self.versions, draft, replaces=self.in_force).sha256
        self.is_short = not self.is_short

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def every_run_is_where_the_paper_is(self) -> None:
        for incident, sheet in self.sheets.items():
            state = self.walk(incident).run()
            assert [one.no for one in state.active] == ([sheet.active] if sheet.active else [])
            assert {no: state.putaran(no) for no in sheet.times} == sheet.times
            assert len(state.passes) == sum(sheet.times.values())
            assert state.hasil == sheet.outcome
            assert state_from_json(state.to_json()) == state

    @invariant()
    def no_act_is_lost_and_each_stands_once_in_the_trail(self) -> None:
        with self.office.state.read() as uow:
            entries = [one for one in uow.audit.entries() if one.fact.action == "step.completed"]
        assert len(entries) == self.accepted == sum(one.acts for one in self.sheets.values())
        assert all(json.loads(one.fact.details)["langkah"] for one in entries)

    @invariant()
    def the_office_is_whole(self) -> None:
        assert_whole(self.office.state)


TestAnythingInAnOffice = AnythingInAnOffice.TestCase
TestAnythingInAnOffice.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)

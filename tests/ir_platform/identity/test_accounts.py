"""Accounts, passwords and signing in, on a real database."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.chain import verify
from ir_platform.audit.record import record
from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.accounts import (
    InvalidRoleError,
    InvalidUsernameError,
    NewAccount,
    NotDisabledError,
    PasswordPolicyError,
    SignInRefusedError,
    UnknownAccountError,
    authenticate,
    change_password,
    create_account,
    disable,
    enable,
    prepare_account,
    set_one_time_password,
)
from ir_platform.identity.passwords import (
    MIN_LENGTH,
    PasswordFault,
    fault_of,
    hash_password,
    is_outdated,
    is_password,
    make_one_time_password,
)
from ir_platform.identity.power import roles_of
from ir_platform.identity.throttle import SignInThrottle
from ir_platform.ports import NameTakenError
from tests.support.builders import NOON, an_account
from tests.support.sqlite import fresh_state

PASSWORD = "gajah-terbang-7"
OTHER = "harimau-tidur-9"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqlState]:
    made = fresh_state(tmp_path / "state.sqlite3")
    yield made
    made.close()


def new(**changes: object) -> NewAccount:
    given = NewAccount(
        username="kasi",
        display_name="Hendra",
        jabatan="Kasi Keamanan Jaringan",
        roles=frozenset({"kasi_keamanan_jaringan"}),
        password=PASSWORD,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def create(state: SqlState, *, by: Account | None = None, **changes: object) -> Account:
    wanted = new(**changes)
    account_id = AccountId(f"account-{wanted.username}")
    return create_account(state, wanted, account_id=account_id, by=by, now=NOON, record=record)


def sign_in(
    state: SqlState,
    password: str = PASSWORD,
    *,
    username: str = "kasi",
    throttle: SignInThrottle | None = None,
    after: timedelta = timedelta(),
    address: str = "192.0.2.1",
) -> Account:
    return authenticate(
        state,
        username=username,
        password=password,
        address=address,
        throttle=throttle or SignInThrottle(state),
        now=NOON + after,
    )


def actions(state: SqlState) -> list[tuple[str, str, str]]:
    with state.read() as uow:
        entries = tuple(uow.audit.entries())
    assert verify(entries, ()).ok
    return [(entry.fact.action, entry.fact.subject, entry.fact.actor) for entry in entries]


def test_a_created_account_can_sign_in_and_its_making_is_audited(state: SqlState) -> None:
    account = create(state, by=an_account("admin"))

    signed_in = sign_in(state, username=" KASI ")

    assert signed_in == account
    assert account.must_change_password
    assert actions(state) == [("account.created", "account:account-kasi", "account-admin")]


def test_no_password_reaches_the_database_or_the_audit_trail(state: SqlState, tmp_path: Path) -> None:
    create(state)

    change_password(state, account_id=AccountId("account-kasi"), old=PASSWORD, new=OTHER, now=NOON, record=record)

    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in stored
    assert OTHER.encode() not in stored


def test_a_taken_name_is_refused_and_not_audited(state: SqlState) -> None:
    create(state)

    with pytest.raises(NameTakenError):
        create(state)

    assert len(actions(state)) == 1


@pytest.mark.parametrize("username", ["", "a", "Kasi", "ka si", "kasi\n", "x" * 65, "kasi/..", "kasí"])
def test_a_name_that_is_none_is_refused(state: SqlState, username: str) -> None:
    with pytest.raises(InvalidUsernameError):
        create(state, username=username)


def test_the_administrator_of_the_program_cannot_hold_an_sop_role(state: SqlState) -> None:
    with pytest.raises(InvalidRoleError) as refused:
        create(state, is_admin=True, roles=frozenset({"pimpinan", "kasi_keamanan_jaringan"}))

    assert refused.value.role == "kasi_keamanan_jaringan"
    assert actions(state) == []


@pytest.mark.parametrize("roles", [frozenset(), frozenset({"pimpinan"})])
def test_the_administrator_may_hold_no_role_or_the_one_that_only_reads(state: SqlState, roles: frozenset[str]) -> None:
    assert roles_of(create(state, username="admin", is_admin=True, roles=roles)) == roles


def test_a_malformed_role_is_refused(state: SqlState) -> None:
    with pytest.raises(InvalidRoleError):
        create(state, roles=frozenset({"Kasi Keamanan"}))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("kasi", PasswordFault.TOO_SHORT),
        ("abcdefghijklmnop"[: MIN_LENGTH - 1], PasswordFault.TOO_SHORT),
        ("KasiKASIkasi", PasswordFault.TOO_SHORT),
        ("kasi-2026-kasi", PasswordFault.TOO_SHORT),
        ("abababababab", PasswordFault.TOO_UNIFORM),
        ("x1y2z" * 300, PasswordFault.TOO_LONG),
    ],
)
def test_a_weak_password_is_refused(state: SqlState, password: str, fault: PasswordFault) -> None:
    with pytest.raises(PasswordPolicyError) as refused:
        create(state, password=password)

    assert refused.value.fault is fault


def test_the_shortest_allowed_password_passes() -> None:
    assert fault_of("abcdefghijklmnop"[:MIN_LENGTH], username="kasi") is None


def test_an_operator_may_choose_any_password_for_the_demo_but_not_any_role() -> None:
    wanted = new(password="demo", is_admin=True, roles=frozenset())

    account = prepare_account(wanted, account_id=AccountId("a"), now=NOON, any_password=True)

    assert is_password("demo", stored_hash=account.password_hash)
    with pytest.raises(InvalidRoleError):
        prepare_account(
            replace(wanted, roles=frozenset({"kasi"})), account_id=AccountId("a"), now=NOON, any_password=True
        )


def test_changing_the_password_ends_every_earlier_token_and_the_old_password(state: SqlState) -> None:
    account = create(state)

    changed = change_password(state, account_id=account.id, old=PASSWORD, new=OTHER, now=NOON, record=record)

    assert changed.token_epoch == account.token_epoch + 1
    assert not changed.must_change_password
    assert sign_in(state, OTHER) == changed
    with pytest.raises(SignInRefusedError):
        sign_in(state, PASSWORD)
    assert actions(state)[1] == ("account.password_changed", "account:account-kasi", "account-kasi")


@pytest.mark.parametrize(
    ("old", "wanted", "fault"),
    [
        ("salah", OTHER, PasswordFault.WRONG_OLD),
        (PASSWORD, PASSWORD, PasswordFault.UNCHANGED),
        (PASSWORD, "pendek", PasswordFault.TOO_SHORT),
    ],
)
def test_a_change_that_is_refused_changes_nothing(state: SqlState, old: str, wanted: str, fault: PasswordFault) -> None:
    account = create(state)

    with pytest.raises(PasswordPolicyError) as refused:
        change_password(state, account_id=account.id, old=old, new=wanted, now=NOON, record=record)

    assert refused.value.fault is fault
    assert sign_in(state) == account


def test_a_one_time_password_must_be_changed_and_ends_earlier_tokens(state: SqlState) -> None:
    account = create(state, must_change_password=False)

    reset = set_one_time_password(state, account_id=account.id, password=OTHER, by=None, now=NOON, record=record)

    assert reset.must_change_password
    assert reset.token_epoch == account.token_epoch + 1
    assert sign_in(state, OTHER) == reset
    assert actions(state)[1] == ("account.password_reset", "account:account-kasi", "system")


def test_an_account_let_in_again_has_a_new_password_and_none_of_its_old_tokens(state: SqlState) -> None:
    account = create(state)
    disabled = disable(state, account_id=account.id, by=None, now=NOON, record=record)

    back = enable(state, account_id=account.id, password=OTHER, by=None, now=NOON, record=record)

    assert (back.disabled, back.must_change_password) == (False, True)
    assert back.token_epoch == disabled.token_epoch + 1
    assert sign_in(state, OTHER) == back
    with pytest.raises(SignInRefusedError):
        sign_in(state, PASSWORD)
    assert [action for action, _, _ in actions(state)][-1] == "account.enabled"


def test_an_account_that_was_never_shut_out_keeps_its_password(state: SqlState) -> None:
    account = create(state)

    with pytest.raises(NotDisabledError):
        enable(state, account_id=account.id, password=OTHER, by=None, now=NOON, record=record)

    assert sign_in(state) == account


def test_a_disabled_account_cannot_sign_in_and_is_audited_once(state: SqlState) -> None:
    account = create(state)

    disabled = disable(state, account_id=account.id, by=None, now=NOON, record=record)
    again = disable(state, account_id=account.id, by=None, now=NOON, record=record)

    assert again == disabled
    assert disabled.token_epoch == account.token_epoch + 1
    with pytest.raises(SignInRefusedError):
        sign_in(state)
    assert [action for action, _, _ in actions(state)] == ["account.created", "account.disabled"]


def test_an_account_that_is_not_there_is_named(state: SqlState) -> None:
    with pytest.raises(UnknownAccountError) as refused:
        disable(state, account_id=AccountId("nobody"), by=None, now=NOON, record=record)

    assert refused.value.account == "nobody"


def test_when_recording_fails_the_account_is_not_changed(state: SqlState) -> None:
    account = create(state)

    def fail(*_: object) -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        disable(state, account_id=account.id, by=None, now=NOON, record=fail)

    assert sign_in(state) == account


def test_an_unknown_name_and_a_wrong_password_are_refused_in_the_same_words(state: SqlState) -> None:
    create(state)

    with pytest.raises(SignInRefusedError) as wrong:
        sign_in(state, "salah sekali ya")
    with pytest.raises(SignInRefusedError) as unknown:
        sign_in(state, username="tidak.ada")

    assert str(wrong.value) == str(unknown.value)


def test_an_unknown_name_costs_one_hashing_like_a_known_one(state: SqlState, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    verify_hash = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str, password: bytes) -> bool:
        verified.append(hash.rpartition("$")[0].rpartition("$")[0])
        return bool(verify_hash(self, hash, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    create(state)

    for username in ("kasi", "tidak.ada"):
        with pytest.raises(SignInRefusedError):
            sign_in(state, "salah sekali ya", username=username)

    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_a_hash_of_older_parameters_is_made_anew_at_sign_in_and_tokens_stay(state: SqlState) -> None:
    account = create(state)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with state.write() as uow:
        uow.accounts.save(replace(account, password_hash=weak))

    signed_in = sign_in(state)

    assert not is_outdated(signed_in.password_hash)
    assert signed_in.token_epoch == account.token_epoch
    assert sign_in(state) == signed_in


@given(stored=st.sampled_from(["!", "", "$argon2id$v=19$m=8,t=1,p=1$x$y", "plain"]))
def test_a_hash_that_is_none_lets_nobody_in(stored: str) -> None:
    assert not is_password(stored, stored_hash=stored)


def test_any_unicode_password_is_itself_and_no_other() -> None:
    hashed = hash_password("kata\x00sandi\ud800é panjang")

    assert is_password("kata\x00sandi\ud800é panjang", stored_hash=hashed)
    assert not is_password("kata", stored_hash=hashed)


def test_a_one_time_password_is_readable_and_passes_the_policy() -> None:
    letters = iter("23456789abcdefgh")

    made = make_one_time_password(lambda alphabet: next(letters))

    assert made == "2345-6789-abcd-efgh"
    assert fault_of(made, username="admin") is None


def test_the_audit_entry_says_which_roles_were_given(state: SqlState) -> None:
    create(state, roles=frozenset({"b_role", "a_role"}))

    with state.read() as uow:
        entry = next(uow.audit.entries())
    said = json.loads(entry.fact.details)
    (first,) = said.pop("penempatan")
    assert said == {"is_admin": False, "roles": ["a_role", "b_role"], "username": "kasi"}
    assert (first["peran"], first["kedudukan"]) == (["a_role", "b_role"], "definitif")

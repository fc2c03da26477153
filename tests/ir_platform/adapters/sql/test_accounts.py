"""Accounts on both databases."""

from dataclasses import replace

import pytest

from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.domain.person import AccountId
from ir_platform.ports import NameTakenError, State
from tests.support.builders import an_account


def test_an_account_read_back_is_equal_by_id_and_by_name(state: State) -> None:
    account = an_account("kasi", "kasi_keamanan_jaringan", "pimpinan", disabled=True, token_epoch=3)

    with state.write() as uow:
        uow.accounts.add(account)

    with state.read() as uow:
        assert uow.accounts.by_id(account.id) == account
        assert uow.accounts.by_username("kasi") == account
        assert uow.accounts.by_id(AccountId("other")) is None
        assert uow.accounts.by_username("other") is None


def test_a_taken_name_is_refused_and_the_transaction_goes_on(state: State) -> None:
    with state.write() as uow:
        uow.accounts.add(an_account("kasi"))
        with pytest.raises(NameTakenError) as refused:
            uow.accounts.add(an_account("kasi", id=AccountId("account-2")))
        uow.accounts.add(an_account("kabid"))

    assert refused.value.name == "kasi"
    with state.read() as uow:
        assert [account.username for account in uow.accounts.all()] == ["kabid", "kasi"]


def test_a_saved_account_replaces_the_one_before(state: State) -> None:
    with state.write() as uow:
        uow.accounts.add(an_account())
    changed = replace(an_account(), display_name="Dewi Baru", token_epoch=9, must_change_password=True)

    with state.write() as uow:
        uow.accounts.save(changed)

    with state.read() as uow:
        assert uow.accounts.all() == (changed,)


def test_an_account_that_was_never_added_cannot_be_saved(state: State) -> None:
    with pytest.raises(MissingRowError), state.write() as uow:
        uow.accounts.save(an_account())

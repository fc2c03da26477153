"""The garbage collector rests only while it is told to."""

import gc

import pytest

from ir_platform.app.garbage import collector_at_rest


def fail_while_it_rests() -> None:
    with collector_at_rest():
        assert not gc.isenabled()
        raise KeyError


def test_the_collector_rests_and_works_again_whatever_happens() -> None:
    with pytest.raises(KeyError):
        fail_while_it_rests()

    assert gc.isenabled()


def test_a_collector_that_was_at_rest_stays_so() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()

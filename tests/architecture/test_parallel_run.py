"""The suite runs on two processes; what a file's tests share must be started once, not once in each."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="only a parallel run has groups")
def test_a_files_tests_are_one_group_of_the_parallel_run(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@tests/architecture/test_parallel_run.py")

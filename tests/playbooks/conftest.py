"""What tests of this room share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playbooks.office import Office, an_office
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.sqlite import migrated_url

__all__ = ["postgres_server"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_office(migrated_url(tmp_path / "state.sqlite3")) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office on each database the program can keep its state in."""
    if request.param == "sqlite":
        with an_office(migrated_url(tmp_path / "state.sqlite3")) as opened:
            yield opened
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(migrated=True) as url, an_office(url) as opened:
        yield opened

"""Every changing call of the API leaves an entry in the audit trail, or says why it need not.

`tests.support.audited` watches every accepted change in the API's own tests; here it is seen to that none escapes them.
"""

import re

import pytest

from api.main import create_app
from ir_platform.adapters.sql.repositories.holdings import NO_FILES, file_columns
from ir_platform.adapters.sql.tables.every import metadata
from tests.architecture.sources import REPOSITORY
from tests.support.audited import NOT_AUDITED, READING

API_TESTS = "".join(path.read_text() for path in sorted((REPOSITORY / "tests" / "api").glob("*.py")))


def changing() -> list[tuple[str, str]]:
    paths = create_app(None).openapi()["paths"]
    return sorted(
        (method.upper(), path) for path, methods in paths.items() for method in methods if method.upper() not in READING
    )


def last_words(path: str) -> str:
    """The part of the address after its last parameter, else its last fixed word: what a test has to write down."""
    fixed = [part for part in re.split(r"\{[^}]*\}", path) if part.strip("/")]
    return fixed[-1].strip("/").rsplit("/", 1)[-1]


@pytest.mark.parametrize(("method", "path"), changing(), ids=" ".join)
def test_a_changing_call_is_watched_by_a_test_or_excepted_with_a_reason(method: str, path: str) -> None:
    assert (method, path) in NOT_AUDITED or last_words(path) in API_TESTS


def test_what_is_excepted_is_there() -> None:
    assert set(NOT_AUDITED) <= set(changing())
    assert all(NOT_AUDITED.values())


def test_every_column_named_for_a_hash_is_known_to_be_a_file_s_or_not() -> None:
    named = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256")
    }
    files = {(column.table.name, column.name) for column in file_columns()}

    assert named - files == NO_FILES
    assert files == {
        ("document_revisions", "docx_sha256"),
        ("document_revisions", "pdf_sha256"),
        ("document_templates", "sha256"),
        ("documents", "docx_sha256"),
        ("documents", "pdf_sha256"),
        ("emblems", "sha256"),
        ("evidence", "sha256"),
        ("signed_copies", "sha256"),
        ("uploads", "sha256"),
    }

"""The glossary names only things the code still has."""

import ast
import re

from tests.architecture.sources import modules
from tests.support.require import REPOSITORY

PAGE = REPOSITORY / "docs" / "glossary.md"


def test_each_class_the_glossary_names_is_in_the_code() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([A-Z][a-z]\w+)", row.split("|")[3])}

    defined = {node.name for _, tree in modules() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    assert named - defined == set()
    assert named


def test_each_folder_the_glossary_names_is_there() -> None:
    named = re.findall(r"`([a-z_]+/[a-z_/]+/)`", PAGE.read_text(encoding="utf-8"))

    assert named
    assert [folder for folder in named if not (REPOSITORY / folder).is_dir()] == []

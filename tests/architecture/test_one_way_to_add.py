"""What was added came whole: with its listing, its test and its page (the table in CONTRIBUTING.md)."""

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from detections.catalog import new_detectors
from detections.detectors.base import Detector
from ingest.catalog import FORMATS
from ir_platform.documents import catalog
from ir_platform.documents.kind import DocumentKind
from tests.architecture.sources import files
from tests.support.require import REPOSITORY

PLAYBOOKS = files("playbooks/library", ".yaml")
DEPENDENCIES = REPOSITORY / "docs" / "adr" / "0012-dependencies.md"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_parser_has_a_folder_of_golden_samples(name: str) -> None:
    folder = REPOSITORY / "tests" / "ingest" / "parsers" / name

    samples = list(folder.rglob("sample*"))
    assert samples
    assert all(list(sample.parent.glob("expected*")) for sample in samples)


def test_a_sigma_rule_has_a_case_that_matches_and_one_that_does_not() -> None:
    documents = list(_sigma_documents())
    cases = [document for document in documents if "rule" in document]
    # The parts of a correlation are tried by the correlation's own cases.
    parts = {name for document in documents for name in document.get("correlation", {}).get("rules", ())}
    alerting = [document for document in documents if "logsource" in document or "correlation" in document]
    rules = [rule for rule in alerting if parts.isdisjoint((rule["id"], rule.get("name")))]

    assert rules
    for wanted in ("match", "no_match"):
        tried = {case["rule"] for case in cases if case.get(wanted)}
        assert [rule["title"] for rule in rules if tried.isdisjoint((rule["id"], rule.get("name")))] == []


@pytest.mark.parametrize("detector", new_detectors(), ids=lambda detector: detector.name)
def test_a_detector_has_its_cases_and_a_page_with_its_thresholds_and_findings(detector: Detector) -> None:
    module = type(detector).__module__.rpartition(".")[2]
    pages = {page.stem: page.read_text(encoding="utf-8") for page in files("docs/detectors", ".md")}

    wanted = [one.name for one in dataclasses.fields(detector.settings)]
    # A line of a page may end within a title.
    page = " ".join(pages[module].split())
    assert [name for name in wanted if f"`{name}`" not in page] == []
    assert [info.title for info in detector.infos if info.title not in page] == []
    assert f"[{module}]({module}.md)" in pages["README"]
    assert (REPOSITORY / "tests" / "detections" / "detectors" / f"test_{module}.py").is_file()


def test_every_module_of_a_detector_is_listed() -> None:
    modules = {type(detector).__module__ for detector in new_detectors()}

    written = {path.stem for path in files("detections/detectors", ".py") if "settings: ClassVar" in path.read_text()}
    assert written - {"base"} == {module.rpartition(".")[2] for module in modules}


@pytest.mark.parametrize("kind", catalog.KINDS, ids=lambda kind: kind.id)
def test_a_document_kind_has_its_template_and_its_golden_texts(kind: DocumentKind) -> None:
    golden = REPOSITORY / "tests" / "ir_platform" / "documents" / "golden"

    assert (REPOSITORY / "ir_platform" / "documents" / "templates" / kind.template).is_file()
    assert {path.name for path in golden.glob(f"{kind.id}.*")} == {f"{kind.id}.docx.txt", f"{kind.id}.pdf.txt"}


def test_every_module_of_document_kinds_is_in_the_catalog() -> None:
    written = {path.stem for path in files("ir_platform/documents/kinds", ".py")} - {"__init__"}

    assert written == {kind.id for kind in catalog.KINDS}


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda playbook: playbook.stem)
def test_a_playbook_names_only_documents_that_can_be_made(playbook: Path) -> None:
    named = set(_values_of(yaml.safe_load(playbook.read_text(encoding="utf-8")), key="dokumen"))

    assert named <= {kind.id for kind in catalog.KINDS}


def test_each_dependency_has_its_line_in_the_decision_record() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *(line for group in groups for line in group)]

    names = {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0].lower() for line in wanted}
    recorded = set(re.findall(r"^\| `([^`]+)`", DEPENDENCIES.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert recorded == names


def _sigma_documents() -> Iterator[dict[str, Any]]:
    """Rules, and the cases beside them."""
    for path in files("detections/rules/sigma", ".yml", ".yaml"):
        yield from (document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document)


def _values_of(value: object, *, key: str) -> Iterator[str]:
    """Every text that stands under `key`, at any depth."""
    if isinstance(value, dict):
        yield from (item for name, item in value.items() if name == key and isinstance(item, str))
        for item in value.values():
            yield from _values_of(item, key=key)
    elif isinstance(value, list):
        for item in value:
            yield from _values_of(item, key=key)

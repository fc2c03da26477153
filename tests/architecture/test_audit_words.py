"""Every action that the program writes into the audit trail has its words in both languages of the page."""

import json
import re

from tests.architecture.sources import REPOSITORY

ROOMS = ("api", "detections", "ir_platform", "playbooks")
ACTION = re.compile(
    r'"((?:account|alert|audit|calendar|clock|disposisi|document|evidence|incident|job|legal|letterhead|notices|office|penerimaan|playbook'
    r'|position|rules|run|seal|sender|step|store|template|upload|verification)\.[a-z_]+)"'
)
NO_ACTIONS = {"alerts.json"}
FILE_OR_COLUMN = re.compile(r"\.(?:id|json|jsonl|yaml|csv|pdf|zip|incident_id)$")
PAGE = REPOSITORY / "frontend-static" / "src"


def written() -> set[str]:
    """The actions that stand in the code as texts."""
    sources = (path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py"))
    found = {action for path in sources for action in ACTION.findall(path.read_text())}
    return {one for one in found - NO_ACTIONS if not FILE_OR_COLUMN.search(one)}


def shown() -> set[str]:
    return set(re.findall(r'"([a-z]+\.[a-z_]+)"', (PAGE / "pages" / "audit" / "actions.ts").read_text().split("]")[0]))


def test_every_action_of_the_program_can_be_chosen_on_the_page() -> None:
    assert written() == shown()


def test_every_action_has_its_words_in_both_languages() -> None:
    for language in ("id", "en"):
        words = json.loads((PAGE / "locales" / f"{language}.json").read_text())["audit"]["did"]
        assert {one.replace(".", "_", 1) for one in shown()} == set(words)
        assert all(words.values())

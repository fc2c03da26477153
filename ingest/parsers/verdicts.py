"""What firewalls decide of a connection and doors of a log-in, under the words that rules ask for."""

from typing import Final

from ingest.parsers.ends import Fields

DENIED: Final[Fields] = {
    "event.action": "connection_denied",
    "event.category": ["network"],
    "event.type": ["connection", "denied"],
    "event.outcome": "failure",
}
ALLOWED: Final[Fields] = {
    "event.action": "connection_allowed",
    "event.category": ["network"],
    "event.type": ["connection", "allowed"],
    "event.outcome": "success",
}
CONFIG_CHANGED: Final[Fields] = {
    "event.action": "config_changed",
    "event.category": ["configuration"],
    "event.type": ["change"],
}


def login(action: str, *, failed: bool, user: str = "") -> Fields:
    """Return what a log-in is: `action` says of what (`admin_login`, `vpn_login`, `web_login`)."""
    fields: Fields = {
        "event.action": action,
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure" if failed else "success",
    }
    return {**fields, "user.name": user} if user else fields

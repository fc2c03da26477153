"""Values for tests: each builder gives a whole, valid value, so that a test names only what matters to it."""

from datetime import UTC, date, datetime
from typing import Any

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, Detection, EventRef, IncidentId, Level
from ir_platform.domain.event import Event, EventId, derive_event_id, make_event, to_ns
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Kedudukan, Position, PositionId

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Friday 20 November 2026, 12.00 WITA."""


def an_event(at: datetime = NOON, record: int = 0, **ecs: Any) -> Event:
    """Keyword `source__ip` stands for the field `source.ip`."""
    fields = {name.replace("__", "."): value for name, value in ecs.items()}
    original = str(fields.get("event.original", sorted(fields.items()))).encode()
    return make_event(derive_event_id(f"test:{at.isoformat()}", record, original), to_ns(at), fields)


def a_detection(**changes: Any) -> Detection:
    given: dict[str, Any] = {
        "id": "d" * 32,
        "rule_id": "11111111-2222-4333-8444-555555555555",
        "rule_title": "Tebakan kata sandi SSH",
        "level": Level.HIGH,
        "tags": ("attack.credential-access", "attack.t1110.001"),
        "at": NOON,
        "group": (("host.name", "web-1"), ("source.ip", "203.0.113.9")),
        "events": (EventRef(id=EventId("e" * 32), at=NOON, summary="Failed password for root from 203.0.113.9"),),
        "event_count": 20,
        "look_at": ("Periksa apakah ada log-in yang berhasil dari alamat ini.",),
    }
    return Detection(**{**given, **changes})


def an_alert(**changes: Any) -> Alert:
    source = a_detection()
    given: dict[str, Any] = {
        "id": AlertId("alert-1"),
        "rule_id": source.rule_id,
        "rule_title": source.rule_title,
        "level": source.level,
        "tags": source.tags,
        "group": source.group,
        "status": AlertStatus.NEW,
        "count": 1,
        "event_count": source.event_count,
        "first_seen": NOON,
        "last_seen": NOON,
        "events": source.events,
        "look_at": source.look_at,
        "false_positives": (),
        "source": "sigma",
    }
    return Alert(**{**given, **changes})


def an_incident(**changes: Any) -> Incident:
    given: dict[str, Any] = {
        "id": IncidentId("incident-1"),
        "nomor": "INS/2026/0001",
        "judul": "Tebakan kata sandi SSH pada web-1",
        "uraian": "20 kegagalan masuk dari 203.0.113.9 dalam 5 menit.",
        "level": Level.HIGH,
        "playbook_id": "kaltim-gangguan-keamanan-jaringan",
        "status": IncidentStatus.OPEN,
        "pelapor": "Deteksi otomatis",
        "opened_by": None,
        "opened_at": NOON,
        "hosts": ("web-1",),
        "last_alert_at": NOON,
    }
    return Incident(**{**given, **changes})


def a_position(*roles: str, **changes: Any) -> Position:
    given: dict[str, Any] = {
        "id": PositionId("position-1"),
        "account_id": AccountId("account-kasi"),
        "office_id": HOME_OFFICE,
        "jabatan": "Kasi Keamanan Jaringan",
        "roles": frozenset(roles or ("kasi_keamanan_jaringan",)),
        "kedudukan": Kedudukan.DEFINITIF,
        "begins": date(2026, 1, 1),
        "ends": None,
    }
    return Position(**{**given, **changes})


def an_account(username: str = "kasi", *roles: str, **changes: Any) -> Account:
    """An account whose roles, where it has any, come with one definitive position in its office."""
    account_id = changes.get("id", AccountId(f"account-{username}"))
    held = changes.pop("roles", frozenset(roles or ("kasi_keamanan_jaringan",)))
    position = a_position(
        id=PositionId(f"awal-{account_id}"),
        account_id=account_id,
        office_id=changes.get("office_id", HOME_OFFICE),
        jabatan=changes.get("jabatan", "Kasi Keamanan Jaringan"),
        roles=frozenset(held),
    )
    given: dict[str, Any] = {
        "id": account_id,
        "username": username,
        "display_name": username.title(),
        "jabatan": "Kasi Keamanan Jaringan",
        "positions": (position,) if held else (),
        "is_admin": False,
        "password_hash": "!",
        "must_change_password": False,
        "disabled": False,
        "token_epoch": 0,
        "created_at": NOON,
    }
    return Account(**{**given, **changes})

"""Senders of logs: made, changed, given new keys, each with its audit entry; and told by their credentials."""

import json
import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ir_platform.domain.audit import AuditFact
from ir_platform.domain.person import Account
from ir_platform.domain.source import Source, SourceId
from ir_platform.identity.accounts import Record, actor_of
from ir_platform.ports import NewId, State, UnitOfWork

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_SECRET_BYTES: Final = 32
MAX_SILENT_MINUTES: Final = 60 * 24 * 31
MAX_PATH: Final = 1_000
NOBODY: Final = "0" * 64


class InvalidSourceError(Exception):
    """A source that cannot be kept; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownSourceError(Exception):
    def __init__(self, *, name: str) -> None:
        super().__init__(f"Sumber log tidak ditemukan: {name}")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTraits:
    """What a person decides about a source."""

    address: str | None = None
    path: str | None = None
    timezone: str | None = None
    format: str = "auto"
    format_string: str | None = None
    """Looked at before it comes here: only who reads lines knows whether it can be read."""
    silent_minutes: int = 0
    is_hmac_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKey:
    """What a sender proves itself with; shown once, kept only as a hash."""

    source: Source
    secret: str

    @property
    def api_key(self) -> str:
        """As it stands after `Authorization: ApiKey`."""
        return b64encode(f"{self.source.id}:{self.secret}".encode()).decode()


def add_source(
    state: State,
    name: str,
    traits: SourceTraits,
    *,
    by: Account | None,
    now: datetime,
    new_id: NewId,
    record: Record,
) -> SourceKey:
    """`by` None: the operator of the server. Raises: InvalidSourceError, NameTakenError."""
    if not _NAME.fullmatch(name):
        reason = "Nama sumber terdiri atas 2-64 huruf kecil, angka, titik, garis bawah, atau tanda hubung."
        raise InvalidSourceError(reason=reason)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    blank = Source(id=SourceId(new_id()), name=name, key_hash=hash_of(secret), created_at=now)
    source = with_traits(blank, traits)
    with state.write() as uow:
        uow.sources.add(source)
        record(uow, _fact("sender.created", source, by=by, now=now))
    return SourceKey(source=source, secret=secret)


def change_source(
    state: State, name: str, traits: SourceTraits, *, by: Account | None, now: datetime, record: Record
) -> Source:
    """Raises: UnknownSourceError, InvalidSourceError, NameTakenError, ConflictError."""
    with state.write() as uow:
        changed = with_traits(require_source(uow, name), traits)
        uow.sources.save(changed)
        record(uow, _fact("sender.changed", changed, by=by, now=now))
    return changed


def renew_key(state: State, name: str, *, by: Account | None, now: datetime, record: Record) -> SourceKey:
    """Give a source a new key; the old one is refused from now on. Raises: UnknownSourceError, ConflictError."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with state.write() as uow:
        changed = replace(require_source(uow, name), key_hash=hash_of(secret), disabled=False)
        uow.sources.save(changed)
        record(uow, _fact("sender.key_renewed", changed, by=by, now=now))
    return SourceKey(source=changed, secret=secret)


def disable_source(state: State, name: str, *, by: Account | None, now: datetime, record: Record) -> Source:
    """Refuse what comes with its key, and miss it no longer. Raises: UnknownSourceError, ConflictError."""
    with state.write() as uow:
        changed = replace(require_source(uow, name), disabled=True)
        uow.sources.save(changed)
        record(uow, _fact("sender.disabled", changed, by=by, now=now))
    return changed


def require_source(uow: UnitOfWork, name: str) -> Source:
    """Raises: UnknownSourceError."""
    source = uow.sources.by_name(name)
    if source is None:
        raise UnknownSourceError(name=name)
    return source


def with_traits(source: Source, traits: SourceTraits) -> Source:
    """Raises: InvalidSourceError."""
    if not 0 <= traits.silent_minutes <= MAX_SILENT_MINUTES:
        raise InvalidSourceError(reason=f"Batas diam adalah 0 (tidak diawasi) sampai {MAX_SILENT_MINUTES} menit.")
    if traits.path is not None and not (traits.path.startswith("/") and len(traits.path) <= MAX_PATH):
        raise InvalidSourceError(reason="Berkas atau folder yang diamati ditulis dengan jalur lengkap, mulai dari /.")
    return replace(
        source,
        address=_address(traits.address),
        path=traits.path,
        timezone=_zone(traits.timezone),
        format=traits.format,
        format_string=traits.format_string,
        silent_minutes=traits.silent_minutes,
        is_hmac_required=traits.is_hmac_required,
    )


def _address(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise InvalidSourceError(reason=f"Bukan alamat IP: {text[:100]}") from error


def _zone(name: str | None) -> str | None:
    if not name:
        return None
    try:
        ZoneInfo(name)
    # A path-like name is answered with ValueError and a folder's name with an OSError.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidSourceError(reason=f"Zona waktu tidak dikenal: {name[:100]}") from error
    return name


# --- credentials -----------------------------------------------------------------------------------------------------


def hash_of(secret: str) -> str:
    """A secret of 32 random bytes needs no slow hash: nobody guesses it."""
    return sha256(secret.encode()).hexdigest()


def source_of(uow: UnitOfWork, authorization: str) -> Source | None:
    """Return whose header this is (`ApiKey …` or `Basic …`); None for nobody's, a wrong key or a disabled source."""
    scheme, _, given = authorization.partition(" ")
    match scheme.lower():
        case "apikey":
            name, secret = _pair(given.strip())
            source = uow.sources.get(SourceId(name))
        case "basic":
            name, secret = _decoded(given.strip())
            source = uow.sources.by_name(name)
        case _:
            return None
    # Compared also where there is no such source: the time an answer takes tells nothing.
    is_right = compare_digest(hash_of(secret), source.key_hash if source else NOBODY)
    return source if source is not None and is_right and not source.disabled else None


def _pair(given: str) -> tuple[str, str]:
    """Return id and secret of an API key, as Elasticsearch encodes it, or plain, or encoded once more by a shipper
    that was given the encoded one.
    """
    if ":" in given:
        name, _, secret = given.partition(":")
        return name, secret
    once = _decoded(given)
    if once[1]:
        return once
    return _decoded(once[0])


def _decoded(given: str) -> tuple[str, str]:
    try:
        plain = b64decode(given, validate=True).decode()
    except (Base64Error, UnicodeDecodeError, ValueError):
        return "", ""
    name, _, secret = plain.partition(":")
    return name, secret


def _fact(action: str, source: Source, *, by: Account | None, now: datetime) -> AuditFact:
    actor, actor_name = actor_of(by)
    details = {
        "nama": source.name,
        "alamat": source.address or "",
        "berkas": source.path or "",
        "zona": source.timezone or "",
        "format": source.format,
        "format_string": source.format_string or "",
        "batas_diam_menit": source.silent_minutes,
    }
    return AuditFact(
        at=now,
        actor=actor,
        actor_name=actor_name,
        action=action,
        subject=f"source:{source.id}",
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
    )

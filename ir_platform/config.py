"""The one frozen Settings (`IRP_*`), read once by `ir_platform.app` and passed down."""

import os
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ir_platform.domain.alert import Level
from ir_platform.domain.hari import Hari

Port = int | Literal["auto"]
MAX_PORT = 65_535

SCHEMES = {
    "database_url": ("postgresql", "postgres", "postgresql+psycopg", "sqlite"),
    "broker_url": ("redis", "rediss", "amqp", "amqps"),
    "events_url": ("http", "https"),
    "public_url": ("http", "https"),
    "tsa_url": ("http", "https"),
}
"""What an address may begin with."""


LEAD = re.compile(r"(?P<percent>\d{1,2})%|(?P<amount>\d{1,4})\s*(?P<unit>menit|jam)")
"""A share of a limit, or working time."""


class Settings(BaseSettings):
    """Every setting has a row in `docs/settings.md`; a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix="IRP_", frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path("var")
    database_url: str | None = None
    """None: SQLite in the data folder."""
    broker_url: str | None = None
    """None: kombu's filesystem transport in the data folder."""
    events_url: str | None = None
    """None: the embedded store in the data folder; else `http(s)://user:password@host:9200`."""

    pipeline: Literal["embedded", "scaled_out"] = "embedded"
    """Where what is taken in is matched: in the intake process, or by ingest workers and owners of key ranges."""
    ingest_workers: int = Field(default=2, ge=0, le=64)
    """Processes of this machine that match batches, in the scaled-out form."""
    range_owners: int = Field(default=1, ge=0, le=8)
    """Processes of this machine that own key ranges, in the scaled-out form."""
    takeover_seconds: int = Field(default=10, ge=1, le=300)
    """Without a sign of life for so long, what a worker or owner had passes to another."""

    events_api_key: str | None = None
    """Of Elasticsearch, as it gave it (encoded); then `events_url` names no user."""
    events_ca_file: Path | None = None
    """None: the authorities that the system trusts."""

    host: str = "127.0.0.1"
    port: Port = 8080
    api_processes: int = Field(default=1, ge=1, le=16)
    """How many processes answer for page and API, on one port."""
    syslog_host: str = "0.0.0.0"  # noqa: S104  intake listens for the office's devices
    syslog_port: Port = 5514

    syslog_tls_port: Port = 6514
    """Off until a certificate is set."""
    syslog_tls_cert: Path | None = None
    syslog_tls_key: Path | None = None
    """None: it lies in the certificate's file."""
    syslog_tls_ca: Path | None = None
    syslog_tls_client: Literal["none", "optional", "required"] = "none"

    gelf_host: str = "0.0.0.0"  # noqa: S104  as syslog
    gelf_port: Port = 0
    """GELF by UDP and TCP; its usual port is 12201."""

    bulk_host: str = "0.0.0.0"  # noqa: S104  as syslog: shippers run on other machines
    bulk_port: Port = 9201
    bulk_tls_cert: Path | None = None
    """None: the port speaks plain HTTP; else TLS alone."""
    bulk_tls_key: Path | None = None
    """None: it lies in the certificate's file."""
    bulk_tls_ca: Path | None = None
    bulk_tls_client: Literal["none", "optional", "required"] = "none"
    bulk_max_bytes: int = Field(default=32 * 1024**2, ge=1024, le=1024**3)
    """Of one shipment over HTTP, uncompressed."""
    spool_max_bytes: int = Field(default=2 * 1024**3, ge=1024**2)
    """Of what was received and acknowledged and was not read yet."""

    open_level: Level = Level.HIGH
    default_playbook: str = "kaltim-gangguan-keamanan-jaringan"
    timezone: str = "Asia/Makassar"
    hari: Hari = Hari.JAM_KERJA
    """How `1 hari` of an SOP is counted."""
    remind_before: str = "25%"
    """How much of a limit is left when its executors are reminded: a share, or working time (`60 menit`)."""
    escalate_after: str = "25%"
    """How far past a limit the superior is told: a share of it, or working time."""
    remind_days: int = Field(default=10, ge=0, le=250)
    office_name: str = "Dinas Komunikasi dan Informatika"
    public_url: str | None = None
    """Where others reach this program's page; printed and in the QR of documents."""
    seal_pkcs12: Path | None = None
    """None: a key of the program's own, made in the data folder at first use."""
    seal_password: str | None = None
    demo_password: str | None = None

    access_token_minutes: int = Field(default=15, ge=1, le=60)
    session_hours: int = Field(default=10, ge=1, le=24)
    max_evidence_bytes: int = Field(default=2 * 1024**3, ge=1)
    max_upload_bytes: int = Field(default=16 * 1024**3, ge=1)
    """Of a file that arrives in pieces."""
    upload_hours: int = Field(default=72, ge=1, le=24 * 31)
    """How long after its last piece an upload can be taken up again."""
    uploads_per_account: int = Field(default=5, ge=1, le=1_000)
    """Open at once, and together no larger than twice `max_upload_bytes`."""
    dedup_days: int = Field(default=7, ge=1, le=366)
    capture_seconds: int = Field(default=3600, ge=1)
    """Wall-clock limit for the analysis of one capture."""
    capture_memory_bytes: int = Field(default=4 * 1024**3, ge=64 * 1024**2)
    audit_key_file: Path | None = None
    """None: `keys/audit-ed25519.pem` in the data folder."""
    tsa_url: str | None = None
    """None: checkpoints get no time stamp of an authority."""
    tsa_minutes: int = Field(default=60, ge=1, le=24 * 60)
    sample_password: str = Field(default="infected", min_length=1, max_length=64)
    late_seconds: int = Field(default=60, ge=0, le=3600)
    """How late an event may come and still be counted by correlations as if it had come in time."""
    rule_hourly_limit: int = Field(default=1_000, ge=0, le=1_000_000)
    """Findings of one rule in one hour of event time over which it is muted; 0: none is."""
    reopen_days: int = Field(default=30, ge=0, le=3650)
    """How long after its closing an incident is recalled by a finding that fires again; 0: never."""
    verification_seconds: int = Field(default=600, ge=1)
    """Wall-clock limit for running rules over stored events again."""
    verification_events: int = Field(default=2_000_000, ge=1)
    keep_events_days: int = Field(default=0, ge=0, le=36_500)
    """0: events are kept however old; else not less than `dedup_days`."""
    keep_events_bytes: int = Field(default=0, ge=0)
    """0: events are kept however much room they take."""
    keep_changes_hours: int = Field(default=72, ge=25, le=24 * 366)
    """Longer than the longest sign-in: a page that comes back within one finds every change it has missed."""
    keep_answers_hours: int = Field(default=72, ge=1, le=24 * 366)
    keep_notices_days: int = Field(default=365, ge=1, le=36_500)
    keep_jobs_days: int = Field(default=90, ge=1, le=36_500)
    keep_detections_days: int = Field(default=400, ge=1, le=36_500)
    """Not less than `dedup_days`, or an event that was received again would be counted again."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("port", "syslog_port", "syslog_tls_port", "gelf_port", "bulk_port", mode="before")
    @classmethod
    def _port(cls, value: object) -> object:
        if value == "auto" or not isinstance(value, str):
            return value
        if not (value.isascii() and value.isdecimal() and int(value[:6]) <= MAX_PORT):
            raise ValueError("porta adalah 0 (mati), auto, atau 1 sampai 65535")
        return int(value)

    @field_validator("remind_before", "escalate_after")
    @classmethod
    def _lead(cls, value: str) -> str:
        if not LEAD.fullmatch(value.strip()):
            raise ValueError('tulis bagian dari batas waktu ("25%") atau waktu kerja ("60 menit", "2 jam")')
        return value.strip()

    @field_validator("keep_detections_days")
    @classmethod
    def _longer_than_dedup(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("dedup_days", 0):
            raise ValueError("paling kecil IRP_DEDUP_DAYS, atau kejadian yang diterima lagi terhitung dua kali")
        return value

    @field_validator("keep_events_days")
    @classmethod
    def _none_or_longer_than_dedup(cls, value: int, info: ValidationInfo) -> int:
        if 0 < value < info.data.get("dedup_days", 0):
            raise ValueError("0 (disimpan terus) atau paling kecil IRP_DEDUP_DAYS")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        # A path-like name is answered with ValueError and a folder's name with an OSError.
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"zona waktu tidak dikenal: {value!r}; pakai nama seperti Asia/Makassar") from error
        return value

    @field_validator("database_url", "broker_url", "events_url", "tsa_url", "public_url")
    @classmethod
    def _address(cls, value: str | None, info: ValidationInfo) -> str | None:
        schemes = SCHEMES[info.field_name or ""]
        if value is not None and not is_address(value, schemes):
            # Not shown as given: there may be a password in it.
            raise ValueError(f"alamat tidak terbaca; tulis seperti {schemes[0]}://nama:sandi@host:porta")
        return value

    @field_validator("pipeline")
    @classmethod
    def _places_between_processes(cls, value: str, info: ValidationInfo) -> str:
        given = info.data.get("database_url") or ""
        if value == "scaled_out" and not (given.startswith("postgres") and info.data.get("broker_url")):
            raise ValueError("scaled_out perlu IRP_DATABASE_URL (PostgreSQL) dan IRP_BROKER_URL (Redis atau RabbitMQ)")
        return value

    @field_validator("events_api_key")
    @classmethod
    def _one_way_in(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and "@" in urlsplit(info.data.get("events_url") or "").netloc:
            raise ValueError("IRP_EVENTS_URL sudah memuat nama dan sandi; pakai salah satu")
        return value

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()


def load_settings(**overrides: object) -> Settings:
    """Return the settings of the environment, with the command line's own values (None: not given) on top.

    Raises: pydantic.ValidationError.
    """
    return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment that gives a child process these settings, beside what this process was given."""
    given = {name: value for name, value in settings.model_dump(mode="json").items() if value is not None}
    own = {f"IRP_{name.upper()}": str(value) for name, value in given.items()}
    return {**os.environ, **own}


def is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """Whether this is an address of one of these kinds; all but HTTP may name a local place instead of a host."""
    try:
        parts = urlsplit(text)
        names_a_place = parts.hostname or (parts.path and parts.scheme not in SCHEMES["events_url"])
        return parts.scheme in schemes and bool(names_a_place) and fits(parts.port)
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False


def fits(port: int | None) -> bool:
    return port is None or 0 < port <= MAX_PORT


REASONS = {
    "literal_error": "pilih salah satu dari {expected}",
    "enum": "pilih salah satu dari {expected}",
    "greater_than_equal": "paling kecil {ge}",
    "less_than_equal": "paling besar {le}",
    "int_parsing": "harus bilangan bulat",
    "int_parsing_size": "angkanya terlalu besar",
    "int_type": "harus bilangan bulat",
    "int_from_float": "harus bilangan bulat",
    "value_error": "{error}",
}
"""By pydantic's kind of fault; any other keeps pydantic's own words."""


def first_problem(error: ValidationError) -> str:
    """Return one line that names the setting and what is wrong with it."""
    fault = error.errors()[0]
    facts: dict[str, Any] = fault.get("ctx", {})
    reason = REASONS.get(fault["type"], fault["msg"]).format(**facts)
    return f"setelan IRP_{str(fault['loc'][0]).upper()}: {reason}"


def shown_settings(settings: Settings) -> dict[str, object]:
    """Return every setting by its `IRP_` name, with passwords (also those within addresses) left out."""
    plain = settings.model_dump(mode="json")
    if plain["demo_password"]:
        plain["demo_password"] = "***"  # noqa: S105  what is shown in its place
    if plain["events_api_key"]:
        plain["events_api_key"] = "***"
    if plain["seal_password"]:
        plain["seal_password"] = "***"  # noqa: S105  what is shown in its place
    for name in ("database_url", "broker_url", "events_url", "tsa_url"):
        if plain[name]:
            plain[name] = re.sub(r"(?<=:)[^:/@]*(?=@)", "***", plain[name])
    return {f"IRP_{name.upper()}": value for name, value in plain.items()}

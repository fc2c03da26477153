"""Fills a database with incidents in the mixture of an office that has worked for two years."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlalchemy import Table

from benchmarks.transitions.bulk import Bulk
from benchmarks.transitions.templates import Rows, Template
from ir_platform.adapters.sql.tables.every import metadata
from ir_platform.audit.chain import link
from ir_platform.domain.audit import AuditFact, AuditHead

MARK: Final = "\x00"
"""Stands in a copied text for the eight digits that make the copy another one; no database stores it by itself."""
ID_CHARACTERS: Final = 26
"""At least: ours have that many, and digests of detections more."""
DIGITS: Final = 8

OPEN_AT_LEAST: Final = 500
OPEN_SHARE: Final = 40
"""One incident in forty is open; the small database has more, so that there is enough to carry on."""
WALKED_SHARE: Final = 3
"""One closed incident in three went the whole way; the others were closed early."""
OPEN_DAYS, CLOSED_DAYS = 14, 730

NOT_COPIED: Final = frozenset({"audit_entries", "changes", "remembered_answers"})
"""The chain is linked anew; the others are short-lived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An open incident and how many acts of the walk it has behind it."""

    incident_id: str
    acts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    template: Template
    number: int
    older_by: timedelta

    @property
    def digits(self) -> str:
        return f"{self.number:0{DIGITS}d}"


def fill(
    bulk: Bulk, made: Sequence[Template], total: int, *, write_time: Callable[[datetime], object]
) -> list[Started]:
    """Add copies until there are `total` incidents, and return the open ones.

    `write_time` gives a UTC time as the database's driver takes it.
    """
    copies = list(plan(made, total))
    for table in metadata.sorted_tables:
        if table.name not in NOT_COPIED:
            columns = [column.name for column in table.columns if not is_counted_by_database(table, column.name)]
            bulk.insert(table.name, columns, rows(table.name, columns, copies, write_time))
    link_audit_trail(bulk, made, copies, write_time)
    return [
        Started(incident_id=named(copy.template.incident_id, copy.digits), acts=copy.template.acts)
        for copy in copies
        if copy.template.is_open
    ]


def restore(bulk: Bulk, rows: Rows) -> None:
    """Put everything into a database that has nothing but what its migrations wrote."""
    filled = [table for table in metadata.sorted_tables if rows[table.name]]
    for table in reversed(filled):
        if table.name != "audit_entries":  # empty, and its triggers refuse every DELETE
            bulk.execute(f"DELETE FROM {table.name}")
    for table in filled:
        columns = [column.name for column in table.columns if not is_counted_by_database(table, column.name)]
        bulk.insert(table.name, columns, (tuple(row[name] for name in columns) for row in rows[table.name].values()))


def plan(made: Sequence[Template], total: int) -> Iterator[Copy]:
    """Yield each copy with its number and age, the open ones last."""
    started = [one for one in made if one.is_open]
    walked, *early = [one for one in made if not one.is_open]
    wanted = total - len(made)
    opened = max(min(OPEN_AT_LEAST, wanted), total // OPEN_SHARE)
    numbers = count(1)
    for position in range(wanted - opened):
        template = walked if position % WALKED_SHARE == 0 else early[position % len(early)]
        age = timedelta(days=OPEN_DAYS) + timedelta(days=CLOSED_DAYS) * (position / wanted)
        yield Copy(template=template, number=next(numbers), older_by=age)
    for position in range(opened):
        age = timedelta(days=OPEN_DAYS) * (position / opened)
        yield Copy(template=started[position % len(started)], number=next(numbers), older_by=age)


def rows(
    table: str, columns: Sequence[str], copies: Sequence[Copy], write_time: Callable[[datetime], object]
) -> Iterator[tuple[Any, ...]]:
    patterns: dict[str, list[tuple[Any, ...]]] = {}
    for copy in copies:
        template = copy.template
        if template.incident_id not in patterns:
            patterns[template.incident_id] = list(patterns_of(table, columns, template))
        for pattern in patterns[template.incident_id]:
            yield tuple(cell_of(value, copy, write_time) for value in pattern)


def patterns_of(table: str, columns: Sequence[str], template: Template) -> Iterator[tuple[Any, ...]]:
    """Yield the template's rows of the table with a mark where a copy differs; what is common to all is left out."""
    names = own_names(template)
    for row in template.rows[table]:
        changed = dict(row)
        if "group_sha256" in changed:  # derived from what is marked: alerts of one rule and group may be open once
            changed["group_sha256"] = changed["group_sha256"][:-DIGITS] + MARK
        pattern = tuple(marked(changed[name], names) for name in columns)
        if any(isinstance(value, str) and MARK in value for value in pattern):
            yield pattern


def own_names(template: Template) -> dict[str, str]:
    """Return every id and register number the template's rows were given, with their marked forms."""
    keys = {row.get("id") for rows in template.rows.values() for row in rows}
    ids = {key for key in keys if isinstance(key, str) and len(key) >= ID_CHARACTERS}
    given = [row["nomor"] for row in template.rows["incidents"]]
    given += [row["register_number"] for row in template.rows["documents"] if row["register_number"]]
    return {one: named(one, MARK) for one in ids} | {one: one + MARK for one in given}


def named(original_id: str, digits: str) -> str:
    return original_id[:-DIGITS] + digits


def marked(value: object, names: dict[str, str]) -> object:
    if isinstance(value, str):
        for name, other in names.items():
            value = value.replace(name, other)
    return value


def cell_of(value: object, copy: Copy, write_time: Callable[[datetime], object]) -> object:
    if isinstance(value, str):
        return value.replace(MARK, copy.digits) if MARK in value else value
    return write_time(value - copy.older_by) if isinstance(value, datetime) else value


def is_counted_by_database(table: Table, column: str) -> bool:
    return table.columns[column].identity is not None


def link_audit_trail(
    bulk: Bulk, made: Sequence[Template], copies: Sequence[Copy], write_time: Callable[[datetime], object]
) -> None:
    """Continue the chain with the copies' entries, so that the trail of the filled database can be verified."""
    columns = ("seq", "at", "actor", "actor_name", "action", "subject", "details", "prev_hash", "hash")
    facts = {one.incident_id: audit_patterns(one) for one in made}
    ends = [max((end_of(one) for one in made), key=lambda head: head.seq)]

    def linked() -> Iterator[tuple[Any, ...]]:
        for copy in copies:
            for pattern in facts[copy.template.incident_id]:
                at, *texts = pattern
                actor, actor_name, action, subject, details = (cell_of(text, copy, write_time) for text in texts)
                fact = AuditFact(
                    at=(at - copy.older_by).astimezone(UTC),
                    actor=actor,
                    actor_name=actor_name,
                    action=action,
                    subject=subject,
                    details=details,
                )
                entry = link(ends[-1], fact)
                ends[-1] = AuditHead(seq=entry.seq, hash=entry.hash)
                yield (entry.seq, write_time(fact.at), *texts_of(entry.fact), entry.prev_hash, entry.hash)

    bulk.insert("audit_entries", columns, linked())
    bulk.execute(f"UPDATE audit_head SET seq = {ends[-1].seq}, hash = '{ends[-1].hash}'")


def audit_patterns(template: Template) -> list[tuple[Any, ...]]:
    names = own_names(template)
    columns = ("at", "actor", "actor_name", "action", "subject", "details")
    return [tuple(marked(row[name], names) for name in columns) for row in template.rows["audit_entries"]]


def end_of(template: Template) -> AuditHead:
    last = max(template.rows["audit_entries"], key=lambda row: row["seq"])
    return AuditHead(seq=last["seq"], hash=last["hash"])


def texts_of(fact: AuditFact) -> tuple[str, ...]:
    return fact.actor, fact.actor_name, fact.action, fact.subject, fact.details

"""Small named values in the database."""

from sqlalchemy import Connection, select

from ir_platform.adapters.sql.statements import insert_into
from ir_platform.adapters.sql.tables.audit import checkpoints


class SqlCheckpoints:
    """`ports.Checkpoints`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        return self._connection.scalar(select(checkpoints.c.value).where(checkpoints.c.name == name))

    def put(self, name: str, value: str) -> None:
        statement = insert_into(self._connection, checkpoints).values(name=name, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[checkpoints.c.name], set_={"value": value})
        )

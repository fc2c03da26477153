"""Watches an API under test: whatever changes something by HTTP has to leave an entry in the audit trail."""

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX: Final = "/api/v1"
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_AUDITED: Final = {
    ("POST", "/api/v1/auth/token"): "signing in changes nothing; who signed in is in the log",
    ("POST", "/api/v1/auth/session"): "signing in changes nothing; who signed in is in the log",
    ("DELETE", "/api/v1/auth/session"): "signing out takes the cookie away and changes nothing that is stored",
    ("POST", "/api/v1/playbooks/{playbook_id}/check"): "reads the text it is given and stores nothing",
    ("POST", "/api/v1/notices/{notice_id}/read"): "a reader's own mark, of no meaning to anybody else",
    ("POST", "/api/v1/notices/read-all"): "a reader's own mark, of no meaning to anybody else",
    ("POST", "/api/v1/verify/file"): "compares a file with what is stored and stores nothing",
    ("POST", "/api/v1/uploads"): "a file that begins to arrive; what it becomes is audited (evidence, intake)",
    ("PATCH", "/api/v1/uploads/{upload_id}"): "a piece of it; the last one makes evidence or intake, which is audited",
    ("POST", "/api/v1/uploads/{upload_id}"): "as PATCH and DELETE, by another method",
    ("DELETE", "/api/v1/uploads/{upload_id}"): "gives up what was not whole and was nothing yet",
    ("POST", "/api/v1/ingest"): "events of a named source, counted for it; they are no decision of a person",
    ("POST", "/api/v1/ingest/gelf"): "events, as above",
    ("POST", "/api/v1/ingest/webhook/{source_name}"): "events, as above",
    ("POST", "/api/v1/audit/verify"): "reads the trail and stores nothing",
    (
        "PUT",
        "/api/v1/playbooks/{playbook_id}/versions/{nomor}",
    ): "a draft being written; putting it in force is audited",
}
"""Changing methods that leave no entry, and why they need not."""


class AuditWatch:
    """Notes each accepted call that changed the database and after which the trail was no longer than before."""

    def __init__(self, app: ASGIApp, *, seen: Callable[[], tuple[int, int]]) -> None:
        """`seen`: a number that is another one after every commit that changed something, and the trail's length."""
        self._app, self._seen = app, seen
        self.silent: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        before = self._seen()

        async def judge(message: Message) -> None:
            if message["type"] == "http.response.start" and 200 <= message["status"] < 300:
                self._judge(scope, before)
            await send(message)

        await self._app(scope, receive, judge)

    def _judge(self, scope: Scope, before: tuple[int, int]) -> None:
        path = getattr(scope.get("route"), "path", scope["path"])
        # A route of an included router names its path without the prefix it is served under.
        place = scope["method"], path if path.startswith(PREFIX) else f"{PREFIX}{path}"
        changes, entries = self._seen()
        # What changed nothing needs no entry: an answer from memory, a wish that waits already.
        if place not in NOT_AUDITED and changes != before[0] and entries == before[1]:
            self.silent.append(" ".join(place))

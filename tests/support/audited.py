"""Watches an API under test: whatever changes something by HTTP has to leave an entry in the audit trail."""

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
NOT_AUDITED: Final = {
    ("POST", "/api/v1/auth/token"): "signing in changes nothing; who signed in is in the log",
    ("POST", "/api/v1/auth/session"): "signing in changes nothing; who signed in is in the log",
    ("DELETE", "/api/v1/auth/session"): "signing out takes the cookie away and changes nothing that is stored",
    ("POST", "/api/v1/playbooks/{playbook_id}/check"): "reads the text it is given and stores nothing",
    ("POST", "/api/v1/notices/{notice_id}/read"): "a reader's own mark, of no meaning to anybody else",
    ("POST", "/api/v1/notices/read-all"): "a reader's own mark, of no meaning to anybody else",
    ("POST", "/api/v1/verify/file"): "compares a file with what is stored and stores nothing",
    ("POST", "/api/v1/audit/verify"): "reads the trail and stores nothing",
    (
        "PUT",
        "/api/v1/playbooks/{playbook_id}/versions/{nomor}",
    ): "a draft being written; putting it in force is audited",
}
"""Changing methods that leave no entry, and why they need not."""


class AuditWatch:
    """Notes each accepted change after which the trail was no longer than before."""

    def __init__(self, app: ASGIApp, *, entries: Callable[[], int]) -> None:
        self._app, self._entries = app, entries
        self.silent: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING:
            await self._app(scope, receive, send)
            return
        before, status = self._entries(), 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._judge(scope, status, before)
            await send(message)

        await self._app(scope, receive, note_status)

    def _judge(self, scope: Scope, status: int, before: int) -> None:
        # A retry with its key is answered from memory: what it asked for was done, and noted, the first time.
        is_retry = any(name == b"idempotency-key" for name, _ in scope["headers"])
        place = scope["method"], getattr(scope.get("route"), "path", scope["path"])
        if 200 <= status < 300 and place not in NOT_AUDITED and not is_retry and self._entries() == before:
            self.silent.append(" ".join(place))

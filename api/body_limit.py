"""How much a request may send: counted while it arrives, so that nobody fills memory or disk."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import too_large
from api.problem import problem

BODY_BYTES = 1024**2
"""More than any form of ours; evidence has its own limit."""
MULTIPART_BYTES = 1024**2
"""What a multipart body may have around the file."""
EVIDENCE = "/evidence"
UPLOADS = "/api/v1/uploads/"
"""The pieces of files that arrive in pieces."""
FILES = {"/signed": 64 * 1024**2, "/verify/file": 64 * 1024**2, "/rules/packs": 64 * 1024**2}
"""Files of other kinds, by the end of their address, with their limit."""
TEMPLATES = ("/api/v1/templates/", 10 * 1024**2)
"""By the beginning of the address."""
INGEST = "/api/v1/ingest"
"""What is sent there is limited, uncompressed, by whoever reads it."""


class BodyLimit:
    """Answers 413 to a body over the limit, at once where its length was declared."""

    def __init__(self, app: ASGIApp, *, evidence_bytes: int, upload_bytes: int) -> None:
        self._app = app
        self._evidence_bytes, self._upload_bytes = evidence_bytes, upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(INGEST):
            await self._app(scope, receive, send)
            return
        file_bytes = self._file_bytes(scope["path"])
        limit_bytes = BODY_BYTES if file_bytes is None else file_bytes + MULTIPART_BYTES
        sentence = too_large(BODY_BYTES if file_bytes is None else file_bytes)
        if declared_bytes(scope) > limit_bytes:
            await problem(413, sentence)(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit_bytes:
                raise HTTPException(413, sentence)  # the only kind that reading a body lets through
            return message

        await self._app(scope, receive_within_limit, send)

    def _file_bytes(self, path: str) -> int | None:
        """Return how large a file sent there may be, None where none is."""
        if path.endswith(EVIDENCE):
            return self._evidence_bytes
        if path.startswith(UPLOADS):
            return self._upload_bytes
        if path.startswith(TEMPLATES[0]):
            return TEMPLATES[1]
        return next((limit for end, limit in FILES.items() if path.endswith(end)), None)


def declared_bytes(scope: Scope) -> int:
    """Return the Content-Length, 0 where none is declared; the server in front has refused one that is no number."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length" and value.isdigit()), 0)

"""Serves the built page: precompressed files, one HTML for every address, and the headers that keep it to itself."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from api.errors import NotFoundError

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Mantine writes its variables into style elements
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
NOT_BUILT = "Halaman web belum dibangun; jalankan `make setup`."


def install(app: FastAPI, folder: Path) -> None:
    """Add the headers to every answer, and the page's addresses after every other route."""

    @app.middleware("http")
    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.url.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.get("/{path:path}", include_in_schema=False)
    def show_page(path: str, request: Request) -> Response:
        if path.startswith("api/"):
            raise NotFoundError
        return answer(folder, path, accepted=request.headers.get("accept-encoding", ""))


def answer(folder: Path, path: str, *, accepted: str) -> Response:
    """Return a built file, or the one HTML for an address that the page itself understands."""
    wanted = (folder / path).resolve()
    is_asset = wanted.is_file() and wanted.is_relative_to(folder)
    file = wanted if is_asset else folder / "index.html"
    if not file.is_file():
        return PlainTextResponse(NOT_BUILT, status_code=503)
    # Asset names carry a hash of their content; the HTML that names them must be asked for anew.
    caching = "public, max-age=31536000, immutable" if path.startswith("assets/") and is_asset else "no-cache"
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    media_type = MEDIA_TYPES.get(file.suffix, "application/octet-stream")
    for name, suffix in ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if name in accepted and packed.is_file():
            return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": name})
    return FileResponse(file, media_type=media_type, headers=headers)

"""Serves the built page: precompressed files, and one HTML for every address."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from api.errors import NotFoundError

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
    """Add the page's addresses, after every other route."""
    folder = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False)
    def show_page(path: str, request: Request) -> Response:
        if path.startswith("api/"):
            raise NotFoundError
        return answer(folder, path, accepted=request.headers.get("accept-encoding", ""))


def answer(folder: Path, path: str, *, accepted: str) -> Response:
    """Return a built file, or the one HTML for an address that the page itself understands."""
    asset = built_file(folder, path)
    file = asset or folder / "index.html"
    if not file.is_file():
        return PlainTextResponse(NOT_BUILT, status_code=503)
    # Asset names carry a hash of their content; the HTML that names them must be asked for anew.
    caching = "public, max-age=31536000, immutable" if path.startswith("assets/") and asset else "no-cache"
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    media_type = MEDIA_TYPES.get(file.suffix, "application/octet-stream")
    for name, suffix in ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if name in accepted and packed.is_file():
            return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": name})
    return FileResponse(file, media_type=media_type, headers=headers)


def built_file(folder: Path, path: str) -> Path | None:
    """Return the file of that name within the folder, None for anything else."""
    try:
        wanted = (folder / path).resolve()
        return wanted if wanted.is_relative_to(folder) and wanted.is_file() else None
    except (OSError, ValueError):  # longer than a file's name can be, or with NUL in it
        return None

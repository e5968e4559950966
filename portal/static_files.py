"""Static files: a version in their address, so that a browser keeps them, and few headers."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request

VERSION_DIGITS = 12
VERSIONED = ("built", "css", "fonts", "img", "js")
FOR_EVER = "max-age=31536000, immutable"
# A picture opened as a page of its own may do nothing at all.
PICTURE_POLICY = "default-src 'none'; sandbox"
# What no policy governs: on a slow line its headers would weigh as much as a small file itself.
INERT = frozenset({"text/css", "font/woff2", "image/png"})
PAGE_SCRIPTS = "built/page/"


def version_of(folder: Path) -> str:
    """Return the first hexadecimal digits of a SHA-256 over every versioned file in ``folder``."""
    digest = hashlib.sha256()
    for name in VERSIONED:
        for path in sorted(each for each in (folder / name).rglob("*") if each.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:VERSION_DIGITS]


def install(app: Flask) -> None:
    """Put the version into static addresses; whatever version is asked, today's file answers."""
    version = version_of(Path(str(app.static_folder)))
    rule = f"{app.static_url_path}/<string(length={VERSION_DIGITS}):version>/<path:filename>"
    app.add_url_rule(rule, endpoint="static")

    @app.url_defaults
    def give_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values["filename"].partition("/")[0] in VERSIONED:
            values["version"] = version

    @app.url_value_preprocessor
    def take_version(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint == "static" and values:
            g.current_static = values.pop("version", None) == version


def lighten(response: Response) -> bool:
    """Take from a static file's answer what nobody needs; tell whether it still lacks a policy."""
    for header in ("Content-Disposition", "Accept-Ranges", "Expires"):
        response.headers.remove(header)
    if g.get("current_static") and response.status_code == 200:
        response.headers["Cache-Control"] = FOR_EVER
        for header in ("ETag", "Last-Modified"):
            response.headers.remove(header)
    if response.mimetype == "image/svg+xml":
        response.headers["Content-Security-Policy"] = PICTURE_POLICY
        return False
    filename = str((request.view_args or {}).get("filename", ""))
    return response.mimetype not in INERT and not filename.startswith(PAGE_SCRIPTS)

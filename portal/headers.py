"""The response headers that every page carries (decision 21)."""

from flask import Flask, Response, request

from accounts import identity

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "font-src 'self'", "connect-src 'self'", "worker-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types muhr-sealing"
# Nothing that these headers govern is in a style sheet, a typeface or a bitmap; on a slow line
# they would weigh as much as a small file itself.
INERT = frozenset({"text/css", "font/woff2", "image/png"})
SEALING_ENDPOINTS = frozenset({"bids.bid_shell", "bids.before_you_start"})


def install(app: Flask, *, secure: bool) -> None:
    """Add the headers to every response of ``app``."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint == "static":
            response.headers.remove("Content-Disposition")
            if response.mimetype in INERT or _is_page_script():
                return response
        policy = CONTENT_SECURITY_POLICY
        if request.endpoint in SEALING_ENDPOINTS:
            policy += TRUSTED_TYPES
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        # A session that still awaits a code shows secrets too: the authenticator's, for one.
        if request.endpoint != "static" and identity.own_session().visit is not None:
            response.headers["Cache-Control"] = "no-store"
        return response


def _is_page_script() -> bool:
    """Tell whether a script runs under its page's policy; a worker brings its own."""
    return str((request.view_args or {}).get("filename", "")).startswith("js/page/")

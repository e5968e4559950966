"""The response headers that every page carries (decision 21)."""

from flask import Flask, Response, request

from accounts import identity
from portal import static_files

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "font-src 'self'", "connect-src 'self'", "worker-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types muhr-sealing"
# Data does nothing, so it may do nothing; what only documents obey is left out.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
SEALING_ENDPOINTS = frozenset({"bids.bid_shell", "bids.before_you_start"})


def install(app: Flask, *, secure: bool) -> None:
    """Add the headers to every response of ``app``."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.endpoint == "static" and not static_files.lighten(response):
            return response
        if response.mimetype == "application/json":
            response.headers.setdefault("Content-Security-Policy", DATA_POLICY)
        else:
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

"""How the web application is put together, from settings to routes."""

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts import access, handing_out, identity
from foundation.blobs.chosen import chosen_blobs
from foundation.database import configure_engine, engine_options, make_sessions
from foundation.jobs import JobContext
from foundation.kept_pages import KeptPages
from foundation.settings import Settings, from_environment
from portal import (
    compression,
    errors,
    formatting,
    guards,
    headers,
    keys,
    languages,
    letters,
    navigation,
    pages,
    references,
    static_files,
)
from portal.doctor import page as _doctor_page  # noqa: F401  attaches its route
from portal.wiring import BLUEPRINTS, PERMISSION_TABLES

ROOT = Path(__file__).parents[1]
LARGEST_DOCUMENT = 50 << 20
LARGEST_REQUEST = LARGEST_DOCUMENT + (1 << 20)


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """Return the application for ``settings`` (from the environment when not given).

    Raises:
        Refusal: the settings are unsafe.
        UnguardedError: a route or an act is not guarded.
    """
    settings = settings or from_environment()
    settings.check()
    app = Flask("muhr", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.testing = testing
    app.config.update(
        SECRET_KEY=keys.secret_key(settings),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=2 << 20,
        MAX_FORM_PARTS=4000,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        TEMPLATES_AUTO_RELOAD=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    access.database.init_app(app)
    with app.app_context():
        engine = access.database.engine
    configure_engine(engine)
    app.extensions["muhr"] = JobContext(
        settings=settings,
        sessions=make_sessions(engine),
        blobs=chosen_blobs(settings),
    )
    app.extensions["muhr_kept_pages"] = KeptPages()
    app.extensions["muhr_mail_line"] = letters.mail_line
    compression.install(app)  # first: what is added last to an answer runs before it
    handing_out.install(app)
    CSRFProtect(app)
    static_files.install(app)
    languages.install(app)
    formatting.install(app.jinja_env, languages.current_language)
    guards.install(app)
    identity.install(app, settings)
    pages.install(app, settings)
    references.install(app, settings)
    navigation.install(app, settings)
    headers.install(app, secure=settings.secure)
    errors.install(app)
    for blueprint in [pages.blueprint, *BLUEPRINTS]:
        app.register_blueprint(blueprint)
    guards.check_routes(app)
    guards.check_acts(PERMISSION_TABLES)
    return app

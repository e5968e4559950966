"""A small application that shows every macro and every page of the portal with made-up data.

Run it to look at them: ``.venv/bin/python -m tests.interface.style_page 24680`` and open
``/en/style``. It needs no database.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, Response, g, render_template, request
from flask_babel import Babel
from flask_wtf import FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import make_server
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from foundation.values.money import Money
from foundation.values.text import Text
from portal import formatting
from portal.headers import CONTENT_SECURITY_POLICY

ROOT = Path(__file__).parents[2]
NOW = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)
DEADLINE = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
HASH = "798552d3924a30ba1defcdd9c1619ec2faaabe3b3e345806ca9458033b535b7b"
PORTAL_PAGES = ("home", "seal", "accessibility", "inbox", "practice", "first_run", "error")


class SampleForm(FlaskForm):
    """One field of every kind."""

    title = StringField("Title of the tender", [InputRequired("Enter the title")])
    title_ur = StringField("عنوان اردو میں", [Optional()])
    summary = TextAreaField("Summary", [InputRequired("Enter a summary")])
    estimate = StringField("Estimated value", [InputRequired("Enter the estimated value")])
    method = SelectField(
        "Method",
        choices=[
            SelectChoice("open", "Open competitive bidding"),
            SelectChoice("quotes", "Quotes"),
        ],
    )
    security = RadioField(
        "How is the bid security given?",
        [InputRequired("Select how the bid security is given")],
        choices=[
            SelectChoice("cdr", "Call deposit receipt"),
            SelectChoice("bank", "Bank guarantee"),
            SelectChoice("decl", "Declaration"),
        ],
    )
    parts = SelectMultipleField(
        "Categories",
        [InputRequired("Select a category")],
        choices=[SelectChoice("w", "Works"), SelectChoice("g", "Goods")],
    )
    deadline_at = DateTimeLocalField("Bids close", [InputRequired("Enter when bids close")])
    file = FileField("Bidding document")
    password = PasswordField("Password", [InputRequired("Enter your password")])
    agree = BooleanField("I have checked the dates", [InputRequired("Check the dates")])


@dataclass(frozen=True)
class Person:
    """The actor that a page shows."""

    signed_in: bool
    name: str = ""
    roles: tuple[str, ...] = ()


def _tender(number: str, en: str, ur: str, hours: int) -> SimpleNamespace:
    return SimpleNamespace(
        href="/en/tenders/x",
        number=number,
        title=Text(en, ur),
        organisation_name=Text("School Education Department", "محکمہ اسکول تعلیم"),
        deadline_at=NOW + timedelta(hours=hours),
        opening_at=NOW + timedelta(hours=hours, minutes=30),
        zone="Asia/Karachi",
        estimate=Money(Decimal("12345678"), "PKR"),
        awarded_to="Indus MedTech (Pvt) Ltd",
    )


def _mail(number: int) -> SimpleNamespace:
    return SimpleNamespace(
        id=f"m{number}",
        subject="You have a new document in your account",
        paragraphs=("Sign in to read it.", "Your code is 482 913."),
        created_at=NOW - timedelta(hours=number),
        read=number > 1,
        link="/en/inbox",
        link_text="",
        address="bidder@example.org",
    )


def _account(name: str, role: str) -> SimpleNamespace:
    return SimpleNamespace(
        account_id=name, name=name, role=role, organisation="Khairpur Town Council",
        about="Writes tenders and answers questions.",
    )  # fmt: skip


def _step(title: str, hint: str, href: str, *, done: bool) -> SimpleNamespace:
    return SimpleNamespace(title=title, hint=hint, href=href, done=done)


def sample_data() -> dict[str, object]:
    """Return what the portal's pages take, as their templates describe it."""
    tenders = [
        _tender("EDU-2027-0093", "School furniture for 46 primary schools, Khairpur",
                "خیرپور کے 46 پرائمری اسکولوں کے لیے فرنیچر", 52),
        _tender("PHED-2027-0147", "Solar pumping stations for 12 villages, Tharparkar",
                "تھرپارکر کے 12 دیہات کے لیے شمسی پمپنگ اسٹیشن", 340),
    ]  # fmt: skip
    return {
        "home": SimpleNamespace(
            closing=tenders, opening=tenders[:1], awarded=tenders[1:], now=NOW, first_run=True
        ),
        "mails": [_mail(1), _mail(2)],
        "older": "?before=1",
        "newer": "",
        "practice_accounts": [
            _account("Ayesha Memon", "Officer"),
            _account("Imran Soomro", "Approver"),
            _account("Sana Traders", "Bidder"),
        ],
        "sign_in_action": "/en/practice/sign-in",
        "new_tender_action": "/en/practice/tender",
        "latest": "/en/tenders/x",
        "first_run": SimpleNamespace(
            has_administrator=False,
            register_href="/en/start/administrator",
            people=[SimpleNamespace(role="Officer", needed=1, there=1),
                    SimpleNamespace(role="Evaluator", needed=2, there=0)],
            steps=[
                _step("Set up the council", "Name and telephone", "/x", done=True),
                _step("Publish a tender", "", "", done=False),
            ],
        ),
        "status": 404,
        "code": "not-found",
        "text": "There is nothing at this address.",
        "retry_seconds": 90,
    }  # fmt: skip


def create_style_app() -> Flask:
    """Return the application; every page carries the real Content-Security-Policy."""
    app = Flask(
        "style", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates")
    )
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            FileSystemLoader(Path(__file__).parent / "templates"),
        ]
    )
    app.config.update(
        SECRET_KEY="only-for-looking", TESTING=True,
        WTF_CSRF_ENABLED=False,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "portal" / "translations"),
    )  # fmt: skip
    Babel(app, locale_selector=lambda: g.lang)
    formatting.install(app.jinja_env, lambda: str(g.lang))
    app.jinja_env.globals["csrf_token"] = lambda: "token"

    @app.before_request
    def language() -> None:
        g.lang = "ur" if request.path.startswith("/ur/") else "en"

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    @app.context_processor
    def variables() -> dict[str, object]:
        other = "en" if g.lang == "ur" else "ur"
        return {
            "lang": g.lang,
            "dir": "rtl" if g.lang == "ur" else "ltr",
            "actor": Person("out" not in request.args, "Ayesha Memon"),
            "settings_page": SimpleNamespace(
                practice=True, local_beacon=True, entity_phone="+92 243 9280000"
            ),
            "switch_language_url": request.path.replace(f"/{g.lang}/", f"/{other}/"),
        }

    @app.route("/<lang>/style", methods=["GET", "POST"])
    def style(lang: str) -> str:
        form = SampleForm(meta={"csrf": False})
        if "wrong" in request.args:
            form.process()
            form.validate()
        return render_template(
            "style_page.html", form=form, now=NOW, deadline=DEADLINE, hash=HASH, Money=Money,
            Decimal=Decimal, hours=lambda count: timedelta(hours=count),
        )  # fmt: skip

    @app.route("/<lang>/portal/<name>")
    def portal(lang: str, name: str) -> str:
        return render_template(f"portal/{name}.html", **sample_data())

    @app.route("/api/clock")
    def clock() -> dict[str, str]:
        return {"now": NOW.isoformat()}

    return app


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), create_style_app(), threaded=True).serve_forever()

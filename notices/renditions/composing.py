"""Composes the HTML of a notice from its facts: one document in English and Urdu."""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notices.domain.kinds import BidAck, Facts, Kind, kind_of
from notices.renditions import wording

TEMPLATES = Path(__file__).parents[2] / "templates" / "pdf"
TITLES = {
    Kind.TENDER_NOTICE: ("Tender Notice", "ٹینڈر نوٹس"),
    Kind.OPENING_MINUTES: ("Minutes of Bid Opening", "بولیاں کھولنے کی روداد"),
    Kind.TECHNICAL_REPORT: ("Technical Evaluation Report", "تکنیکی جانچ کی رپورٹ"),
    Kind.PRICE_MINUTES: ("Minutes of the Opening of Prices", "قیمتیں کھولنے کی روداد"),
    Kind.EVALUATION_REPORT: ("Bid Evaluation Report", "بولیوں کی جانچ کی رپورٹ"),
    Kind.AWARD_NOTICE: ("Notice of Contract Award", "اطلاع نامہ برائے عطائے ٹھیکہ"),
    Kind.CANCELLATION: ("Notice of Cancellation", "اطلاع نامہ برائے منسوخیِ ٹینڈر"),
    Kind.BID_ACK: ("Acknowledgement", "رسیدِ وصولی"),
}


@cache
def environment() -> Environment:
    """Return the templates' environment: escaping always on, missing names are faults."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(w=wording)
    return env


def compose(facts: Facts, *, preview: bool, substituted: bool) -> str:
    """Return the HTML of the notice; ``facts`` are already safe to print."""
    kind = kind_of(facts)
    title_en, title_ur = TITLES[kind]
    return (
        environment()
        .get_template(f"{kind.value}.html")
        .render(
            f=facts,
            head=facts.head,
            address=address(facts),
            tender=facts.tender,
            kind=kind.value,
            title_en=title_en,
            title_ur=title_ur,
            preview=preview,
            substituted=substituted,
            lot_titles={lot.id: lot.title for lot in getattr(facts, "lots", ())},
        )
    )


def address(facts: Facts) -> str:
    """Return where the paper is compared: a receipt's own page is its vendor's alone."""
    if isinstance(facts, BidAck):
        return f"{facts.head.public_url}/en/bids/receipts/{facts.head.number}"
    return facts.head.short_address


def pictures(facts: Facts) -> Mapping[str, tuple[str, bytes]]:
    """Return what the fetcher serves to the HTML: the emblem and the QR code."""
    return {
        "emblem": ("image/svg+xml", (TEMPLATES / "emblem.svg").read_bytes()),
        "qr": ("image/svg+xml", qr_code(address(facts))),
    }


def qr_code(address: str) -> bytes:
    """Return the QR code of an address as SVG, error level M."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=4, border=0, xmldecl=False, dark="#10231d"
    )
    return out.getvalue()


@cache
def stylesheet() -> str:
    """Return the notices' style sheet."""
    return (TEMPLATES / "notice.css").read_text("utf-8")

"""Facts of every kind of notice, made up, with any number of bidders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from foundation.values.money import Money
from foundation.values.text import Text
from notices.domain import evaluated as lines
from notices.domain import kinds, parts

AT = datetime(2026, 11, 18, 5, 30, tzinfo=UTC)
NAMES = (
    "Meridian Solar Works (Pvt.) Ltd.",
    "Karakoram Electric & Civil Engineers",
    "Al-Noor Power Solutions",
    "Hamdard Brothers – JV with Zenith Lighting",
    "Indus Green Energy Co.",
)


def bidder(index: int) -> str:
    """Return the name of the bidder at ``index``, counted from 0."""
    return NAMES[index] if index < len(NAMES) else f"Bidder Number {index + 1} Enterprises"


def head(**changed: object) -> kinds.Head:
    """Return the head of a notice."""
    values: dict[str, object] = {
        "number": "K7Q2M4XA",
        "issued_at": AT,
        "public_url": "https://tenders.example.org",
        "zone": "Asia/Karachi",
        "practice": True,
        "practice_seal": True,
    }
    return kinds.Head(**{**values, **changed})  # type: ignore[arg-type]


def tender(**changed: object) -> kinds.TenderHead:
    """Return the tender that the notices are about."""
    values: dict[str, object] = {
        "id": "t1",
        "number": "KTC-2026-0007",
        "title": Text(
            "Supply and installation of 1,250 solar street lights",
            "شمسی توانائی سے چلنے والی ۱،۲۵۰ اسٹریٹ لائٹس کی فراہمی و تنصیب",
        ),
        "entity": Text("Khairpur Town Council", "ٹاؤن کونسل خیرپور"),
        "category": "goods",
        "method": Text("Open competitive bidding", "کھلی مسابقتی بولی"),
        "currency": "PKR",
        "version": 1,
        "rulebook": "pk-federal@1",
        "rulebook_title": Text("Public Procurement Rules 2004", "پبلک پروکیورمنٹ رولز 2004ء"),
        "estimate": Money(Decimal("198000000"), "PKR"),
        "published_at": AT - timedelta(days=40),
        "deadline_at": AT - timedelta(days=20),
        "opening_at": AT - timedelta(days=20) + timedelta(minutes=30),
        "pack_sha256": "9f2c" * 16,
        "chain_hash": "52db" * 16,
        "round": 1_234_567,
    }
    return kinds.TenderHead(**{**values, **changed})  # type: ignore[arg-type]


LOTS = (parts.LotLine("1", Text("Street lights", "اسٹریٹ لائٹس")),)


def price(index: int) -> Money:
    """Return the price of the bidder at ``index``."""
    return Money(Decimal("184650000.00") + 6_466_550 * index, "PKR")


def tender_notice(count: int = 3, **changed: object) -> kinds.TenderNotice:
    """Return a tender notice with ``count`` items, requirements and documents."""
    values: dict[str, object] = {
        "head": head(),
        "tender": tender(),
        "summary": Text(
            "Lights, poles and batteries for the roads of two districts, with a warranty of "
            "five years.",
            "دو اضلاع کی سڑکوں کے لیے لائٹس، کھمبے اور بیٹریاں، پانچ سال کی ضمانت کے ساتھ۔",
        ),
        "questions_close_at": AT - timedelta(days=27),
        "guard_seconds": 60,
        "validity_days": 90,
        "security_percent": Decimal(2),
        "security_fixed": None,
        "lots": LOTS,
        "items": tuple(
            parts.ItemLine(
                "1",
                Text(f"Solar light, type {i + 1}", f"شمسی لائٹ، قسم {i + 1}"),
                Decimal(100 + i),
                "each",
            )
            for i in range(count)
        ),
        "requirements": tuple(
            parts.RequirementLine(
                Text(f"Registered with the tax authority ({i + 1})", "محکمۂ محصولات میں رجسٹرڈ"),
                needs_file=i % 2 == 0,
            )
            for i in range(count)
        ),
        "criteria": (
            parts.CriterionLine(Text("Experience", "تجربہ"), Decimal(60)),
            parts.CriterionLine(Text("Warranty", "ضمانت"), Decimal(40)),
        ),
        "pass_mark": Decimal(65),
        "documents": tuple(
            parts.DocumentLine(f"Bidding document {i + 1}.pdf", 250_000 + i, "ab12" * 16)
            for i in range(count)
        ),
    }
    return kinds.TenderNotice(**{**values, **changed})  # type: ignore[arg-type]


def committee(*gave: str) -> parts.CommitteeNote:
    """Return a committee of three of whom two open a bid; those of ``gave`` gave shares."""
    people = (
        (Text("Saadia Rehman", "سعدیہ رحمٰن"), "1c8d" * 4),
        (Text("Bilal Khan", ""), "f8c9" * 4),
        (Text("Amina Shah", "آمنہ شاہ"), "aa4d" * 4),
    )
    house = Text("Khairpur Town Council", "ٹاؤن کونسل خیرپور")
    members = tuple(
        parts.MemberLine(name, house, digits, gave=name.en in gave) for name, digits in people
    )
    return parts.CommitteeNote("5e9a" * 16, 2, members)


def opening_minutes(count: int = 3, **changed: object) -> kinds.OpeningMinutes:
    """Return the minutes of an opening of ``count`` envelopes; the third has no price."""

    def line(i: int) -> kinds.OpenedLine:
        reading = (kinds.Reading.READ_OUT, kinds.Reading.NO_READABLE_PRICE)[i == 2]
        if i == 3:
            reading = kinds.Reading.UNREADABLE
        return kinds.OpenedLine(
            bidder=bidder(i),
            lot_id="1",
            received_at=AT - timedelta(days=20, hours=3, minutes=i),
            sha256=f"{i:04x}" * 16,
            reading=reading,
            code="bad-manifest" if i == 3 else "",
            total=price(i) if reading is kinds.Reading.READ_OUT else None,
        )

    values: dict[str, object] = {
        "head": head(),
        "tender": tender(),
        "began_at": AT - timedelta(days=20) + timedelta(minutes=30),
        "concluded_at": AT - timedelta(days=20) + timedelta(minutes=32),
        "lots": LOTS,
        "bids": tuple(line(i) for i in range(count)),
    }
    return kinds.OpeningMinutes(**{**values, **changed})  # type: ignore[arg-type]


def price_minutes(count: int = 3, **changed: object) -> kinds.PriceMinutes:
    """Return the minutes of the prices of ``count`` bidders, of whom the last stays shut."""
    found = opening_minutes(count)
    shown = [replace(line, envelope="financial") for line in found.bids]
    if shown:
        shown[-1] = replace(shown[-1], reading=kinds.Reading.UNOPENED, code="", total=None)
    return kinds.PriceMinutes(**{**vars(found), "bids": tuple(shown), **changed})  # type: ignore[arg-type]


def evaluated(count: int, *, awarded: bool) -> tuple[lines.EvaluatedLine, ...]:
    """Return ``count`` evaluated bids; where there are two or more the last one failed."""

    def line(i: int) -> lines.EvaluatedLine:
        failed = i == count - 1 and count > 1
        result = lines.Result.FAILED if failed else lines.Result.PASSED
        if awarded and i == 0:
            result = lines.Result.AWARDED
        return lines.EvaluatedLine(
            bidder=bidder(i),
            lot_id="1",
            result=result,
            rank=None if failed else i + 1,
            code="requirement-failed" if failed else "",
            read_out=price(i),
            corrected=None if failed else price(i),
            evaluated=None if failed else price(i),
            score=Decimal("88.50") - i / Decimal(2),
            scores=(
                lines.ScoreLine(Text("Experience", "تجربہ"), Decimal(60), Decimal("87.50")),
                lines.ScoreLine(Text("Warranty", "ضمانت"), Decimal(40), Decimal("90.00")),
            ),
            findings=(
                lines.Finding(
                    Text("Valid tax certificate", "ٹیکس کی مؤثر سند"),
                    "The certificate expired on 1 June 2026.",
                ),
            )
            if failed
            else (),
        )

    return tuple(line(i) for i in range(count))


def evaluation_report(count: int = 3, **changed: object) -> kinds.EvaluationReport:
    """Return the report on ``count`` bids."""
    values: dict[str, object] = {
        "head": head(),
        "tender": tender(),
        "opened_at": AT - timedelta(days=20),
        "award_from_at": AT + timedelta(days=15),
        "members": (
            Text("Saadia Rehman", "سعدیہ رحمٰن"),
            Text("Bilal Khan", ""),
            Text("Amina Shah", "آمنہ شاہ"),
        ),
        "pass_mark": Decimal(65),
        "lots": LOTS,
        "bids": evaluated(count, awarded=False),
    }
    return kinds.EvaluationReport(**{**values, **changed})  # type: ignore[arg-type]


def technical_report(count: int = 3, **changed: object) -> kinds.TechnicalReport:
    """Return the technical report on ``count`` bids, every price still sealed."""
    sealed = tuple(
        replace(bid, rank=None, read_out=None, corrected=None, evaluated=None, price_sealed=True)
        for bid in evaluated(count, awarded=False)
    )
    report = evaluation_report(count)
    values: dict[str, object] = {
        name: getattr(report, name)
        for name in ("head", "tender", "opened_at", "members", "pass_mark", "lots")
    }
    values |= {"prices_from_at": AT + timedelta(days=7), "bids": sealed}
    return kinds.TechnicalReport(**{**values, **changed})  # type: ignore[arg-type]


def combined(count: int = 3) -> dict[str, object]:
    """Return what an evaluation report, or an award, of quality and cost says otherwise."""
    bids = tuple(
        replace(
            bid,
            combined=None
            if bid.rank is None
            else lines.CombinedLine(Decimal("88.5000"), Decimal("66.6667"), Decimal("84.1333")),
            read_out=bid.read_out if bid.rank else None,
            price_sealed=bid.rank is None,
        )
        for bid in evaluated(count, awarded=True)
    )
    return {"bids": bids, "technical_weight": Decimal(80)}


def award_notice(count: int = 3, **changed: object) -> kinds.AwardNotice:
    """Return the award among ``count`` bids, or no award where there was none."""
    award = (
        kinds.AwardLine("1", "awarded", bidder(0), price(0))
        if count
        else kinds.AwardLine("1", "no-bids", "", None)
    )
    values: dict[str, object] = {
        "head": head(),
        "tender": tender(),
        "decided_at": AT - timedelta(days=1),
        "opened_at": AT - timedelta(days=20),
        "reason": "",
        "report_number": "R4W7P2ZC",
        "lots": LOTS,
        "awards": (award,),
        "bids": evaluated(count, awarded=True),
    }
    return kinds.AwardNotice(**{**values, **changed})  # type: ignore[arg-type]


def bid_ack(count: int = 1, **changed: object) -> kinds.BidAck:
    """Return the acknowledgement of one envelope."""
    values: dict[str, object] = {
        "head": head(),
        "tender": tender(),
        "vendor": bidder(count),
        "lot": LOTS[0],
        "envelope": "single",
        "outcome": "bid",
        "sha256": "c0de" * 16,
        "size": 5_242_880,
        "committed_at": AT,
        "completed_at": AT + timedelta(seconds=41),
        "signed_note": '{"v":1}\n\n— muhr.example+abcdef Zm9v\n',
    }
    return kinds.BidAck(**{**values, **changed})  # type: ignore[arg-type]


def change(count: int = 2) -> parts.ChangeNote:
    """Return why a version replaces another, with ``count`` items that differ and moved dates."""
    rows = (
        parts.ChangedLine(
            "deadline",
            "",
            "",
            "instant",
            Text("2026-03-17T06:00:00.000000Z"),
            Text("2026-03-24T06:00:00.000000Z"),
        ),
        parts.ChangedLine("document", "", "", "code", None, Text("Drawing.pdf (SHA-256 ab12)")),
        *(
            parts.ChangedLine(
                "item",
                str(i + 1),
                "description",
                "text",
                Text("Pump", "پمپ"),
                Text(f"Pump, {i} kW", f"پمپ، {i} کلو واٹ"),
            )
            for i in range(count)
        ),
    )
    reason = Text("The power of the pumps was wrong.", "پمپوں کی طاقت غلط لکھی گئی تھی۔")
    return parts.ChangeNote("error", reason, AT, AT + timedelta(days=3), rows)


def cancellation(count: int = 0, **changed: object) -> kinds.Cancellation:
    """Return the notice that a tender was cancelled."""
    note = replace(change(0), code="need-ended", lines=())
    values: dict[str, object] = {"head": head(), "tender": tender(), "change": note}
    return kinds.Cancellation(**{**values, **changed})  # type: ignore[arg-type]


MAKERS = {
    kinds.Kind.TENDER_NOTICE: tender_notice,
    kinds.Kind.OPENING_MINUTES: opening_minutes,
    kinds.Kind.TECHNICAL_REPORT: technical_report,
    kinds.Kind.PRICE_MINUTES: price_minutes,
    kinds.Kind.EVALUATION_REPORT: evaluation_report,
    kinds.Kind.AWARD_NOTICE: award_notice,
    kinds.Kind.CANCELLATION: cancellation,
    kinds.Kind.BID_ACK: bid_ack,
}

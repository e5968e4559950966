"""What ``muhr evaluate`` prints and the report carries: the rankings of a case, and back."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from evaluation.domain.case import Case
from evaluation.domain.figures import Figure, FigureName, Operand, Operation, Step
from evaluation.domain.ranking import (
    CombinedScore,
    LotRanking,
    PassedBid,
    RankedBid,
    SetAside,
    lot_document,
)
from foundation.values.canonical import Document, canonical
from foundation.values.fingerprint import sha256_hex


def result_document(
    case: Case, document: Document, lots: Sequence[LotRanking]
) -> dict[str, Document]:
    """Return the result; ``case_sha256`` is over the canonical bytes of the case given."""
    return {
        "v": 1,
        "tender": case.tender,
        "method": case.method,
        "case_sha256": sha256_hex(canonical(document)),
        "lots": [lot_document(lot) for lot in lots],
    }


def read_result(document: Mapping[str, Document]) -> tuple[LotRanking, ...]:
    """Return the rankings that ``result_document`` wrote; the bytes are our own."""
    return read_lots(document["lots"])


def read_lots(document: Document) -> tuple[LotRanking, ...]:
    """Return the rankings that ``lot_document`` wrote; the bytes are our own."""
    return tuple(_read_lot(lot) for lot in cast("list[Mapping[str, Document]]", document))


def _read_lot(lot: Mapping[str, Document]) -> LotRanking:
    return LotRanking(
        lot_id=str(lot["lot"]),
        ranking=tuple(_read_ranked(each) for each in _rows(lot, "ranking")),
        set_aside=tuple(
            SetAside(
                str(each["bid"]),
                str(each["code"]),
                tuple(str(one) for one in cast("Sequence[Document]", each["details"])),
            )
            for each in _rows(lot, "set_aside")
        ),
        figures=tuple(_read_figure(each) for each in _rows(lot, "figures")),
        passed=tuple(
            PassedBid(str(each["bid"]), _score(each))
            for each in (_rows(lot, "passed") if "passed" in lot else ())
        ),
    )


def _read_ranked(each: Mapping[str, Document]) -> RankedBid:
    return RankedBid(
        rank=int(str(each["rank"])),
        bid_id=str(each["bid"]),
        evaluated_price=Decimal(str(each["evaluated_price"])),
        corrected_price=Decimal(str(each["corrected_price"])),
        read_out_price=Decimal(str(each["read_out_price"])),
        score=_score(each),
        tie_break=str(each["tie_break"]) if "tie_break" in each else None,
        combined=_read_combined(each["combined"]) if "combined" in each else None,
    )


def _score(each: Mapping[str, Document]) -> Decimal | None:
    return Decimal(str(each["score"])) if "score" in each else None


def _read_combined(document: Document) -> CombinedScore:
    each = cast("Mapping[str, str]", document)
    return CombinedScore(
        Decimal(each["technical_score"]),
        Decimal(each["price_score"]),
        Decimal(each["combined_score"]),
    )


def _read_figure(each: Mapping[str, Document]) -> Figure:
    return Figure(
        bid_id=str(each["bid"]),
        name=FigureName(str(each["name"])),
        value=str(each["value"]),
        steps=tuple(_read_step(one) for one in _rows(each, "steps")),
    )


def _read_step(each: Mapping[str, Document]) -> Step:
    return Step(
        about=str(each["about"]),
        operation=Operation(str(each["operation"])),
        operands=tuple(
            Operand(str(one["about"]), str(one["value"])) for one in _rows(each, "operands")
        ),
        result=str(each["result"]),
        decimals=int(str(each["decimals"])) if "decimals" in each else None,
    )


def _rows(document: Mapping[str, Document], name: str) -> "Sequence[Mapping[str, Document]]":
    return cast("Sequence[Mapping[str, Document]]", document[name])


def pretty(document: Document) -> str:
    """Return indented JSON for people and pipes."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)

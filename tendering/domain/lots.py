"""Lots and their items: every lot has something to price, every quantity is positive."""

from collections.abc import Sequence
from decimal import Decimal

from foundation.values.refusal import Refusal
from tendering.domain.tender import Item, Lot

MOST_LOTS = 50
MOST_ITEMS = 2_000
LONGEST_UNIT = 40
LARGEST_QUANTITY = Decimal(10) ** 15


def check_item(item: Item) -> None:
    """Check one item by itself.

    Raises:
        Refusal: ``item-undescribed``, ``unit-missing``, ``quantity-out-of-range``.
    """
    if not (item.description.en or item.description.ur):
        raise Refusal("item-undescribed")
    if not item.unit or len(item.unit) > LONGEST_UNIT:
        raise Refusal("unit-missing")
    quantity = item.quantity
    if not Decimal(0) < quantity < LARGEST_QUANTITY or quantity != round(quantity, 6):
        raise Refusal("quantity-out-of-range")


def check_lots(lots: Sequence[Lot], items: Sequence[Item]) -> None:
    """Check lots and items as they will be published.

    Raises:
        Refusal: ``no-lots``, ``too-many-lots``, ``lot-untitled``, ``lot-without-items`` with
            ``lot``, ``too-many-items``, ``unknown-lot``, those of ``check_item``.
    """
    if not lots:
        raise Refusal("no-lots")
    if len(lots) > MOST_LOTS:
        raise Refusal("too-many-lots", most=MOST_LOTS)
    if len(items) > MOST_ITEMS:
        raise Refusal("too-many-items", most=MOST_ITEMS)
    known = {lot.id for lot in lots}
    for item in items:
        if item.lot_id not in known:
            raise Refusal("unknown-lot", lot=item.lot_id)
        check_item(item)
    _check_each_lot(lots, items)


def _check_each_lot(lots: Sequence[Lot], items: Sequence[Item]) -> None:
    priced = {item.lot_id for item in items}
    for lot in lots:
        if len(lots) > 1 and not (lot.title.en or lot.title.ur):
            raise Refusal("lot-untitled", lot=lot.id)
        if lot.id not in priced:
            raise Refusal("lot-without-items", lot=lot.id)


def next_lot_id(lots: Sequence[Lot]) -> str:
    """Return the next free lot id, one above the largest: "1", "2", and so on."""
    return str(max((int(lot.id) for lot in lots), default=0) + 1)

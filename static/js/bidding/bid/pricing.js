// The price schedule: each line's amount and the total, in exact arithmetic, from what was typed.

import { decimalPlaces, lineAmount, parseAmount, taxOn, toMillionths, toText } from "../numbers/decimal.js";

/** A thousand million million, in millionths: bid.json has at most 15 digits before the point. */
const LIMIT = 10n ** 21n;

/**
 * Works out a price schedule. Unit prices include all taxes; the percentage only says which.
 * @param items the lot's items of the pack.
 * @param lines the draft's lines by item id: {unit_price, tax_percent} as typed.
 * @returns {rows: [{item, state: "empty"|"wrong"|"priced", unitPrice, taxPercent, amount}], total, priced, complete}
 */
export function priceSchedule(items, lines, currency) {
  const places = decimalPlaces(currency);
  let sum = 0n;
  const rows = items.map((item) => {
    const row = priceLine(item, lines[item.id] || {}, places);
    if (row.state !== "priced") return row;
    const amount = toMillionths(row.amount);
    if (sum + amount >= LIMIT) return { ...row, amount: null, state: "wrong" };
    sum += amount;
    return row;
  });
  const priced = rows.filter((row) => row.state === "priced").length;
  return { rows, total: toText(sum, places), priced, complete: rows.length > 0 && priced === rows.length };
}

function priceLine(item, line, places) {
  const typed = (line.unit_price || "").trim();
  const typedTax = (line.tax_percent || "").trim();
  const unitPrice = typed ? parseAmount(typed) : null;
  const taxPercent = typedTax ? parseAmount(typedTax) : null;
  const wrongTax = Boolean(typedTax) && (taxPercent === null || toMillionths(taxPercent) > 100_000_000n);
  const row = { item, unitPrice, taxPercent, wrongTax, amount: null, state: "empty" };
  if (!typed) return row;
  if (unitPrice === null) return { ...row, state: "wrong" };
  const amount = lineAmount(item.quantity, unitPrice, places);
  if (amount >= LIMIT) return { ...row, state: "wrong" };
  return { ...row, state: "priced", amount: toText(amount, places) };
}

/** The bid security asked for: a fixed amount, or a percentage of the total bid; plain text or null. */
export function securityAmount(security, total, currency) {
  if (!security) return null;
  if (security.amount) return security.amount;
  const places = decimalPlaces(currency);
  return toText(taxOn(toMillionths(total), security.percent, places), places);
}

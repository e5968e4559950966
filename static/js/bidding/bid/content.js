// bid.json: from the draft to the canonical document that is sealed, and back into a draft.

import { parseAmount } from "../numbers/decimal.js";
import { canonicalBytes, parseCanonical } from "../sealing/canonical.js";
import { emptyDraft, filesFor } from "../draft/draft.js";
import { addendaOf } from "./pack.js";
import { priceSchedule } from "./pricing.js";
import { carriesPrice, carriesProposal, validityDays } from "./topics.js";

export const BID_NAME = "bid.json";
export const BID_TYPE = "application/vnd.muhr.bid+json";

/**
 * The bid as a document.
 * @param facts {pack, items, lot, kind}; the draft has passed its checks.
 */
export function bidDocument(facts, draft) {
  const { pack, kind } = facts;
  const proposal = carriesProposal(kind);
  const document = {
    v: 1,
    kind,
    lot: facts.lot.id,
    addenda: addendaOf(pack),
    validity_days: validityDays(draft),
    answers: proposal ? answers(pack, draft) : [],
    declarations: proposal
      ? (pack.declarations || []).map((row) => ({
          id: row.id,
          text_sha256: row.text_sha256,
          accepted: draft.declarations[row.id] === row.text_sha256,
        }))
      : [],
  };
  if (proposal && pack.security) document.security = security(pack, draft);
  return carriesPrice(kind) ? { ...document, ...priced(facts, draft) } : document;
}

/** The canonical bytes of the bid. */
export function bidBytes(facts, draft) {
  return canonicalBytes(bidDocument(facts, draft));
}

function answers(pack, draft) {
  const names = (purpose) => filesFor(draft, purpose).map((file) => file.name);
  const row = (id, value, files) =>
    files.length ? { criterion: id, value, files } : { criterion: id, value };
  return [
    ...(pack.requirements || []).map(({ id }) =>
      row(id, (draft.requirements[id] || {}).meets === "yes", names(`requirement:${id}`)),
    ),
    ...(pack.criteria || []).map(({ id }) =>
      row(id, ((draft.criteria[id] || {}).text || "").trim(), names(`criterion:${id}`)),
    ),
  ];
}

function security(pack, draft) {
  const given = draft.security;
  const [file] = filesFor(draft, "security");
  return {
    instrument: given.instrument,
    amount: parseAmount(given.amount),
    currency: pack.tender.currency,
    issuer: given.issuer.trim(),
    number: given.number.trim(),
    expires_on: given.expires_on,
    file: file ? file.name : "",
  };
}

function priced({ pack, items }, draft) {
  const { currency } = pack.tender;
  const schedule = priceSchedule(items, draft.lines, currency);
  const lines = schedule.rows
    .filter((row) => row.state === "priced")
    .map((row) => ({
      item: row.item.id,
      quantity: row.item.quantity,
      unit_price: row.unitPrice,
      amount: row.amount,
      ...(row.taxPercent === null ? {} : { tax_percent: row.taxPercent }),
    }));
  return { currency, lines, total: schedule.total };
}

/**
 * A draft made from a reopened bid.
 * @param bytes the bytes of bid.json.
 * @param files the other files, already in the vault: [{id, name, type, size}].
 */
export function draftFromBid(bytes, files, notice) {
  const bid = parseCanonical(bytes);
  const draft = emptyDraft(notice);
  const purposes = new Map();
  for (const answer of bid.answers) {
    const isRequirement = typeof answer.value === "boolean";
    if (isRequirement) draft.requirements[answer.criterion] = { meets: answer.value ? "yes" : "no" };
    else draft.criteria[answer.criterion] = { text: answer.value };
    (answer.files || []).forEach((name) =>
      purposes.set(name, `${isRequirement ? "requirement" : "criterion"}:${answer.criterion}`),
    );
  }
  for (const row of bid.declarations) if (row.accepted) draft.declarations[row.id] = row.text_sha256;
  for (const line of bid.lines || [])
    draft.lines[line.item] = { unit_price: line.unit_price, tax_percent: line.tax_percent || "" };
  draft.validity_days = String(bid.validity_days);
  if (bid.security) {
    const { instrument, amount, issuer, number, expires_on: expires, file } = bid.security;
    draft.security = { instrument, amount, issuer, number, expires_on: expires };
    if (file) purposes.set(file, "security");
  }
  draft.files = files.map((file) => ({ ...file, purpose: purposes.get(file.name) || "other" }));
  draft.visited = Object.fromEntries(
    ["requirements", "criteria", "declarations", "prices", "validity", "security", "files"].map((topic) => [
      topic,
      true,
    ]),
  );
  return draft;
}

// The topics of a bid: which there are for an envelope, and what is still missing or wrong in each.

import { parseAmount, toMillionths, westernDigits } from "../numbers/decimal.js";
import { filesFor } from "../draft/draft.js";
import { MOST_BYTES, MOST_FILES } from "../sealing/package.js";
import { priceSchedule, securityAmount } from "./pricing.js";

/** Whether an envelope of this kind carries a price, or the proposal. */
export const carriesPrice = (kind) => kind !== "technical";
export const carriesProposal = (kind) => kind !== "financial";

/** The instruments a bid security may be given as. */
export const INSTRUMENTS = ["call-deposit", "bank-guarantee", "pay-order", "bid-securing-declaration"];

/** The topics of an envelope in order. @param facts {pack, items, kind}. */
export function topicsOf({ pack, items, kind }) {
  const proposal = carriesProposal(kind);
  return [
    proposal && (pack.requirements || []).length ? "requirements" : null,
    proposal && (pack.criteria || []).length ? "criteria" : null,
    proposal && (pack.declarations || []).length ? "declarations" : null,
    carriesPrice(kind) && items.length ? "prices" : null,
    "validity",
    proposal && pack.security ? "security" : null,
    "files",
  ].filter(Boolean);
}

const CHECKS = { requirements, criteria, declarations, prices, validity, security, files };

/**
 * What is wrong in a topic.
 * @returns [{id: the field's id, key: the text's key, values}]
 */
export function problemsOf(topic, facts, draft) {
  return CHECKS[topic](facts, draft);
}

/** All problems, topic by topic. */
export function allProblems(facts, draft) {
  return topicsOf(facts).flatMap((topic) => {
    const problems = problemsOf(topic, facts, draft);
    if (!problems.length && isToLookAgain(topic, draft)) {
      problems.push({ id: "", key: "error_look_again", values: {} });
    }
    return problems.map((problem) => ({ topic, ...problem }));
  });
}

/** Whether the tender changed in this topic since the vendor last went through it. */
export function isToLookAgain(topic, draft) {
  return Boolean(draft.again && draft.again[topic]);
}

/** A status for the task list: done, started, empty, optional or again. */
export function statusOf(topic, facts, draft) {
  if (isToLookAgain(topic, draft)) return "again";
  if (topic === "files" && !draft.visited.files && !filesFor(draft, "other").length) return "optional";
  if (!problemsOf(topic, facts, draft).length && draft.visited[topic]) return "done";
  return draft.visited[topic] ? "started" : "empty";
}

function requirements({ pack }, draft) {
  return pack.requirements.flatMap(({ id, needs_file: needsFile }, at) => {
    const answer = draft.requirements[id] || {};
    if (!answer.meets) return [{ id: `requirement-${id}`, key: "error_requirement", values: { n: at + 1 } }];
    if (answer.meets === "yes" && needsFile && !filesFor(draft, `requirement:${id}`).length) {
      return [{ id: `requirement-file-${id}`, key: "error_requirement_file", values: { n: at + 1 } }];
    }
    return [];
  });
}

function criteria({ pack }, draft) {
  return pack.criteria.flatMap(({ id }, at) => {
    const text = ((draft.criteria[id] || {}).text || "").trim();
    if (text || filesFor(draft, `criterion:${id}`).length) return [];
    return [{ id: `criterion-${id}`, key: "error_criterion", values: { n: at + 1 } }];
  });
}

function declarations({ pack }, draft) {
  return pack.declarations
    .filter(({ id, text_sha256: shown }) => draft.declarations[id] !== shown)
    .map(({ id }) => ({ id: `declaration-${id}`, key: "error_declaration", values: {} }));
}

function prices({ pack, items }, draft) {
  const schedule = priceSchedule(items, draft.lines, pack.tender.currency);
  const wrong = schedule.rows.flatMap((row, at) => {
    const values = { n: at + 1 };
    if (row.state === "empty") return [{ id: `price-${row.item.id}`, key: "error_price_missing", values }];
    if (row.state === "wrong") return [{ id: `price-${row.item.id}`, key: "error_price_wrong", values }];
    return row.wrongTax ? [{ id: `tax-${row.item.id}`, key: "error_tax_wrong", values }] : [];
  });
  if (!wrong.length && toMillionths(schedule.total) === 0n) {
    return [{ id: `price-${items[0].id}`, key: "error_total_zero", values: {} }];
  }
  return wrong;
}

/** The validity a vendor typed, as a number, or null. */
export function validityDays(draft) {
  const text = westernDigits(draft.validity_days || "").trim();
  return /^[0-9]{1,4}$/.test(text) ? Number(text) : null;
}

function validity({ pack }, draft) {
  const least = pack.tender.validity_days;
  const days = validityDays(draft);
  if (days === null) return [{ id: "validity", key: "error_validity", values: {} }];
  return days < least ? [{ id: "validity", key: "error_validity_short", values: { n: least } }] : [];
}

function security(facts, draft) {
  const given = draft.security;
  const problems = [];
  const add = (id, key, values = {}) => problems.push({ id, key, values });
  if (!INSTRUMENTS.includes(given.instrument)) add("security-instrument", "error_security_instrument");
  const amount = parseAmount(given.amount || "");
  if (amount === null) add("security-amount", "error_security_amount");
  else if (isTooLittle(facts, draft, amount)) add("security-amount", "error_security_little");
  if (!given.issuer.trim()) add("security-issuer", "error_security_issuer");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given.expires_on)) add("security-expires", "error_security_expires");
  if (!filesFor(draft, "security").length) add("security-file", "error_security_file");
  return problems;
}

function isTooLittle(facts, draft, amount) {
  if (!carriesPrice(facts.kind) && !facts.pack.security.amount) return false;
  const { total } = priceSchedule(facts.items, draft.lines, facts.pack.tender.currency);
  const asked = securityAmount(facts.pack.security, total, facts.pack.tender.currency);
  return asked !== null && toMillionths(amount) < toMillionths(asked);
}

function files(facts, draft) {
  const bytes = draft.files.reduce((sum, file) => sum + file.size, 0);
  // bid.json is one more file, of at most 4 MiB.
  if (draft.files.length >= MOST_FILES)
    return [{ id: "files", key: "error_files_many", values: { n: MOST_FILES - 1 } }];
  if (bytes > MOST_BYTES - 4 * 1024 * 1024) return [{ id: "files", key: "error_files_large", values: {} }];
  return [];
}

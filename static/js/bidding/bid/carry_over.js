// A draft carried from one version of a tender to the next: what still holds stays, what changed is marked.

import { canonical } from "../sealing/canonical.js";
import { topicsOf } from "./topics.js";

/** What a version may change without changing anything that a bid says. */
const DATES = ["version", "schedule", "round", "sealing_sha384"];

/**
 * Carries a draft over.
 * @param old the pack that the draft was made for; null when it is not at hand.
 * @param facts {pack, items, lot, kind, notice} of the newer version.
 * @returns {draft, changed: [topic], onlyDates}: `changed` are the topics to look at again.
 */
export function carryOver(old, facts, draft) {
  const all = topicsOf(facts);
  if (!old) return marked(facts, { ...draft }, all, false);
  const { pack, lot } = facts;
  const moved = {
    requirements: pairs(old.requirements, pack.requirements, ({ text }) => text),
    criteria: pairs(old.criteria, pack.criteria, ({ title, description }) => ({ title, description })),
    items: pairs(itemsOf(old, lot.id), facts.items, ({ description, unit }) => ({ description, unit })),
  };
  const carried = {
    ...draft,
    requirements: kept(draft.requirements, moved.requirements, ({ same }) => same),
    criteria: kept(draft.criteria, moved.criteria, () => true),
    lines: kept(draft.lines, moved.items, ({ was, now }) => was.unit === now.unit),
    files: draft.files.map((file) => ({ ...file, purpose: purposeOf(file.purpose, moved) })),
  };
  const differs = {
    requirements: !same(bare(old.requirements), bare(pack.requirements)),
    criteria: !same([bare(old.criteria), old.pass_mark], [bare(pack.criteria), pack.pass_mark]),
    declarations: !same(old.declarations, pack.declarations),
    prices: !same(
      [bare(itemsOf(old, lot.id)), old.tender.currency],
      [bare(facts.items), pack.tender.currency],
    ),
    validity: old.tender.validity_days !== pack.tender.validity_days,
    security: !same(old.security, pack.security),
  };
  const changed = all.filter((topic) => differs[topic]);
  return marked(facts, carried, changed, same(without(old, DATES), without(pack, DATES)));
}

function marked(facts, draft, changed, onlyDates) {
  const again = { ...(draft.again || {}) };
  for (const topic of changed) again[topic] = true;
  const known = topicsOf(facts);
  draft.again = Object.fromEntries(Object.entries(again).filter(([topic]) => known.includes(topic)));
  draft.notice = facts.notice;
  // An earlier change that was not looked at yet counts on.
  draft.onlyDates = onlyDates && draft.onlyDates !== false;
  return { draft, changed, onlyDates };
}

/**
 * Pairs rows that stand for each other: first those that say the same, then, where as many are left on
 * both sides, those in the same order, which were corrected.
 * @returns [{was, now, same}]
 */
function pairs(before = [], after = [], said = (row) => row) {
  const left = [...before];
  const found = after.map((now) => {
    const alike = left.filter((was) => same(said(was), said(now)));
    const was = alike.find(({ id }) => id === now.id) || alike[0];
    if (was) left.splice(left.indexOf(was), 1);
    return { was, now, same: Boolean(was) };
  });
  const lonely = found.filter(({ was }) => !was);
  if (lonely.length === left.length) lonely.forEach((pair, at) => (pair.was = left[at]));
  return found.filter(({ was }) => was);
}

/** What was answered, under the new ids. */
function kept(answers, moved, holds) {
  const carried = moved.filter((pair) => pair.was.id in answers && holds(pair));
  return Object.fromEntries(carried.map(({ was, now }) => [now.id, answers[was.id]]));
}

function purposeOf(purpose, { requirements, criteria }) {
  const [kind, id] = purpose.split(":");
  const rows = { requirement: requirements, criterion: criteria }[kind];
  if (!rows) return purpose;
  const pair = rows.find(({ was }) => was.id === id);
  return pair ? `${kind}:${pair.now.id}` : "other";
}

function itemsOf(pack, lot) {
  return pack.items.filter((item) => item.lot === lot);
}

/** Rows without their ids, which are numbered anew. */
function bare(rows = []) {
  return rows.map((row) => without(row, ["id"]));
}

function without(value, names) {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function same(one, other) {
  return canonical(one === undefined ? null : one) === canonical(other === undefined ? null : other);
}

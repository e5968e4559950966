// A bid of two envelopes: which of them is in, which is missing, and the way from one to the other.

import { envelopePath } from "../upload/sending.js";
import { h, inset, link, notification, taskList } from "./elements.js";

/** The kinds of the tender's envelopes; one alone has nothing to be told. */
function kindsOf(app) {
  const kinds = app.facts.pack.envelopes;
  return kinds.length > 1 ? kinds : [];
}

/** The place of another envelope of the same bid. */
function placeOf(app, kind) {
  return { ...app.place(), kind };
}

/** Asks the server what stands in the bid's other envelopes. */
export async function askOthers(app) {
  const others = {};
  for (const kind of kindsOf(app).filter((each) => each !== app.facts.kind)) {
    const { body } = await app.line.json("GET", envelopePath(placeOf(app, kind)), undefined, { tries: 2 });
    others[kind] = body;
  }
  app.others = others;
}

/** Whether an envelope is sealed and sent; null before the server has said. */
function isIn(app, kind) {
  const body = kind === app.facts.kind ? app.own : (app.others || {})[kind];
  return body ? body.state === "sealed" : null;
}

function pageOf(app, kind) {
  const { tenderUrl, lot } = app.config;
  return kind === app.facts.kind ? "#/" : `${tenderUrl}/bid/${lot}/${kind}`;
}

function status(app, kind) {
  const found = isIn(app, kind);
  return app.t(found === null ? "envelope_asked" : found ? "envelope_in" : "envelope_missing");
}

/** Whether the bid is whole, what is missing, and both envelopes with the way to each. */
export function envelopesPart(app) {
  const { t } = app;
  const kinds = kindsOf(app);
  if (!kinds.length) return null;
  const known = kinds.every((kind) => isIn(app, kind) !== null);
  const missing = kinds.filter((kind) => !isIn(app, kind));
  const rows = kinds.map((kind) => ({
    title: t(`envelope_${kind}`),
    href: pageOf(app, kind),
    status: status(app, kind),
    kind: isIn(app, kind) ? "done" : "soon",
  }));
  return [
    h("h2", { text: t("envelopes_title") }),
    known
      ? h("div", { "data-envelopes": missing.length ? "missing" : "whole" }, verdict(app, missing))
      : null,
    taskList(rows),
  ];
}

function verdict(app, missing) {
  const { t } = app;
  if (!missing.length) return notification("done", t("envelopes_whole"), t("envelopes_whole_text"));
  if (missing.length === kindsOf(app).length) return h("p", { text: t("envelopes_none") });
  const [kind] = missing;
  return notification(
    "info",
    t(`envelopes_lack_${kind}`),
    t("envelopes_lack_text"),
    kind === app.facts.kind ? null : h("p", {}, link(pageOf(app, kind), t(`envelope_go_${kind}`))),
  );
}

/** What belongs into this envelope, and what must not stand in it. */
export function envelopeHint(app) {
  return kindsOf(app).length ? inset(app.t(`envelope_hint_${app.facts.kind}`)) : null;
}

/** The title of a bid's pages: of the envelope where there are two. */
export function bidTitle(app) {
  return app.t(kindsOf(app).length ? `envelope_${app.facts.kind}` : "bid_title");
}

/** The other envelopes that are sealed: what else a vendor who withdraws may mean. */
export function otherSealed(app) {
  return kindsOf(app).filter((kind) => kind !== app.facts.kind && isIn(app, kind));
}

/** Withdraws the other envelopes too, each with the token of its own private receipt where it is kept here. */
export async function withdrawOthers(app) {
  for (const kind of otherSealed(app)) {
    const { tender, lot, vendor } = app.config;
    const name = `receipt:${vendor}/${tender}/${lot}/${kind}`;
    const kept = await app.vault.get(name).catch(() => null);
    const receipt = kept && kept.receipt.sha256 === app.others[kind].sha256 ? kept.receipt : null;
    const path = `${envelopePath(placeOf(app, kind))}/withdrawal`;
    await app.line.json("POST", path, { token: receipt ? receipt.token : null }, { tries: 5 });
    app.others[kind] = { state: "empty" };
    await app.vault.remove(name);
  }
}

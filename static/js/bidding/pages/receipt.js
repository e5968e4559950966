// After sealing: the number, the server's receipt, and the private receipt that only the vendor has.

import {
  button,
  fingerprint,
  h,
  heading,
  link,
  linkButton,
  saveAs,
  summaryList,
  tag,
  warning,
} from "./elements.js";
import { canonical } from "../sealing/canonical.js";
import { isVoid } from "./earlier.js";
import { envelopesPart } from "./envelopes.js";
import { lotCaption } from "./topic_page.js";
import { instantText } from "./texts.js";

/** The receipt's page. */
export function receiptPage(app) {
  const { t, kept } = app;
  if (!kept || isVoid(app)) return noReceipt(app);
  const { zone, opening_at: opens } = app.facts.pack.schedule;
  return {
    title: t("receipt_title"),
    content: [
      h(
        "div",
        { class: "panel" },
        h("h1", { tabindex: "-1", text: t("receipt_title") }),
        h("p", { text: t("receipt_number") }),
        h("p", { class: "panel-number" }, h("bdi", { dir: "ltr", text: kept.number })),
      ),
      envelopesPart(app),
      privateReceipt(app),
      h("h2", { text: t("public_receipt") }),
      summaryList([
        { key: t("tender"), value: lotCaption(app) },
        { key: t("received"), value: instantText(kept.completed_at, zone, app.lang, app.config.zoneName) },
        { key: t("opens"), value: instantText(opens, zone, app.lang, app.config.zoneName) },
        { key: t("print"), value: fingerprint(kept.receipt.sha256) },
      ]),
      serverReceipts(app),
      h("h2", { text: t("next_title") }),
      h("p", { text: t("next_text") }),
      h("p", {}, link("#/", t("back_to_bid"))),
    ],
  };
}

function serverReceipts({ t, kept }) {
  const saveAck = () => saveAs(new Blob([kept.ack], { type: "text/plain" }), `muhr-ack-${kept.number}.txt`);
  const links = [
    kept.page ? link(kept.page, t("server_receipt")) : null,
    kept.pdf ? link(kept.pdf, t("server_receipt_pdf")) : null,
    kept.ack ? linkButton(saveAck, t("save_ack")) : null,
  ];
  const items = links.filter(Boolean).map((item) => h("li", {}, item));
  return h("ul", { class: "links" }, items);
}

function noReceipt(app) {
  const { t, own } = app;
  const sealed = own && own.state === "sealed";
  return {
    title: t("receipt_title"),
    content: [
      heading(t("public_receipt"), lotCaption(app)),
      h("p", { text: t(isVoid(app) ? "void_title" : sealed ? "receipt_elsewhere" : "no_bid_yet") }),
      sealed ? h("p", {}, link(`/${app.lang}/bids/receipts/${own.number}`, t("server_receipt"))) : null,
      h("p", {}, link("#/", t("back_to_bid"))),
    ],
  };
}

function privateReceipt(app) {
  const { t, kept } = app;
  const text = canonical(kept.receipt);
  const saved = h("p", { role: "status" });
  const mark = () =>
    saved.replaceChildren(
      tag(kept.saved ? t("private_saved") : t("private_not_saved"), kept.saved ? "done" : "soon"),
    );
  mark();
  const save = async () => {
    saveAs(new Blob([`${text}\n`], { type: "application/json" }), `muhr-private-receipt-${kept.number}.json`);
    kept.saved = true;
    mark();
    await app.store.keepReceipt(kept);
  };
  return h(
    "section",
    { class: "card" },
    h("h2", { text: t("private_title") }),
    h("p", { text: t("private_text") }),
    warning(t("warning_prefix"), t("private_warning")),
    saved,
    h("p", {}, button(t("private_save"), save)),
    paperReceipt(app, text),
  );
}

function paperReceipt({ t }, text) {
  const attributes = { class: "private-receipt", dir: "ltr", translate: "no", tabindex: "0" };
  const body = [
    h("p", { text: t("private_print_text") }),
    h("pre", { ...attributes, text: text.replace(/,"/g, ',\n"') }),
    h("p", {}, [button(t("print_page"), () => window.print(), "secondary")]),
  ];
  return h(
    "details",
    {},
    h("summary", { text: t("private_print") }),
    h("div", { class: "details-body" }, body),
  );
}

// One's own sealed bid: opened on the device with the private receipt, corrected, or withdrawn.

import { carryOver } from "../bid/carry_over.js";
import { BID_NAME, draftFromBid } from "../bid/content.js";
import { allProblems } from "../bid/topics.js";
import { RECEIPT_TYPE } from "../sealing/receipt_format.js";
import { envelopePath } from "../upload/sending.js";
import { SignedOut } from "../upload/http.js";
import { bidTables } from "./check.js";
import { button, h, heading, link, notification, saveAs, warning } from "./elements.js";
import { earlierPack } from "./earlier.js";
import { envelopesPart, otherSealed, withdrawOthers } from "./envelopes.js";
import { checkbox, filePicker } from "./fields.js";
import { lotCaption } from "./topic_page.js";

/** Reads a private receipt's file. @throws {Error} `bad-receipt`, `other-receipt`. */
export async function readReceipt(app, file) {
  let receipt;
  try {
    receipt = JSON.parse(await file.text());
  } catch {
    throw new Error("bad-receipt");
  }
  const whole =
    receipt &&
    receipt.v === 1 &&
    receipt.type === RECEIPT_TYPE &&
    /^[0-9a-f]{32}$/.test(receipt.file_key) &&
    /^[0-9a-f]{64}$/.test(receipt.token) &&
    /^[0-9a-f]{64}$/.test(receipt.sha256);
  if (!whole) throw new Error("bad-receipt");
  const { pack, lot, kind } = app.facts;
  const ours =
    receipt.tender === pack.tender.id &&
    receipt.lot === lot.id &&
    receipt.kind === kind &&
    receipt.vendor === app.config.vendor;
  if (!ours) throw new Error("other-receipt");
  return receipt;
}

/** Reopening: the receipt kept on this device, or its file. */
export function reopenPage(app) {
  const { t } = app;
  if (app.reopened) return reopenedPage(app);
  return {
    title: t("reopen_title"),
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      heading(t("reopen_title"), lotCaption(app)),
      h("p", { text: t("reopen_text") }),
      warning(t("warning_prefix"), t("private_warning")),
      app.kept
        ? h(
            "p",
            {},
            button(t("reopen_kept"), () => reopenWith(app, app.kept.receipt)),
          )
        : null,
      filePicker({
        id: "receipt-file",
        label: t("private_file"),
        button: t("choose_file"),
        accept: ".json,application/json",
        error: app.errorOf("receipt-file"),
        words: app.words,
        onfiles: async ([file]) => {
          try {
            await reopenWith(app, await readReceipt(app, file));
          } catch (error) {
            app.fail([{ id: "receipt-file", key: `error_${error.message.replace(/-/g, "_")}` }]);
          }
        },
      }),
      h("p", { role: "status", id: "reopen-said" }),
    ],
  };
}

async function reopenWith(app, receipt) {
  const said = document.getElementById("reopen-said");
  if (said) said.textContent = app.t("reopening");
  try {
    const opened = await app.worker.call("reopen", { ciphertext: await sealedOf(app, receipt), receipt });
    app.reopened = { receipt, files: opened.files };
    await keepDraft(app, receipt);
  } catch (error) {
    app.fail([{ id: "receipt-file", text: reopenError(app, error) }]);
    return;
  }
  app.render();
  app.focusHeading();
}

/** The sealed bytes of a receipt: those kept on this device, or the server's. */
async function sealedOf(app, receipt) {
  const here = app.keptSealed;
  if (here && here.sha256 === receipt.sha256) return here.ciphertext;
  const path = `${envelopePath(app.place())}/ciphertext`;
  const response = await app.line.send("GET", path, { timeout: 600_000, tries: 3 });
  return response.blob();
}

function reopenError(app, error) {
  if (error instanceof SignedOut) return app.t("signed_out_text");
  const key = {
    "not-this-envelope": "error_other_receipt",
    "age-failed": "error_other_receipt",
    "http-404": "error_no_sealed",
    "not-found": "error_no_sealed",
    "line-down": "error_line_down",
  }[error.code || error.message];
  return key ? app.t(key) : error.text || app.t("error_unknown", { code: error.code || error.message });
}

/** Makes the draft that the reopened bid would be corrected in; it replaces nothing yet. */
async function keepDraft(app, receipt) {
  const { files } = app.reopened;
  const bid = files.find((file) => file.name === BID_NAME);
  if (!bid) return;
  const bytes = new Uint8Array(await bid.blob.arrayBuffer());
  const rest = files.filter((file) => file !== bid);
  app.reopened.bytes = bytes;
  app.reopened.view = draftFromBid(
    bytes,
    rest.map(({ name, type, size }) => ({ id: name, name, type, size })),
    receipt.notice,
  );
}

function reopenedPage(app) {
  const { t } = app;
  const { view, files } = app.reopened;
  return {
    title: t("reopened_title"),
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      heading(t("reopened_title"), lotCaption(app)),
      notification("done", t("reopened_whole"), t("reopened_only_here")),
      view ? bidTables(app, view, false) : null,
      h("h2", { text: t("topic_files") }),
      h(
        "ul",
        { class: "links file-list" },
        files.map((file) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                class: "link-button",
                onclick: () => saveAs(file.blob, file.name),
              },
              h("bdi", { text: file.name }),
            ),
          ),
        ),
      ),
      h("h2", { text: t("correct_title") }),
      h("p", { text: t("correct_text") }),
      h(
        "p",
        {},
        button(t("correct_button"), () => correct(app)),
      ),
    ],
  };
}

async function correct(app) {
  await takeReopened(app);
  app.go("");
}

/** Puts the reopened bid in the place of the draft, carried over where the tender changed since. */
async function takeReopened(app) {
  const { files, bytes, receipt } = app.reopened;
  const stored = [];
  for (const file of files.filter((found) => found.name !== BID_NAME)) {
    stored.push({
      id: await app.vault.putFile(file.blob),
      name: file.name,
      type: file.type,
      size: file.size,
    });
  }
  let draft = draftFromBid(bytes, stored, receipt.notice);
  if (receipt.notice !== app.facts.notice) {
    draft = carryOver(await earlierPack(app, receipt.notice), app.facts, draft).draft;
  }
  await app.store.replace(draft);
  app.reopened = null;
}

/** Takes the bid as it was sealed, carried over; where only dates moved it is sealed anew at once. */
export async function sealFromReceipt(app) {
  await reopenWith(app, app.kept.receipt);
  if (!app.reopened) return;
  await takeReopened(app);
  if (app.draft.onlyDates && !allProblems(app.facts, app.draft).length) app.sealAgain();
  else app.go("");
}

/** Withdrawing, with the token of the private receipt where it is at hand. */
export function withdrawPage(app) {
  const { t } = app;
  const sealed = app.own && ["sealed", "unconfirmed"].includes(app.own.state);
  if (app.withdrawn || !sealed) return nothingToWithdraw(app);
  const token =
    app.withdrawReceipt || (app.kept && app.kept.receipt.sha256 === app.own.sha256 ? app.kept.receipt : null);
  return {
    title: t("withdraw_title"),
    content: [
      link("#/", t("back_to_bid"), { class: "back" }),
      heading(t("withdraw_title"), lotCaption(app)),
      h("p", { text: t("withdraw_text") }),
      token ? h("p", { text: t("withdraw_token_here") }) : askForReceipt(app),
      otherSealed(app).length
        ? checkbox({
            id: "withdraw-both",
            label: t("withdraw_both"),
            words: app.words,
            value: app.withdrawBoth,
            onchange: (value) => {
              app.withdrawBoth = value;
            },
          })
        : null,
      h("div", { id: "withdraw-trouble", tabindex: "-1" }),
      h(
        "div",
        { class: "actions" },
        button(t("withdraw_button"), () => withdraw(app, token), "warning"),
        link("#/", t("keep_bid")),
      ),
    ],
  };
}

function nothingToWithdraw(app) {
  const { t, withdrawn } = app;
  return {
    title: t("withdraw_title"),
    content: [
      heading(t(withdrawn ? "withdrawn_title" : "withdraw_title"), lotCaption(app)),
      h("p", { text: t(withdrawn ? "withdrawn_text" : "no_bid_yet") }),
      withdrawn ? envelopesPart(app) : null,
      withdrawn && withdrawn.page ? h("p", {}, link(withdrawn.page, t("server_receipt"))) : null,
      h("p", {}, link("#/", t("back_to_bid"))),
    ],
  };
}

function askForReceipt(app) {
  const { t } = app;
  return [
    warning(t("warning_prefix"), t("withdraw_no_token")),
    filePicker({
      id: "withdraw-file",
      label: t("private_file"),
      button: t("choose_file"),
      accept: ".json,application/json",
      error: app.errorOf("withdraw-file"),
      words: app.words,
      onfiles: ([file]) => takeReceipt(app, file),
    }),
  ];
}

async function takeReceipt(app, file) {
  try {
    app.withdrawReceipt = await readReceipt(app, file);
    app.render();
  } catch (error) {
    app.fail([{ id: "withdraw-file", key: `error_${error.message.replace(/-/g, "_")}` }]);
  }
}

async function withdraw(app, receipt) {
  try {
    const { body } = await app.line.json(
      "POST",
      `${envelopePath(app.place())}/withdrawal`,
      { token: receipt ? receipt.token : null },
      { tries: 5 },
    );
    app.withdrawn = body;
    app.own = { state: "empty" };
    app.kept = null;
    await app.vault.remove(`receipt:${app.store.name}`);
    if (app.withdrawBoth) await withdrawOthers(app);
    app.render();
    app.focusHeading();
  } catch (error) {
    await showNotWithdrawn(app, error);
  }
}

async function showNotWithdrawn(app, error) {
  const { t } = app;
  const place = document.getElementById("withdraw-trouble");
  if (!(error instanceof SignedOut)) {
    const text = error.text || t("error_unknown", { code: error.code || error.message });
    place.replaceChildren(notification("problem", t("not_withdrawn"), text));
  } else {
    const fresh = error.code === "fresh-sign-in";
    const href = app.signInUrl(error.code);
    const words = t(fresh ? "fresh_link" : "sign_in");
    const anchor = h("a", { href, target: "_blank", rel: "noopener", text: words });
    const text = t(fresh ? "fresh_text" : "signed_out_text");
    place.replaceChildren(notification("problem", t("not_withdrawn"), text, h("p", {}, anchor)));
    await app.line.renewToken();
  }
  place.focus();
}

// The bid page's entry: checks the tender pack, opens the vault, takes the writing lock, shows the pages.

import { carryOver } from "./bid/carry_over.js";
import { readPack } from "./bid/pack.js";
import { DraftStore } from "./draft/draft.js";
import { WritingLock } from "./draft/tabs.js";
import { Vault } from "./draft/vault.js";
import { App } from "./pages/app.js";
import { checkPage } from "./pages/check.js";
import { clearPage, copyPage } from "./pages/device_copy.js";
import { fill, h, heading, link, notification } from "./pages/elements.js";
import { askOthers } from "./pages/envelopes.js";
import { reopenPage, sealFromReceipt, withdrawPage } from "./pages/own_bid.js";
import { pricesPage } from "./pages/prices.js";
import { criteriaPage, declarationsPage, requirementsPage } from "./pages/proposal.js";
import { receiptPage } from "./pages/receipt.js";
import { sealPage } from "./pages/seal.js";
import { earlierPack, sealedBytes } from "./pages/earlier.js";
import { otherTabPage, taskListPage } from "./pages/task_list.js";
import { filesPage, securityPage, validityPage } from "./pages/terms.js";
import { readTexts } from "./pages/texts.js";
import { toHex } from "./sealing/bytes.js";
import { SealingWorker } from "./sealing/worker_client.js";
import { Delivery } from "./upload/delivery.js";
import { Line } from "./upload/http.js";
import { envelopePath } from "./upload/sending.js";
import { bytesOnLine, knownSpeed, rememberSpeed } from "./upload/speed.js";

const PAGES = {
  "": taskListPage,
  requirements: requirementsPage,
  criteria: criteriaPage,
  declarations: declarationsPage,
  prices: pricesPage,
  validity: validityPage,
  security: securityPage,
  files: filesPage,
  check: checkPage,
  seal: sealPage,
  receipt: receiptPage,
  reopen: reopenPage,
  withdraw: withdrawPage,
  copy: copyPage,
  clear: clearPage,
};

/** The App with what only a whole bid page knows: its server, its lock, its clock. */
class BidApp extends App {
  place() {
    return { tender: this.config.tender, lot: this.config.lot, kind: this.config.kind };
  }

  speed() {
    return knownSpeed();
  }

  rememberSpeed(speed) {
    rememberSpeed(speed);
  }

  /** Whether no bid can be sent any more: the deadline has passed by the server's clock, or all ended. */
  isOver() {
    return (
      this.isCancelled() ||
      performance.now() - this.clock.at + this.clock.now >= Date.parse(this.facts.pack.schedule.deadline_at)
    );
  }

  isCancelled() {
    return this.config.cancelled === "true";
  }

  signInUrl(code) {
    const page = code === "fresh-sign-in" ? this.config.confirmUrl : this.config.signInUrl;
    return `${page}?next=${encodeURIComponent(this.config.tenderUrl)}`;
  }

  /** The one press after a change: the draft is checked and complete, and is sealed and sent anew. */
  sealAgain() {
    this.sealNow = true;
    this.sealAnew = true;
    this.go("seal");
  }

  /** The same from the private receipt and the sealed bytes kept beside it. */
  fromReceipt() {
    return sealFromReceipt(this);
  }

  /** Another tab has taken the bid: nothing more is written here. */
  lost() {
    this.store.readOnly = true;
    this.line.stop();
    this.pages = Object.fromEntries(Object.keys(PAGES).map((name) => [name, otherTabPage]));
    this.show(true);
  }

  async takeOver() {
    if (await this.lock.take(true)) location.reload();
  }

  /** Asks the server what stands; an answer that does not come changes nothing. */
  async askServer() {
    try {
      const { body } = await this.line.json("GET", envelopePath(this.place()), undefined, { tries: 2 });
      this.own = body;
      const old = this.kept && body.sha256 !== this.kept.receipt.sha256;
      if (old && body.state === "sealed") this.kept = null;
      await askOthers(this);
    } catch {
      this.own = this.own || null;
    }
    this.asking = false;
    if (["", "receipt", "withdraw"].includes(this.shown)) this.show(false);
  }
}

async function main() {
  const root = document.getElementById("bid");
  root.querySelector("[data-loading]").hidden = false;
  const t = readTexts("bid-texts");
  const config = { ...root.dataset, early: root.dataset.early === "true" };
  try {
    const app = await assemble(root, t, config);
    app.start();
    app.askServer();
  } catch (error) {
    showFailure(root, t, config, error);
  }
}

async function assemble(root, t, config) {
  const line = new Line({ lang: config.lang });
  const facts = await loadFacts(line, config);
  facts.program = await programOf(line, config.workerUrl);
  const vault = await Vault.open();
  const store = new DraftStore(vault, `${config.vendor}/${config.tender}/${config.lot}/${config.kind}`);
  const { draft, old, found } = await store.load(facts.notice);
  const app = new BidApp(
    {
      root,
      t,
      lang: config.lang,
      config,
      facts,
      store,
      vault,
      line,
      worker: new SealingWorker(config.workerUrl),
    },
    { ...PAGES },
  );
  if (!found) follow(line, config);
  app.clock = { now: Date.parse(config.now), at: performance.now() };
  app.lock = new WritingLock(store.name, () => app.lost());
  if (!(await app.lock.take())) {
    app.store.readOnly = true;
    app.pages = Object.fromEntries(Object.keys(PAGES).map((name) => [name, otherTabPage]));
    return app;
  }
  if (old && found) {
    app.tenderChanged = true;
    store.draft = carryOver(await earlierPack(app, draft.notice), facts, draft).draft;
    await store.save();
  }
  draft.notice = facts.notice;
  app.kept = await store.receipt();
  app.keptSealed = await sealedBytes(app);
  app.pendingUpload = Boolean(await new Delivery(app, () => null).pending());
  keepSafe(app);
  return app;
}

/** Starting a bid makes one a follower of the tender; the bid goes on whatever the answer is. */
function follow(line, config) {
  line.send("POST", config.packUrl.replace(/pack$/u, "follow"), { tries: 1 }).catch(() => null);
}

async function loadFacts(line, config) {
  const response = await line.send("GET", config.packUrl, { tries: 4 });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const read = readPack(bytes, { tender: config.tender, lot: config.lot, kind: config.kind });
  if (config.notice && config.notice !== read.notice) throw new Error("bad-pack");
  return { ...read, kind: config.kind };
}

/**
 * The SHA-384 of the sealing program that this page runs, to compare with the one in the notice.
 * Where the line was never measured, this fetch is the first measure.
 */
async function programOf(line, workerUrl) {
  const started = performance.now();
  const response = await line.send("GET", workerUrl, { tries: 4 });
  const bytes = await response.arrayBuffer();
  const carried = bytesOnLine(response, bytes.byteLength);
  if (carried && !knownSpeed()) rememberSpeed((carried * 1000) / Math.max(1, performance.now() - started));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-384", bytes)));
}

/** Asks the browser to keep the draft, and the vendor to stay while something is being saved or sent. */
function keepSafe(app) {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => null);
  window.addEventListener("beforeunload", (event) => {
    if (app.busy || app.store.isWaiting) event.preventDefault();
  });
}

function showFailure(root, t, config, error) {
  const code = error.code || error.message;
  const key = {
    "no-vault": "no_vault_text",
    "bad-pack": "bad_pack_text",
    "bad-chain-info": "bad_pack_text",
    "wrong-round": "bad_pack_text",
    "wrong-tender": "bad_pack_text",
    "vault-damaged": "vault_damaged_text",
    "line-down": "error_line_down",
  }[code];
  fill(
    root,
    heading(t("cannot_title")),
    notification("problem", "", key ? t(key) : error.text || t("error_unknown", { code })),
    h("p", { class: "hint" }, config.codeWord, " ", h("code", { dir: "ltr", text: code })),
    h("p", {}, link(config.beforeUrl, t("device_link")), " · ", link(config.tenderUrl, t("back_to_tender"))),
  );
  root.dataset.failure = code;
}

main();

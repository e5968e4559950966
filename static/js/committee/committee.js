// A committee member's pages: a key is made and loaded back, a dummy or the bids' shares are opened, on this device alone.

import { fill, h, notification, saveAs } from "../bidding/pages/elements.js";
import { readTexts } from "../bidding/pages/texts.js";
import { placeOf } from "./approved.js";
import {
  fingerprintOf,
  grouped,
  keyFromPaper,
  lockedFile,
  makeKey,
  openLockedFile,
  pinnedPlatform,
  recipientOf,
  SHORTEST_PASSPHRASE,
} from "./keys.js";
import { DealerCheated, openShare, takeShare } from "./shares.js";

const root = document.getElementById("committee");
const facts = JSON.parse(document.getElementById("committee-facts").textContent);
const t = readTexts("committee-texts");
const said = root.querySelector("[data-said]");
const trouble = root.querySelector("[data-trouble]");
const field = (name) => root.querySelector(`[name="${name}"]`);

const PLATFORM_KEY = "/keys/platform.txt";
const STEPS = { make: startMaking, prove: startProving, release: startReleasing };

for (const part of root.querySelectorAll("[data-with-script]")) part.hidden = false;
for (const part of root.querySelectorAll("[data-print]")) part.addEventListener("click", () => window.print());
STEPS[root.dataset.step]?.();

/** Runs work that a press began: one at a time, its words beside the button, its failure in words. */
function onSubmit(form, words, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (root.dataset.busy) return;
    root.dataset.busy = "yes";
    fill(trouble);
    said.textContent = t(words);
    // The words are painted before the arithmetic takes the thread.
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      await work();
    } catch (error) {
      said.textContent = "";
      show(error);
    }
    delete root.dataset.busy;
  });
}

function show(error) {
  const text = t(`error_${error.message}`);
  const known = !text.startsWith("error_");
  fill(
    trouble,
    notification(
      "problem",
      t("not_done"),
      known ? text : h("p", {}, t("error_unknown"), " ", h("code", { dir: "ltr", text: error.message })),
    ),
  );
  const digits = field("platform-digits");
  if (digits && error.message.endsWith("platform-key")) digits.closest("details").open = true;
  trouble.firstChild.tabIndex = -1;
  trouble.firstChild.focus();
}

function startMaking() {
  let made = null;
  const paper = root.querySelector("[data-paper]");
  onSubmit(root.querySelector("[data-make]"), "said_making", async () => {
    const passphrase = field("new-passphrase").value;
    if (passphrase.length < SHORTEST_PASSPHRASE) throw new Error("short-passphrase");
    if (passphrase !== field("same-passphrase").value) throw new Error("other-passphrase");
    const { identity, recipient } = await makeKey();
    made = recipient;
    const print = fingerprintOf(recipient);
    const platform = await platformKey();
    saveAs(await lockedFile(identity, passphrase, facts.title, platform), `committee-key-${print}.age`);
    paper.querySelector("[data-key]").textContent = grouped(identity);
    paper.querySelector("[data-print-of-key]").textContent = grouped(print);
    paper.querySelector("[data-print-of-platform]").textContent = grouped(fingerprintOf(platform));
    paper.hidden = false;
    said.textContent = t("said_made");
    paper.querySelector("h2").focus();
  });
  onSubmit(root.querySelector("[data-load]"), "said_opening", async () => {
    const recipient = await recipientOf((await loadedKey()).identity);
    if (recipient !== made) throw new Error("other-key");
    paper.querySelector("[data-key]").textContent = "";
    const form = root.querySelector("[data-hand-in]");
    form.elements.recipient.value = recipient;
    form.submit();
  });
}

function startProving() {
  onSubmit(root.querySelector("[data-load]"), "said_opening", async () => {
    const { identity, platform } = await ownKey();
    if (platform && platform !== (await platformKey())) throw new Error("other-platform-key");
    const share = await openShare(facts.part, facts.approved, facts.number, identity);
    const form = root.querySelector("[data-hand-in]");
    form.elements.share.value = share;
    form.submit();
  });
}

function startReleasing() {
  onSubmit(root.querySelector("[data-load]"), "said_opening", async () => {
    const { identity, platform } = await ownKey();
    const papers = await fetchPapers(platform);
    const form = root.querySelector("[data-hand-in]");
    let given = 0;
    for (const bid of facts.bids) given += (await release(bid, identity, papers, form)) ? 1 : 0;
    said.textContent = t("said_given", { given, all: facts.bids.length });
    if (given) form.submit();
  });
}

/** What shows which bids were approved: signed, or read by a hash that stands in what is signed. */
async function fetchPapers(kept) {
  const typed = field("platform-digits").value;
  return {
    pinned: pinnedPlatform(kept, typed, await platformKey()),
    list: await bytesOf(facts.list),
    prices: facts.prices ? await bytesOf(facts.prices) : null,
    newest: facts.newest,
    pack: (notice) => bytesOf(`${facts.packs}?notice=${notice}`),
  };
}

async function platformKey() {
  return new TextDecoder().decode(await bytesOf(PLATFORM_KEY)).trim();
}

async function bytesOf(address) {
  return new Uint8Array(await (await fetched(address)).arrayBuffer());
}

async function fetched(address) {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!response || !response.ok) throw new Error("line-down");
  return response;
}

/** Fills in one bid's share or evidence; tells whether there is something to send. */
async function release(bid, identity, papers, form) {
  const row = root.querySelector(`[data-bid="${bid.sha256}"]`);
  const { address, signature, ...binding } = bid;
  try {
    const place = await placeOf(binding, facts.recipient, papers);
    const sealed = await (await fetched(address)).blob();
    form.elements[`share-${bid.sha256}`].value = await takeShare(sealed, binding, signature, place, identity);
    row.textContent = t("share_taken");
    return true;
  } catch (error) {
    const key = `error_${error.message}`;
    row.textContent = t(key) === key ? `${t("share_refused")} ${error.message}` : t(key);
    if (!(error instanceof DealerCheated) || !error.fileKey) return false;
    form.elements[`file-key-${bid.sha256}`].value = error.fileKey;
    return true;
  }
}

/** The key that was loaded, which must be the one handed in for this tender, and the platform's kept with it. */
async function ownKey() {
  const { identity, platform } = await loadedKey();
  if ((await recipientOf(identity)) !== facts.recipient) throw new Error("other-key");
  return { identity, platform };
}

async function loadedKey() {
  const typed = field("paper-key") ? field("paper-key").value.trim() : "";
  if (typed) return { identity: keyFromPaper(typed), platform: "" };
  const [file] = field("key-file").files;
  if (!file) throw new Error("no-file");
  return openLockedFile(file, field("passphrase").value);
}

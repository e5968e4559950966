// Sends a bid that was sealed on another computer, in slices, after comparing it with its slip.

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./sealing/bytes.js";
import { Line, SignedOut } from "./upload/http.js";
import { Sending } from "./upload/sending.js";

const SLICE = 1 << 20;
const BINDING = ["tender", "lot", "kind", "vendor"];
const facts = JSON.parse(document.getElementById("sealed-file-facts").textContent);
const form = document.getElementById("sealed-file");
const problem = form.querySelector("[data-problem]");
const progress = form.querySelector("[data-progress]");

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
  if (text) problem.scrollIntoView({ block: "nearest" });
}

async function digestOf(file) {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += SLICE) {
    hash.update(new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer()));
  }
  return toHex(hash.digest());
}

/** What the slip says, or what stands without one. @throws {Error} with a code. */
async function announced(file, slip) {
  const digest = await digestOf(file);
  if (!slip) return { digest, notice: facts.notice, token: "" };
  let said;
  try {
    said = JSON.parse(await slip.slice(0, 4097).text());
  } catch {
    throw new Error("bad-slip");
  }
  if (!said || said.type !== "muhr-hand-in-slip" || said.v !== 1) throw new Error("bad-slip");
  if (BINDING.some((name) => said[name] !== facts[name])) throw new Error("slip-of-another-bid");
  if (said.sha256 !== digest) throw new Error("slip-of-another-file");
  return { digest, notice: said.notice, token: said.token_sha256 };
}

async function send() {
  const [file] = form.elements.sealed.files;
  const [slip] = form.elements.slip.files;
  if (!file) throw new Error("no-file");
  const { digest, notice, token } = await announced(file, slip);
  const { tender, lot, kind, lang } = facts;
  const parcel = { tender, lot, kind, notice, ciphertext: file, sha256: digest, size: file.size, tokenSha256: token };
  const line = new Line({ lang, onWaiting: (seconds) => say(seconds === null ? "" : facts.texts.waiting) });
  progress.hidden = false;
  const bar = progress.querySelector("progress");
  const done = await new Sending(line, parcel, undefined, ({ sent, size }) => {
    bar.value = sent / size;
  }).run();
  location.assign(done.page);
}

form.querySelector("[data-unless-program]").hidden = true;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  say("");
  try {
    await send();
  } catch (error) {
    if (error instanceof SignedOut) location.assign(facts.confirm);
    say(error.text || facts.texts[error.message] || error.message);
    progress.hidden = true;
    button.disabled = false;
  }
});

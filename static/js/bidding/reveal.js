// Seals what a private receipt reveals to an incident's key on this device; the withdrawal token never leaves it.

import { Encrypter } from "age-encryption";
import { toBase64 } from "./sealing/bytes.js";
import { canonical } from "./sealing/canonical.js";
import { RECEIPT_TYPE } from "./sealing/receipt_format.js";

const REVEAL_TYPE = "muhr-incident-reveal";
const LARGEST_RECEIPT = 16_384;
const facts = JSON.parse(document.getElementById("reveal-facts").textContent);
const form = document.getElementById("reveal");
const problem = form.querySelector("[data-problem]");

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
  if (text) problem.scrollIntoView({ block: "nearest" });
}

/** The keys in a private receipt of one of the reader's envelopes. @throws {Error} with a code. */
async function keysIn(file) {
  if (!file) throw new Error("no-receipt");
  let receipt;
  try {
    receipt = JSON.parse(await file.slice(0, LARGEST_RECEIPT + 1).text());
  } catch {
    throw new Error("bad-receipt");
  }
  const { v, type, sha256, file_key, inner_secret = null } = receipt ?? {};
  if (v !== 1 || type !== RECEIPT_TYPE) throw new Error("bad-receipt");
  if (!/^[0-9a-f]{32}$/.test(file_key)) throw new Error("bad-receipt");
  if (inner_secret !== null && !/^[0-9a-f]{64}$/.test(inner_secret)) throw new Error("bad-receipt");
  if (receipt.tender !== facts.tender || !facts.envelopes.includes(sha256)) {
    throw new Error("receipt-of-another-bid");
  }
  return { sha256, file_key, inner_secret };
}

async function sealReveal() {
  const keys = await keysIn(form.elements.receipt.files[0]);
  const encrypter = new Encrypter();
  encrypter.addRecipient(facts.recipient);
  const document_ = canonical({ v: 1, type: REVEAL_TYPE, incident: facts.incident, ...keys });
  form.elements.sha256.value = keys.sha256;
  form.elements.sealed.value = toBase64(await encrypter.encrypt(document_));
}

form.querySelector("[data-unless-program]").hidden = true;
form.querySelector("[data-with-program]").hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  say("");
  try {
    await sealReveal();
    // The receipt itself is not sent.
    form.elements.receipt.value = "";
    form.submit();
  } catch (error) {
    say(facts.texts[error.message] || error.message);
    button.disabled = false;
  }
});

// The tender pack: everything bid upon, fetched as bytes, its hash, chain and round worked out anew.

import { sha256 } from "@noble/hashes/sha2.js";
import { canonicalBytes, parseCanonical } from "../sealing/canonical.js";
import { toHex } from "../sealing/bytes.js";
import { checkChain, roundAt } from "../sealing/chain.js";
import { committeeId } from "../sealing/committee.js";

/**
 * Reads and checks a tender pack.
 * @param bytes the bytes as served.
 * @param asked {tender, lot, kind}: what this page is for.
 * @returns {notice, pack, lot, items}: notice is the SHA-256 of the bytes.
 * @throws {Error} `bad-pack`, `bad-chain-info`, `wrong-round`, `wrong-tender`.
 */
export function readPack(bytes, asked) {
  const notice = toHex(sha256(bytes));
  const pack = parsed(bytes);
  checkChain(pack.chain);
  checkRound(pack);
  checkCommittee(pack);
  const lot = pack.lots.find((row) => row.id === asked.lot);
  if (pack.tender.id !== asked.tender || !lot || !pack.envelopes.includes(asked.kind))
    throw new Error("wrong-tender");
  checkDeclarations(pack.declarations || []);
  return { notice, pack, lot, items: pack.items.filter((item) => item.lot === asked.lot) };
}

function parsed(bytes) {
  let pack;
  try {
    pack = parseCanonical(bytes);
  } catch {
    throw new Error("bad-pack");
  }
  const whole =
    pack.v === 1 &&
    pack.tender &&
    Array.isArray(pack.lots) &&
    Array.isArray(pack.items) &&
    Array.isArray(pack.envelopes) &&
    pack.schedule &&
    Number.isSafeInteger(pack.round);
  if (!whole) throw new Error("bad-pack");
  return pack;
}

/** The round must be the first at or after the opening and the guard: the page seals to nothing earlier. */
function checkRound(pack) {
  const opening = Date.parse(pack.schedule.opening_at);
  const deadline = Date.parse(pack.schedule.deadline_at);
  if (!Number.isFinite(opening) || !Number.isFinite(deadline) || opening < deadline)
    throw new Error("wrong-round");
  if (roundAt(pack.chain, opening / 1000, pack.schedule.guard_seconds) !== pack.round)
    throw new Error("wrong-round");
}

/** A bid is sealed to the committee where the pack says so, and never without the one it names. */
function checkCommittee({ seal, committee }) {
  if (seal !== "committee") {
    if (committee || seal !== "time_lock") throw new Error("bad-pack");
    return;
  }
  const { id, t, members } = committee || {};
  const whole = Number.isSafeInteger(t) && t >= 1 && Array.isArray(members) && t <= members.length;
  if (!whole || committeeId({ t, members }) !== id) throw new Error("bad-pack");
}

function checkDeclarations(declarations) {
  for (const { text, text_sha256: expected } of declarations) {
    if (toHex(sha256(canonicalBytes(text))) !== expected) throw new Error("bad-pack");
  }
}

/** A bilingual text in one language, or the other where it is missing: {text, lang}. */
export function inLanguage(text, lang) {
  if (typeof text === "string") return { text, lang: "" };
  const other = lang === "ur" ? "en" : "ur";
  const chosen = text[lang] ? lang : other;
  return { text: text[chosen] || "", lang: chosen };
}

/** The addenda a bid on this version acknowledges: every version after the first. */
export function addendaOf(pack) {
  return Array.from({ length: Math.max(0, (pack.version || 1) - 1) }, (_, at) => at + 1);
}

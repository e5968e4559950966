// Whether a sealed file was approved for opening, shown by signed papers alone; see docs/adr/0209.
// The same as bids/domain/approved.py, which says more of each step.

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex, utf8 } from "../bidding/sealing/bytes.js";
import { canonical, parseCanonical } from "../bidding/sealing/canonical.js";
import { checkChain, roundMessage } from "../bidding/sealing/chain.js";
import { verifyNote } from "./notes.js";

const { G1, G2, fields, pairing } = bls12_381;
const HASH_TO_CURVE = { DST: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_" };
const BINDING = ["tender", "lot", "kind", "vendor", "chain", "round", "notice"];
const STANDING = ["bid", "confirmation"];

/**
 * The member's place in the tender pack that a bid was sealed to.
 * @param bid {sha256, tender, lot, kind, vendor, chain, round, notice} as the page names it.
 * @param recipient the member's own public key.
 * @param papers {pinned, list, prices, newest, pack}: the platform's key as text; the signed list and the signed
 *   approval of prices as bytes (null where there is none); the newest round's signature, hexadecimal; the bytes of
 *   the pack of a notice, by a promise.
 * @returns {number, committee: {t, members}}
 * @throws {Error} `not-approved`, `bad-note`, `wrong-note-signature`, `wrong-signature`, `bad-chain-info`.
 */
export async function placeOf(bid, recipient, papers) {
  try {
    return await readPlace(bid, recipient, papers);
  } catch (error) {
    // A paper without the members that it should have says nothing of this bid.
    throw error instanceof TypeError ? new Error("not-approved", { cause: error }) : error;
  }
}

async function readPlace(bid, recipient, papers) {
  const confirms = confirmedNotice(papers.list, papers.pinned, bid);
  const pack = await packOf(bid.notice, papers);
  checkChain(pack.chain);
  const { t, members } = pack.committee || {};
  const right =
    pack.tender.id === bid.tender &&
    pack.chain.hash === bid.chain &&
    pack.round === bid.round &&
    pack.envelopes.includes(bid.kind) &&
    Array.isArray(members) &&
    members.includes(recipient);
  if (!right) throw new Error("not-approved");
  if (confirms) {
    const newer = await packOf(confirms, papers);
    if (bidUpon(pack) !== bidUpon(newer)) throw new Error("not-approved");
    checkRound(pack.chain, newer.round, papers.newest);
  }
  if (bid.kind === "financial") checkPrice(papers, bid);
  return { number: members.indexOf(recipient) + 1, committee: { t, members } };
}

/** The notice for which a listed bid was confirmed after its dates moved, or "". */
function confirmedNotice(list, pinned, bid) {
  const { tender, envelopes } = signed(list, pinned);
  if (tender !== bid.tender || !Array.isArray(envelopes)) throw new Error("not-approved");
  const found = envelopes
    .map((entry) => entry.document)
    .find(
      (document) =>
        STANDING.includes(document.type) &&
        document.sha256 === bid.sha256 &&
        BINDING.every((field) => document[field] === bid[field]),
    );
  if (!found) throw new Error("not-approved");
  return found.type === "confirmation" ? found.confirms : "";
}

function checkPrice({ prices, pinned }, bid) {
  if (!prices) throw new Error("not-approved");
  const { type, tender, opened } = signed(prices, pinned);
  const named =
    type === "prices-approved" &&
    tender === bid.tender &&
    Array.isArray(opened) &&
    opened.some(({ lot, vendor, sha256: hash }) => lot === bid.lot && vendor === bid.vendor && hash === bid.sha256);
  if (!named) throw new Error("not-approved");
}

/** @throws {Error} `wrong-signature` unless the chain signed this round. */
export function checkRound(chain, round, signature) {
  let right = false;
  try {
    const point = G1.Point.fromBytes(fromHex(signature));
    point.assertValidity();
    const message = G1.hashToCurve(roundMessage(round), HASH_TO_CURVE);
    const signer = G2.Point.fromHex(chain.public_key);
    signer.assertValidity();
    right = fields.Fp12.eql(pairing(point, G2.Point.BASE), pairing(message, signer));
  } catch {
    right = false;
  }
  if (!right) throw new Error("wrong-signature");
}

/** What stands in a pack but its own dates, as text to compare; nothing is the same without a committee. */
function bidUpon({ version, round, sealing_sha384, schedule, ...kept }) {
  const { deadline_at, opening_at, ...dates } = schedule;
  return canonical({ ...kept, schedule: dates });
}

async function packOf(notice, papers) {
  const bytes = await papers.pack(notice);
  if (toHex(sha256(bytes)) !== notice) throw new Error("not-approved");
  return document(bytes);
}

function signed(bytes, pinned) {
  return document(utf8(verifyNote(bytes, pinned).slice(0, -1)));
}

function document(bytes) {
  let found;
  try {
    found = parseCanonical(bytes);
  } catch {
    found = null;
  }
  if (!found || typeof found !== "object") throw new Error("not-approved");
  return found;
}

// A member's share: taken out of a bid's own bytes, refused unless it is the approved one, checked against its commitment.

import { Decrypter } from "age-encryption";
import { fromBase64, fromHex, toHex } from "../bidding/sealing/bytes.js";
import { parseCanonical } from "../bidding/sealing/canonical.js";
import { committeeId, shareCommitment } from "../bidding/sealing/committee.js";
import { digestOf, openOuter } from "../bidding/sealing/envelope.js";

const SHARE_BYTES = 33;
const BINDING = ["tender", "lot", "kind", "vendor", "eid"];

/** The bidder's share file does not hold; `fileKey` is the evidence, null where giving it is not safe. */
export class DealerCheated extends Error {
  constructor(fileKey) {
    super("dealer-cheated");
    this.fileKey = fileKey;
  }
}

/**
 * Opens a member's share.
 * @param part what a manifest says of its committee.
 * @param approved {tender, lot, kind, vendor, eid}: the envelope for which a share is given.
 * @param number the member's place, from 1.
 * @param identity the member's key.
 * @returns the share, hexadecimal.
 * @throws {Error} `wrong-identity`, `share-not-for-this-envelope`; {DealerCheated}.
 */
export async function openShare(part, approved, number, identity) {
  const file = fromBase64(part.shares[number - 1]);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const fileKey = await fileKeyOf(decrypter, file);
  let text;
  try {
    text = await decrypter.decrypt(file);
  } catch {
    // The payload cannot be tied to this envelope: where others stay shut its key is kept back.
    throw new DealerCheated(approved.kind === "single" ? fileKey : null);
  }
  const found = shareIn(text);
  if (!found) throw new DealerCheated(approved.kind === "single" ? fileKey : null);
  const right = BINDING.every((field) => found[field] === approved[field]);
  if (found.v !== 1 || found.i !== number || !right) throw new Error("share-not-for-this-envelope");
  const share = bytesOf(found.share);
  if (
    !share ||
    shareCommitment(fromHex(approved.eid), number, share) !== part.commitments[number - 1]
  )
    throw new DealerCheated(fileKey);
  return found.share;
}

/**
 * Takes a member's share out of a sealed bid, trusting nothing but the hash on the signed list.
 * @param ciphertext the sealed bytes.
 * @param bid {sha256, tender, lot, kind, vendor, chain, round, notice} as listed.
 * @param place {committee: {t, members}, number} by the tender pack.
 * @throws {Error} a code of the opening; {DealerCheated}.
 */
export async function takeShare(ciphertext, bid, signature, { committee, number }, identity) {
  const { sha256, ...binding } = bid;
  const { digest } = await digestOf(ciphertext);
  if (digest !== sha256) throw new Error("stored-bytes-changed");
  const outer = await openOuter(ciphertext, fromHex(signature), binding);
  if (outer.committee.id !== committeeId(committee)) throw new Error("binding-committee");
  return openShare(outer.committee, { ...binding, eid: outer.eid }, number, identity);
}

/** The age file key, hexadecimal; the header's check has held under it. */
async function fileKeyOf(decrypter, file) {
  try {
    return toHex(await decrypter.decryptHeader(file));
  } catch {
    throw new Error("wrong-identity");
  }
}

function shareIn(bytes) {
  try {
    return parseCanonical(bytes);
  } catch {
    return null;
  }
}

function bytesOf(text) {
  try {
    const bytes = fromHex(text);
    return bytes.length === SHARE_BYTES && text === text.toLowerCase() ? bytes : null;
  } catch {
    return null;
  }
}

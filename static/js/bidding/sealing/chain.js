// The beacon chain a bid is sealed to: its pinned scheme, its hash recomputed, and the round of an instant.

import { sha256 } from "@noble/hashes/sha2.js";
import { be32, be64, concat, fromHex, toHex, utf8 } from "./bytes.js";

/** The only scheme sealed to; the chain hash does not cover it, so it is pinned here. */
export const SCHEME = "bls-unchained-g1-rfc9380";

/**
 * The chain hash of drand's chain info, recomputed from its members.
 * @param info drand's chain info: public_key, period, genesis_time, groupHash, metadata.beaconID.
 * @returns 64 hexadecimal digits.
 */
export function chainHash(info) {
  const parts = [
    be32(info.period),
    be64(info.genesis_time),
    fromHex(info.public_key),
    fromHex(info.groupHash),
  ];
  const beacon = (info.metadata && info.metadata.beaconID) || "default";
  if (beacon !== "default") parts.push(utf8(beacon));
  return toHex(sha256(concat(...parts)));
}

/**
 * Checks chain info: the scheme is the pinned one and the hash is the recomputed one.
 * @throws {Error} with the message `bad-chain-info`.
 */
export function checkChain(info) {
  const whole =
    info &&
    Number.isSafeInteger(info.period) &&
    info.period > 0 &&
    Number.isSafeInteger(info.genesis_time) &&
    typeof info.public_key === "string" &&
    info.public_key.length === 192 &&
    typeof info.groupHash === "string";
  if (!whole || info.schemeID !== SCHEME || chainHash(info) !== info.hash) {
    throw new Error("bad-chain-info");
  }
}

/**
 * The first round at or after an instant and the guard.
 * @param info chain info.
 * @param instantSeconds Unix seconds, fractions allowed (they round the instant up).
 * @param guardSeconds seconds between the instant and the earliest opening.
 */
export function roundAt(info, instantSeconds, guardSeconds = 60) {
  const after = instantSeconds + guardSeconds - info.genesis_time;
  if (after < 0) throw new Error("before the chain's genesis");
  return Math.ceil(after / info.period) + 1;
}

/** The message that a round's signature signs, as bytes. */
export function roundMessage(round) {
  return sha256(be64(round));
}

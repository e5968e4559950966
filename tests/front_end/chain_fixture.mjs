// A TEST beacon made from a fixed key: chain info and signatures, so that no test needs the network.

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { chainHash, roundMessage, SCHEME } from "../../static/js/bidding/sealing/chain.js";
import { toHex } from "../../static/js/bidding/sealing/bytes.js";

const TEST_KEY = 0x1234567890abcdefn * 0xfedcba0987654321n;
const DST = { DST: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_" };

const bare = {
  public_key: bls12_381.G2.Point.BASE.multiply(TEST_KEY).toHex(true),
  period: 3,
  genesis_time: 1_760_000_000,
  groupHash: "11".repeat(32),
  schemeID: SCHEME,
  metadata: { beaconID: "test-beacon" },
};

/** drand chain info of the TEST beacon. */
export const TEST_CHAIN = { ...bare, hash: chainHash(bare) };

/** The TEST beacon's signature of a round. */
export function testSignature(round) {
  return bls12_381.G1.hashToCurve(roundMessage(round), DST).multiply(TEST_KEY).toBytes(true);
}

/** A context to seal to. */
export function testContext(round = 1000) {
  return {
    tender: "T-1",
    lot: "1",
    kind: "single",
    vendor: "V-1",
    round,
    notice: toHex(new Uint8Array(32).fill(171)),
  };
}

/** A file to seal, from text or bytes. */
export function testFile(name, content, type = "text/plain") {
  const blob = new Blob([content]);
  return { name, type, size: blob.size, open: () => blob.stream() };
}

// The time lock: drand's identity-based encryption (tlock) as an age recipient, on noble's BLS12-381.
// Source: vectors/sealing and docs of the sealed envelope; Gailly, Melissaris, Romailler, "tlock" (2023).

import { Stanza } from "age-encryption";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromHex, random, same, toHex, utf8, xor } from "./bytes.js";
import { roundMessage } from "./chain.js";

const { G1, G2, fields, pairing } = bls12_381;
const HASH_TO_CURVE = { DST: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_" };
const KNOWN_ANSWER = "cb87319f24560b5231579a09ad79f12e";
const KEY_BYTES = 16;
const BODY_BYTES = 128;

/**
 * Computes H2(e(G1, G2)) and compares it with the published value.
 * @throws {Error} `bad-arithmetic` when this device computes the pairing wrongly.
 */
export function checkKnownAnswer() {
  if (toHex(h2(pairing(G1.Point.BASE, G2.Point.BASE))) !== KNOWN_ANSWER) throw new Error("bad-arithmetic");
}

/** An age recipient that locks a file key until the beacon signs one round. */
export class TimeLockRecipient {
  /**
   * @param info checked chain info.
   * @param round the round, a positive whole number.
   * @param sigma 16 bytes, drawn at random unless a test vector is being repeated.
   */
  constructor(info, round, sigma = random(KEY_BYTES)) {
    if (!Number.isSafeInteger(round) || round < 1) throw new Error("wrong-round");
    this.info = info;
    this.round = round;
    this.sigma = sigma;
    this.fileKey = null;
  }

  /** Called by age with the file key, which is kept for the vendor's private receipt. */
  wrapFileKey(fileKey) {
    this.fileKey = Uint8Array.from(fileKey);
    const body = encryptKey(this.info.public_key, this.round, fileKey, this.sigma);
    return [new Stanza(["tlock", String(this.round), this.info.hash], body)];
  }
}

/** An age identity that opens with the beacon's signature of the round. */
export class TimeLockIdentity {
  constructor(signature) {
    this.signature = signature;
  }

  unwrapFileKey(stanzas) {
    if (stanzas.length !== 1 || stanzas[0].args[0] !== "tlock") throw new Error("wrong-stanza");
    return decryptKey(this.signature, stanzas[0].body);
  }
}

/** An age identity that already knows the file key, from the vendor's private receipt. */
export class FileKeyIdentity {
  constructor(fileKey) {
    this.fileKey = fileKey;
  }

  unwrapFileKey() {
    return this.fileKey;
  }
}

/**
 * Encrypts 16 bytes to a round: U (96) ‖ V (16) ‖ W (16).
 * @param publicKey the chain's public key in G2, hexadecimal.
 */
export function encryptKey(publicKey, round, fileKey, sigma) {
  const key = G2.Point.fromHex(publicKey);
  key.assertValidity();
  const r = h3(sigma, fileKey);
  const identity = G1.hashToCurve(roundMessage(round), HASH_TO_CURVE);
  const shared = pairing(identity.multiply(r), key);
  return concat(G2.Point.BASE.multiply(r).toBytes(true), xor(sigma, h2(shared)), xor(fileKey, h4(sigma)));
}

/**
 * Decrypts 16 bytes with the round's signature in G1.
 * @throws {Error} `ibe-failed` when the ciphertext is not for this signature or was changed.
 */
export function decryptKey(signature, body) {
  if (body.length !== BODY_BYTES) throw new Error("wrong-body");
  const point = G2.Point.fromBytes(body.subarray(0, 96));
  point.assertValidity();
  const sigma = xor(body.subarray(96, 112), h2(pairing(G1.Point.fromBytes(signature), point)));
  const fileKey = xor(body.subarray(112), h4(sigma));
  const check = G2.Point.BASE.multiply(h3(sigma, fileKey)).toBytes(true);
  if (!same(check, body.subarray(0, 96))) throw new Error("ibe-failed");
  return fileKey;
}

/** Hash of an element of GT to 16 bytes; every tower level is written c1 ‖ c0. */
function h2(gt) {
  return sha256(concat(utf8("IBE-H2"), gtBytes(gt))).subarray(0, KEY_BYTES);
}

function gtBytes({ c0, c1 }) {
  const sixth = ({ c0: a, c1: b, c2: c }) => [c, b, a].map((x) => concat(fp(x.c1), fp(x.c0)));
  return concat(...sixth(c1), ...sixth(c0));
}

function fp(element) {
  return fields.Fp.toBytes(element);
}

function h3(sigma, fileKey) {
  const seed = sha256(concat(utf8("IBE-H3"), sigma, fileKey));
  for (let i = 1; i < 65_536; i++) {
    const digest = sha256(concat(new Uint8Array([i & 255, i >> 8]), seed));
    digest[0] >>= 1;
    const number = BigInt(`0x${toHex(digest)}`);
    if (number < fields.Fr.ORDER) return number;
  }
  throw new Error("ibe-failed");
}

function h4(sigma) {
  return sha256(concat(utf8("IBE-H4"), sigma)).subarray(0, KEY_BYTES);
}

/** The bytes of a signature given as hexadecimal. */
export function signatureBytes(hex) {
  return fromHex(hex);
}

// A member's key: made here, saved in a file under a passphrase and on paper, loaded back; it is never sent.

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../bidding/sealing/bytes.js";

/** 64 MiB of scrypt: a phone takes about a second, and age itself opens the file. */
const SCRYPT_LOG_N = 16;
const LARGEST_FILE = 65_536;
export const SHORTEST_PASSPHRASE = 12;
const KEY = /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+/;

/** Makes a post-quantum key: {identity, recipient}. */
export async function makeKey() {
  const identity = await generateHybridIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The key as an age file under a passphrase, with a line that says whose it is. */
export async function lockedFile(identity, passphrase, title) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(SCRYPT_LOG_N);
  const text = `# ${title.replace(/\s+/g, " ")}\n${identity}\n`;
  return new Blob([await encrypter.encrypt(text)], { type: "application/octet-stream" });
}

/**
 * The key in a saved file.
 * @throws {Error} `wrong-passphrase` when the file does not open, `no-key-file` when no key is in it.
 */
export async function openLockedFile(file, passphrase) {
  if (file.size > LARGEST_FILE) throw new Error("no-key-file");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let text;
  try {
    text = await decrypter.decrypt(bytes, "text");
  } catch {
    throw new Error("wrong-passphrase");
  }
  return keyIn(text);
}

/** The key typed from paper, with any spaces and letters of either case. @throws {Error} `no-key-file`. */
export function keyFromPaper(typed) {
  return keyIn(typed.replace(/\s+/g, "").toUpperCase());
}

/** The public key of a key. @throws {Error} `no-key-file` when its check digits do not hold. */
export async function recipientOf(identity) {
  try {
    return await identityToRecipient(identity);
  } catch {
    throw new Error("no-key-file");
  }
}

/** What is read aloud of a public key: 16 hexadecimal digits. */
export function fingerprintOf(recipient) {
  return toHex(sha256(utf8(recipient))).slice(0, 16);
}

/** Digits, or a key behind its prefix, in groups of four, as they stand on paper. */
export function grouped(text) {
  const [, prefix, rest] = /^((?:AGE-SECRET-KEY-(?:PQ-)?1)?)(.*)$/.exec(text);
  return `${prefix} ${rest.replace(/(.{4})(?=.)/g, "$1 ")}`.trim();
}

function keyIn(text) {
  const found = KEY.exec(text);
  if (!found) throw new Error("no-key-file");
  return found[0];
}

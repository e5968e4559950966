// A member's key: made here, saved in a file under a passphrase and on paper, loaded back; it is never sent.

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../bidding/sealing/bytes.js";

/** 64 MiB of scrypt: a phone takes about a second, and age itself opens the file. */
const SCRYPT_LOG_N = 16;
const LARGEST_FILE = 65_536;
export const SHORTEST_PASSPHRASE = 12;
const KEY = /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+/;
const PLATFORM = /^# platform-key: (\S+)$/gm;
const DIGITS = 16;

/** Makes a post-quantum key: {identity, recipient}. */
export async function makeKey() {
  const identity = await generateHybridIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/**
 * The key as an age file under a passphrase, with a line that says whose it is.
 * @param platform the platform's public key when this one was made: it alone signs what is approved for opening.
 */
export async function lockedFile(identity, passphrase, title, platform) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(SCRYPT_LOG_N);
  const text = `# ${title.replace(/\s+/g, " ")}\n# platform-key: ${platform}\n${identity}\n`;
  return new Blob([await encrypter.encrypt(text)], { type: "application/octet-stream" });
}

/**
 * The key in a saved file: {identity, platform}; platform is "" in a file of before it was kept there.
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
  const [...kept] = text.matchAll(PLATFORM);
  return { identity: keyIn(text), platform: kept.length ? kept[kept.length - 1][1] : "" };
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
  return toHex(sha256(utf8(recipient))).slice(0, DIGITS);
}

/**
 * The platform's key by which signed papers count: the kept one, or the shown one whose digits stand on paper.
 * @param kept what the key file says, "" where it says nothing.
 * @param typed the sixteen digits from paper, with any spaces.
 * @param shown what the platform shows now.
 * @throws {Error} `no-platform-key` with neither; `other-platform-key` when the shown one is another.
 */
export function pinnedPlatform(kept, typed, shown) {
  if (kept && kept !== shown) throw new Error("other-platform-key");
  if (kept) return kept;
  const digits = typed.replace(/\s+/g, "").toLowerCase();
  if (!digits) throw new Error("no-platform-key");
  if (digits !== fingerprintOf(shown)) throw new Error("other-platform-key");
  return shown;
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

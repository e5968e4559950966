// Signed notes (C2SP signed-note) as the platform writes them, verified by a key that was pinned before.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, fromBase64, fromHex, same, utf8 } from "../bidding/sealing/bytes.js";

const ED25519 = 1;
const KEY_ID = 4;
const MOST_SIGNATURES = 100;
const LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;
const CONTROL = /[\0-\x09\x0b-\x1f]/;

/**
 * A verifier key, `name+id+key`.
 * @returns {name, id, key}
 * @throws {Error} `bad-platform-key` unless it is an Ed25519 key whose id is that of name and key.
 */
export function parseVerifier(text) {
  try {
    const [, name, id, written] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text);
    const key = fromBase64(written);
    const right = sha256(concat(utf8(`${name}\n`), key)).subarray(0, KEY_ID);
    if (key.length !== 33 || key[0] !== ED25519 || !same(right, fromHex(id))) throw new Error("id");
    return { name, id: right, key: key.subarray(1) };
  } catch {
    throw new Error("bad-platform-key");
  }
}

/**
 * The text of a note that the key signed; lines of other keys are passed over, a wrong one of this key is not.
 * @param bytes the note as it came.
 * @param verifier a verifier key as text.
 * @throws {Error} `bad-note`, `wrong-note-signature`.
 */
export function verifyNote(bytes, verifier) {
  const { name, id, key } = parseVerifier(verifier);
  const { text, lines } = parsed(bytes);
  const own = lines.filter((line) => line.name === name && same(line.id, id));
  const right = (line) => holds(line.signature, utf8(text), key);
  if (!own.length || !own.every(right)) throw new Error("wrong-note-signature");
  return text;
}

function parsed(bytes) {
  try {
    const note = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const at = note.lastIndexOf("\n\n");
    const text = note.slice(0, at + 1);
    const block = note.slice(at + 2);
    if (at < 0 || CONTROL.test(text) || !block.endsWith("\n")) throw new Error("form");
    const lines = block.slice(0, -1).split("\n");
    if (lines.length > MOST_SIGNATURES) throw new Error("form");
    return { text, lines: lines.map(signatureLine) };
  } catch {
    throw new Error("bad-note");
  }
}

function signatureLine(line) {
  const [, name, written] = LINE.exec(line);
  const data = fromBase64(written);
  if (data.length <= KEY_ID) throw new Error("form");
  return { name, id: data.subarray(0, KEY_ID), signature: data.subarray(KEY_ID) };
}

function holds(signature, message, key) {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

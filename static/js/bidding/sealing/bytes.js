// Small byte operations that the sealing formats need: hex, joins, big-endian lengths, comparison.

const encoder = new TextEncoder();

/** UTF-8 bytes of a string. */
export function utf8(text) {
  return encoder.encode(text);
}

/** Lower-case hexadecimal of some bytes. */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/**
 * The bytes of a hexadecimal string.
 * @throws {Error} when the text is not pairs of hexadecimal digits.
 */
export function fromHex(text) {
  if (typeof text !== "string" || text.length % 2 || !/^[0-9a-fA-F]*$/.test(text)) {
    throw new Error("not hexadecimal");
  }
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** One array with all the parts in order. */
export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Bytewise exclusive or of two arrays of one length. */
export function xor(a, b) {
  if (a.length !== b.length) throw new Error("lengths differ");
  return a.map((byte, i) => byte ^ b[i]);
}

/** Whether two arrays hold the same bytes. */
export function same(a, b) {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** A whole number from 0 to 2^32 - 1 as four big-endian bytes. */
export function be32(number) {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, number, false);
  return out;
}

/** A whole number from 0 to 2^53 as eight big-endian bytes. */
export function be64(number) {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(number), false);
  return out;
}

/** Random bytes from the platform's generator. */
export function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Base64 without padding, standard alphabet (age's own form). */
export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text).replace(/=+$/, "");
}

/** The bytes of base64 text, padded or not. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

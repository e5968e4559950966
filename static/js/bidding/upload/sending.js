// Sending one sealed bid: the fingerprint first, then resumable slices, then the signed acknowledgement.

import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "../sealing/bytes.js";
import { Refused, refusalOf } from "./http.js";

const SMALLEST = 16 * 1024;
const FIRST = 64 * 1024;
const MOST_DAMAGES = 6;
const MENDED = ["bad-slice", "wrong-offset"];
const WANTED_SECONDS = 2.5;

/** Slices that grow on a fast line and shrink on a slow or failing one. */
export class SliceSize {
  constructor(most = 1_048_576) {
    this.most = most;
    this.bytes = Math.min(FIRST, most);
    this.speed = null;
  }

  /** A slice went through. */
  took(bytes, seconds) {
    const speed = bytes / Math.max(seconds, 0.001);
    this.speed = this.speed === null ? speed : 0.7 * this.speed + 0.3 * speed;
    const wanted = this.speed * WANTED_SECONDS;
    this.set(Math.min(wanted, this.bytes * 2));
  }

  /** A slice was lost. */
  failed() {
    this.speed = null;
    this.set(this.bytes / 2);
  }

  set(bytes) {
    const steps = Math.max(1, Math.floor(bytes / SMALLEST));
    this.bytes = Math.min(this.most, steps * SMALLEST);
  }
}

/** Where the envelope's routes are. */
export function envelopePath({ tender, lot, kind }) {
  return `/api/tenders/${tender}/lots/${lot}/envelopes/${kind}`;
}

/** Sends one sealed envelope; all that is needed to go on is kept by `keep` after every step. */
export class Sending {
  /**
   * @param line a Line.
   * @param parcel {tender, lot, kind, notice, ciphertext, sha256, size, token, upload?, offset?}; whoever
   *   does not hold the withdrawal token knows its hash: tokenSha256, or an empty one.
   * @param keep called with the parcel when it has changed.
   * @param onProgress called with {sent, size, speed}.
   */
  constructor(line, parcel, keep = async () => {}, onProgress = () => {}) {
    this.line = line;
    this.parcel = parcel;
    this.keep = keep;
    this.onProgress = onProgress;
    this.slices = new SliceSize();
    this.damages = 0;
  }

  /**
   * Sends until the acknowledgement is here.
   * @returns the body of the completion: {ack, number, completed_at, sha256, page, pdf}.
   * @throws {Refused} with the server's code: `duplicate`, `late`, `wrong-notice`, …
   */
  async run() {
    const done = await this.fingerprint();
    if (done) return done;
    for (let restarts = 0; ; restarts++) {
      try {
        const counted = await this.bytes();
        if (counted) return counted;
        const { body } = await this.line.json("POST", `${this.parcel.upload}/complete`, {});
        return body;
      } catch (error) {
        const again = error.code === "incomplete" || error.code === "hash-mismatch";
        if (!again || restarts >= 3) throw error;
        const recorded = await this.fingerprint();
        if (recorded) return recorded;
      }
    }
  }

  /** Posts fingerprint and size; idempotent, so it is also the way to resume. */
  async fingerprint() {
    const { sha256: digest, size, notice, token, tokenSha256 } = this.parcel;
    const given = { sha256: digest, size, notice, token_sha256: tokenSha256 ?? toHex(sha256(fromHex(token))) };
    const { body } = await this.line.json("POST", `${envelopePath(this.parcel)}/fingerprints`, given);
    if (body.ack) return body;
    this.parcel = {
      ...this.parcel,
      upload: body.upload,
      offset: body.offset || 0,
      attempt: body.attempt || "",
      committed_at: body.committed_at || "",
    };
    this.slices = new SliceSize(Math.max(SMALLEST, body.slice_max || 1_048_576));
    await this.keep(this.parcel);
    return null;
  }

  /** Asks how many bytes the server has. */
  async resume() {
    const response = await this.line.send("HEAD", this.parcel.upload);
    this.parcel.offset = offsetOf(response, 0);
  }

  /**
   * Sends slices until the server has all; the last one asks for the receipt.
   * @returns the acknowledgement, or null when it must still be asked for.
   */
  async bytes() {
    const { ciphertext, size, upload } = this.parcel;
    this.report();
    while (this.parcel.offset < size) {
      const at = this.parcel.offset;
      const slice = new Uint8Array(await ciphertext.slice(at, at + this.slices.bytes).arrayBuffer());
      const started = performance.now();
      const response = await this.patch(upload, at, slice);
      if (response === null) {
        this.slices.failed();
        await this.resume();
      } else if (response.status === 200) {
        this.parcel.offset = size;
        this.report();
        return await response.json();
      } else if (response.status === 422) {
        await this.damaged(response);
      } else {
        this.damages = 0;
        this.parcel.offset = offsetOf(response, at + slice.length);
        this.slices.took(slice.length, (performance.now() - started) / 1000);
      }
      this.report();
    }
    return null;
  }

  /** One slice. @returns the Response, or null when the place must be asked for anew. */
  async patch(upload, at, slice) {
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(at),
      "X-Slice-SHA256": toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", slice))),
      "Upload-Complete": at + slice.length === this.parcel.size ? "?1" : "?0",
    };
    try {
      const response = await this.line.send("PATCH", upload, {
        headers,
        body: slice,
        timeout: 90_000,
        tries: 1,
        accept: [409, 422],
      });
      await checkSlice(response);
      return response;
    } catch (error) {
      if (error.code === "line-down") {
        await this.line.backOff(1, null);
        return null;
      }
      throw error;
    }
  }

  /** A slice arrived damaged, which happens; the same again and again does not. */
  async damaged(response) {
    this.damages += 1;
    if (this.damages > MOST_DAMAGES) throw await refusalOf(response);
    this.slices.failed();
    await this.resume();
  }

  report() {
    this.onProgress({ sent: this.parcel.offset, size: this.parcel.size, speed: this.slices.speed });
  }
}

/** A wrong place or a damaged slice is mended here; any other refusal is of the whole bid. */
async function checkSlice(response) {
  if (response.ok) return;
  const refusal = await refusalOf(response.clone());
  if (!MENDED.includes(refusal.code)) throw refusal;
}

function offsetOf(response, otherwise) {
  const text = response.headers.get("Upload-Offset");
  if (text === null || !/^\d+$/.test(text)) {
    if (response.status === 409) throw new Refused(409, "wrong-offset", "");
    return otherwise;
  }
  return Number(text);
}

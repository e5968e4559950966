// From a checked draft to a recorded bid: prepare, lock, send, record, each step kept on the device.

import { BID_NAME, BID_TYPE, bidBytes } from "../bid/content.js";
import { Refused } from "./http.js";
import { envelopePath, Sending } from "./sending.js";

/** The steps as the page shows them. */
export const STEPS = ["preparing", "locking", "sending", "recorded"];
const MOST_RESEALS = 3;

/** One delivery of one envelope; it may be run again after a failure and goes on where it stood. */
export class Delivery {
  /**
   * @param app the pages' App.
   * @param onStep called with (step, {done, total, speed}).
   */
  constructor(app, onStep) {
    this.app = app;
    this.onStep = onStep;
  }

  get name() {
    return this.app.store.name;
  }

  /** A sealed parcel that was not yet recorded, or null; its key is in the encrypted part of the vault. */
  async pending() {
    const { vault } = this.app;
    const parcel = await vault.getUpload(this.name);
    const kept = await vault.get(`pending:${this.name}`);
    if (!parcel || !kept || kept.receipt.sha256 !== parcel.sha256) return null;
    if (parcel.notice !== this.app.facts.notice) {
      await this.forget();
      return null;
    }
    return { parcel: { ...parcel, token: kept.receipt.token }, receipt: kept.receipt };
  }

  /**
   * Makes room for a new seal. A parcel that waits may have been recorded though its answer was lost:
   * then its private receipt is kept first.
   */
  async renew() {
    const waiting = await this.pending();
    if (!waiting) return;
    const { receipt } = waiting;
    try {
      const { body } = await this.app.line.json("GET", envelopePath(this.app.place()), undefined, {
        tries: 2,
      });
      if (body.state === "sealed" && body.sha256 === receipt.sha256) {
        await this.app.store.keepReceipt({
          receipt,
          ack: "",
          number: body.number,
          completed_at: body.completed_at,
          saved: false,
        });
      }
    } finally {
      await this.forget();
    }
  }

  /**
   * Keeps the sealed bytes beside the private receipt: should the tender change, the server destroys its
   * own, and the receipt still opens these. Where there is no room the draft has to do.
   */
  async keepSealed(sha256) {
    const { vault } = this.app;
    try {
      const { ciphertext } = await vault.getUpload(this.name);
      await vault.putUpload(`kept:${this.name}`, { ciphertext, sha256 });
      this.app.keptSealed = { ciphertext, sha256 };
    } catch {
      this.app.keptSealed = null;
    }
  }

  /** Drops a parcel that will not be sent. */
  async forget() {
    await this.app.vault.removeUpload(this.name);
    await this.app.vault.remove(`pending:${this.name}`);
  }

  /**
   * Seals (or takes the sealed parcel that waits) and sends until it is recorded.
   * @returns what is kept with the private receipt: {receipt, ack, number, completed_at, page, pdf}.
   * @throws {Refused} with a code; the parcel is kept unless the code says that it can never be taken.
   */
  async run() {
    for (let tries = 0; ; tries++) {
      const { parcel, receipt } = (await this.pending()) || (await this.seal());
      try {
        return await this.record(receipt, await this.send(parcel));
      } catch (error) {
        const useless = [
          "duplicate",
          "upload-ended",
          "wrong-notice",
          "late",
          "hash-mismatch",
          "not-taking-bids",
        ];
        if (useless.includes(error.code)) await this.forget();
        if (error.code !== "duplicate" || tries >= MOST_RESEALS) throw error;
      }
    }
  }

  async seal() {
    const { app } = this;
    this.onStep("preparing", { done: 0, total: 1 });
    const files = await this.files();
    const { pack, notice, lot, kind } = app.facts;
    const context = {
      tender: pack.tender.id,
      lot: lot.id,
      kind,
      vendor: app.config.vendor,
      round: pack.round,
      notice,
    };
    const plan = { chain: pack.chain, context, committee: pack.committee || null, files };
    const sealed = await app.worker.call("seal", { plan }, ({ done, total }) =>
      this.onStep("locking", { done, total }),
    );
    const { ciphertext, sha256, size, receipt } = sealed;
    await app.vault.put(`pending:${this.name}`, { receipt });
    const parcel = { tender: context.tender, lot: lot.id, kind, notice, ciphertext, sha256, size, offset: 0 };
    await app.vault.putUpload(this.name, parcel);
    return { parcel: { ...parcel, token: receipt.token }, receipt };
  }

  async files() {
    const { draft, vault, facts } = this.app;
    const files = [{ name: BID_NAME, type: BID_TYPE, blob: new Blob([bidBytes(facts, draft)]) }];
    for (const { id, name, size, type } of draft.files) {
      files.push({ name, type, blob: await vault.getFile(id, size, type) });
      this.onStep("preparing", { done: files.length - 1, total: draft.files.length });
    }
    return files;
  }

  async send(parcel) {
    const keep = ({ token, ...rest }) => this.app.vault.putUpload(this.name, rest);
    const sending = new Sending(this.app.line, parcel, keep, ({ sent, size, speed }) => {
      if (speed) this.app.rememberSpeed(speed);
      this.onStep("sending", { done: sent, total: size, speed });
    });
    this.onStep("sending", { done: parcel.offset || 0, total: parcel.size, speed: null });
    return sending.run();
  }

  async record(receipt, done) {
    if (done.sha256 && done.sha256 !== receipt.sha256) throw new Refused(0, "wrong-acknowledgement", "");
    const kept = {
      receipt,
      ack: done.ack,
      number: done.number,
      completed_at: done.completed_at,
      page: done.page,
      pdf: done.pdf,
      saved: false,
    };
    await this.app.store.keepReceipt(kept);
    await this.keepSealed(receipt.sha256);
    await this.forget();
    this.onStep("recorded", { done: 1, total: 1 });
    return kept;
  }
}

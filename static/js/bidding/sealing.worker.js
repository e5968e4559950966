// The sealing Worker: seals, reopens and tests away from the page, and reports real progress.

import { exportDraft, importDraft } from "./draft/transfer.js";
import { digestOf, reopen, seal, sealDummy } from "./sealing/envelope.js";
import { checkKnownAnswer } from "./sealing/time_lock.js";

const OPERATIONS = {
  /** @param plan as `seal` wants it, with `files: [{name, type, blob}]`. */
  async seal({ plan }, report) {
    checkKnownAnswer();
    report({ step: "locking", done: 0, total: 1 });
    const files = plan.files.map(({ name, type, blob }) => ({
      name,
      type,
      size: blob.size,
      open: () => blob.stream(),
    }));
    let last = 0;
    return seal({ ...plan, files }, (done, total) => {
      if (done - last < 1_048_576 && done !== total) return;
      last = done;
      report({ step: "locking", done, total });
    });
  },
  async reopen({ ciphertext, receipt }) {
    return reopen(ciphertext, receipt);
  },
  async digest({ blob }) {
    return digestOf(blob);
  },
  async export_draft(request) {
    return exportDraft(request);
  },
  async import_draft(request) {
    return importDraft(request);
  },
  async self_test({ chain }) {
    checkKnownAnswer();
    return { milliseconds: await sealDummy(chain) };
  },
};

self.onmessage = async ({ data: { id, operation, request } }) => {
  try {
    const result = await OPERATIONS[operation](request, (progress) => self.postMessage({ id, progress }));
    self.postMessage({ id, result });
  } catch (error) {
    self.postMessage({ id, error: error && error.message ? error.message : "unknown" });
  }
};

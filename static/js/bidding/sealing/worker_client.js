// The page's side of the sealing Worker: one call, one promise, progress on the way.

/** Starts the Worker on first use; Trusted Types allow this one script only. */
export class SealingWorker {
  /** @param url address of the bundled Worker, from the page's own data attribute. */
  constructor(url) {
    this.url = url;
    this.waiting = new Map();
    this.count = 0;
    this.worker = null;
  }

  /**
   * @param operation seal | reopen | digest | self_test.
   * @returns a promise of the result; it rejects with an Error whose message is a code.
   */
  call(operation, request, onProgress = () => {}) {
    this.start();
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, onProgress });
      this.worker.postMessage({ id, operation, request });
    });
  }

  start() {
    if (this.worker) return;
    this.worker = new Worker(trustedWorkerUrl(this.url));
    this.worker.onmessage = ({ data }) => this.answer(data);
    this.worker.onerror = () => this.fail("worker-failed");
    this.worker.onmessageerror = () => this.fail("worker-failed");
  }

  answer({ id, progress, result, error }) {
    const call = this.waiting.get(id);
    if (!call) return;
    if (progress) {
      call.onProgress(progress);
      return;
    }
    this.waiting.delete(id);
    if (error) call.reject(new Error(error));
    else call.resolve(result);
  }

  /** Ends the Worker; every open call rejects. */
  fail(code) {
    if (this.worker) this.worker.terminate();
    this.worker = null;
    for (const call of this.waiting.values()) call.reject(new Error(code));
    this.waiting.clear();
  }
}

let policy = null;

/** The Worker's address under the page's one Trusted Types policy: same origin, our own built file. */
function trustedWorkerUrl(url) {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin || !/\/built\/sealing\.worker\.js$/.test(address.pathname)) {
    throw new Error("worker-refused");
  }
  if (!window.trustedTypes) return address.href;
  policy = policy || window.trustedTypes.createPolicy("muhr-sealing", { createScriptURL: (text) => text });
  return policy.createScriptURL(address.href);
}

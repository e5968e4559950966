// One tab writes a bid at a time: a Web Lock, with a clear word and a way to take it over.

/** Holds the right to write one draft. */
export class WritingLock {
  /** @param onLost called when another tab takes over. */
  constructor(name, onLost) {
    this.name = `muhr-bid:${name}`;
    this.onLost = onLost;
  }

  /** Asks for the lock; resolves to whether this tab has it. Where locks are unknown the answer is yes. */
  take(steal = false) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      const held = navigator.locks.request(
        this.name,
        steal ? { steal: true } : { ifAvailable: true },
        (lock) => {
          resolve(lock !== null);
          return lock === null ? undefined : new Promise(() => {});
        },
      );
      held.catch(() => this.onLost());
    });
  }
}

// Requests to our own server: the CSRF token, patience with a bad line, and refusals as errors with a code.

/** An answer that is final: code as in the refusals, message in the page's language. */
export class Refused extends Error {
  constructor(status, code, message, body = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.text = message;
    this.body = body;
  }
}

/** The session has ended, or must be confirmed anew: the work waits. */
export class SignedOut extends Refused {}

const SIGN_IN_CODES = ["fresh-sign-in", "not-signed-in", "sign-in", "session-ended"];
const CSRF_CODES = ["csrf", "csrf-failed", "bad-csrf"];

/** Talks to one server for one page. */
export class Line {
  /**
   * @param options {lang, onWaiting(seconds|null)}: told while the line is down, null when it is back.
   */
  constructor({ lang, onWaiting = () => {}, fetcher = (...all) => fetch(...all), sleep = wait }) {
    this.lang = lang;
    this.onWaiting = onWaiting;
    this.fetcher = fetcher;
    this.sleep = sleep;
    this.token = metaToken();
    this.stopped = false;
  }

  /** Ends all patience: what waits rejects with `stopped`. */
  stop() {
    this.stopped = true;
  }

  /**
   * Sends a request until it has an answer; a cut line or a busy server is tried again with back-off.
   * @returns the Response when its status is 2xx.
   * @throws {Refused} for an answer that will not change, {SignedOut} when the session has ended.
   */
  async send(
    method,
    path,
    { headers = {}, body = undefined, timeout = 60_000, tries = Infinity, accept = [] } = {},
  ) {
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      if (this.stopped) throw new Refused(0, "stopped", "");
      const response = await this.once(method, path, headers, body, timeout);
      if (response && (response.ok || accept.includes(response.status))) {
        this.onWaiting(null);
        return response;
      }
      if (response && !isPassing(response.status)) {
        const refusal = await refusalOf(response);
        if (!CSRF_CODES.includes(refusal.code) || renewed) throw refusal;
        renewed = true;
        await this.renewToken();
        continue;
      }
      if (attempt >= tries) throw new Refused(response ? response.status : 0, "line-down", "");
      await this.backOff(attempt, response);
    }
  }

  /** Sends JSON and reads JSON. */
  async json(method, path, document, options = {}) {
    const response = await this.send(method, path, {
      ...options,
      headers: { "Content-Type": "application/json" },
      body: document === undefined ? undefined : JSON.stringify(document),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Takes a new CSRF token, as after signing in again in another tab. */
  async renewToken() {
    const response = await this.once("GET", location.pathname, {}, undefined, 30_000);
    const found =
      response && response.ok
        ? /<meta name="csrf-token" content="([^"]+)"/.exec(await response.text())
        : null;
    if (found) this.token = found[1];
    return Boolean(found);
  }

  async once(method, path, headers, body, timeout) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeout);
    try {
      const own = {
        "Accept-Language": this.lang,
        Accept: "application/json",
        "X-CSRF-Token": this.token,
        ...headers,
      };
      return await this.fetcher(path, {
        method,
        body,
        headers: own,
        credentials: "same-origin",
        redirect: "manual",
        cache: "no-store",
        signal: controller.signal,
      });
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async backOff(attempt, response) {
    const asked = response ? Number(response.headers.get("Retry-After")) : 0;
    const seconds = asked > 0 ? Math.min(asked, 120) : Math.min(30, 2 ** Math.min(attempt - 1, 5));
    const spread = seconds * (0.75 + Math.random() / 2);
    this.onWaiting(Math.round(spread));
    await this.sleep(spread * 1000);
  }
}

function isPassing(status) {
  return status === 429 || status >= 500 || status === 408;
}

/** The refusal that an answer states. */
export async function refusalOf(response) {
  if (response.type === "opaqueredirect") return new SignedOut(401, "session-ended", "");
  let body = {};
  try {
    body = await response.json();
  } catch {
    body = {};
  }
  const code = body.code || `http-${response.status}`;
  const ended = response.status === 401 || SIGN_IN_CODES.includes(code);
  return new (ended ? SignedOut : Refused)(response.status, code, body.message || "", body);
}

/** Waits, but no longer than until the line comes back. */
function wait(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      if (typeof window !== "undefined") window.removeEventListener("online", done);
      resolve();
    }
    if (typeof window !== "undefined") window.addEventListener("online", done);
  });
}

function metaToken() {
  const meta = typeof document === "undefined" ? null : document.querySelector("meta[name=csrf-token]");
  return meta ? meta.content : "";
}

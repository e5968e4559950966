// Sending against a server that cuts, stalls, forgets and refuses: every byte arrives once, in order.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Line, Refused, SignedOut } from "../../static/js/bidding/upload/http.js";
import { Sending, SliceSize } from "../../static/js/bidding/upload/sending.js";

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** A server in memory with our upload routes; `trouble(request)` may answer first or throw. */
class Server {
  constructor(trouble = () => null) {
    this.trouble = trouble;
    this.held = Buffer.alloc(0);
    this.fingerprints = 0;
    this.count = 0;
    this.requests = [];
  }

  fetch = async (path, { method, headers, body }) => {
    this.count += 1;
    this.requests.push({ path, method, headers, body });
    const early = this.trouble({ path, method, headers, body, count: this.count, server: this });
    return early || this.answer(path, method, headers, body);
  };

  answer(path, method, headers, body) {
    if (path.endsWith("/fingerprints")) {
      this.fingerprints += 1;
      this.given = JSON.parse(body);
      return this.reply(201, {
        upload: "/api/uploads/u1",
        offset: this.held.length,
        committed_at: "2027-01-01T00:00:00Z",
        slice_max: 65_536,
      });
    }
    if (path.endsWith("/complete")) {
      if (this.held.length < this.given.size) return this.reply(409, { code: "incomplete", message: "" });
      if (hash(this.held) !== this.given.sha256)
        return this.reply(422, { code: "hash-mismatch", message: "" });
      return this.reply(200, { ack: "note", number: "ABCD2345", sha256: this.given.sha256 });
    }
    if (method === "HEAD") return this.reply(200, null);
    if (Number(headers["Upload-Offset"]) !== this.held.length)
      return this.reply(409, { code: "wrong-offset" });
    if (headers["X-Slice-SHA256"] !== hash(body)) return this.reply(422, { code: "bad-slice" });
    this.held = Buffer.concat([this.held, Buffer.from(body)]);
    const counts = this.completing && headers["Upload-Complete"] === "?1";
    return counts ? this.answer("/complete", "POST", {}, "{}") : this.reply(204, null);
  }

  reply(status, document) {
    const headers = { "Upload-Offset": String(this.held.length) };
    return new Response(document === null ? null : JSON.stringify(document), { status, headers });
  }
}

function send(server, bytes, more = {}) {
  const line = new Line({ lang: "en", fetcher: server.fetch, sleep: async () => null });
  const parcel = {
    tender: "T",
    lot: "1",
    kind: "single",
    notice: "n",
    ciphertext: new Blob([bytes]),
    sha256: hash(bytes),
    size: bytes.length,
    token: "00".repeat(32),
    ...more,
  };
  return new Sending(line, parcel).run();
}

const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)).buffer);
const large = Buffer.concat(Array.from({ length: 10 }, () => bytes));

test("the fingerprint goes first, then all bytes, then the acknowledgement", async () => {
  const server = new Server();
  const done = await send(server, large);
  assert.equal(done.number, "ABCD2345");
  assert.equal(hash(server.held), hash(large));
  assert.equal(server.requests[0].path, "/api/tenders/T/lots/1/envelopes/single/fingerprints");
  assert.deepEqual(Object.keys(server.given).sort(), ["notice", "sha256", "size", "token_sha256"]);
  assert.equal(server.given.token_sha256, hash(Buffer.alloc(32)));
});

test("the last slice brings the acknowledgement where the server gives it at once", async () => {
  const server = new Server();
  server.completing = true;
  const done = await send(server, large);
  assert.equal(done.number, "ABCD2345");
  assert.equal(hash(server.held), hash(large));
  assert.deepEqual(server.requests.map(({ method }) => method).filter((method) => method === "POST").length, 1);
});

test("an acknowledgement that was lost on the way is asked for again", async () => {
  let lost = false;
  const server = new Server(({ method, path, headers, body, server: self }) => {
    if (lost || headers["Upload-Complete"] !== "?1") return null;
    lost = true;
    self.answer(path, method, headers, body);
    throw new TypeError("network");
  });
  server.completing = true;
  assert.equal((await send(server, large)).number, "ABCD2345");
  assert.equal(hash(server.held), hash(large));
});

test("a bid refused with its last slice is not sent again", async () => {
  for (const [status, code] of [[409, "duplicate"], [422, "bad-age-header"]]) {
    const server = new Server(({ headers, server: self }) =>
      headers["Upload-Complete"] === "?1" ? self.reply(status, { code, message: "" }) : null,
    );
    await assert.rejects(send(server, large), { code });
    assert.equal(server.fingerprints, 1);
  }
});

test("a line that fails every third time loses nothing", async () => {
  const cut = new Server(({ count }) => {
    if (count % 3 === 1) throw new TypeError("network");
    return null;
  });
  await send(cut, large);
  assert.equal(hash(cut.held), hash(large));
});

test("a slice whose answer was lost is not sent twice", async () => {
  let lost = false;
  const server = new Server(({ method, path, headers, body, server: self }) => {
    if (method !== "PATCH" || lost) return null;
    lost = true;
    self.answer(path, method, headers, body);
    throw new TypeError("network");
  });
  await send(server, large);
  assert.equal(hash(server.held), hash(large));
});

test("a busy server is tried again, a damaged slice is sent again", async () => {
  const codes = [503, 429, 500];
  const busy = new Server(({ method, server: self }) =>
    method === "PATCH" && codes.length ? self.reply(codes.pop(), { code: "busy" }) : null,
  );
  await send(busy, large);
  assert.equal(hash(busy.held), hash(large));
  let hurt = 2;
  const damaged = new Server(({ method, server: self }) =>
    method === "PATCH" && hurt-- > 0 ? self.reply(422, { code: "bad-slice" }) : null,
  );
  await send(damaged, large);
  assert.equal(hash(damaged.held), hash(large));
});

test("a slice that is refused for ever ends in its code", async () => {
  const refusing = new Server(({ method, server: self }) =>
    method === "PATCH" ? self.reply(422, { code: "bad-request-body", message: "" }) : null,
  );
  await assert.rejects(send(refusing, large), { code: "bad-request-body" });
});

test("a reload goes on where the server stands", async () => {
  const server = new Server();
  server.held = large.subarray(0, 123_456);
  await send(server, large);
  assert.equal(hash(server.held), hash(large));
});

test("refusals are final, an ended session is told apart", async () => {
  const refusing = (status, code) =>
    new Server(({ server: self }) => self.reply(status, { code, message: "words" }));
  await assert.rejects(
    send(refusing(409, "late"), bytes),
    (error) => error instanceof Refused && error.code === "late" && error.text === "words",
  );
  await assert.rejects(send(refusing(409, "duplicate"), bytes), { code: "duplicate" });
  await assert.rejects(send(refusing(401, "sign-in"), bytes), (error) => error instanceof SignedOut);
  await assert.rejects(send(refusing(403, "fresh-sign-in"), bytes), (error) => error instanceof SignedOut);
});

test("an upload that is complete already gives its acknowledgement again", async () => {
  const server = new Server(({ path, server: self }) =>
    path.endsWith("/fingerprints") ? self.reply(200, { ack: "note", number: "Z" }) : null,
  );
  assert.equal((await send(server, bytes)).number, "Z");
  assert.equal(server.count, 1);
});

test("slices adapt to the line within their limits", () => {
  const slices = new SliceSize();
  for (let i = 0; i < 20; i++) slices.took(slices.bytes, 0.01);
  assert.equal(slices.bytes, 1_048_576);
  for (let i = 0; i < 20; i++) slices.failed();
  assert.equal(slices.bytes, 16_384);
  slices.took(16_384, 10);
  assert.equal(slices.bytes, 16_384);
});

// The bid itself: the tender pack checked, drafts judged, bid.json written and read back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../static/js/bidding/sealing/bytes.js";
import { canonicalBytes } from "../../static/js/bidding/sealing/canonical.js";
import { bidBytes, bidDocument, draftFromBid } from "../../static/js/bidding/bid/content.js";
import { addendaOf, inLanguage, readPack } from "../../static/js/bidding/bid/pack.js";
import { priceSchedule, securityAmount } from "../../static/js/bidding/bid/pricing.js";
import { allProblems, statusOf, topicsOf } from "../../static/js/bidding/bid/topics.js";
import { cleanName, emptyDraft, freeName } from "../../static/js/bidding/draft/draft.js";
import { examplePack, exampleFacts, fullDraft } from "./bid_fixture.mjs";

const asked = { tender: "T-1", lot: "1", kind: "single" };

test("a pack's notice, chain and round are worked out anew", () => {
  const bytes = canonicalBytes(examplePack());
  const read = readPack(bytes, asked);
  assert.equal(read.notice, toHex(sha256(bytes)));
  assert.deepEqual(
    read.items.map((item) => item.id),
    ["I-1", "I-2"],
  );
  assert.equal(readPack(bytes, { ...asked, lot: "2" }).items.length, 1);
});

test("a pack that does not hold is refused", () => {
  const refuse = (change, code, more = {}) => {
    const pack = examplePack();
    change(pack);
    assert.throws(() => readPack(canonicalBytes(pack), { ...asked, ...more }), { message: code });
  };
  refuse((pack) => {
    pack.chain.period = 30;
  }, "bad-chain-info");
  refuse((pack) => {
    pack.chain.schemeID = "pedersen-bls-unchained";
  }, "bad-chain-info");
  refuse((pack) => {
    pack.round -= 1;
  }, "wrong-round");
  refuse((pack) => {
    pack.schedule.opening_at = "2027-03-01T04:59:59Z";
  }, "wrong-round");
  refuse((pack) => {
    pack.declarations[0].text.en = "Something else.";
  }, "bad-pack");
  refuse((pack) => {
    pack.v = 2;
  }, "bad-pack");
  refuse(() => null, "wrong-tender", { lot: "9" });
  refuse(() => null, "wrong-tender", { kind: "technical" });
  refuse(() => null, "wrong-tender", { tender: "T-2" });
  assert.throws(() => readPack(new TextEncoder().encode("{ }"), asked), { message: "bad-pack" });
});

test("an empty draft names every missing field, a full one none", () => {
  const facts = exampleFacts();
  const missing = allProblems(facts, emptyDraft("n")).map((problem) => problem.id);
  assert.deepEqual(missing, [
    "requirement-R-1",
    "requirement-R-2",
    "criterion-C-1",
    "declaration-integrity-pact",
    "price-I-1",
    "price-I-2",
    "validity",
    "security-instrument",
    "security-amount",
    "security-issuer",
    "security-expires",
    "security-file",
  ]);
  assert.deepEqual(allProblems(facts, fullDraft()), []);
  assert.equal(statusOf("prices", facts, fullDraft()), "done");
  assert.equal(statusOf("prices", facts, emptyDraft("n")), "empty");
});

test("wrong answers are told one by one", () => {
  const facts = exampleFacts();
  const keyOf = (change) => {
    const draft = fullDraft();
    change(draft);
    return allProblems(facts, draft).map((problem) => problem.key);
  };
  assert.deepEqual(
    keyOf((draft) => {
      draft.lines["I-1"].unit_price = "12x";
    }),
    ["error_price_wrong"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.lines["I-1"].tax_percent = "101";
    }),
    ["error_tax_wrong"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.lines = { "I-1": { unit_price: "0" }, "I-2": { unit_price: "0" } };
    }),
    ["error_total_zero"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.validity_days = "۸۹";
    }),
    ["error_validity_short"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.validity_days = "ninety";
    }),
    ["error_validity"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.security.amount = "1";
    }),
    ["error_security_little"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.files = draft.files.filter((file) => file.purpose !== "requirement:R-2");
    }),
    ["error_requirement_file"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.declarations["integrity-pact"] = "00";
    }),
    ["error_declaration"],
  );
  assert.deepEqual(
    keyOf((draft) => {
      draft.files.push({ id: "x", name: "x", type: "a/b", size: 200 * 1024 * 1024, purpose: "other" });
    }),
    ["error_files_large"],
  );
});

test("totals are exact in any digits and grouping", () => {
  const { items, pack } = exampleFacts();
  const schedule = priceSchedule(
    items,
    { "I-1": { unit_price: "۲٬۴۵۰٫۵۰" }, "I-2": { unit_price: "1,00,000.005" } },
    pack.tender.currency,
  );
  assert.deepEqual(
    schedule.rows.map((row) => row.amount),
    ["245050.00", "250000.01"],
  );
  assert.equal(schedule.total, "495050.01");
  assert.equal(securityAmount({ percent: "2" }, schedule.total, "PKR"), "9901.00");
  assert.ok(schedule.complete);
  assert.equal(priceSchedule(items, { "I-1": { unit_price: "9".repeat(15) } }, "PKR").rows[0].state, "wrong");
});

test("bid.json carries what the format lists and is canonical", () => {
  const facts = exampleFacts();
  const bid = bidDocument(facts, fullDraft());
  assert.equal(bid.total, "245250.00");
  assert.deepEqual(bid.lines[0], {
    item: "I-1",
    quantity: "100",
    unit_price: "2450.00",
    amount: "245000.00",
    tax_percent: "18",
  });
  assert.deepEqual(bid.answers[1], { criterion: "R-2", value: true, files: ["registration.pdf"] });
  const technical = bidDocument({ ...facts, kind: "technical" }, fullDraft());
  for (const field of ["currency", "lines", "discounts", "total"]) assert.ok(!(field in technical));
  const financial = bidDocument({ ...facts, kind: "financial" }, fullDraft());
  assert.deepEqual([financial.answers, financial.declarations, "security" in financial], [[], [], false]);
});

test("a reopened bid gives the same bid.json again", () => {
  const facts = exampleFacts();
  const draft = fullDraft();
  const bytes = bidBytes(facts, draft);
  const again = draftFromBid(
    bytes,
    draft.files.map(({ id, name, type, size }) => ({ id, name, type, size })),
    "n",
  );
  assert.deepEqual(bidBytes(facts, again), bytes);
  assert.deepEqual(allProblems(facts, again), []);
});

test("topics follow the kind of envelope", () => {
  const facts = exampleFacts();
  assert.deepEqual(topicsOf({ ...facts, kind: "financial" }), ["prices", "validity", "files"]);
  assert.ok(!topicsOf({ ...facts, kind: "technical" }).includes("prices"));
});

test("file names become plain and unique", () => {
  assert.equal(cleanName("C:\\fakepath\\..\\cv.pdf"), "C__fakepath_.._cv.pdf");
  assert.equal(cleanName("../../etc/passwd"), "_.._etc_passwd");
  assert.equal(cleanName("a\u202efdp.exe"), "afdp.exe");
  assert.equal(cleanName("..."), "file");
  assert.ok(new TextEncoder().encode(cleanName(`${"ب".repeat(200)}.pdf`)).length <= 120);
  assert.ok(cleanName(`${"ب".repeat(200)}.pdf`).endsWith(".pdf"));
  assert.equal(freeName("bid.json", []), "bid-2.json");
  assert.equal(freeName("CV.pdf", [{ name: "cv.pdf" }, { name: "CV-2.pdf" }]), "CV-3.pdf");
});

test("addenda and languages", () => {
  assert.deepEqual(addendaOf({ version: 3 }), [1, 2]);
  assert.deepEqual(inLanguage({ en: "Desk", ur: "" }, "ur"), { text: "Desk", lang: "en" });
});

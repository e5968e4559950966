// An example tender pack and a draft that answers all of it.

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../static/js/bidding/sealing/bytes.js";
import { canonicalBytes } from "../../static/js/bidding/sealing/canonical.js";
import { roundAt } from "../../static/js/bidding/sealing/chain.js";
import { emptyDraft } from "../../static/js/bidding/draft/draft.js";
import { TEST_CHAIN } from "./chain_fixture.mjs";

const PACT = { en: "We offered no favour to anyone.", ur: "ہم نے کسی کو کوئی رعایت پیش نہیں کی۔" };

/** A pack of version 1 with one envelope, two lots. */
export function examplePack(openingAt = "2027-03-01T05:30:00Z", deadlineAt = "2027-03-01T05:00:00Z") {
  return {
    v: 1,
    tender: {
      id: "T-1",
      number: "KTC-2027-0007",
      category: "goods",
      currency: "PKR",
      validity_days: 90,
      title: {
        en: "School furniture for 46 primary schools, Khairpur",
        ur: "خیرپور کے 46 پرائمری اسکولوں کے لیے فرنیچر",
      },
      organisation: { en: "Khairpur Town Council", ur: "خیرپور ٹاؤن کونسل" },
    },
    version: 1,
    lots: [
      { id: "1", title: { en: "Furniture", ur: "فرنیچر" } },
      { id: "2", title: { en: "Fans", ur: "پنکھے" } },
    ],
    items: [
      {
        id: "I-1",
        lot: "1",
        description: { en: "Dual desk, steel frame", ur: "دو نشستی ڈیسک، فولادی فریم" },
        quantity: "100",
        unit: "each",
      },
      {
        id: "I-2",
        lot: "1",
        description: { en: "Teacher's chair", ur: "استاد کی کرسی" },
        quantity: "2.5",
        unit: "dozen",
      },
      {
        id: "I-3",
        lot: "2",
        description: { en: "Ceiling fan", ur: "چھت کا پنکھا" },
        quantity: "10",
        unit: "each",
      },
    ],
    requirements: [
      {
        id: "R-1",
        text: { en: "The bidder is registered for sales tax.", ur: "بولی دہندہ سیلز ٹیکس میں رجسٹرڈ ہے۔" },
        needs_file: false,
      },
      {
        id: "R-2",
        text: { en: "Certificate of registration is attached.", ur: "رجسٹریشن کا سرٹیفکیٹ منسلک ہے۔" },
        needs_file: true,
      },
    ],
    criteria: [
      {
        id: "C-1",
        title: { en: "Delivery plan", ur: "ترسیل کا منصوبہ" },
        description: { en: "Weeks to deliver, and how.", ur: "کتنے ہفتوں میں اور کیسے۔" },
        weight: "100",
      },
    ],
    pass_mark: "70",
    declarations: [{ id: "integrity-pact", text: PACT, text_sha256: toHex(sha256(canonicalBytes(PACT))) }],
    security: { percent: "2" },
    schedule: {
      published_at: "2027-02-01T05:00:00Z",
      deadline_at: deadlineAt,
      opening_at: openingAt,
      guard_seconds: 60,
      zone: "Asia/Karachi",
    },
    box: { slots: 1024, seed_commitment: "00".repeat(32) },
    seal: "time_lock",
    envelopes: ["single"],
    chain: JSON.parse(JSON.stringify(TEST_CHAIN)),
    round: roundAt(TEST_CHAIN, Date.parse(openingAt) / 1000, 60),
    documents: [{ id: "D-1", name: "specification.pdf", size: 1000, sha256: "00".repeat(32) }],
    rulebook: "pk-federal@1",
    sealing_sha384: "00".repeat(48),
  };
}

/** What the topics are judged by. */
export function exampleFacts() {
  const pack = examplePack();
  return { pack, kind: "single", lot: pack.lots[0], items: pack.items.filter((item) => item.lot === "1") };
}

/** A draft without a problem. */
export function fullDraft() {
  const [pact] = examplePack().declarations;
  const topics = ["requirements", "criteria", "declarations", "prices", "validity", "security", "files"];
  return {
    ...emptyDraft("n"),
    requirements: { "R-1": { meets: "yes" }, "R-2": { meets: "yes" } },
    criteria: { "C-1": { text: "Six weeks." } },
    declarations: { "integrity-pact": pact.text_sha256 },
    lines: { "I-1": { unit_price: "2,450.00", tax_percent: "18" }, "I-2": { unit_price: "۱۰۰" } },
    validity_days: "90",
    security: {
      instrument: "bank-guarantee",
      amount: "5,000",
      issuer: "A bank",
      number: "G-1",
      expires_on: "2027-09-30",
    },
    files: [
      { id: "f1", name: "registration.pdf", type: "application/pdf", size: 1000, purpose: "requirement:R-2" },
      { id: "f2", name: "guarantee.pdf", type: "application/pdf", size: 1000, purpose: "security" },
    ],
    visited: Object.fromEntries(topics.map((topic) => [topic, true])),
  };
}

// A draft carried to the next version of a tender: nothing slips to another row, only what changed is marked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOver } from "../../static/js/bidding/bid/carry_over.js";
import { bidDocument } from "../../static/js/bidding/bid/content.js";
import { allProblems, statusOf, topicsOf } from "../../static/js/bidding/bid/topics.js";
import { exampleFacts, examplePack, fullDraft } from "./bid_fixture.mjs";

/** The facts of version 2 after `change` to the pack. */
function nextFacts(change) {
  const pack = examplePack();
  pack.version = 2;
  change(pack);
  const lot = pack.lots[0];
  return { ...exampleFacts(), pack, lot, items: pack.items.filter((item) => item.lot === lot.id), notice: "new" };
}

function carried(change, draft = fullDraft()) {
  const facts = nextFacts(change);
  return { facts, ...carryOver(examplePack(), facts, draft) };
}

test("where only dates moved, the bid is ready to be sealed as it is", () => {
  const { facts, draft, changed, onlyDates } = carried((pack) => {
    pack.schedule.deadline_at = "2027-03-08T05:00:00Z";
    pack.schedule.opening_at = "2027-03-08T05:30:00Z";
    pack.round += 100;
  });
  assert.deepEqual([changed, onlyDates, draft.onlyDates, draft.notice], [[], true, true, "new"]);
  assert.deepEqual(allProblems(facts, draft), []);
  assert.deepEqual(bidDocument(facts, draft).addenda, [1]);
});

test("a topic that changed is marked, and no other", () => {
  const changes = {
    requirements: (pack) => (pack.requirements[0].text.en += "!"),
    criteria: (pack) => (pack.pass_mark = "60"),
    declarations: (pack) => (pack.declarations[0].text_sha256 = "00".repeat(32)),
    prices: (pack) => (pack.items[0].quantity = "120"),
    validity: (pack) => (pack.tender.validity_days = 60),
    security: (pack) => (pack.security = { percent: "1" }),
  };
  for (const [topic, change] of Object.entries(changes)) {
    const { facts, draft, changed, onlyDates } = carried(change);
    assert.deepEqual([changed, onlyDates], [[topic], false], topic);
    for (const each of topicsOf(facts)) assert.equal(statusOf(each, facts, draft) === "again", each === topic);
    assert.ok(allProblems(facts, draft).some((problem) => problem.topic === topic));
  }
});

test("a change in a document or the title asks for one look, at no topic", () => {
  const { changed, onlyDates } = carried((pack) => (pack.tender.title.en = "Other furniture"));
  assert.deepEqual([changed, onlyDates], [[], false]);
});

test("an item taken out leaves every price with its own item", () => {
  const before = fullDraft();
  const chair = before.lines["I-2"];
  const { facts, draft } = carried((pack) => {
    pack.items = [{ ...pack.items[1], id: "I-1" }, pack.items[2]];
  }, before);
  assert.deepEqual(draft.lines, { "I-1": chair });
  assert.equal(facts.items.length, 1);
});

test("items in another order keep their prices, one in another unit loses it", () => {
  const before = fullDraft();
  const [desk, chair] = [before.lines["I-1"], before.lines["I-2"]];
  const swapped = carried((pack) => {
    const [a, b, c] = pack.items;
    pack.items = [{ ...b, id: "I-1" }, { ...a, id: "I-2" }, c];
  }, before);
  assert.deepEqual(swapped.draft.lines, { "I-1": chair, "I-2": desk });
  const boxed = carried((pack) => (pack.items[0].unit = "box"), fullDraft());
  assert.deepEqual(boxed.draft.lines, { "I-2": chair });
});

test("a corrected requirement is answered anew, its file stays", () => {
  const { draft } = carried((pack) => (pack.requirements[1].text.en = "Two certificates are attached."));
  assert.equal("R-2" in draft.requirements, false);
  assert.ok("R-1" in draft.requirements);
  assert.ok(draft.files.some((file) => file.purpose === "requirement:R-2"));
});

test("a requirement put in front moves no answer and no file", () => {
  const { draft } = carried((pack) => {
    const [one, two] = pack.requirements;
    const added = { id: "R-1", text: { en: "New", ur: "" }, needs_file: false };
    pack.requirements = [added, { ...one, id: "R-2" }, { ...two, id: "R-3" }];
  });
  assert.equal("R-1" in draft.requirements, false);
  assert.ok("R-2" in draft.requirements && "R-3" in draft.requirements);
  assert.ok(draft.files.some((file) => file.purpose === "requirement:R-3"));
});

test("marks of an earlier change stand until they are looked at", () => {
  const first = carried((pack) => (pack.pass_mark = "60"));
  const pack = { ...first.facts.pack, version: 3, round: first.facts.pack.round + 1 };
  const { draft } = carryOver(first.facts.pack, { ...first.facts, pack, notice: "third" }, first.draft);
  assert.deepEqual([draft.again.criteria, draft.onlyDates], [true, false]);
});

test("without the earlier pack everything is to be looked at again", () => {
  const facts = nextFacts(() => null);
  const { changed, onlyDates } = carryOver(null, facts, fullDraft());
  assert.deepEqual([changed, onlyDates], [topicsOf(facts), false]);
});

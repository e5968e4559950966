// Writes the bid.json of a draft, so that Python can compare it with that of a filled sheet.

import { readFileSync } from "node:fs";
import { bidBytes } from "../../static/js/bidding/bid/content.js";
import { emptyDraft } from "../../static/js/bidding/draft/draft.js";
import { examplePack } from "./bid_fixture.mjs";

const pack = examplePack();
const drafts = JSON.parse(readFileSync(0, "utf8"));
const texts = drafts.map(({ kind, ...draft }) => {
  const lot = pack.lots[0];
  const facts = { pack, kind, lot, items: pack.items.filter((item) => item.lot === lot.id) };
  return new TextDecoder().decode(bidBytes(facts, { ...emptyDraft(""), ...draft }));
});
console.log(JSON.stringify({ pack, texts }));

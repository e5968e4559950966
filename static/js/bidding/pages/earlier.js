// What is left of an earlier version of the tender: its pack, the bytes sealed to it, whether they are void.

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../sealing/bytes.js";
import { parseCanonical } from "../sealing/canonical.js";

/** The pack that an earlier notice names, checked against it; null where it cannot be had. */
export async function earlierPack(app, notice) {
  try {
    const response = await app.line.send("GET", `${app.config.packUrl}?notice=${notice}`, { tries: 3 });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return toHex(sha256(bytes)) === notice ? parseCanonical(bytes) : null;
  } catch {
    return null;
  }
}

/** The sealed bytes that this device kept beside its private receipt, or null. */
export async function sealedBytes(app) {
  const kept = await app.vault.getUpload(`kept:${app.store.name}`).catch(() => null);
  return kept && app.kept && kept.sha256 === app.kept.receipt.sha256 ? kept : null;
}

/** Whether the sealed bid stands again as soon as its vendor confirms it: dates alone moved, and a committee holds it. */
export function isToConfirm(app) {
  return Boolean(app.own && app.own.state === "unconfirmed");
}

/** Whether the bid that was sealed here or elsewhere ended because the tender changed. */
export function isVoid(app) {
  if (app.own && app.own.state === "sealed") return false;
  // A bid that a committee holds may stand, or may be confirmed: the server knows, and is being asked.
  if (app.asking && app.facts.pack.committee) return false;
  const here = app.kept && app.kept.receipt.notice !== app.facts.notice;
  return Boolean(here || (app.own && ["superseded", "unconfirmed"].includes(app.own.state)));
}

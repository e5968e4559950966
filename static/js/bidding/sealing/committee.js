// The committee's part of an envelope: an inner key split t of n, one encrypted share for each member.

import { Encrypter, identityToRecipient } from "age-encryption";
import { bech32 } from "@scure/base";
import { sha256 } from "@noble/hashes/sha2.js";
import { split } from "shamir-secret-sharing";
import { canonicalBytes } from "./canonical.js";
import { concat, random, toBase64, toHex, utf8 } from "./bytes.js";

const SHARE_FIELDS = ["v", "tender", "lot", "kind", "vendor", "eid"];

/** SHA-256("tseal/v1/committee\0" ‖ canonical {t, members}), hexadecimal. */
export function committeeId({ t, members }) {
  return toHex(sha256(concat(utf8("tseal/v1/committee\0"), canonicalBytes({ t, members }))));
}

/** SHA-256("tseal/v1/share\0" ‖ eid ‖ u8(i) ‖ share), hexadecimal; i counts from 1. */
export function shareCommitment(eid, i, share) {
  return toHex(sha256(concat(utf8("tseal/v1/share\0"), eid, new Uint8Array([i]), share)));
}

/** The age identity string of a 32-byte X25519 secret. */
export function identityOf(secret) {
  return bech32.encodeFromBytes("AGE-SECRET-KEY-", secret).toUpperCase();
}

/**
 * Makes the inner key S of one envelope and its shares.
 * @param committee {t, members}: age recipients in order.
 * @param binding the manifest's binding fields with `v`.
 * @param eid the envelope's 16 bytes.
 * @returns {secret, recipient, manifest} where manifest is the value of `committee`.
 */
export async function splitForCommittee(committee, binding, eid) {
  const secret = random(32);
  const recipient = await identityToRecipient(identityOf(secret));
  const shares = await split(secret, committee.members.length, committee.t);
  const manifest = {
    id: committeeId(committee),
    t: committee.t,
    n: committee.members.length,
    x: shares.map((share) => share[share.length - 1]),
    inner_recipient: recipient,
    commitments: shares.map((share, at) => shareCommitment(eid, at + 1, share)),
    shares: [],
  };
  for (const [at, member] of committee.members.entries()) {
    const fields = Object.fromEntries(SHARE_FIELDS.map((name) => [name, binding[name]]));
    const encrypter = new Encrypter();
    encrypter.addRecipient(member);
    const text = canonicalBytes({ ...fields, i: at + 1, share: toHex(shares[at]) });
    manifest.shares.push(toBase64(await encrypter.encrypt(text)));
  }
  return { secret, recipient, manifest };
}

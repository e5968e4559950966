// Seals or opens an envelope for Python: one JSON question on standard input, one JSON answer.

import { readFileSync } from "node:fs";
import { fromBase64, fromHex, toBase64 } from "../../static/js/bidding/sealing/bytes.js";
import { openWithSignature, reopen, seal } from "../../static/js/bidding/sealing/envelope.js";

const blobOf = (base64) => new Blob([fromBase64(base64)]);

async function plain(files) {
  return Promise.all(
    files.map(async ({ name, type, blob }) => ({
      name,
      type,
      data: toBase64(new Uint8Array(await blob.arrayBuffer())),
    })),
  );
}

const ANSWERS = {
  async reopen({ ciphertext, receipt }) {
    return plain((await reopen(blobOf(ciphertext), receipt)).files);
  },
  async open({ ciphertext, signature, context }) {
    return plain((await openWithSignature(blobOf(ciphertext), fromHex(signature), context)).files);
  },
  async seal({ chain, context, committee, files }) {
    const given = files.map(({ name, type, data }) => {
      const blob = blobOf(data);
      return { name, type, size: blob.size, open: () => blob.stream() };
    });
    const sealed = await seal({ chain, context, committee, files: given });
    const bytes = new Uint8Array(await sealed.ciphertext.arrayBuffer());
    return { ciphertext: toBase64(bytes), receipt: sealed.receipt };
  },
};

const question = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await ANSWERS[question.ask](question)));

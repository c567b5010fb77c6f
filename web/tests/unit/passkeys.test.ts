import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, textOf } from "../../src/shared/passkeys.ts";

test("bytes travel as base64 that is safe in addresses, without padding", () => {
  const rows: [bytes: number[], text: string][] = [
    [[], ""],
    [[0], "AA"],
    [[0xfb, 0xff], "-_8"],
    [[0xff, 0xff, 0xfe], "___-"],
    [[1, 2, 3, 4], "AQIDBA"],
  ];
  for (const [bytes, text] of rows) {
    assert.equal(textOf(new Uint8Array(bytes).buffer), text);
    assert.deepEqual([...bytesOf(text)], bytes);
  }
});

test("every byte comes back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(bytesOf(textOf(all.buffer)), all);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { matchPattern } from "../../src/shared/routes.ts";

test("a pattern gives the named parts of an address", () => {
  assert.deepEqual(matchPattern("/patient/:id/result/:code", "/patient/abc/result/CREA"), { id: "abc", code: "CREA" });
});

test("parts are decoded", () => {
  assert.deepEqual(matchPattern("/patient/:id/result/:code", "/patient/a/result/14682-9%7CLN"), {
    id: "a",
    code: "14682-9|LN",
  });
});

test("an address that cannot be decoded fits nothing, instead of failing", () => {
  assert.equal(matchPattern("/patient/:id", "/patient/%E0%A4%A"), null);
});

test("a longer or shorter address does not fit", () => {
  assert.equal(matchPattern("/patient/:id", "/patient/abc/summary"), null);
  assert.equal(matchPattern("/patient/:id", "/patient"), null);
});

test("a slash at the end changes nothing", () => {
  assert.deepEqual(matchPattern("/alerts", "/alerts/"), {});
});

test("the start matches only itself", () => {
  assert.deepEqual(matchPattern("/", "/"), {});
  assert.equal(matchPattern("/", "/alerts"), null);
});

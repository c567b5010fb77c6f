import assert from "node:assert/strict";
import { test } from "node:test";
import type { Source } from "../../src/shared/api-types.ts";
import { freshness, type FreshnessInput, isSilent, kTooOld } from "../../src/shared/freshness.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const source = (kind: Source["kind"], seconds: number | null, more: Partial<Source> = {}): Source => ({
  feed: kind,
  label: kind,
  kind,
  last_message_at: seconds === null ? null : ago(seconds),
  stale_after_seconds: 300,
  state: seconds === null ? "never" : "live",
  ...more,
});
const ask = (more: Partial<FreshnessInput>) =>
  freshness({ answeredAt: now, sources: [], kinds: ["lab"], now, isReachable: true, isChecking: false, ...more });

test("a source is silent only after its limit", () => {
  assert.equal(isSilent(source("lab", 300), now), false);
  assert.equal(isSilent(source("lab", 301), now), true);
});

test("a source the server calls silent is silent, however recent its last message", () => {
  assert.equal(isSilent(source("lab", 1, { state: "silent" }), now), true);
});

test("a source that never spoke is silent, never fresh", () => {
  assert.deepEqual(ask({ sources: [source("lab", null)] }), {
    kind: "stale",
    silent: [{ kind: "lab", label: "lab", at: null }],
    live: [],
  });
});

test("only the sources a screen depends on make it stale", () => {
  assert.equal(ask({ sources: [source("lab", 10), source("obs", 9000)] }).kind, "fresh");
});

test("a stale screen names the silent source and the live ones", () => {
  const state = ask({ kinds: ["lab", "obs"], sources: [source("lab", 10), source("obs", 9000)] });
  assert.equal(state.kind, "stale");
  assert.ok(state.kind === "stale" && state.silent[0]?.kind === "obs" && state.live[0]?.kind === "lab");
});

test("of two live feeds of one kind the older one is shown", () => {
  const state = ask({ sources: [source("lab", 10), source("lab", 200)] });
  assert.ok(state.kind === "fresh" && state.sources.length === 1 && state.sources[0]?.at === now - 200_000);
});

test("without a connection the data is offline, as of its answer", () => {
  assert.deepEqual(ask({ isReachable: false, answeredAt: now - 1000 }), { kind: "offline", at: now - 1000 });
});

test("data is hidden after twelve hours without a connection, not before", () => {
  assert.equal(ask({ isReachable: false, answeredAt: now - kTooOld }).kind, "offline");
  assert.equal(ask({ isReachable: false, answeredAt: now - kTooOld - 1 }).kind, "expired");
});

test("a clock set back hides the data: an unknown age is not a young one", () => {
  assert.equal(ask({ isReachable: false, answeredAt: now + 61_000 }).kind, "expired");
});

test("a kept copy is shown as being checked, and hidden when it is too old even then", () => {
  assert.equal(ask({ isChecking: true, answeredAt: now - 1000 }).kind, "checking");
  assert.equal(ask({ isChecking: true, answeredAt: now - kTooOld - 1 }).kind, "expired");
});

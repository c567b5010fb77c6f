import assert from "node:assert/strict";
import { test } from "node:test";
import { replaceCard, type Touched, withHeldCards } from "../../src/shared/alert-acts.ts";
import type { AlertCard } from "../../src/shared/api-types.ts";

const card = (id: string, version = 1) => ({ id, version }) as AlertCard;
const ids = (cards: readonly AlertCard[]) => cards.map((one) => one.id);
const held = (id: string, holdUntil: number): [string, Touched] => [
  id,
  { state: { kind: "done", act: "acknowledge" }, card: card(id, 2), holdUntil },
];

test("a card just acted on stays where it was, though the server has moved it", () => {
  const shown = withHeldCards([card("a"), card("c")], ["a", "b", "c"], new Map([held("b", 100)]), 50);
  assert.deepEqual(ids(shown), ["a", "b", "c"]);
});

test("it leaves when its time is over", () => {
  const shown = withHeldCards([card("a"), card("c")], ["a", "b", "c"], new Map([held("b", 100)]), 100);
  assert.deepEqual(ids(shown), ["a", "c"]);
});

test("a card still in the server's list is not doubled", () => {
  const shown = withHeldCards([card("a"), card("b")], ["a", "b"], new Map([held("b", 100)]), 50);
  assert.deepEqual(ids(shown), ["a", "b"]);
});

test("a card that was not on this screen is not brought in", () => {
  assert.deepEqual(ids(withHeldCards([card("a")], ["a"], new Map([held("z", 100)]), 50)), ["a"]);
});

test("new alerts appear although others are held", () => {
  const shown = withHeldCards([card("new"), card("a")], ["a", "b"], new Map([held("b", 100)]), 50);
  assert.deepEqual(ids(shown).sort(), ["a", "b", "new"]);
});

test("a newer card replaces an older one in a list and in a detail", () => {
  const list = replaceCard({ alerts: [card("a", 1), card("b", 1)] }, card("b", 2)) as { alerts: AlertCard[] };
  assert.equal(list.alerts[1]?.version, 2);
  const detail = replaceCard({ alert: card("b", 1) }, card("b", 2)) as { alert: AlertCard };
  assert.equal(detail.alert.version, 2);
});

test("an older answer that arrives late replaces nothing", () => {
  const data = { alerts: [card("a", 3)] };
  assert.equal(replaceCard(data, card("a", 2)), data);
});

test("data without alerts is left alone", () => {
  const data = { patients: [] };
  assert.equal(replaceCard(data, card("a", 2)), data);
  assert.equal(replaceCard(null, card("a", 2)), null);
});
